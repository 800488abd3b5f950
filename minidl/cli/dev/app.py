"""The group of `minidl dev` commands: what may be asked for, and what is said afterwards."""

from __future__ import annotations

from typing import Annotated

import typer

from minidl.cli.plain import Plain
from minidl.cli.speech import errors_in_one_line, say

app = Plain(
    help="For those who work on minidl itself: skeletons to fill in.\n\n"
    "[bold]minidl dev new op gelu --layer GELU[/bold]"
)
new = Plain(
    help="Write the skeleton of an operation, an exercise or a lesson, in every file it needs.\n\n"
    "[bold]minidl dev new exercise ex06.soft_margin[/bold]\n\n"
    "CONTRIBUTING.md says what goes into it.",
)
app.add_typer(new, name="new")


@new.command()
def op(
    name: Annotated[str, typer.Argument(metavar="NAME", help="as PyTorch calls it: gelu")],
    family: Annotated[
        str, typer.Option(metavar="FILE", help="the file of minidl/ops/ it belongs to")
    ] = "activation",
    layer: Annotated[
        str,
        typer.Option(metavar="NAME", help="a layer of nn as well: GELU", show_default=False),
    ] = "",
    oracle: Annotated[
        str,
        typer.Option(
            metavar="EXPRESSION", show_default=False,
            help="the same in PyTorch (default: torch.nn.functional.NAME)",
        ),
    ] = "",
) -> None:  # fmt: skip
    """Write the skeleton of a differentiable operation.

    [bold]minidl dev new op gelu --layer GELU[/bold]

    It goes into minidl/ops, is exported from minidl.functional, gets an entry in the oracle, and,
    with --layer, a layer in minidl.nn with its own.
    """
    from minidl.cli.dev.op import write_op

    with errors_in_one_line():
        _told(write_op(name, family, layer, oracle))
    tests = "'tests/test_ops.py tests/nn'" if layer else "tests/test_ops.py"
    say(f'then: make test TEST={tests} && make oracle TEST="-k {name}" && make lint')


@new.command()
def exercise(
    name: Annotated[
        str, typer.Argument(metavar="SET.NAME", help="ex06.soft_margin, or ex12_video.optical_flow")
    ],
) -> None:
    """Write the skeleton of a graded function: reference, checks, hints, named mistakes.

    [bold]minidl dev new exercise ex06.soft_margin[/bold] (in a set that is there)

    [bold]minidl dev new exercise ex12_video.optical_flow[/bold] (begins a new set)
    """
    from minidl.cli.dev.exercise import write_exercise

    with errors_in_one_line():
        _told(write_exercise(name))
    key = name.partition(".")[0].partition("_")[0]
    say(f"then: make exercises && make test TEST=\"tests/course -k '{key} or mine'\"")


@new.command()
def lesson(
    name: Annotated[str, typer.Argument(metavar="NN_NAME", help="12_video")],
) -> None:
    """Write the skeleton of a lesson: its source, with all that a lesson has, and its figures.

    [bold]minidl dev new lesson 12_video[/bold]
    """
    from minidl.cli.dev.lesson import write_lesson

    with errors_in_one_line():
        _told(write_lesson(name))
    say(f"then: make lessons LESSONS={name}, and look at every figure")


def _told(places: list[str]) -> None:
    for place in places:
        say(f"written: {place}")
