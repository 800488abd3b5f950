"""Files that are the same are graded once, and only they."""

import pytest

from minidl.course.classroom.intake.parcel import Parcel
from minidl.course.classroom.intake.submission import Submission
from minidl.course.classroom.work.desks import Desk
from minidl.course.classroom.work.known import MOST, Known, key_of
from minidl.course.classroom.work.task import Task
from minidl.course.sandbox import walls
from minidl.course.sets.manifest import ExerciseSet, Tolerance

HINTS = ("one", "two", "three")


def checks(key):
    """Two sets; the second builds on the first."""
    found = ExerciseSet(f"{key}_toy", "Toy")
    needs = ("ex01.f",) if key == "ex02" else ()
    found.function(
        "f", points=1, minutes=1, hints=HINTS, tolerance=Tolerance(0, "exact"), needs=needs
    )
    return found


def submission(**changes):
    texts = {"ex01": "one", "ex02": "two", "ex03": "three"}
    sources = {key: f"{key}.py" for key in texts}
    return Submission(**({"texts": texts, "sources": sources, "helpers": {"mine": "x"}} | changes))


def test_a_result_hangs_on_the_file_what_it_builds_on_and_helpers_alone():
    base = submission()
    first = key_of("ex02", base, checks)
    others = [
        submission(texts=base.texts | {"ex02": "another"}),
        submission(texts=base.texts | {"ex01": "another"}),
        submission(helpers={"mine": "y"}),
        submission(faults={"ex01": b"\xff"}),
        submission(sources={"ex02": "ex02.py"}),
    ]
    assert first not in {key_of("ex02", other, checks) for other in others}
    assert first != key_of("ex01", base, checks)
    assert first == key_of("ex02", submission(texts=base.texts | {"ex03": "another"}), checks)
    assert first == key_of("ex02", submission(sources=dict.fromkeys(base.texts, "a/b.py")), checks)


@pytest.mark.parametrize(
    ("statuses", "kept"),
    [
        (["passed", "wrong", "not started", "crashed"], 1),
        (["passed", "stopped"], 0),
        (["not loaded"], 0),
    ],
)
def test_what_the_machine_may_have_stopped_is_not_kept(statuses, kept):
    known = Known()
    known.keep("name", {"functions": [{"status": status} for status in statuses]})
    assert len(known.added) == kept


def test_the_latest_results_are_kept():
    known = Known()
    for number in range(MOST + 1):
        known.learn({str(number): {}})
    assert known.get("0") is None
    assert known.get(str(MOST)) == {}


def test_the_second_of_two_alike_has_the_result_of_the_first(toy_course):
    text = b"import mine\ndef double(x): return mine.twice(x)\n"
    files = {"ex01_toy.py": text, "mine.py": b"def twice(x): return 2 * x\n"}
    desk = Desk(toy_course, Task(3, ("ex01",), "course", walls.available().enough))
    try:
        desk.ready()
        one, two = (desk.grade(Parcel(files)) for _ in range(2))
        other = desk.grade(Parcel(files | {"mine.py": b"def twice(x): return 3 * x\n"}))
    finally:
        desk.close()
    assert one == two
    status = [r["sets"]["ex01"]["functions"][0]["status"] for r in (one, other)]
    assert status == ["passed", "wrong"]
