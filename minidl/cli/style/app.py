"""The command: what may be asked for, and how it is explained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minidl.cli.speech import console, errors_in_one_line, meant
from minidl.cli.style.complete import picture_names, preset_names
from minidl.cli.style.options import with_settings

if TYPE_CHECKING:
    from minidl.cli.style.recipe import Recipe

OUTPUT = "Output"
ONE_PASS = "In one pass"


@with_settings
def style(
    pictures: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CONTENT STYLE", show_default=False, autocompletion=picture_names,
            help="a photograph and a painting, or several: files, or names (--list)",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", rich_help_panel=OUTPUT, show_default=False,
            help="the picture; a .png also remembers how it was made (CONTENT-STYLE.png)",
        ),
    ] = None,
    every: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, rich_help_panel=OUTPUT,
            help="keep a picture every N steps, and all of them on one sheet; 0 keeps none",
        ),
    ] = 0,
    preset: Annotated[
        list[str] | None,
        typer.Option(
            "--preset", "-p", metavar="NAME", autocompletion=preset_names, show_default=False,
            help="a named group of settings (--list); can be repeated",
        ),
    ] = None,
    again: Annotated[
        Path | None,
        typer.Option(
            metavar="PNG", help="make this picture again, with other options where they are given",
        ),
    ] = None,
    in_one_pass: Annotated[
        bool,
        typer.Option(
            "--in-one-pass", rich_help_panel=ONE_PASS,
            help="paint at once, by a network that has learned to; of a folder of photographs, or "
            "of several artworks, a sheet (with --style-weight the artworks are mixed)",
        ),
    ] = False,
    strength: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, rich_help_panel=ONE_PASS, show_default=False,
            metavar="X",
            help="from the photograph's own manner, 0, to the artwork's [1]".replace("[", "\\["),
        ),
    ] = None,
    morph: Annotated[
        bool,
        typer.Option(
            "--morph", rich_help_panel=ONE_PASS,
            help="a picture that moves, from one artwork's manner to the next (.gif or .png)",
        ),
    ] = False,
    preview: Annotated[
        bool,
        typer.Option(
            rich_help_panel=OUTPUT,
            help="before a descent, a picture painted in one pass in the file already",
        ),
    ] = True,
    list_names: Annotated[
        bool, typer.Option("--list", help="show names of pictures and presets, and stop")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", rich_help_panel=OUTPUT, help="no progress bar")
    ] = False,
    **asked: Any,
) -> None:  # fmt: skip
    """Paint a photograph in the style of a painting (neural style transfer).

    [bold]minidl style cat currents[/bold] (both come with minidl; half a minute)

    [bold]minidl style holiday.jpg waves --out waves.png --size 512 --every 25[/bold]

    [bold]minidl style me.jpg my_painting.jpg -p keep-colours -p quick[/bold]

    [bold]minidl style --again waves.png --beta 200 --out wilder.png[/bold]

    [bold]minidl style cat waves glass --in-one-pass[/bold] (a sheet, in a second)

    [bold]minidl style cat waves glass --morph[/bold]

    It changes the pixels step by step until a network that knows pictures, VGG-16, finds in them
    the things of the first picture (the content, weight alpha) and the colours, strokes and
    patterns of the second (the style, weight beta). Too tame? Raise --beta. Nothing to be
    recognised? Lower it, or -p keep-faces. Strokes too wide? --style-scale 0.5. Grainy? -p smooth.

    Faces in the photograph are kept; --faces 0 paints them as anything else. A preview, painted
    in one pass, is in the file within two seconds. Ctrl-C stops the descent; the best picture so
    far is written.
    """
    with errors_in_one_line():
        if list_names:
            _show_names()
            return
        from minidl.cli.style.output import check_writable
        from minidl.cli.style.recipe import recipe

        asked["layers"] = _layers(asked["layers"])
        asked["style_weights"] = asked["style_weights"] or None
        made_from = recipe(pictures or [], again, preset or [], asked)
        _guess(made_from.content, *made_from.styles)
        target = out or _default(made_from.content, made_from.styles, ".gif" if morph else ".png")
        check_writable(target, [made_from.content, *made_from.styles])
        if in_one_pass or morph or made_from.strength is not None:
            _paint_in_one_pass(made_from, target, asked, strength, morph, quiet)
            return
        from minidl.cli.style.work import Work

        if strength is not None:
            raise ValueError(f"given --strength {strength:g}, expected --in-one-pass with it")
        Work(made_from, target, every, quiet, preview).run()


def _guess(*pictures: str) -> None:
    """FileNotFoundError with the name that was meant, where one is near to what is no picture."""
    for name in pictures:
        known = picture_names("")
        plain = name.strip() and "/" not in name and "\0" not in name and not Path(name).suffix
        if plain and name not in known and not Path(name).exists() and (near := meant(name, known)):
            raise FileNotFoundError(
                f"there is no file {name}, and no picture of that name; {near} "
                "`minidl style --list` shows the names"
            )


def _paint_in_one_pass(
    made_from: Recipe, out: Path, asked: dict[str, Any], strength: float | None, morph: bool,
    quiet: bool,
) -> None:  # fmt: skip
    from minidl.cli.style.one_pass import OnePass, check_options

    check_options(asked)
    if strength is not None:
        made_from = made_from._replace(strength=strength)
    work = OnePass(made_from, out, quiet)
    work.morph() if morph else work.run()


def _layers(given: list[str] | None) -> dict[str, float] | None:
    """{layer: lambda} of NAME or NAME=WEIGHT."""
    if not given:
        return None
    from minidl.style.costs import LAYER_WEIGHT

    found = {}
    for words in given:
        name, _, weight = words.partition("=")
        try:
            found[name] = float(weight) if weight else LAYER_WEIGHT
        except ValueError:
            raise ValueError(
                f"given --layer {words}, expected NAME or NAME=WEIGHT, such as relu4_1=0.5"
            ) from None
    return found


def _default(content: str, styles: list[str], suffix: str) -> Path:
    return Path("-".join(Path(name).stem for name in (content, *styles)) + suffix)


def _show_names() -> None:
    from rich.table import Table

    from minidl.cli.style.presets import PRESETS
    from minidl.data import ARTWORKS, PAINTINGS, SAMPLE_IMAGES

    paintings = [f"{name} ({p.painter}, {p.year})" for name, p in PAINTINGS.items()]
    rows: list[tuple[str, Any]] = [
        ("photographs", SAMPLE_IMAGES), ("artworks", ARTWORKS), ("paintings, downloaded", paintings)
    ]  # fmt: skip
    names = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for what, found in rows:
        names.add_row(f"[bold]{what}[/bold]", ", ".join(found))
    presets = Table("preset", "does", "settings", box=None, padding=(0, 2, 0, 0))
    for name, made in PRESETS.items():
        settings = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in made.settings.items())
        presets.add_row(name, made.does, f"[dim]{settings}[/dim]")
    console().print(names, "", presets)
