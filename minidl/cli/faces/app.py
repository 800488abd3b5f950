"""The group of `minidl faces` commands."""

from __future__ import annotations

import typer

app = typer.Typer(
    help="Recognise people by their faces: draw some, enrol them, ask who is who.\n\n"
    "Try it on people who do not exist:\n\n"
    "[bold]minidl faces draw people[/bold]\n\n"
    "[bold]minidl faces enrol Ada people/Ada/1.png[/bold] (one picture is enough)\n\n"
    "[bold]minidl faces recognise people/Ada/2.png people/Ben/*.png[/bold]\n\n"
    "[bold]minidl faces verify people/Ada/1.png people/Ben/1.png[/bold]\n\n"
    "Of every image the middle square is taken. The encoder that comes with minidl was trained on "
    "drawn faces: on photographs of real people it is a toy, and must not decide anything.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
