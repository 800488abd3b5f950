"""roster.csv as spreadsheets write it, and dates as people do."""

import datetime

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
