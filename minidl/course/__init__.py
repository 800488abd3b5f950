"""The exercise machine: `check` runs a learner's functions and says what is right and what is not.

In a notebook, `check("ex01")` or `check("ex01.unbroadcast")`; in a terminal, `minidl check`.
`case("ex01.unbroadcast")` gives the arguments on which one failed, `hint("ex01.unbroadcast")` a
hint; `watch("ex01")` checks again at every save, `progress()` shows how far you are, and
`reset("ex01.unbroadcast")` begins again.
`use_mine()` then puts what passes in the place of the library's own functions, and
`your_code("ex01.backward")` gives one's own for the next lines of a lesson, right or wrong.
`predict(...)` asks for a prediction and keeps it; `predictions("01")` says how many came out.
"""

from minidl.course.cases import Case, case
from minidl.course.checking import check
from minidl.course.hints import Hints, hint
from minidl.course.mine import Mine, YourCode, use_mine, your_code
from minidl.course.predicting import Prediction, predict, predictions
from minidl.course.report import FunctionResult, Report
from minidl.course.standing import Progress, progress, reset
from minidl.course.watching import Watch, watch

__all__ = [
    "Case",
    "FunctionResult",
    "Hints",
    "Mine",
    "Prediction",
    "Progress",
    "Report",
    "Watch",
    "YourCode",
    "case",
    "check",
    "hint",
    "predict",
    "predictions",
    "progress",
    "reset",
    "use_mine",
    "watch",
    "your_code",
]
