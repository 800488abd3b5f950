"""predict: an answer is kept, shown beside what came out, and counted at the end of a lesson."""

import pytest

from minidl.course import predict, predictions
from minidl.course.store import Store
from minidl.errors import CourseError


@pytest.fixture
def course(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    return toy_course


def nearer(answer):
    return predict("00.nearer", "Which is nearer to A?", ["B", "C"], answer=answer)


def layers(answer):
    return predict("02.layers", "How many fit?", answer=answer, within=0.1, unit="layers")


def sizes(answer):
    return predict("02.sizes", "Largest first", ["conv1", "conv2", "dense"], order=True,
                   answer=answer)  # fmt: skip


def test_without_an_answer_the_cell_says_how_to_give_one_and_nothing_is_kept(course):
    asked = nearer(None)
    assert 'Write answer="B" or "C" in this cell' in repr(asked)
    assert "Which is nearer to A?" in asked._repr_html_()
    assert repr(asked.outcome("B")).splitlines() == [
        "Which is nearer to A?", "  no prediction made; came out B",
    ]  # fmt: skip
    assert Store(course).predictions == {}
    assert repr(predictions("00")) == "lesson 00: no prediction made"


def test_an_answer_is_kept_and_shown_beside_what_came_out(course):
    asked = nearer("b")
    assert Store(course).predictions == {"00.nearer": {"answer": "B"}}
    assert repr(asked.outcome("C", because="Dots see the wall.")).splitlines() == [
        "Which is nearer to A?",
        "  predicted B; came out C",
        "  not as you predicted",
        "  Dots see the wall.",
    ]
    assert Store(course).predictions == {"00.nearer": {"answer": "B", "right": 0}}


def test_a_lesson_ends_with_how_often_one_was_right(course):
    nearer("B").outcome("B")
    layers(3).outcome(3)
    sizes(["conv1", "conv2", "dense"]).outcome(["dense", "conv2", "conv1"])
    assert repr(predictions("02")) == "lesson 02: 1 of 2 predictions came out"
    assert 'aria-label="1 of 2 predictions"' in predictions("02")._repr_html_()


def test_running_the_cell_again_keeps_what_came_of_the_same_answer_and_forgets_another(course):
    nearer("B").outcome("B")
    nearer("B")
    assert Store(course).predictions["00.nearer"] == {"answer": "B", "right": 1}
    nearer("C")
    assert Store(course).predictions["00.nearer"] == {"answer": "C"}


@pytest.mark.parametrize(("answer", "verdict"), [(97, "as you"), (111, "as you"), (80, "not as")])
def test_a_number_is_right_within_its_share_of_what_came_out(course, answer, verdict):
    assert verdict in layers(answer).outcome(102).verdict


def test_a_count_is_said_in_full_and_another_number_to_four_digits(course):
    asked = predict("06.count", "How many triplets?", answer=11519)
    said = repr(asked.outcome(11520))
    assert "11,519" in said
    assert "11,520" in said
    assert "0.3333" in repr(predict("06.third", "A third?").outcome(1 / 3))


def test_an_order_counts_its_pairs(course):
    outcome = sizes("dense, conv2, conv1").outcome(["dense", "conv1", "conv2"])
    assert outcome.right == 2 / 3
    assert outcome.verdict == "nearly"


@pytest.mark.parametrize(
    ("ask", "answer", "says"),
    [
        (nearer, "D", "'D' is not one of the answers: give \"B\", \"C\""),
        (nearer, "", "'' is not one of the answers: give \"B\", \"C\""),
        (sizes, "conv", "'conv' is not one of the answers: give \"conv1\", \"conv2\", \"dense\""),
        (sizes, ["dense", "conv1"],
         "['dense', 'conv1'] should have each of \"conv1\", \"conv2\", \"dense\" once"),
        (layers, "three", "'three' is no number: give one, such as answer=3"),
        (layers, float("nan"), "nan is no number: give one, such as answer=3"),
    ],
)  # fmt: skip
def test_an_answer_that_the_question_does_not_have_is_refused_in_one_line(
    course, ask, answer, says
):
    with pytest.raises(CourseError) as refused:
        ask(answer)
    assert str(refused.value) == says
    assert Store(course).predictions == {}


def test_predictions_that_no_minidl_wrote_do_not_count(course):
    course.state.mkdir()
    (course.state / "state.json").write_text(
        '{"predictions": {"02.a": {"answer": "B", "right": 7}, "02.b": 3,'
        ' "02.c": {"answer": "B", "right": 1}}}'
    )
    assert predictions("02").rights == (1,)
