"""Grading never runs as root: who is, lets somebody do it who has no rights here."""

from __future__ import annotations

import os
import pwd

from minidl.errors import RequestError


def unprivileged() -> tuple[int, int] | None:
    """User and group to grade as; None where this process has no rights to lay down.

    Under sudo, whoever called it; else nobody. RequestError, in one line, where there is neither.
    """
    if os.geteuid() != 0:
        return None
    if os.environ.get("SUDO_UID", "0") != "0":
        return int(os.environ["SUDO_UID"]), int(os.environ.get("SUDO_GID", os.environ["SUDO_UID"]))
    try:
        found = pwd.getpwnam("nobody")
    except KeyError:
        raise RequestError(
            "grading does not run as root, and there is no user `nobody` to run it as: "
            "call it as an ordinary user"
        ) from None
    return found.pw_uid, found.pw_gid


def drop(user: list[int] | None) -> None:
    """Becomes this user (and group) for good."""
    if user is None:
        return
    os.setgroups([])
    os.setresgid(user[1], user[1], user[1])
    os.setresuid(user[0], user[0], user[0])
    os.environ["HOME"] = "/nonexistent"
