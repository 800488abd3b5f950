"""roster.csv as spreadsheets write it, and dates as people do."""

import datetime
import time

import pytest

from minidl.course.classroom import times
from minidl.course.classroom.roster import read
from minidl.errors import RequestError

UTC = datetime.timezone.utc


def roster(tmp_path, data):
    path = tmp_path / "roster.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(path)


@pytest.mark.parametrize(
    "data",
    [
        "id,name,email\na1,Zoë,z@x.org\n",
        "\ufeffID;Name;E-mail\r\na1;Zoë;z@x.org\r\n",
        "Student ID,name,Email Address,more\na1,Zoë,z@x.org,x\n\n",
        "id,name,email\na1,Zoë,z@x.org\n".encode("cp1252"),
    ],
)
def test_a_roster_of_any_spreadsheet_is_read(tmp_path, data):
    (student,) = roster(tmp_path, data).students
    assert (student.id, student.name, student.email) == ("a1", "Zoë", "z@x.org")


def test_the_gradebook_of_canvas_is_a_roster(tmp_path):
    data = (
        "Student,ID,SIS User ID,SIS Login ID,Section,minidl (4711)\n"
        '    Points Possible,,,,,100\n"Lovelace, Ada",123,s1,ada@x.org,S,\n'
        '"Noyce, Bob",124,,bob,S,\n'
        '"Student, Test",125,,,S,\n'
    )
    found = roster(tmp_path, data)
    assert [(s.id, s.name, s.email) for s in found.students] == [
        ("s1", "Lovelace, Ada", "ada@x.org"),
        ("124", "Noyce, Bob", ""),
    ]
    assert found.students[0].more["canvas_id"] == "123"
    for name in ("123", "s1", "ada@x.org", "lovelaceada", "Ada Lovelace"):
        assert found.owner([name]) is found.students[0]


@pytest.mark.parametrize("last", ["Last name", "Surname"])
def test_the_list_of_participants_of_moodle_is_a_roster(tmp_path, last):
    data = f"First name,{last},ID number,Email address\nAda,Lovelace,77,a@x.org\nBo,Li,,b@x.org\n"
    students = roster(tmp_path, data).students
    assert [(s.id, s.name) for s in students] == [("77", "Ada Lovelace"), ("b@x.org", "Bo Li")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("name\nAda\n", "needs one named id"),
        ("", "has the columns nothing"),
        ("id\na\na\n", "has the id a twice"),
        ("id,due\na,tomorrow\n", "the due in line 2 of"),
    ],
)
def test_a_roster_that_cannot_be_is_one_line(tmp_path, data, words):
    with pytest.raises(RequestError, match=words) as said:
        roster(tmp_path, data)
    assert "\n" not in str(said.value)


def test_a_date_alone_is_the_end_of_its_day():
    day = times.moment("2026-12-01")
    assert (day.hour, day.minute, day.second) == (23, 59, 59)


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-12-01T25:00", "1e9"])
def test_what_is_no_date_is_one_line(text):
    with pytest.raises(RequestError, match="expected a date such as"):
        times.moment(text)


def test_people_read_times_in_their_own_zone_and_are_told_which(monkeypatch):
    monkeypatch.setenv("TZ", "Etc/GMT-2")
    time.tzset()
    when = datetime.datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    try:
        assert times.here(when) == "2026-12-01 14:00 (UTC+02:00)"
        assert times.written(when) == "2026-12-01T12:00:00Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_lateness_is_in_whole_minutes_and_spoken():
    due = datetime.datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    one = datetime.timedelta(seconds=1)
    assert times.late_by(due, due) == 0
    assert times.late_by(due + one, due) == 1
    assert times.late_by(None, due) == 0
    assert [times.spoken(n) for n in (0, 7, 65, 1500)] == ["", "7 min", "1 h 5 min", "1 d 1 h"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ada_2026-11-30T18-05.zip", "2026-11-30T18:05"),
        ("2026-11-30_18-05-09_ada", "2026-11-30T18:05"),
        ("ada_123_20261130.zip", ""),
        ("ada_2026-99-99.zip", ""),
    ],
)
def test_a_date_in_the_name_of_a_submission_is_believed(name, found):
    told = times.in_name(name)
    assert (told.strftime("%Y-%m-%dT%H:%M") if told else "") == found
