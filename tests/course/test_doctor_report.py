"""A report that can be copied to strangers: what they need, and nobody's name."""

from pathlib import Path

import pytest

from minidl.course import doctor_report
from minidl.course.doctor import Finding


def test_it_has_versions_findings_and_what_the_environment_asks_for(monkeypatch):
    found = [Finding(True, "minidl", "1"), Finding(False, "Course folder", "none at /x")]
    monkeypatch.setattr(doctor_report, "findings", lambda: iter(found))
    monkeypatch.setenv("MINIDL_KERNELS", "plain")
    text = "\n".join(doctor_report.lines())
    assert "Python " in text
    assert "BAD  Course folder: none at /x" in text
    assert "MINIDL_KERNELS=plain" in text
    assert "llvmlite" in text


def test_the_name_of_a_user_is_not_in_it(monkeypatch):
    monkeypatch.setattr(doctor_report, "findings", lambda: iter(()))
    monkeypatch.setenv("JUPYTERHUB_USER", "ada.lovelace")
    monkeypatch.setenv("MINIDL_DATA", "/Users/ada/data")
    text = "\n".join(doctor_report.lines())
    assert "ada" not in text
    assert "JUPYTERHUB_USER=(set)" in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("/home/ada/course: 11 lessons", "/home/…/course: 11 lessons"),
        ("NumPy in /Users/ada/env", "NumPy in /Users/…/env"),
        (f"{Path.home()}/x", "~/x"),
        ("/opt/python", "/opt/python"),
    ],
)
def test_folders_of_somebody_are_shown_without_their_name(given, said):
    assert doctor_report.private(given) == said
