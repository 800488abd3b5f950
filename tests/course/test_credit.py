"""Nearly right is not nothing: points in parts, on two seeds."""

import pytest

from minidl.course.checking import check
from minidl.course.grading.reference import Reference
from minidl.course.report.terminal import plain_result
from minidl.course.sets.manifest import ExerciseSet, Tolerance
from minidl.course.sets.parts import PARTS, earned, split

MEAN = """
@f.probe("five numbers")
def _(ex, rng):
    return {"y": ex.f(rng.normal(size=5))}

@f.probe("no numbers", "edge")
def _(ex, rng):
    return {"y": ex.f(np.zeros(0))}

@f.probe("x stays as it was", part="promise")
def _(ex, rng):
    x = rng.normal(size=3)
    ex.f(x)
    return {"x": x}
"""


@pytest.fixture
def mean(one_function):
    one_function.declare("return float(x.sum() / max(1, x.size))", MEAN)
    return one_function.grade


@pytest.mark.parametrize(
    ("points", "parts", "shares"),
    [
        (20, PARTS, {"main": 12, "edge": 5, "promise": 3}),
        (10, PARTS, {"main": 6, "edge": 2, "promise": 2}),
        (20, ["main", "promise"], {"main": 16, "promise": 4}),
        (2, PARTS, {"main": 0, "edge": 1, "promise": 1}),
        (1, ["main", "promise"], {"main": 0, "promise": 1}),
    ],
)
def test_points_are_split_whole(points, parts, shares):
    assert split(points, parts) == shares


@pytest.mark.parametrize("points", range(2, 40))
@pytest.mark.parametrize("parts", [PARTS, ["main", "promise"]])
def test_no_point_is_lost_and_only_all_parts_earn_all(points, parts):
    shares = split(points, parts)
    assert sum(shares.values()) == points
    assert all(earned(shares, [p for p in parts if p != one]) < points for one in parts)


def test_all_parts_right_is_a_pass(mean):
    result = mean("return x.sum() / max(1, len(x))")
    assert (result.status, result.points, result.credit) == ("passed", 20, "")


def test_a_wrong_edge_costs_the_edges(mean):
    result = mean("return x.sum() / len(x)")
    assert (result.status, result.points) == ("wrong", 15)
    assert result.credit == "right on the main cases and promises; wrong: edges"
    assert "case: no numbers" in result.details


def test_a_broken_promise_costs_the_promises(mean):
    result = mean("x -= 0\ny = x.sum() / max(1, x.size)\nx += 1\nreturn y")
    assert (result.status, result.points) == ("wrong", 17)
    assert result.credit == "right on the main cases and edges; wrong: promises"


def test_a_function_that_does_nothing_earns_nothing(mean):
    assert mean("return None").points == 0
    assert mean("return 0.0").points == 0  # right at its edge, and it leaves x alone


def test_an_edge_without_end_leaves_the_main_cases(mean):
    result = mean("while not x.size: pass\nreturn x.sum() / x.size")
    assert (result.status, result.points) == ("stopped", 12)


def test_a_stub_that_is_left_at_an_edge_is_told(mean):
    result = mean('if not x.size: raise NotImplementedError("ex01.f: Does it.")\nreturn x.mean()')
    assert (result.status, result.points) == ("crashed", 15)
    assert result.says == "raises the NotImplementedError of its stub in this case"


def test_the_report_shows_the_points_and_the_parts(mean, one_function, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(one_function.course.root))
    path = one_function.course.learner_file("ex01")
    path.write_text("def f(x, y=None):\n    return x.sum() / len(x)\n")
    report = check("ex01", seed=3)
    assert " 15/20   right on the main cases and promises; wrong: edges" in plain_result(
        report.sets[0]
    )
    assert report.score == 15
    assert "right on the main cases and promises; wrong: edges" in report._repr_html_()


def test_a_function_needs_a_main_case():
    checks = ExerciseSet("ex99_any", "Any")
    f = checks.function(
        "f", points=5, minutes=5, hints=("a", "b", "c"), tolerance=Tolerance(0.0, "exact")
    )
    with pytest.raises(ValueError, match=r"ex99\.f has no probe of its main case"):
        _ = f.shares
    with pytest.raises(ValueError, match=r"part 'corner' of ex99\.f: one of main, edge, promise"):
        f.probe("any", "corner")


# Two seeds


def learnt(seed, reference):
    """A function that knows the numbers of one seed, and is wrong on all others."""
    with reference(seed) as known:
        x = known.expected("ex01.f")[0].calls[0][0].line
    return f"known = {x.removeprefix('f')}\nreturn x.mean() if x.size in (0, 3) or " + (
        "np.array_equal(x, known) else 0.0"
    )


@pytest.fixture
def overfit(one_function):
    checks = MEAN.replace("max(1, x.size)", "x.size")
    one_function.declare("return float(x.sum() / max(1, x.size))", checks)
    body = learnt(7, lambda seed: Reference(one_function.course, seed))
    return body.replace("return x.mean()", "return x.sum() / max(1, x.size)")


def test_what_is_right_on_the_own_seed_only_is_no_pass(overfit, one_function):
    result = one_function.grade(overfit, seed=7)
    assert (result.status, result.points) == ("wrong", 0)
    fresh = result.case.seed
    assert fresh != 7
    repeats = f'right on your own numbers, wrong on others: check("ex01.f", seed={fresh})'
    assert any(line.startswith(repeats) for line in result.details)


def test_the_seed_it_names_repeats_the_case(overfit, one_function):
    first = one_function.grade(overfit, seed=7)
    second = one_function.grade(overfit, seed=first.case.seed)
    assert second.case == first.case
    assert {first.says, first.details[0]} & {second.says, *second.details}


def test_with_a_seed_the_fresh_one_is_always_the_same(overfit, one_function):
    assert one_function.grade(overfit).details == one_function.grade(overfit).details


def test_without_a_seed_the_fresh_one_is_drawn(one_function):
    one_function.declare("return float(x.sum() / max(1, x.size))", MEAN)
    seeds = [Reference(one_function.course, 7, draws_fresh=True) for _ in range(2)]
    drawn = [reference.seeds("ex01.f") for reference in seeds]
    for reference in seeds:
        reference.sandbox.close()
    assert drawn[0][0] == drawn[1][0] == 7
    assert drawn[0][1] != drawn[1][1]
