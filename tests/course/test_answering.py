"""One process answers the needed functions of run after run, and no run finds what another left."""

import pytest

from minidl.course.sandbox.answering import Answering
from minidl.course.sandbox.jobs import Job, Limits
from minidl.course.sandbox.sandbox import Sandbox

PROBE = {"source": "def _(ex, rng): return {'y': ex.g()}", "function": "_", "seed": [1]}
HONEST = "def g(): return f(20) + 2"
CHILD = "import gc\nchild, = [o for o in gc.get_objects() if type(o).__name__ == 'Child']\n"
LEAVES = {
    "a call whose answer is not waited for": 'child.send("call", {"args": [5], "kwargs": {}}, "f")',
    "an answer that nobody asked for": 'child.send("value", 7)',
}


@pytest.fixture
def answering():
    with Sandbox(ours=True) as ours:
        yield Answering(ours, Job("m", "m.py", "def f(x): return 2 * x", ("f",)), Limits())


def run(learner, answering, text):
    job = Job("m", "m.py", text, ("g",), [PROBE], calls=[("", "f")])
    return learner.run(job, answering)


def value(run):
    kind, results = run.results[0]
    assert kind == "arrays", results
    return results["y"].item()


def test_it_stays_for_the_next_run(learner, answering):
    assert value(run(learner, answering, HONEST)) == 42
    first = answering.process
    assert first
    assert value(run(learner, answering, HONEST)) == 42
    assert answering.process is first


def test_a_run_that_calls_nothing_begins_nothing(learner, answering):
    assert value(run(learner, answering, "def g(): return 3")) == 3
    assert answering.process is None


def test_what_else_runs_there_ends_it_and_the_next_call_begins_it_again(learner, answering):
    run(learner, answering, HONEST)
    first = answering.process
    probe = PROBE | {"source": "def _(ex, rng): return {'y': ex.f(1)}"}
    answering.sandbox.run(Job("m", "m.py", "def f(x): return x", ("f",), [probe]))
    assert value(run(learner, answering, HONEST)) == 42
    assert answering.process is not first


def test_it_begins_again_where_its_supervisor_was_ended(learner, answering):
    run(learner, answering, HONEST)
    answering.sandbox.process.kill()
    answering.sandbox.process.wait()
    assert value(run(learner, answering, HONEST)) == 42


@pytest.mark.parametrize("left", LEAVES)
def test_whoever_leaves_something_open_has_left_it_for_nobody(left, learner, answering):
    run(learner, answering, f"{CHILD}def g():\n    {LEAVES[left]}\n    return f(1)")
    for _ in range(3):
        assert value(run(learner, answering, HONEST)) == 42


def test_a_call_of_what_is_not_needed_is_refused(learner, answering):
    text = f'{CHILD}def g(): return child.call("h", (1,), {{}})'
    assert run(learner, answering, text).stopped == "reply"
    assert value(run(learner, answering, HONEST)) == 42
