"""How a wrong result is related to the right one, where no mistake could be named.

A relation is a small function of one wrong result; the first that holds is said, in the order in
which they say most. It must hold for the case that failed and for the same case with other
numbers, on enough numbers to be no coincidence; of a tiny result, also in most other cases that
fail, whose numbers are others; and where two that have nothing to do with each other hold for it,
nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minidl.course.grading.relations import length, lists, near, order, place, scale, shape
from minidl.course.grading.relations.sample import Relation, Said, Sample, agree, weight
from minidl.course.grading.relations.scale import ANOTHER

__all__ = ["FAMILIES", "Sample", "exchanged", "fixed", "related"]

ENOUGH = 4  # different numbers on which a relation must hold
PLAIN = ("2", "0.5", "-1", "-2", "-0.5")  # factors that say enough by themselves
HAS = ("the right", "floats", "nan", "yes or no")  # what a result has, and is not
TINY = 8  # of fewer, two relations can hold by chance

FAMILIES: dict[str, tuple[Relation, ...]] = {
    "form": (shape.typed, shape.formed, shape.unsummed, shape.summed, shape.repeated),
    "cut": (shape.cut,),
    "lists": (lists.found,),
    "finite": (scale.not_finite,),
    "input": (scale.unchanged,),
    "constant": (scale.constant,),
    "scale": (scale.factor,),
    "step": (scale.stepped,),
    "order": (order.transposed, order.reversed_along, order.shifted),
    "function": (scale.function_of, scale.inverse, scale.signs),
    "offset": (scale.offset,),
    "place": (place.partly,),
    "places": (order.rearranged,),
    "scattered": (order.scattered,),
    "near": (near.nearly,),
    "length": (length.off,),
}
ALWAYS = (  # true whatever the numbers are
    "form", "lists", "finite", "input", "constant", "near", "length",
)  # fmt: skip
DRAWN = ("form", "cut", "finite", "input", "constant")
LISTED = ("cut", "lists", "length", "scattered")  # which entries are there, and no more
COUNTED = ("place",)  # it has counted by itself the numbers on which it holds


def related(samples: Sequence[Sample], drawn: bool = False, worded: bool = False) -> str:
    """What the first of these wrong results is, in relation to the right one; "" if nothing fits.

    samples: the result that is explained; then those of the same name in other failing cases.
    drawn: whether the right one is only one of many, so that its numbers say nothing.
    worded: whether its case has said by itself what is wrong with an entry, or which is missing.
    """
    families = DRAWN if drawn else tuple(FAMILIES)
    families = tuple(name for name in families if not (worded and name in LISTED))
    held = {name: said for name in families if (said := _family(name, samples))}
    if not held:
        return ""
    first = next(iter(held))
    chance = [name for name in held if name not in ALWAYS]
    if first in chance and len(chance) > 1 and weight(samples) < TINY:
        return ""
    words = held[first].words
    return f"{samples[0].name} {'has' if words.startswith(HAS) else 'is'} {words}"


def fixed(samples: Sequence[Sample]) -> str:
    """That a result is the same with other numbers, where it should not be.

    A few numbers may be so by chance, as coarse ones often are: they must be in a third case, too,
    and in all of them.
    """
    first = samples[0]
    alike = [agree(first.got, other.got) for other in samples[1:]]
    again = any(same for other, same in zip(samples[1:], alike, strict=True) if other.again)
    if not again or not first.got.size:
        return ""
    if weight([first]) < ENOUGH and not (len(alike) > 1 and all(alike)):
        return ""
    value = f" ({first.got.item():.6g} every time)" if first.got.size == 1 else ""
    same = f"{first.name} stays the same when the inputs change{value}"
    return f"{same}: it should depend on them"


def _family(name: str, samples: Sequence[Sample]) -> Said | None:
    for relation in FAMILIES[name]:
        if said := _holds(relation, samples, name not in ALWAYS + COUNTED):
            return said
    return None


def _holds(relation: Relation, samples: Sequence[Sample], by_chance: bool) -> Said | None:
    """The reading of a relation that most of the samples bear out; None where too few do.

    Of several readings that are borne out equally, the first is the plainest (a bare number).
    """
    readings = relation(samples[0])
    if not readings:
        return None
    others = [
        (sample, {said.key: said.number for said in relation(sample)}) for sample in samples[1:]
    ]
    best, most = None, 0
    tied: list[Said] = []
    for said in readings:
        numbers = {said.number, *(keys[said.key] for _, keys in others if said.key in keys)}
        if len(numbers) < said.needs:
            continue
        if any(_speaks_against(said, sample, keys, by_chance) for sample, keys in others):
            continue
        apart = [said.key in keys for sample, keys in others if not sample.again]
        if by_chance and samples[0].got.size < TINY and 2 * sum(apart) < len(apart):
            continue  # what explains a tiny result, and few of the others, is another thing
        alone = _is_bare(said) or (said.needs and said.key not in ANOTHER) or said.key == "nearly"
        if alone and not all(apart):
            continue  # what means little by itself, and other cases contradict
        borne = weight([samples[0], *(sample for sample, keys in others if said.key in keys)])
        if said.key == "nearly" and borne < ENOUGH:
            continue
        if best is None or borne > most:
            best, most, tied = said, borne, []
        elif borne == most:
            tied.append(said)
    if best is None or (by_chance and most < ENOUGH):
        return None
    if best.key in ANOTHER:
        return _with_both(best, others)
    return _clearer(best, tied)


def _speaks_against(said: Said, sample: Sample, keys: Mapping[str, float], by_chance: bool) -> bool:
    """Whether a case shows that a reading does not hold: the same relation, and another reading.

    The case that is explained, with other numbers, must bear it out. Of a number alone any factor
    is one, so it says little of what it is in other cases.
    """
    if said.key in keys:
        return False
    return sample.again or (by_chance and bool(keys) and sample.got.size >= TINY)


def _with_both(said: Said, others: Sequence[tuple[Sample, Mapping[str, float]]]) -> Said:
    """With the factor of this case, and one of another that is not the same."""
    here = f"{said.number:.6g}"
    there = (f"{keys[said.key]:.6g}" for _, keys in others if said.key in keys)
    other = next((number for number in there if number != here), "")
    words = f"{said.words} ({here} here, {other} in another)"
    return said._replace(words=f"{words}: look at what is multiplied, divided or added last")


def _clearer(best: Said, tied: list[Said]) -> Said:
    """For "3 times what it should be" the one thing that is 3 there, if there is but one."""
    return tied[0] if _is_bare(best) and len(tied) == 1 else best


def _is_bare(said: Said) -> bool:
    """Whether it is a factor that is only a number, such as 9, and none that says enough."""
    return said.key.startswith("k = ") and said.key.removeprefix("k = ") not in PLAIN


def exchanged(samples: Sequence[Sample]) -> str:
    """Whether two results of a case came out in each other's place.

    samples: all results of one case, the right ones too.
    """
    for i, one in enumerate(samples):
        for other in samples[i + 1 :]:
            crossed = agree(one.got, other.expected) and agree(other.got, one.expected)
            if crossed and not agree(one.got, one.expected) and one.got.size:
                return (
                    f"{one.name} and {other.name} are exchanged: each is what the other should be"
                )
    return ""
