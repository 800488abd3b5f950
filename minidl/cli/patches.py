"""`minidl patches`: what the units of VGG-16 see in a folder of pictures."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minidl.cli.speech import counted, errors_in_one_line, say

if TYPE_CHECKING:
    from minidl.models import VGG
    from minidl.vis import TopPatches

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".pdf", ".svg")
PAGES = (".html", ".htm")


def patches(
    folder: Annotated[
        str | None,
        typer.Argument(
            metavar="FOLDER", show_default=False,
            help="pictures, also in folders inside it; by default minidl's photographs",
        ),
    ] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(
            "--layer", "-l", metavar="NAME", show_default=False,
            help="conv1_1 to conv5_1, relu1_1, pool1, ...; by default conv3_3, and with --html "
            "all convolutions; several for --html",
        ),
    ] = None,
    units: Annotated[
        str, typer.Option(metavar="WHICH", help="which units: 0:16, or 3,5,8, or all")
    ] = "0:16",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", show_default=False,
            help="where to: .png, .jpg, .pdf, .svg, or .html; by default patches.png or .html",
        ),
    ] = None,
    html: Annotated[
        bool, typer.Option("--html", help="one page to browse, with everything in it")
    ] = False,
    k: Annotated[
        int, typer.Option("-k", metavar="N", min=1, max=100, help="patches of each unit")
    ] = 9,
    per_image: Annotated[
        int, typer.Option(metavar="N", min=1, help="patches of one picture at most")
    ] = 1,
    inside: Annotated[
        bool, typer.Option("--inside", help="only patches that lie inside their picture")
    ] = False,
    longest: Annotated[
        int,
        typer.Option(metavar="N", min=1, help="larger pictures are reduced to this many pixels"),
    ] = 384,
    weights: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default=False,
            help="VGG-16 as torchvision has it (safetensors), instead of what minidl ships",
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default=False,
            help="keeps what was found; after an interruption the same command goes on",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="say nothing")] = False,
) -> None:  # fmt: skip
    """Show the patches of pictures that excite units of VGG-16 most: what a deep network sees.

    [bold]minidl patches[/bold] (a first look, at photographs that come with minidl)

    [bold]minidl patches photos/ --layer conv3_3 --units 0:16 --out page.png[/bold]

    [bold]minidl patches photos/ --html --units 0:32[/bold] (all layers, to browse)

    Each grid is a unit, its strongest patch first. What lies outside a picture is grey, and a place
    is empty where nothing excited the unit. Files that are no pictures are named and skipped.
    """
    from minidl.data.samples import SAMPLES
    from minidl.vis import top_patches_by_layer

    with errors_in_one_line():
        if folder and Path(folder).is_file():
            raise ValueError(f"{folder} is a file: give a folder of images, such as its own")
        target = _target(out, html)
        chosen = _units(units)
        network = _network(weights)
        layers = _layers(layer, network, target)
        try:
            found = top_patches_by_layer(
                network, layers, SAMPLES if folder is None else folder, chosen, k, per_image,
                inside=inside, longest=longest, state=state, quiet=quiet,
            )  # fmt: skip
            _write(found, target, "minidl's photographs" if folder is None else folder)
        except KeyboardInterrupt:
            if not quiet:
                _stopped(state)
            raise
    if not quiet:
        _tell(found, target)


def _target(out: Path | None, html: bool) -> Path:
    """The file to write, if it can be written; found out before the work and not after it."""
    path = out or Path("patches.html" if html else "patches.png")
    suffix = path.suffix.lower()
    expected = PAGES if html else PICTURES + PAGES
    if suffix not in expected:
        raise ValueError(
            f"--out is {path}, expected a file name that ends in {', '.join(expected)}"
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(f"cannot write {path}: there is no folder {path.parent}")
    if path.is_dir():
        raise IsADirectoryError(f"cannot write {path}: it is a folder; give a file name")
    try:  # a read-only folder is writable by its permissions, if you are root
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise OSError(f"cannot write {path}: {error.strerror or error}") from error
    return path


def _units(text: str) -> slice | list[int]:
    if text == "all":
        return slice(None)
    if re.fullmatch(r"\d*:\d*", text):
        start, stop = (int(part) if part else None for part in text.split(":"))
        if stop is not None and stop <= (start or 0):
            raise ValueError(
                f"--units is {text}, which holds no unit; expected the first and the one after the "
                "last, such as 0:16"
            )
        return slice(start, stop)
    if re.fullmatch(r"\d+(,\d+)*", text):
        return [int(part) for part in text.split(",")]
    raise ValueError(f"--units is {text}, expected 0:16, or 3,5,8, or all")


def _network(weights: Path | None) -> VGG:
    from minidl.models import vgg16

    return vgg16(pretrained=True) if weights is None else vgg16(weights=weights)


def _layers(asked: list[str] | None, network: VGG, target: Path) -> list[str]:
    page = target.suffix.lower() in PAGES
    if not asked:
        return [n for n in network.layers if n.startswith("conv")] if page else ["conv3_3"]
    if len(asked) > 1 and not page:
        raise ValueError(
            f"given {len(asked)} layers, expected one for a picture; --html takes several"
        )
    return list(dict.fromkeys(asked))


def _write(found: dict[str, TopPatches], target: Path, source: str) -> None:
    if target.suffix.lower() in PAGES:
        from minidl.vis.page import write_page

        write_page(found, target, f"What VGG-16 sees in {source}")
        return
    import matplotlib

    matplotlib.use("agg")  # a picture in a file, on machines without a screen too
    import matplotlib.pyplot as plt

    from minidl.files import replacing
    from minidl.vis import plot_patches

    plot_patches(next(iter(found.values())))
    with replacing(target) as temporary:
        plt.savefig(temporary)
    plt.close()


def _stopped(state: Path | None) -> None:
    if state and state.exists():
        say(f"stopped; the same command goes on from {state}")
    else:
        say("stopped; nothing was kept; with --state FILE the same command can go on")


def _tell(found: dict[str, TopPatches], target: Path) -> None:
    """One line: what was written, of how much."""
    top = next(iter(found.values()))
    units = sum(len(t.units) for t in found.values())
    of = top.layer if len(found) == 1 else counted(len(found), "layer")
    skipped = f" ({len(top.skipped)} skipped)" if top.skipped else ""
    used = counted(len(top.names) - len(top.skipped), "picture")
    say(f"{target}: {counted(units, 'unit')} of {of}, from {used}{skipped}")
