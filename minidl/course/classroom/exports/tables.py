"""The tables of a class: scores.csv, and what Canvas and Moodle take in.

Canvas: "How do I import grades in the Gradebook?", Instructor Guide; Student, ID, SIS User ID, SIS
Login ID and Section come first, a row "Points Possible" second. Moodle: docs.moodle.org, "Grade
import"; the columns are those of its own export, mapped by hand to users and to a grade item.
"""

from __future__ import annotations

from collections.abc import Sequence

from minidl.course.classroom import times
from minidl.course.classroom.exports.cells import table
from minidl.course.classroom.standing import Standing

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE = ("First name", "Last name", "ID number", "Email address")
FIRST = ("id", "name", "email", "status", "points", "out_of", "late", "submitted_at", "attempts")


def scores(standings: Sequence[Standing]) -> str:
    """A row a student, a column a function, and one for each set."""
    sets = standings[0].sets if standings else ()
    functions = [f.full_name for checks in sets for f in checks.functions.values()]
    head = [*FIRST, *(checks.key for checks in sets), *functions, "submission", "notes"]
    return table(head, [_scores(standing) for standing in standings])


def _scores(one: Standing) -> list[object]:
    per_set = [sum(f["points"] for f in one.of_set(checks.key)) for checks in one.sets]
    return [
        one.student.id,
        one.student.name,
        one.student.email,
        one.status,
        one.points,
        one.out_of,
        one.lateness,
        times.written(one.submitted),
        one.attempts,
        *per_set,
        *(function["points"] for function in one.functions),
        one.counts.entry.name if one.counts else "",
        "; ".join(one.notes),
    ]


def canvas(standings: Sequence[Standing], assignment: str) -> str:
    """For Canvas's gradebook. assignment: its name there, best with its number: "minidl (4711)"."""
    out_of = standings[0].out_of if standings else 0
    rows: list[list[object]] = [["    Points Possible", "", "", "", "", out_of]]
    for one in standings:
        more = one.student.more
        sis = more.get("sis_user_id") or one.student.id
        login = more.get("sis_login_id") or one.student.email
        who = [one.shown, more.get("canvas_id", ""), sis, login, more.get("section", "")]
        rows.append([*who, _grade(one)])
    return table([*CANVAS, assignment], rows)


def moodle(standings: Sequence[Standing], item: str) -> str:
    """For Moodle's import of grades. item: the name of the grade item."""
    rows = []
    for one in standings:
        first, _, last = one.student.name.rpartition(" ")
        told = f"{one.points} of {one.out_of} points" if one.counts else "nothing was handed in"
        late = f", {one.lateness} late" if one.late else ""
        who = [first, last, one.student.id, one.student.email]
        rows.append([*who, _grade(one), told + late])
    return table([*MOODLE, f"{item} (Real)", f"{item} (Feedback)"], rows)


def _grade(one: Standing) -> object:
    """Points, or an empty cell, which leaves alone what is there."""
    return one.points if one.counts else ""
