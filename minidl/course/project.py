"""What can be judged of a project's report: that it is whole, and that its numbers fit together.

    judge({"project": "door", ...})          or, of a JSON file, `minidl judge door.json`

Lesson 11 says what the three reports hold. Whether a choice was wise, and an account is clear, is
for people to judge; nothing here looks at how a number came about.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from minidl.course.report.sheet import page
from minidl.errors import CourseError
from minidl.metric import false_match_probability, wilson_interval

WORDS = (120, 600)  # least and most of an account
NEAR = 0.02  # of a rate that follows from others: it may be rounded
SEEN = 3  # false accepts that a measurement should be able to see: else it says little (rule of 3)
PICTURE = 256  # pixels along the shorter side of a painting

Report = Mapping[str, Any]
Finding = tuple[bool, str]


@dataclass(frozen=True)
class Judgement:
    """What was looked at, in order, each right or not, in a sentence; it shows itself."""

    project: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether all of it is right."""
        return all(right for right, _ in self.findings)

    @property
    def _head(self) -> str:
        count = sum(right for right, _ in self.findings)
        return f"project {self.project}: {count} of {len(self.findings)} points are in order"

    def __repr__(self) -> str:
        return "\n".join([self._head, *(f"  {'✓' if ok else '✗'} {s}" for ok, s in self.findings)])

    def _repr_html_(self) -> str:
        rows = [
            f'<tr><td class="{"right" if ok else "wrong"}">{"✓" if ok else "✗"}</td>'
            f"<td>{escape(says)}</td></tr>"
            for ok, says in self.findings
        ]
        head = f"<b>{escape(self._head)}</b>"
        return page(f"{head}<table><tbody>{''.join(rows)}</tbody></table>")


def judge(report: Report) -> Judgement:
    """What is in order in a project's report, and what is not, sentence by sentence.

    report: its entries by name; "project" is one of "door", "table", "painting".
    Raises CourseError, in one line, for a project that there is not.
    """
    if not isinstance(report, Mapping):
        raise CourseError('a report is a dictionary, {"project": "door", ...}')
    kind = report.get("project")
    if not isinstance(kind, str) or kind not in KINDS:
        raise CourseError(f'"project" is {kind!r}; it should be one of {", ".join(KINDS)}')
    names, points = KINDS[kind]
    missing = [name for name in names if _is_empty(report.get(name))]
    if missing:
        return Judgement(kind, ((False, f"missing: {', '.join(missing)}"),))
    return Judgement(kind, tuple(found for point in points for found in _found(point, report)))


def _is_empty(value: Any) -> bool:
    return value is None or (hasattr(value, "__len__") and len(value) == 0)


def _found(point: Callable[[Report], Iterator[Finding]], report: Report) -> list[Finding]:
    """The findings on one point; one that cannot even be read is a finding."""
    try:
        return list(point(report))
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
        told = (point.__doc__ or "").rstrip(".")
        return [(False, f"{told}: cannot be read ({type(error).__name__}: {error})")]


def _apart(report: Report) -> Iterator[Finding]:
    """People who choose, and people who are reported on."""
    choosing, reported = set(report["choosing"]), set(report["reported"])
    both = sorted(choosing & reported, key=str)
    if both:
        yield False, f"people in both groups: {len(both)}, for instance {both[0]}"
    else:
        yield True, f"{len(choosing)} people choose the threshold, {len(reported)} others judge it"
    yield min(len(choosing), len(reported)) > 1, "each group should have two people or more"


def _measured(report: Report) -> Iterator[Finding]:
    """The two rates and their intervals."""
    for name in ("false accepts", "true accepts"):
        yield from _counted(name, report[name], report[f"{name} interval"])


def _counted(name: str, counts: Sequence[int], interval: Sequence[float]) -> Iterator[Finding]:
    """A count of so many, and an interval of its rate."""
    count, trials = (int(n) for n in counts)
    low, high = (float(n) for n in interval)
    if not 0 <= count <= trials or trials < 1:
        yield False, f"{name}: {count} of {trials} is no count"
        return
    rate = count / trials
    told = f"{name}: {count} of {trials}, {rate:.3%}"
    if not 0 <= low <= rate <= high <= 1:
        yield False, f"{told}, is not inside of its interval, {low:.3%} to {high:.3%}"
        return
    least, most = wilson_interval(count, trials)
    if high - low < (1 - NEAR) * (most - least):
        yield (
            False,
            f"{told}: the interval {low:.3%} to {high:.3%} is narrower than independent pairs "
            f"allow, {least:.3%} to {most:.3%}; pairs that share people allow less",
        )
        return
    yield True, f"{told}, interval {low:.3%} to {high:.3%}"


def _visible(report: Report) -> Iterator[Finding]:
    """The false accept rate that was ordered."""
    ordered, (count, trials) = float(report["far"]), report["false accepts"]
    low, _ = report["false accepts interval"]
    if not 0 < ordered < 1:
        yield False, f"the ordered rate is {ordered:g}; it should be between 0 and 1"
        return
    needed = math.ceil(SEEN / ordered)
    if trials < needed:
        says = f"{trials} pairs of two people cannot show a rate of {ordered:g}: {needed} could"
        yield False, says
    else:
        yield True, f"{trials} pairs of two people can show a rate of {ordered:g}"
    kept = float(low) <= ordered
    says = f"a rate of {ordered:g} was ordered, and {count / trials:.3%} measured"
    yield kept, f"{says}, which it fits" if kept else f"{says}: the promise is broken"


def _at_the_door(report: Report) -> Iterator[Finding]:
    """What a stranger meets, where many are enrolled."""
    people, told = int(report["enrolled"]), float(report["stranger let in"])
    count, trials = report["false accepts"]
    low, high = (
        float(false_match_probability(float(end), people))
        for end in report["false accepts interval"]
    )
    likely = float(false_match_probability(count / trials, people))
    right = abs(told - likely) <= NEAR * likely + 1e-9
    says = f"a stranger is compared with {people} people, and let in with {told:.2%}"
    if right:
        yield True, f"{says}, as the measured rate says; its interval says {low:.2%} to {high:.2%}"
    else:
        yield False, f"{says}: the measured rate would give {likely:.2%}"


def _account(report: Report) -> Iterator[Finding]:
    """The written account."""
    count = len(str(report["account"]).split())
    least, most = WORDS
    says = f"words in the account: {count}"
    yield least <= count <= most, f"{says}; {least} to {most} are asked for"


def _rows(report: Report) -> Iterator[Finding]:
    """The rows of the table."""
    rows = report["rows"]
    yield len(rows) > 1, f"rows: {len(rows)}; a comparison should have two or more"
    for row in rows:
        yield from _counted(str(row["name"]), row["right"], row["interval"])


def _tested(report: Report) -> Iterator[Finding]:
    """What was learnt from, and what was tested on."""
    both = sorted(set(report["learnt from"]) & set(report["tested on"]), key=str)
    apart = "none that was learnt from is tested on"
    told = f"on both sides: {len(both)}, for instance {both[0]}" if both else apart
    yield not both, told


def _claim(report: Report) -> Iterator[Finding]:
    """The claim which row is best."""
    rows = {str(row["name"]): row for row in report["rows"]}
    best = str(report["best"])
    rates = {name: row["right"][0] / row["right"][1] for name, row in rows.items()}
    if best == "undecided":
        yield True, "it is left open which row is best"
        return
    if best not in rows:
        yield False, f'"best" is {best!r}; it should be the name of a row, or "undecided"'
        return
    if rates[best] < max(rates.values()):
        yield False, f"{best} is called best, and another row has more right"
        return
    others = [row["interval"][1] for name, row in rows.items() if name != best]
    clear = float(rows[best]["interval"][0]) > max(map(float, others), default=0.0)
    says = f"{best} is called best, and its interval"
    unsure = "overlaps another's: these runs leave it undecided, or more pictures must decide"
    yield clear, f"{says} is above the others" if clear else f"{says} {unsure}"


def _painted(report: Report) -> Iterator[Finding]:
    """The painting's file."""
    from PIL import Image, UnidentifiedImageError

    path = Path(str(report["picture"])).expanduser()
    try:
        with Image.open(path) as image:
            width, height = image.size
    except FileNotFoundError:
        yield False, f"{path} is not there"
        return
    except (OSError, UnidentifiedImageError):
        yield False, f"{path} is no picture that can be opened"
        return
    large = min(width, height) >= PICTURE
    yield large, f"the picture has {width} by {height} pixels; {PICTURE} or more along each side"


def _of_whom(report: Report) -> Iterator[Finding]:
    """Where the two pictures come from."""
    same = str(report["content"]).strip() == str(report["style"]).strip()
    yield not same, "content and style should be two pictures, said where they are from"


def _tries(report: Report) -> Iterator[Finding]:
    """What was tried before."""
    tries = report["tries"]
    changed = {str(one["changed"]) for one in tries}
    yield len(tries) > 2, f"tries: {len(tries)}; three or more tell what a setting does"
    once = len(changed) == len(tries)
    yield once, "each try should say the one thing that it changed"


KINDS: dict[str, tuple[tuple[str, ...], tuple[Callable[[Report], Iterator[Finding]], ...]]] = {
    "door": (
        ("choosing", "reported", "far", "threshold", "false accepts", "false accepts interval",
         "true accepts", "true accepts interval", "enrolled", "stranger let in", "account"),
        (_apart, _measured, _visible, _at_the_door, _account),
    ),
    "table": (
        ("paper", "learnt from", "tested on", "rows", "best", "account"),
        (_tested, _rows, _claim, _account),
    ),
    "painting": (
        ("picture", "content", "style", "tries", "account"),
        (_painted, _of_whom, _tries, _account),
    ),
}  # fmt: skip
