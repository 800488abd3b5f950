"""The tables of a class: scores.csv, and what Canvas and Moodle take in.

Canvas: "How do I import grades in the Gradebook?", Instructor Guide; Student, ID, SIS User ID, SIS
Login ID and Section come first, a row "Points Possible" second. Moodle: docs.moodle.org, "Grade
import"; the columns are those of its own export, mapped by hand to users and to a grade item.
"""

from __future__ import annotations

from collections.abc import Sequence

from minidl.course.classroom import times
from minidl.course.classroom.exports.cells import table
from minidl.course.classroom.exports.words import total
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
    earned = [one.points, one.out_of, *per_set, *(f["points"] for f in one.functions)]
    points, out_of, *parts = earned if one.is_graded else ["", one.out_of, *[""] * len(earned[2:])]
    return [
        one.student.id,
        one.student.name,
        one.student.email,
        one.status,
        points,
        out_of,
        one.lateness,
        times.written(one.submitted),
        one.attempts,
        *parts,
        one.source,
        "; ".join(one.notes),
    ]


def canvas(standings: Sequence[Standing], assignment: str, scale: int | None = None) -> str:
    """For Canvas's gradebook. assignment: its name there, best with its number: "minidl (4711)".

    scale: what all points are turned into, 100 for percent.
    """
    out_of = scale or (standings[0].out_of if standings else 0)
    rows: list[list[object]] = [["    Points Possible", "", "", "", "", out_of]]
    listed = [one for one in standings if not why_not_in_canvas(one)]
    rows += [[*_canvas_ids(one), _grade(one, scale)] for one in listed]
    return table([*CANVAS, assignment], rows)


def _canvas_ids(one: Standing) -> list[object]:
    """Who it is. Where there is no roster, names of folders are not passed off as ids."""
    more = one.student.more
    if not one.roster:
        return [one.shown, more.get("canvas_id", ""), "", "", ""]
    sis = more.get("sis_user_id", one.student.id)
    login = more.get("sis_login_id", one.student.email)
    return [one.shown, more.get("canvas_id", ""), sis, login, more.get("section", "")]


def moodle(standings: Sequence[Standing], item: str, scale: int | None = None) -> str:
    """For Moodle's import of grades, of those whose address is known. item: of the grade item."""
    rows = []
    for one in standings:
        if why_not_in_moodle(one):
            continue
        who = [*_first_and_last(one.student.name), one.student.id, one.student.email]
        rows.append([*who, _grade(one, scale), total(one)])
    return table([*MOODLE, f"{item} (Real)", f"{item} (Feedback)"], rows)


def unmatched(standings: Sequence[Standing]) -> str:
    """Who is missing from what platforms import, and why."""
    rows = []
    for one in standings:
        why = {"canvas.csv": why_not_in_canvas(one), "moodle.csv": why_not_in_moodle(one)}
        grade = one.points if one.is_graded else ""
        rows += [[one.shown, one.source, grade, out, told] for out, told in why.items() if told]
    return table(["student", "submission", "points", "not in", "because"], rows)


def why_not_in_canvas(one: Standing) -> str:
    return "" if one.known else "not in the roster"


def why_not_in_moodle(one: Standing) -> str:
    """Moodle drops a whole import over one row without an address."""
    if not one.known:
        return "not in the roster"
    return "" if one.student.email else "no email"


def _first_and_last(name: str) -> list[str]:
    if "," in name:
        last, _, first = name.partition(",")
    else:
        first, _, last = name.rpartition(" ")
    return [first.strip(), last.strip()]


def _grade(one: Standing, scale: int | None) -> object:
    """Points, or an empty cell, which leaves alone what is there."""
    if not one.is_graded:
        return ""
    return one.points if scale is None else round(scale * one.share, 2)
