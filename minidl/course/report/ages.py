"""When a file was saved, in words: the time of the clock, and how long ago that was."""

from __future__ import annotations

from datetime import datetime

UNITS = (("day", 86400), ("h", 3600), ("min", 60), ("s", 1))


def saved(at: float, now: float) -> str:
    """ "saved 12:04:31, 8 s ago"; with the date where it was on another day.

    at, now: seconds since the epoch. A time that is not over (another computer's clock) has no age.
    """
    then = datetime.fromtimestamp(at)
    same_day = then.date() == datetime.fromtimestamp(now).date()
    clock = then.strftime("%H:%M:%S" if same_day else "%Y-%m-%d %H:%M")
    return f"saved {clock}{_ago(now - at)}"


def _ago(seconds: float) -> str:
    if seconds < 0:
        return ""
    for unit, length in UNITS:
        count = int(seconds // length)
        if count:
            return f", {count} {unit}{'s' if unit == 'day' and count > 1 else ''} ago"
    return ", just now"
