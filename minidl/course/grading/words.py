"""The sentences a learner reads when something did not come to a result."""

from __future__ import annotations

import ast
import difflib
import re
import signal
from collections.abc import Sequence
from typing import Any

from minidl.course.grading import exceptions
from minidl.course.grading.verdict import Verdict
from minidl.course.sandbox.foreign import shown
from minidl.course.sandbox.jobs import Limits, Run
from minidl.course.sets.manifest import Exercise

SUMS = {
    "processes": "it started more processes than it may",
    "memory": "its processes together took more memory than they may",
    "files": "it wrote more into files than it may",
    "waiting": "it hardly computed, from call to call: does it wait for something?",
}  # by the words of sandbox/sums.py


def not_loaded(run: Run, limits: Limits) -> tuple[str, ...]:
    """Why a file could not be imported, and where: one line, then the place."""
    limits = limits.while_loading
    if run.not_loaded is None:
        return ("importing the file " + stopped(run, limits).says,)
    error = run.not_loaded
    if "column" in error:
        return _syntax(error)
    told = _error(error, limits)
    return (f"importing the file failed: {told}", *_place(error))


def _syntax(error: dict[str, Any]) -> tuple[str, ...]:
    """The message, the line, and a caret under the column."""
    text = error["text"]
    indent = len(text) - len(text.lstrip())
    caret = " " * min(max(0, error["column"] - 1 - indent), len(text)) + "^"
    head = f"{error['file']}:{error['line']}: {error['type']}: {error['message']}"
    return (head, f"    {text.strip()}", f"    {caret}")


def stopped(run: Run, limits: Limits) -> Verdict:
    """Why a run has no result for a probe."""
    says = {
        "seconds": _time_is_up("seconds", limits),
        "wall": _time_is_up("wall", limits),
        "output": f"was stopped: it printed more than {limits.output / 1e6:.2g} MB",
        "sum": f"was stopped: {SUMS.get(run.why, run.why)}",
        "reply": f"was stopped: its process sent {run.why}",
        "ended": f"ended its process before it returned ({_ending(run.status)})",
    }[run.stopped or "ended"]
    return Verdict("stopped", says, kind="stopped")


def _time_is_up(which: str, limits: Limits) -> str:
    if which == "wall":
        return (
            f"was stopped: it had not ended after {limits.wall:g} s, in which it did not compute "
            f"for {limits.seconds:g} s: does it wait for something?"
        )
    return f"was stopped: it had not ended after {limits.seconds:g} s of processor time"


def _ending(status: int | None) -> str:
    if status is None or status >= 0:
        return f"os._exit, exit status {status or 0}"
    if -status == signal.SIGKILL:
        return "killed by SIGKILL: out of memory, or by itself"
    known = {s.value: s.name for s in signal.Signals}
    return f"killed by {known.get(-status, f'signal {-status}')}"


def error(exercise: Exercise, error: dict[str, Any], limits: Limits) -> Verdict:
    """What to say of an exception in a learner's function."""
    kind, message = error["type"], error["message"]
    if kind == "NotImplementedError" and message.startswith(f"{exercise.full_name}:"):
        says = "raises the NotImplementedError of its stub in this case"
        return Verdict("not started", says, _place(error), kind="error")
    if kind == "TimeIsUp":
        return Verdict("stopped", _error(error, limits), _place(error), kind="error")
    if not {"line", "probe"} & set(error):  # it ran, and what it returned is no array
        says = _returned(message) or message
        return Verdict("wrong", says, kind="error", diagnosis="exception")
    says = _error(error, limits)
    return Verdict("crashed", says, _lines(error, says), kind="error", diagnosis="exception")


def _lines(error: dict[str, Any], says: str) -> tuple[str, ...]:
    """The place of an exception and, where its words are not in the sentence, its own."""
    own = f"{error['type']}: {error['message']}"
    return (*_place(error), *((own,) if "line" in error and error["message"] not in says else ()))


def _error(error: dict[str, Any], limits: Limits) -> str:
    kind, message = error["type"], error["message"]
    if kind == "TimeIsUp":
        return _time_is_up(message, limits)
    if kind == "MemoryError":
        asked = f"asked for more memory than the {limits.memory / 1e9:.2g} GB it may use"
        return f"{asked}: {message}" if message else asked
    if kind == "SystemExit":
        return f"called sys.exit({message}); return a result instead"
    if kind == "NotImplementedError" and message.startswith("ex") and ":" in message:
        return f"calls {message.partition(':')[0]}, which is not written yet"
    if kind == "EOFError":
        return "asked for input(); nobody is there to answer"
    if kind == "BdbQuit":
        return "stopped at a breakpoint(); nobody is there to answer"
    if "probe" in error and "line" not in error and (says := _unusable(message)):
        return says
    if says := exceptions.explained(error):
        return f"{kind}: {says}"
    return f"{kind}: {message}" if message else kind


def _returned(message: str) -> str:
    """What is wrong with a result that cannot be made an array of numbers, where that is clear."""
    if " is None: " in message:
        return "returned None: is there a return at its end, with its result?"
    if " with None in it: " in message:
        return f"{message}: every entry must be a number"
    if "dtype object" in message:
        return f"returned something other than numbers: {message}"
    return ""


def _unusable(message: str) -> str:
    """What is wrong with a result that the check could not even take apart, where that is clear."""
    if message.startswith("returned "):  # in words of the probe's own
        return message
    if "NoneType" in message:
        return "returned None: is there a return at its end, with all results?"
    if counts := re.search(r"values to unpack \(expected (\d+)(?:, got (\d+))?\)", message):
        expected, got = counts.groups()
        return f"returned {got or 'too many'} results, expected {expected}"
    return ""


def _place(error: dict[str, Any]) -> tuple[str, ...]:
    if "line" in error:
        return (f"{error['file']}:{error['line']}: {error['text']}",)
    if "probe" in error and not error["probe"].startswith("raise "):  # the check's own words
        return (f"the check called it so: {error['probe']}",)
    return ()


def missing(exercise: Exercise, text: str) -> dict[str, Any]:
    """That a file has no such function; one that may be it under another name is named."""
    says = f"the file has no function {exercise.name}"
    others = [n for n in _defined(text) if n not in exercise.home.functions]
    if near := difflib.get_close_matches(exercise.name, others, 1, 0.6):
        says += f"; is {shown(near[0], 60)} meant to be it? It must have the name of the stub"
    advice = f"`minidl reset {exercise.full_name}` puts it back"
    return {"says": says, "details": (advice,), "diagnosis": "exception"}


def _defined(text: str) -> list[str]:
    """The names of all functions of a file, also those inside other functions and classes."""
    try:
        nodes = ast.walk(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError):
        return []
    return [n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def unwritten(needs: Sequence[str]) -> str:
    are = "are" if len(needs) > 1 else "is"
    return f"checked with the reference's {_and(needs)}: yours {are} not written yet"


def chain(name: str, wrong: list[str], needs: Sequence[str]) -> str:
    """The note after a function that is right, but not over the learner's own others."""
    if wrong:
        are = "are" if len(wrong) > 1 else "is"
        return f"your {name} is right; {_and(wrong)}, which it uses, {are} not"
    return f"your {name} is right, yet it goes wrong over your own {_and(needs)}"


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
