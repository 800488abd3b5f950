"""`predict`: a learner's guess, kept until the outcome, and how often one was right.

    edge = predict("02.wall", "On a grey wall the filter gives", ["0", "0.6", "5"], answer=None)
    edge.outcome("0")               in a later cell, when the number is there
    predictions("02")               at the end of the lesson

The learner writes an answer in the place of None and runs the cell. Where nobody does (a notebook
that is executed by a program), the outcome says that there was no prediction, and nothing fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from minidl.course.guesses import Guess, Number, OneOf, Order
from minidl.course.predicted import Asked, Outcome, Tally
from minidl.course.sets.folder import find
from minidl.course.store import Store


@dataclass(frozen=True)
class Prediction:
    """A question with the learner's answer, or None; it shows itself, and takes the outcome."""

    name: str
    question: str
    guess: Guess
    answer: Any = None

    def outcome(self, value: Any, because: str = "") -> Outcome:
        """What came out, shown beside what was predicted; whether that was right is kept.

        value: an answer as the question asks for. because: one sentence on why.
        """
        came = self.guess.read(value)
        right = None
        if self.answer is not None:
            right = self.guess.right(self.answer, came)
            Store(find()).predict(self.name, self.answer, right)
        said = None if self.answer is None else self.guess.words(self.answer)
        return Outcome(self.question, said, self.guess.words(came), right, because)

    @property
    def _asked(self) -> Asked:
        said = None if self.answer is None else self.guess.words(self.answer)
        return Asked(self.question, self.guess.how(), said)

    def __repr__(self) -> str:
        return repr(self._asked)

    def _repr_html_(self) -> str:
        return self._asked._repr_html_()


def predict(
    name: str,
    question: str,
    options: Sequence[str] | None = None,
    *,
    answer: Any = None,
    order: bool = False,
    within: float = 0.0,
    unit: str = "",
) -> Prediction:
    """Asks for a prediction and keeps it: one of the options, an order of them, or a number.

    name: the lesson and a word, "02.wall", by which it is kept.
    options: what to choose from; without them the answer is a number.
    answer: the learner's: an option (its beginning will do), with `order` a list of all of them
    or a string with commas, else a number. None: no prediction as yet.
    order: whether the options are to be put in order, the first first.
    within: how far off a number may be and count as right, as a share of what comes out.
    unit: of a number, such as "layers".
    Raises CourseError, in one line, for an answer that the question does not have.
    """
    guess: Guess = Number(within, unit)
    if options is not None:
        guess = Order(tuple(options)) if order else OneOf(tuple(options))
    found = None if answer is None else guess.read(answer)
    if found is not None:
        store = Store(find())
        if store.predictions.get(name, {}).get("answer") != found:
            store.predict(name, found)
    return Prediction(name, question, guess, found)


def predictions(lesson: str) -> Tally:
    """How often one was right in a lesson ("02"), of the predictions whose outcome is known."""
    made = Store(find()).predictions
    here = [entry for name, entry in made.items() if name.partition(".")[0] == lesson]
    return Tally(lesson, tuple(entry["right"] for entry in here if "right" in entry))
