"""The group of `minidl faces` commands."""

from __future__ import annotations

from minidl.cli.plain import Plain

app = Plain(
    help="Recognise people on photographs by their faces; everything stays on this machine.\n\n"
    "[bold]minidl faces verify a.jpg b.jpg[/bold] (the same person?)\n\n"
    "[bold]minidl faces enrol Ada ada.jpg[/bold] (one picture is enough)\n\n"
    "[bold]minidl faces recognise party.jpg --out named.png[/bold]\n\n"
    "[bold]minidl faces forget Ada[/bold]\n\n"
    "Or with people who do not exist, by the encoder that the course trains:\n\n"
    "[bold]minidl faces draw people[/bold]\n\n"
    "[bold]minidl faces verify --drawn people/Ada/1.png people/Ben/1.png[/bold]\n\n"
    "This is for learning. It must not decide anything about anybody: not who may enter, pay, "
    "work or cross a border, nor who is wanted or watched. Networks of this kind err more often "
    "on women, children and people of darker skin, on old and on bad pictures. A face is personal "
    "data, in many countries of a protected kind: enrol people who agreed, and forget them "
    "when they ask.",
)
