"""Relations of size: a factor, a difference, a function of the right numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from minidl.course.grading.relations.sample import Said, Sample, agree, equal, plain

NATURAL = {
    2.0: "twice what it should be", 0.5: "half of what it should be",
    -1.0: "what it should be with the other sign", 4.0: "four times what it should be",
    0.25: "a quarter of what it should be", -2.0: "minus twice what it should be",
    -0.5: "minus half of what it should be",
}  # fmt: skip
ENOUGH = 4  # different numbers, for one factor between all to be no chance
VARIED = 3  # different factors that a quotient must explain
ANOTHER = ("another factor", "another offset")  # keys of what is one number in each case only
LONGEST = 1000  # a number that may have been written down in the place of a length
LARGEST = 1e6  # a factor beyond is no factor but another thing


def factor(sample: Sample) -> list[Said]:
    """k times the right one: k as a number, and as what it is in terms of the arguments."""
    k = _ratio(sample)
    if k is None:
        return []
    only = "what it should be: only a factor is wrong"
    words = NATURAL.get(k, f"{k:.6g} times {only}")
    found = [Said(f"k = {k:.9g}", words)]
    plain_ones = list(_meanings(sample))
    for what, value in [*plain_ones, *_multiples(plain_ones, k)]:
        for sign, minus in ((1.0, ""), (-1.0, ", with the other sign")):
            here = f"{minus}; {what} is {value:.6g} here"
            if abs(k - sign * value) <= 1e-8 * abs(k):
                words = f"what it should be, multiplied by {what}{here}"
                found.append(Said(f"{what}{minus}", words))
            elif abs(k * value - sign) <= 1e-8:
                words = f"what it should be, divided by {what}{here}"
                found.append(Said(f"1 / {what}{minus}", words))
    return [*found, *_quotients(sample, plain_ones, k), *_varying(sample, k)]


def _quotients(sample: Sample, lengths: list[tuple[str, float]], k: float) -> Iterator[Said]:
    """The factor as one thing over another, where a number or a wrong length was divided by."""
    for what, value in lengths:
        by = value / k
        if abs(by - round(by, 2)) <= 1e-8 * by and 1 < round(by, 2) < LONGEST:
            words = f"what it should be, multiplied by {what} / {by:.6g} ({k:.6g} here): is a "
            words += "number written where lengths of the arguments belong?"
            yield Said(f"{what} / {by:.6g}", words, k, VARIED)
    counted = [*lengths, *_counts(sample)]
    for times in (1, 2, 4, 0.5, 0.25):
        for above, one in counted:
            for below, other in counted:
                if _reducible(above, below):
                    continue
                if abs(k * other - times * one) <= 1e-8 * abs(one):
                    quotient = f"{_times(times, above)} / {_bracketed(below)}"
                    words = f"what it should be, multiplied by {quotient} ({k:.6g} here)"
                    yield Said(quotient, words, k, VARIED)


def _reducible(above: str, below: str) -> bool:
    """Whether a fraction has one length above and below, as T * d / d has."""
    return not set(above.split(" * ")).isdisjoint(below.split(" * "))


def _times(number: float, what: str) -> str:
    if what == "1":
        return f"{number:g}"
    return _bracketed(what) if number == 1 else f"{number:g} * {_bracketed(what)}"


def _bracketed(what: str) -> str:
    return f"({what})" if " " in what else what


def _counts(sample: Sample) -> Iterator[tuple[str, float]]:
    """What else may stand over or under a fraction: 1, squares, pairs, and ones and zeros."""
    seen: dict[str, float] = {"1": 1.0}
    for name, value in sample.given.items():
        if not isinstance(value, np.ndarray) or not value.ndim:
            continue
        lengths = _lengths(name, value, sample.letters.get(name, ()))
        for what, n in lengths.items():
            if "*" not in what:
                seen |= {f"{what} * {what}": n * n, f"{what} - 1": n - 1}
                seen[f"{what} ({what} - 1) / 2"] = n * (n - 1) / 2
        if value.ndim == 1 and value.dtype.kind in "biu" and set(value.tolist()) == {0, 1}:
            ones = float(value.sum())
            seen |= {f"ones in {name}": ones, f"zeros in {name}": len(value) - ones}
            seen[f"ones times zeros in {name}"] = ones * (len(value) - ones)
    yield from ((what, value) for what, value in seen.items() if value > 0)


def _varying(sample: Sample, k: float) -> Iterator[Said]:
    """That there is one factor in each case, though not the same in all."""
    if len(np.unique(sample.expected)) >= ENOUGH:
        words = "right but for one factor in all of its entries, which differs from case to case"
        yield Said(ANOTHER[0], words, k, 2)


def _ratio(sample: Sample) -> float | None:
    """The one factor between all entries; rounded, where a short number is meant."""
    if not sample.fits or not sample.expected.size or sample.expected.dtype.kind == "b":
        return None
    got, expected = sample.got.astype(float), sample.expected.astype(float)
    if not (np.isfinite(got).all() and np.isfinite(expected).all() and expected.any()):
        return None
    at = np.unravel_index(int(np.abs(expected).argmax()), expected.shape)
    with np.errstate(over="ignore"):  # too large is no factor either
        k = float(got[at] / expected[at])
    if k == 0 or not 1 / LARGEST < abs(k) < LARGEST or not equal(got, k * expected).all():
        return None
    rounded = float(f"{k:.9g}")
    k = rounded if equal(got, rounded * expected).all() else k
    return None if abs(k - 1) < 1e-6 else k


def _multiples(meanings: list[tuple[str, float]], k: float) -> list[tuple[str, float]]:
    """2 and 4 times those, halves and quarters, where none is the factor, as in 1 / (2 C H W)."""
    sizes = (abs(k), 1 / abs(k))
    if any(abs(size - abs(value)) <= 1e-8 * size for _, value in meanings for size in sizes):
        return []
    found = [(f"{n} * {what}", n * value) for n in (2, 4) for what, value in meanings]
    return found + [
        (f"{_bracketed(what)} / {n}", value / n) for n in (2, 4) for what, value in meanings
    ]


def _meanings(sample: Sample) -> Iterator[tuple[str, float]]:
    """What a factor may be: a length of an argument, a product of lengths, an argument."""
    seen: dict[str, float] = {}
    for name, value in sample.given.items():
        if isinstance(value, np.ndarray) and value.ndim:
            seen |= _lengths(name, value, sample.letters.get(name, ()))
        elif type(value) in (int, float) and abs(value) not in (0, 1):
            seen[name] = float(value)
    yield from ((what, value) for what, value in seen.items() if value != 1)


def _lengths(name: str, array: np.ndarray, letters: tuple[str, ...]) -> dict[str, float]:
    """The lengths of an array, by the stub's letters, and their products."""
    if len(letters) != array.ndim:
        letters = _sizes(name, array.ndim)
        counts = range(1, 2)
    else:
        counts = range(1, array.ndim + 1)
    pairs = list(zip(letters, array.shape, strict=True))
    found = {}
    for count in counts:
        for chosen in combinations(pairs, count):
            what = " * ".join(letter for letter, _ in chosen)
            found[what] = float(np.prod([n for _, n in chosen]))
    return found


def _sizes(name: str, axes: int) -> tuple[str, ...]:
    """What the sizes of an array are called; "length" would be the Euclidean one to many."""
    if axes == 1:
        return (f"the number of entries of {name}",)
    if axes == 2:
        return f"the number of rows of {name}", f"the number of columns of {name}"
    return tuple(f"the size of {name} along axis {i}" for i in range(axes))


def stepped(sample: Sample) -> list[Said]:
    """Away from an argument of its shape in the right direction, and not as far as it should be."""
    if not sample.fits or sample.expected.size < ENOUGH or sample.got.dtype.kind != "f":
        return []
    for name, value in sample.given.items():
        if not isinstance(value, np.ndarray) or value.shape != sample.expected.shape:
            continue
        if value.dtype.kind not in "iuf":
            continue
        step = replace(sample, got=sample.got - value, expected=sample.expected - value)
        if (step.expected == sample.expected).all() or len(np.unique(step.expected)) < ENOUGH:
            continue
        found = factor(step)
        if found:
            words = f"wrong in its step from {name} alone: {sample.name} - {name} is "
            return [said._replace(words=words + said.words) for said in found]
    return []


def offset(sample: Sample) -> list[Said]:
    """Larger or smaller by the same everywhere."""
    if not sample.fits or not sample.expected.size or sample.expected.dtype.kind == "b":
        return []
    difference = sample.got.astype(float) - sample.expected.astype(float)
    k = float(difference.flat[0])
    one = sample.expected.size == 1
    if not np.isfinite(k) or not k or (not one and len(np.unique(sample.expected)) < 2):
        return []
    every = "" if one else " in every entry"
    if not agree(sample.got, sample.expected + k):
        return []
    word = "larger" if k > 0 else "smaller"
    found = [Said(f"+ {k:.6g}", f"{word} by {abs(k):.6g}{every} than it should be")]
    for name, value in sample.given.items():
        if type(value) in (int, float) and value and abs(abs(k) - abs(value)) < 1e-9 * abs(k):
            words = f"{word}{every} than it should be, by {name} ({abs(k):.6g} here)"
            found.append(Said(f"+ {name}", words))
    if len(np.unique(sample.expected)) >= ENOUGH:
        words = "off by one number in all of its entries, which differs from case to case"
        found.append(Said(ANOTHER[1], words, k, 2))
    return found


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "the square of what it should be": np.square,
    "the root of what it should be": np.sqrt,
    "the exponential of what it should be": np.exp,
    "the logarithm of what it should be": np.log,
    "minus the logarithm of what it should be": lambda x: -np.log(x),
    "the absolute value of what it should be": np.abs,
    "1 divided by what it should be": lambda x: 1 / x,
    "1 minus what it should be": lambda x: 1 - x,
    "what it should be where that is positive, and 0 elsewhere": lambda x: np.maximum(x, 0),
    "what it should be, cut off at 0 and at 1": lambda x: np.clip(x, 0, 1),
    "what it should be, rounded down to whole numbers": np.floor,
    "what it should be, rounded up to whole numbers": np.ceil,
    "what it should be, cut to whole numbers": np.trunc,
    "what it should be, rounded to whole numbers": np.round,
    "the sign of what it should be": np.sign,
}


MULTIPLES = {
    2.0: "twice", 0.5: "half of", 4.0: "four times", 0.25: "a quarter of", -1.0: "minus",
}  # fmt: skip
COMPOSED = ("square", "root", "exponential", "logarithm", "absolute value")


def function_of(sample: Sample) -> list[Said]:
    """A function of the right numbers: its square, its root, it rounded, or twice its root."""
    if sample.expected.dtype.kind == "b" and sample.fits:
        return (
            plain("the opposite of what it should be")
            if (sample.got.dtype.kind == "b" and agree(sample.got, ~sample.expected))
            else []
        )
    if not sample.fits or not sample.expected.size:
        return []
    expected, got = sample.expected.astype(float), sample.got.astype(float)
    if len(np.unique(got)) < 2 and got.size > 1:
        return []
    found = []
    with np.errstate(all="ignore"):
        for words, function in FUNCTIONS.items():
            values = function(expected)
            if np.isfinite(values).all() and agree(got, values):
                found += plain(words)
        return found or _multiples_of_a_function(got, expected)


def _multiples_of_a_function(got: np.ndarray, expected: np.ndarray) -> list[Said]:
    """Twice the root of the right numbers, or the root of twice them, and so on."""
    signed = bool((expected < 0).any())  # or else the absolute value is the number itself
    names = [f"the {name} of what it should be" for name in COMPOSED[: None if signed else -1]]
    after = [(f"{times} {name}", k, 1.0, name) for name in names for k, times in MULTIPLES.items()]
    before = [
        (name.replace("what", f"{times} what", 1), 1.0, k, name)
        for name in names
        for k, times in MULTIPLES.items()
    ]
    for says, outer, inner, name in (*after, *before):
        values = outer * FUNCTIONS[name](inner * expected)
        if np.isfinite(values).all() and agree(got, values):
            return plain(says)
    return []


def inverse(sample: Sample) -> list[Said]:
    """The right numbers are a function of what came out, as where a last step is missing."""
    if not sample.fits or sample.expected.dtype.kind == "b" or not sample.expected.size:
        return []
    steps: dict[str, Callable[[Any], Any]] = {
        "the root of this": np.sqrt, "the square of this": np.square,
        "the exponential of this": np.exp, "the logarithm of this": np.log,
        "the absolute value of this": np.abs,
        "this where it is positive, and 0 elsewhere": lambda x: np.maximum(x, 0),
        "this, cut off at 0 and at 1": lambda x: np.clip(x, 0, 1),
    }  # fmt: skip
    got = sample.got.astype(float)
    found = []
    with np.errstate(all="ignore"):
        for words, function in steps.items():
            values = function(got)
            varied = values.size == 1 or len(np.unique(values)) > 1
            finite = bool(np.isfinite(values).all())
            if finite and varied and agree(values, sample.expected.astype(float)):
                found += [Said(words, f"one step short: what it should be is {words}")]
    return found


def signs(sample: Sample) -> list[Said]:
    """Right in size, with some signs wrong."""
    if not sample.fits or sample.expected.dtype.kind == "b" or sample.expected.size < 2:
        return []
    if not agree(np.abs(sample.got), np.abs(sample.expected)):
        return []
    off = int((~equal(sample.got, sample.expected)).sum())
    return [Said("signs", f"right but for the sign of {off:,} of {sample.expected.size:,} entries")]


def unchanged(sample: Sample) -> list[Said]:
    """Equal to an argument: nothing was done to it."""
    for name, value in sample.given.items():
        if not isinstance(value, np.ndarray) or not value.ndim or value.dtype.kind not in "biuf":
            continue
        if agree(sample.got, value) and len(np.unique(value)) > 1:
            return plain(f"the same as {name}, which was given: nothing was done to it")
    return []


def constant(sample: Sample) -> list[Said]:
    """One number everywhere, where the right ones differ."""
    got = sample.got
    if not sample.fits or got.size < 4 or len(np.unique(sample.expected)) < 2:
        return []
    if got.dtype.kind == "f" and not np.isfinite(got).all():
        return []
    if (got == got.flat[0]).all():
        value = got.flat[0].item()
        shown = f"{value:.6g}" if isinstance(value, float) else repr(value)
        return [Said(f"all {shown}", f"{shown} in every entry")]
    return []


def not_finite(sample: Sample) -> list[Said]:
    """nan or inf where the right result has numbers, and where that is.

    Nothing where the right one has an infinity itself: its place is the question then.
    """
    if not sample.fits or sample.got.dtype.kind != "f" or sample.expected.dtype.kind != "f":
        return []
    if np.isinf(sample.expected).any() and not np.isnan(sample.got).any():
        return []
    bad = ~np.isfinite(sample.got) & np.isfinite(sample.expected)
    if not bad.any():
        return []
    kind = "nan (not a number)" if np.isnan(sample.got[bad]).any() else "infinite"
    if bad.all():
        where = "everywhere" if bad.size > 1 else ""
    else:
        at = ", ".join(str(i) for i in np.argwhere(bad)[0])
        where = f"in {bad.sum():,} of {bad.size:,} entries, first at [{at}]"
    zero = bad & (sample.expected == 0)
    why = ", where it should be 0" if zero.sum() == bad.sum() and not bad.all() else ""
    return [Said(kind, f"{kind} {where}{why}".strip())]
