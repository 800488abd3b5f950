"""What the reference gives, worked out beside the learner's run: the same, and nothing is left."""

import socket
import sys

import pytest

from minidl.course.grading.reference import Reference
from tests.conftest import TOY_CHECKS

NAMES = ("ex01.double", "ex01.total")


@pytest.fixture
def reference(toy_course):
    with Reference(toy_course, seed=7) as reference:
        yield reference


def test_it_is_what_would_be_worked_out_when_asked_for(toy_course, reference):
    reference.begin(*NAMES)
    with Reference(toy_course, seed=7) as other:
        for name in NAMES:
            for run, wanted in zip(reference.expected(name), other.expected(name), strict=True):
                assert run.results.keys() == wanted.results.keys()
                for number, (_, arrays) in wanted.results.items():
                    assert {k: v.tolist() for k, v in run.results[number][1].items()} == {
                        k: v.tolist() for k, v in arrays.items()
                    }


def test_another_fresh_seed_is_not_answered_with_what_was_begun_for_the_first(toy_course):
    with Reference(toy_course, seed=7, draws_fresh=True) as reference:
        reference.begin("ex01.double")
        first = reference.expected("ex01.double")
        reference.renew("ex01.double")
        assert reference.expected("ex01.double") is not first


def test_a_reference_that_fails_is_told_where_it_is_asked_for(toy_course):
    checks = toy_course.root / "tests/exercises/ex01_toy.py"
    checks.write_text(TOY_CHECKS.replace("ex.double(", "ex.no_such("))
    with Reference(toy_course, seed=7) as reference:
        reference.begin("ex01.double")
        with pytest.raises(RuntimeError, match="fails its own probe"):
            reference.expected("ex01.double")


def test_what_is_not_asked_for_is_not_waited_for(toy_course):
    with Reference(toy_course, seed=7) as reference:
        before = sys.getswitchinterval()
        reference.begin(*NAMES * 50)
        reference.expected("ex01.double")
        ended = reference.ahead.sandbox.control
    assert ended.fileno() == -1
    assert not reference.ahead.coming
    assert sys.getswitchinterval() == before


def test_a_twin_whose_supervisor_was_ended_begins_one_of_its_own(toy_course):
    with Reference(toy_course, seed=7) as reference:
        reference.begin("ex01.double")
        reference.expected("ex01.double")
        twin = reference.ahead.sandbox
        twin.control.shutdown(socket.SHUT_RDWR)
        assert twin.process is None
        reference.begin("ex01.total")
        reference.expected("ex01.total")
        assert twin.process
