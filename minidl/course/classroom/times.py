"""Dates as instructors write them, when work came in, and by how much it was late."""

from __future__ import annotations

import datetime
import re

from minidl.errors import RequestError

IN_NAME = re.compile(
    r"(?<!\d)(\d{4}-\d\d-\d\d)(?:[T_ ](\d\d)[-:.h]?(\d\d)(?:[-:.]?(\d\d))?)?(Z?)(?![\d])"
)
EXPECTED = "expected a date such as 2026-12-01, or with a time, 2026-12-01T18:00"


def moment(text: str, what: str = "date") -> datetime.datetime:
    """A moment with its zone; a date alone is the last second of its day, here.

    Raises RequestError, in one line, for what is no date.
    """
    given = text.strip().replace("Z", "+00:00")
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", given):
            day = datetime.date.fromisoformat(given)
            return datetime.datetime.combine(day, datetime.time(23, 59, 59)).astimezone()
        return datetime.datetime.fromisoformat(given).astimezone()
    except (ValueError, OverflowError, OSError):
        raise RequestError(f"the {what} is given as {text!r}; {EXPECTED}") from None


def in_name(name: str) -> datetime.datetime | None:
    """The moment that the name of a submission states: "ada_2026-11-30T23-59.zip"."""
    found = IN_NAME.search(name)
    if not found:
        return None
    day, hour, minute, second, zulu = found.groups()
    text = f"{day}T{hour}:{minute}:{second or '00'}{zulu}" if hour else day
    try:
        return moment(text)
    except RequestError:
        return None


def of_seconds(seconds: float) -> datetime.datetime:
    """The moment so long after 1970, in whole seconds."""
    return datetime.datetime.fromtimestamp(int(seconds)).astimezone()


def written(when: datetime.datetime | None) -> str:
    """As ISO 8601, to the second, in UTC, so that it is the same wherever it is written."""
    if when is None:
        return ""
    return when.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def here(when: datetime.datetime | None) -> str:
    """As people read it, in this machine's own time, with its distance from UTC."""
    if when is None:
        return ""
    zone = when.astimezone().strftime("%z")
    return f"{when.astimezone():%Y-%m-%d %H:%M} (UTC{zone[:3]}:{zone[3:5]})"


def late_by(when: datetime.datetime | None, due: datetime.datetime | None) -> int:
    """Whole minutes, rounded up, by which work is late; 0 where it is not, or nobody can say."""
    if when is None or due is None or when <= due:
        return 0
    return -int(-(when - due).total_seconds() // 60)


def spoken(minutes: int) -> str:
    """Minutes as "2 d 3 h", "5 h 10 min", "7 min"; an empty string for none."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {left} min"
    return f"{left} min" if left else ""
