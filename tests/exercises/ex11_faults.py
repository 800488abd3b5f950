"""Checks of exercise set 11: find the fault."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex11 = ExerciseSet("ex11_faults", "Find the fault")

SUMS = Tolerance(1e-9, "float64: products and sums of a few dozen numbers, in any order")
WHOLE = Tolerance(0.0, "whole numbers and words are compared exactly")
ONE_AXIS, NAMES = "it has one axis", "labels only say who is who"
SQUARED = "the difference is squared"


def explained_results(got, expected):
    """Which of several results are right and which are not, and the first number that is not."""
    if any(got[name].shape != expected[name].shape for name in expected):
        return None
    wrong = [name for name in expected if not close(got[name], expected[name]).all()]
    right = [name for name in expected if name not in wrong]
    first = wrong[0]
    index = tuple(np.argwhere(~close(got[first], expected[first]))[0].tolist())
    numbers = f"expected {expected[first][index]:.6g}, got {got[first][index]:.6g}"
    at = f"{first} at {list(index)}" if index else first
    acquitted = f"{' and '.join(right)} right, {' and '.join(wrong)} not; " if right else ""
    return f"{acquitted}{at}: {numbers}"


def close(one, other):
    """Where two arrays of one shape agree, as far as sums of float64 do."""
    return np.abs(one - other) <= SUMS.relative * np.abs(other).max(initial=0)


def explained_report(got, expected):
    """Whether the threshold is right, and for which of the two groups the rates are."""
    found, right = got["rates"], expected["rates"]
    if found.shape != right.shape:
        return f"rates has shape {found.shape}: a row for each of two groups, (2, 2)"
    parts = {
        "the threshold": close(got["threshold"], expected["threshold"]).all(),
        "the rates of `choosing`": close(found[0], right[0]).all(),
        "the rates of `asking`": close(found[1], right[1]).all(),
    }
    good = [name for name, fine in parts.items() if fine]
    bad = [name for name, fine in parts.items() if not fine]
    if not good or not bad:
        return None
    told = f"expected {right.round(4).tolist()}, got {found.round(4).tolist()}"
    return f"{' and '.join(good)}: right; {' and '.join(bad)}: not; {told}"


network_gradients = ex11.function(
    "network_gradients",
    points=15,
    minutes=15,
    section="Program one: a network that learns slowly",
    tolerance=SUMS,
    hints=(
        "Check the gradient by one parameter at a time. Two of the four are right: what do the "
        "other two have in common?",
        "Walk backwards, one operation after the other, and ask each for its vjp: the loss, the "
        "second product, then what stands between the two products.",
        "A function that is flat somewhere hands nothing back from there. Find the function that "
        "is flat for half of its inputs, and let its slope, 0 or 1, into the way back.",
    ),
)


@ex11.helper
def network(rng, pictures, features, units, classes):
    x, labels = rng.normal(size=(pictures, features)), rng.integers(0, classes, pictures)
    w1, b1 = rng.normal(size=(features, units)), rng.normal(size=units)
    return x, labels, w1, b1, rng.normal(size=(units, classes)), rng.normal(size=classes)


@ex11.helper
def gradients_of(ex, *arrays):
    names = ("loss", "by w1", "by b1", "by w2", "by b2")
    return dict(zip(names, ex.network_gradients(*arrays), strict=True))


@network_gradients.probe("the example of the docstring", explain=explained_results)
def _(ex, rng):
    w1, w2 = np.array([[1.0, -1], [0, 0]]), np.array([[0.0, 2], [4, 0]])
    x = np.array([[1.0, 2]])
    return gradients_of(ex, x, np.array([0]), w1, np.zeros(2), w2, np.array([2.0, 0]))


@network_gradients.probe("seven pictures, five hidden units", explain=explained_results)
def _(ex, rng):
    return gradients_of(ex, *network(rng, 7, 4, 5, 3))


@network_gradients.probe("as many of everything as the dice say", explain=explained_results)
def _(ex, rng):
    return gradients_of(ex, *network(rng, *rng.integers(3, 8, 4).tolist()))


@network_gradients.probe("one picture", "edge", explain=explained_results)
def _(ex, rng):
    return gradients_of(ex, *network(rng, 1, 3, 6, 2))


@network_gradients.probe(
    "units that are closed for every picture, and open for every one",
    "edge",
    explain=explained_results,
)
def _(ex, rng):
    x, labels, w1, b1, w2, b2 = network(rng, 5, 3, 6, 4)
    return gradients_of(ex, x, labels, w1, b1 + np.repeat([-50.0, 50.0], 3), w2, b2)


@network_gradients.probe("scores in the hundreds", "edge", explain=explained_results)
def _(ex, rng):
    x, labels, w1, b1, w2, b2 = network(rng, 6, 3, 4, 3)
    return gradients_of(ex, x, labels, w1, b1, 3 * w2, b2 + 900)


MASKED = "(slope @ w2.T) * (hidden > 0)"
RETURNED = "x.T @ back, back.sum(axis=0), hidden.T @ slope, slope.sum(axis=0)"
network_gradients.wrong(
    MASKED,
    "(slope @ w2.T) * (hidden >= 0)",
    says="Nothing is held back where relu gave 0: it gives what it gave before. (A mask "
    "`hidden >= 0` does the same, for what relu gave is never below 0.)",
)
network_gradients.wrong(
    MASKED,
    "(slope @ w2.T) * (x @ w1 > 0)",
    says="The mask asks x @ w1 alone: whether relu is open is decided with the bias.",
)
network_gradients.wrong(
    MASKED,
    "(slope @ w2.T) * (hidden == 0)",
    says="The mask is the wrong way round: it lets through where relu gave 0.",
)
network_gradients.wrong(
    MASKED,
    "(slope @ w2.T) * hidden",
    says="The gradient is multiplied by what relu gave: the slope of relu is 1 where it is open.",
)
network_gradients.wrong(
    MASKED,
    "np.maximum(0, slope @ w2.T)",
    says="The gradient itself went through relu: it is held back where relu's input was below 0, "
    "whatever its own sign.",
)
network_gradients.wrong(
    MASKED,
    "(slope @ w2.T) * np.where(hidden > 0, 1, 0.01)",
    says="A hundredth comes through where relu gave 0: that is the slope of a leaky relu. This "
    "one is flat there.",
)
network_gradients.wrong(
    MASKED,
    "(slope @ w2.T) * (hidden > 0).any(axis=0)",
    says="A unit is taken for open if it is open for any picture: mask each picture by itself.",
)
network_gradients.wrong(
    MASKED,
    "(slope @ w2.T) * (hidden > 0).all(axis=0)",
    says="A unit is taken for open only if it is open for all pictures: mask each by itself.",
)
network_gradients.wrong(
    RETURNED,
    "x.T @ back, (slope @ w2.T).sum(axis=0), hidden.T @ slope, slope.sum(axis=0)",
    says="Half is mended: the gradient by w1 is right now, and that by b1 still comes from what "
    "was not held back.",
)
network_gradients.wrong(
    RETURNED,
    "x.T @ (slope @ w2.T), back.sum(axis=0), hidden.T @ slope, slope.sum(axis=0)",
    says="Half is mended: the gradient by b1 is right now, and that by w1 still comes from what "
    "was not held back.",
)
network_gradients.wrong(
    BODY,
    """
    hidden = x @ w1 + b1
    chances = softmax(hidden @ w2 + b2)
    rows = np.arange(len(x))
    loss = -np.log(chances[rows, labels]).mean()
    slope = chances.copy()
    slope[rows, labels] -= 1
    slope /= len(x)
    back = slope @ w2.T
    return float(loss), x.T @ back, back.sum(axis=0), hidden.T @ slope, slope.sum(axis=0)
    """,
    says="The relu is gone. Gradient and loss agree now, and belong to another network, which is "
    "one linear layer in two pieces: mend the way back, and leave the way there.",
)
network_gradients.wrong(
    MASKED,
    "(slope @ w2.T) * (hidden > 0) / len(x)",
    says="What goes back is divided by N once more: the slope of the mean is in it already.",
)
network_gradients.wrong(
    "slope /= len(x)",
    "pass",
    says="The division by N was taken out, and was right: the loss is a mean over the pictures.",
)
network_gradients.wrong(
    "back.sum(axis=0), hidden.T",
    "back.mean(axis=0), hidden.T",
    says="b1's gradient is now a mean over the pictures: it was added to each of them, so that "
    "what comes back from each is summed. The 1/N of the loss is in it already.",
)
network_gradients.wrong(
    "hidden.T @ slope, slope.sum(axis=0)",
    "(hidden > 0).T @ slope, slope.sum(axis=0)",
    says="w2's gradient was right: it takes what relu gave, not whether it gave anything.",
)
network_gradients.wrong(
    "loss = -np.log(chances[rows, labels]).mean()",
    "loss = -np.log(chances[rows, labels]).sum()",
    says="The loss was right, a mean over the pictures; now it is a sum, and no longer what the "
    "gradient is of.",
)
network_gradients.right(
    MASKED,
    "np.where(hidden > 0, slope @ w2.T, 0)",
    says="np.where",
)
network_gradients.right(
    BODY,
    """
    before = np.einsum("nd,dh->nh", x, w1) + b1
    hidden = before * (before > 0)
    scores = hidden @ w2 + b2
    scores = scores - scores.max(axis=1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    wanted = np.eye(len(b2))[labels]
    slope = (np.exp(logs) - wanted) / len(x)
    back = (w2 @ slope.T).T
    back[before <= 0] = 0
    return -(logs * wanted).sum() / len(x), x.T @ back, back.sum(0), hidden.T @ slope, slope.sum(0)
    """,
    says="one-hot rows, and the mask by the input of relu",
)
network_gradients.right(
    BODY,
    """
    grads = [np.zeros(p.shape) for p in (w1, b1, w2, b2)]
    loss = 0.0
    for row, label in zip(x, labels):
        hidden = np.maximum(row @ w1 + b1, 0)
        chances = softmax((hidden @ w2 + b2)[None])[0]
        loss -= np.log(chances[label])
        chances[label] -= 1
        back = np.sign(hidden) * (w2 @ chances)
        for grad, more in zip(grads, (np.outer(row, back), back, np.outer(hidden, chances),
                                      chances)):
            grad += more
    return (loss / len(x), *(grad / len(x) for grad in grads))
    """,
    says="picture by picture, and sign",
)
network_gradients.equivalent("when labels is transposed first", because=ONE_AXIS)
network_gradients.equivalent("when b1 is transposed first", because=ONE_AXIS)
network_gradients.equivalent("when b2 is transposed first", because=ONE_AXIS)
network_gradients.equivalent("with the absolute values of labels", because="labels are from 0 on")
network_gradients.equivalent(
    "if the copy is missing", because="the probabilities are not needed after the loss"
)
network_gradients.equivalent(
    "if a factor is there twice", because="a mask of 0 and 1 is its own square"
)


door_report = ex11.function(
    "door_report",
    points=15,
    minutes=15,
    section="Program two: a door that always keeps its promise",
    tolerance=SUMS,
    hints=(
        "A measured rate is above what was ordered half of the time, or it is not measured but "
        "made. Print every threshold that the program uses.",
        "Which decisions are taken after the people who ask are known? Real ones have not come "
        "yet when the door is built.",
        "There is one threshold, and it is known before the loop begins. In the loop it is used, "
        "never chosen.",
    ),
)


@ex11.helper
def of_people(rng, people, pictures, features=3, noise=0.7):
    labels = rng.permutation(np.repeat(rng.permutation(50)[:people], pictures))
    numbers = np.unique(labels)
    centres = rng.normal(size=(people, features))
    encodings = centres[np.searchsorted(numbers, labels)]
    encodings = encodings + noise * rng.normal(size=encodings.shape)
    return encodings, labels, rng.permutation(numbers)


@ex11.helper
def report_of(ex, encodings, labels, choosing, asking, far):
    threshold, rates = ex.door_report(encodings, labels, choosing, asking, far)
    return {"threshold": threshold, "rates": rates}


@door_report.probe("the example of the docstring", explain=explained_report)
def _(ex, rng):
    encodings = np.array([[0.0], [1], [4], [9], [20], [23], [22], [27]])
    labels = np.array([1, 1, 2, 2, 3, 3, 4, 4])
    return report_of(ex, encodings, labels, np.array([1, 2]), np.array([3, 4]), 0.25)


@door_report.probe("six people choose, six ask", explain=explained_report)
def _(ex, rng):
    encodings, labels, people = of_people(rng, 12, 4)
    return report_of(ex, encodings, labels, people[:6], people[6:], 0.13)


@door_report.probe(
    "as many people, pictures and false accepts as the dice say", explain=explained_report
)
def _(ex, rng):
    people, pictures = int(rng.integers(9, 13)), int(rng.integers(3, 6))
    encodings, labels, numbers = of_people(rng, people, pictures, int(rng.integers(2, 6)))
    return report_of(ex, encodings, labels, numbers[:4], numbers[4:], rng.uniform(0.05, 0.3))


@door_report.probe("people who are more alike ask at the door", explain=explained_report)
def _(ex, rng):
    encodings, labels, numbers = of_people(rng, 10, 4)
    encodings[np.isin(labels, numbers[5:])] *= 0.5
    return report_of(ex, encodings, labels, numbers[:5], numbers[5:], 0.2)


@door_report.probe("nobody may be let in by mistake", "edge", explain=explained_report)
def _(ex, rng):
    encodings, labels, numbers = of_people(rng, 10, 3)
    return report_of(ex, encodings, labels, numbers[:5], numbers[5:], 0.0)


@door_report.probe(
    "many distances are equal, and equal the threshold", "edge", explain=explained_report
)
def _(ex, rng):
    labels = np.repeat(np.arange(6), 4)
    encodings = rng.integers(0, 4, size=(24, 1)).astype(float)
    return report_of(ex, encodings, labels, np.arange(3), np.arange(3, 6), 0.4)


@door_report.probe(
    "pictures of people of neither group are among them", "edge", explain=explained_report
)
def _(ex, rng):
    encodings, labels, numbers = of_people(rng, 12, 3)
    return report_of(ex, encodings, labels, numbers[:4], numbers[4:8], 0.15)


CHOSEN = "threshold = threshold_at(*pairs_of(encodings, labels, choosing), far)"
COMPARED = "        accepted = distances <= threshold\n"
door_report.wrong(
    COMPARED,
    "        accepted = threshold_at(distances, same, far) >= distances\n",
    says="Each group still has a threshold of its own, chosen on the very pairs that are then "
    "counted: it gives what it gave before.",
)
door_report.wrong(
    CHOSEN,
    "threshold = threshold_at(*pairs_of(encodings, labels, asking), far)",
    says="There is one threshold now, and it is chosen on the people who ask: at a door they have "
    "not come yet.",
)
door_report.wrong(
    CHOSEN,
    "threshold = threshold_at("
    "*pairs_of(encodings, labels, np.concatenate([choosing, asking])), far)",
    says="The threshold is chosen on both groups together: those who ask still take part in "
    "choosing it.",
)
door_report.wrong(
    CHOSEN,
    "threshold = min(threshold_at(*pairs_of(encodings, labels, people), far) "
    "for people in (choosing, asking))",
    says="Of two thresholds the stricter one is taken, and the other group's pairs are looked at "
    "for it: that the measured rate is never above the ordered one is the symptom, not the cure.",
)
door_report.wrong(
    CHOSEN,
    "threshold = np.mean([threshold_at(*pairs_of(encodings, labels, people), far) "
    "for people in (choosing, asking)])",
    says="The threshold is half-way between those of both groups: those who ask still take part "
    "in choosing it.",
)
door_report.wrong(
    "labels, choosing), far)",
    "labels, choosing), far / 2)",
    says="Half of the ordered rate was asked for. That hides the symptom and refuses people who "
    "should come in: ask for `far`, and measure elsewhere.",
)
door_report.wrong(
    "return threshold, np.array(rates)",
    "return threshold, np.array([[far, rates[0][1]], rates[1]])",
    says="For those who choose, the ordered rate was written down: measure it, for the threshold "
    "may let in a little less.",
)
door_report.wrong(
    "return threshold, np.array(rates)",
    "return threshold, np.array(rates[1:])",
    says="Only the people who ask are reported now: the promise has a row for each group.",
)
door_report.wrong(
    "return threshold, np.array(rates)",
    "return threshold_at(*pairs_of(encodings, labels, asking), far), np.array(rates)",
    says="The rates are right, and the threshold that is given back is another: that of the "
    "people who ask.",
)
door_report.wrong(
    "rates.append([accepted[~same].mean(), accepted[same].mean()])",
    "rates.append([accepted[same].mean(), accepted[~same].mean()])",
    says="The two rates changed places: the false accept rate, of pairs of two people, is first.",
)
door_report.wrong(
    "for people in (choosing, asking):",
    "for people in (asking, choosing):",
    says="The two groups changed places: the first row is that of the people who choose.",
)
door_report.wrong(
    "accepted[same].mean()]",
    "accepted.mean()]",
    says="The true accept rate is now over all pairs: it is the share of the pairs of one person.",
)
door_report.wrong(
    "accepted[same].mean()]",
    "1 - accepted[same].mean()]",
    says="The second rate is now that of false rejects: the promise is the true accept rate.",
)
door_report.wrong(
    "accepted[~same].mean(), accepted",
    "accepted[~same].sum() / len(same), accepted",
    says="The false accepts are divided by all pairs: their rate is over the pairs of two people.",
)
door_report.wrong(
    COMPARED,
    "        accepted = distances < threshold\n",
    says="A distance that equals the threshold is refused now: `<=` was right.",
)
door_report.wrong(
    BODY,
    """
    threshold = threshold_at(*pairs_of(encodings, labels, choosing), far)
    distances, same = pairs_of(encodings, labels, np.concatenate([choosing, asking]))
    accepted = distances <= threshold
    rates = [accepted[~same].mean(), accepted[same].mean()]
    return threshold, np.array([rates, rates])
    """,
    says="Both groups were put together and counted once: pairs across the groups and those of "
    "the choosing people are in what should be measured on those who ask.",
)
door_report.wrong(
    BODY,
    """
    threshold = threshold_at(*pairs_of(encodings, labels, choosing), far)
    distances, same = pairs_of(encodings, labels, choosing)
    accepted = distances <= threshold
    rates = [accepted[~same].mean(), accepted[same].mean()]
    return threshold, np.array([rates, rates])
    """,
    says="The people who ask are measured nowhere: both rows are those of the people who choose.",
)
door_report.right(
    BODY,
    """
    found, threshold = [], None
    for people in (choosing, asking):
        rows = [i for i in range(len(labels)) if labels[i] in people]
        d, same = [], []
        for k, i in enumerate(rows):
            for j in rows[k + 1 :]:
                d.append(np.linalg.norm(encodings[i] - encodings[j]))
                same.append(labels[i] == labels[j])
        d, same = np.array(d), np.array(same)
        threshold = threshold_at(d, same, far) if threshold is None else threshold
        found.append([np.mean(d[~same] <= threshold), np.mean(d[same] <= threshold)])
    return threshold, np.array(found)
    """,
    says="loops, and a threshold that is chosen once",
)
door_report.right(
    BODY,
    """
    groups = [pairs_of(encodings, labels, people) for people in (choosing, asking)]
    threshold = threshold_at(*groups[0], far)
    rates = np.empty((2, 2))
    for row, (distances, same) in enumerate(groups):
        for column, kind in enumerate((~same, same)):
            rates[row, column] = np.count_nonzero(distances[kind] <= threshold) / kind.sum()
    return threshold, rates
    """,
    says="both groups first, and counts",
)
door_report.equivalent(
    "with -encodings in the place of encodings", because="distances stay the same"
)
door_report.equivalent("when labels is transposed first", because=ONE_AXIS)
door_report.equivalent("when choosing is transposed first", because=ONE_AXIS)
door_report.equivalent("when asking is transposed first", because=ONE_AXIS)
door_report.equivalent("with the absolute values of labels", because="people are numbered from 0")
door_report.equivalent("with the absolute values of choosing", because="people are numbered from 0")
door_report.equivalent("with the absolute values of asking", because="people are numbered from 0")
door_report.equivalent(
    "when choosing is taken from its end to its beginning",
    because="the order of people does not count",
)
door_report.equivalent(
    "when asking is taken from its end to its beginning",
    because="the order of people does not count",
)


def are_apart(got, expected):
    """What is wrong with splits of one set of labels: (times, N), 1 where a picture is for testing.

    A picture that is on neither side, or on both, is -1.
    """
    labels, count = expected["labels"], int(expected["count"])
    sides = got["for testing"]
    if sides.shape != expected["for testing"].shape:
        return f"gave {sides.shape} sides, expected {expected['for testing'].shape}"
    people = len(np.unique(labels))
    for side in sides:
        if (side == -1).any():
            lost = int(np.flatnonzero(side == -1)[0])
            return f"picture {lost} is on neither side, or on both: everybody's are used, once each"
        known, asked = np.unique(labels[side == 0]), np.unique(labels[side == 1])
        both = np.intersect1d(known, asked)
        if len(both):
            return (
                f"of {people} people, {len(both)} have pictures on both sides, "
                f"for instance person {both[0]}"
            )
        if len(asked) != count:
            return f"{len(asked)} of {people} people are for testing, expected {count}"
    if "always" in expected and (sides == sides[0]).all():
        return f"the same people were for testing in {len(sides)} splits: who is, is drawn"
    return None


split_pictures = ex11.function(
    "split_pictures",
    points=15,
    minutes=10,
    section="Program three: too good to be true",
    tolerance=WHOLE,
    hints=(
        "Ask what a program could know about a test picture before it has seen it. Print the "
        "labels of both sides.",
        "The promise is about people who were never seen. So what is drawn, a picture or a person?",
        "Draw among the different labels; then a picture goes where its label went.",
    ),
)


@ex11.helper
def sides_of(ex, labels, share, rng, times):
    """Of several splits: 1 for testing, 0 for training, -1 for neither or both."""
    sides = np.zeros((times, len(labels)), int)
    for row in sides:
        drawing = np.random.default_rng(rng.integers(1 << 40))
        found = ex.split_pictures(labels.copy(), share, drawing)
        counts = np.zeros((2, len(labels)), int)
        for count, numbers in zip(counts, found, strict=True):
            numbers = np.asarray(numbers)
            if ((numbers < 0) | (numbers >= len(labels))).any():
                raise IndexError(
                    "returned numbers that no picture has: expected the places of the pictures"
                )
            np.add.at(count, numbers.astype(int), 1)
        row[:] = np.where(counts.sum(axis=0) == 1, counts[1], -1)
    return sides


@split_pictures.probe("eight people, five pictures each", judge=are_apart)
def _(ex, rng):
    labels = rng.permutation(np.repeat(rng.permutation(40)[:8], 5))
    return {
        "for testing": sides_of(ex, labels, 0.25, rng, 8),
        "labels": labels,
        "count": 2,
        "always": 1,
    }


@split_pictures.probe("as many people and pictures as the dice say", judge=are_apart)
def _(ex, rng):
    people = int(rng.integers(6, 12))
    labels = rng.permutation(np.repeat(np.arange(people) + 3, rng.integers(2, 7, people)))
    share = float(rng.choice([0.3, 0.4, 0.45]))
    return {
        "for testing": sides_of(ex, labels, share, rng, 4),
        "labels": labels,
        "count": round(share * people),
    }


@split_pictures.probe("half of ten people who have one to nine pictures", judge=are_apart)
def _(ex, rng):
    labels = np.repeat(rng.permutation(10), rng.integers(1, 10, 10))
    return {"for testing": sides_of(ex, labels, 0.5, rng, 4), "labels": labels, "count": 5}


@split_pictures.probe("one picture of each", "edge", judge=are_apart)
def _(ex, rng):
    labels = rng.permutation(20)[:9]
    return {
        "for testing": sides_of(ex, labels, 1 / 3, rng, 8),
        "labels": labels,
        "count": 3,
        "always": 1,
    }


@split_pictures.probe("a share between two numbers of people: the nearer one", "edge",
                      judge=are_apart)  # fmt: skip
def _(ex, rng):
    labels = rng.permutation(np.repeat(np.arange(7), 3))
    share = float(rng.choice([0.36, 0.4, 0.46, 0.5]))
    return {"for testing": sides_of(ex, labels, share, rng, 3), "labels": labels,
            "count": round(share * 7)}  # fmt: skip


@split_pictures.probe("both are rising, and a seed gives the same again", "promise")
def _(ex, rng):
    labels, seed = rng.permutation(np.repeat(np.arange(6), 3)), int(rng.integers(1 << 40))
    one, other = (
        ex.split_pictures(labels.copy(), 1 / 3, np.random.default_rng(seed)) for _ in range(2)
    )
    again = all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    rising = [bool((np.diff(numbers) > 0).all()) for numbers in one]
    return {"the same again": again, "rising": rising, "pictures": len(one[0]) + len(one[1]),
            "drawn": labels}  # fmt: skip


split_pictures.wrong(
    "drawn_from = labels",
    "drawn_from = np.arange(labels.size)",
    says="Pictures are still drawn one by one, so that nearly everybody is on both sides: it gives "
    "what it gave before.",
)
split_pictures.wrong(
    "rng.permutation(np.unique(drawn_from))",
    "np.unique(drawn_from)",
    says="Nothing is drawn any more: the people with the lowest numbers are always for testing.",
)
split_pictures.wrong(
    "rng.permutation(np.unique(drawn_from))",
    "np.random.default_rng(0).permutation(np.unique(drawn_from))",
    says="It draws from a generator of its own with a fixed seed, so that the same people are "
    "always for testing: draw from rng.",
)
split_pictures.wrong(
    "return np.flatnonzero(~test), np.flatnonzero(test)",
    "return np.flatnonzero(test), np.flatnonzero(~test)",
    says="The two sides changed places: `share` of the people are for testing, and those pictures "
    "come second.",
)
split_pictures.wrong(
    "return np.flatnonzero(~test), np.flatnonzero(test)",
    "return np.arange(len(labels)), np.flatnonzero(test)",
    says="The training side has all the pictures, those for testing too: take these out.",
)
split_pictures.wrong(
    "return np.flatnonzero(~test), np.flatnonzero(test)",
    "return np.flatnonzero(~test), np.arange(len(labels))",
    says="The test side has all the pictures, those learnt from too: only the people drawn for "
    "testing belong there.",
)
split_pictures.wrong(
    "return np.flatnonzero(~test), np.flatnonzero(test)",
    "return np.flatnonzero(~test), np.flatnonzero(test)[::2]",
    says="Every second picture for testing is left out: everybody's pictures are all used.",
)
split_pictures.wrong(
    BODY,
    """
    groups = rng.permutation(np.unique(labels))
    for_testing = groups[: round(share * len(groups))]
    test = np.isin(labels, for_testing)
    first = np.zeros(len(labels), bool)
    first[np.unique(labels, return_index=True)[1]] = True
    return np.flatnonzero(~test | first), np.flatnonzero(test & ~first)
    """,
    says="People are drawn now, and then one picture of each of them is given back to training: "
    "whoever is tested must never have been seen.",
)
split_pictures.wrong(
    BODY,
    """
    pictures = rng.permutation(np.arange(len(labels)))
    for_testing = pictures[: round(share * len(pictures))]
    test = np.isin(np.arange(len(labels)), for_testing)
    known = ~np.isin(labels, labels[test])
    return np.flatnonzero(known), np.flatnonzero(test)
    """,
    says="Pictures are drawn, and then the people on them are taken out of training: nobody is on "
    "both sides, but nearly everybody's pictures are lost. Draw people.",
)
split_pictures.wrong(
    BODY,
    """
    pictures = rng.permutation(np.arange(len(labels)))
    for_testing = pictures[: round(share * len(pictures))]
    test = np.isin(labels, labels[for_testing])
    return np.flatnonzero(~test), np.flatnonzero(test)
    """,
    says="Pictures are drawn, and all who are on one of them are for testing: nobody is on both "
    "sides, but those are many more people than `share` of them.",
)
split_pictures.wrong(
    BODY,
    """
    order = np.argsort(labels, kind="stable")
    rng.permutation(len(labels))
    cut = round(share * len(labels))
    return np.sort(order[cut:]), np.sort(order[:cut])
    """,
    says="The pictures are put in the order of their people and cut: nobody is drawn, and whoever "
    "is at the cut may be on both sides.",
)
split_pictures.wrong(
    "round(share * len(groups))",
    "int(share * len(groups))",
    says="The number of people for testing is rounded down: round(...) takes the nearest.",
)
split_pictures.wrong(
    "round(share * len(groups))",
    "int(np.ceil(share * len(groups)))",
    says="The number of people for testing is rounded up: round(...) takes the nearest.",
)
split_pictures.wrong(
    "round(share * len(groups))",
    "round(share * len(labels))",
    says="As many people are for testing as pictures should be: `share` is of the people.",
)
split_pictures.wrong(
    "round(share * len(groups))",
    "1",
    says="One person is for testing, whatever `share` says.",
)
split_pictures.right(
    BODY,
    """
    people = np.array(sorted(set(labels.tolist())))
    chosen = rng.choice(people, size=round(share * len(people)), replace=False)
    training = [i for i, who in enumerate(labels) if who not in chosen]
    test = [i for i, who in enumerate(labels) if who in chosen]
    return np.array(training, int), np.array(test, int)
    """,
    says="choice without replacement",
)
split_pictures.right(
    BODY,
    """
    people, who = np.unique(labels, return_inverse=True)
    ranks = np.argsort(np.argsort(rng.random(len(people))))
    test = ranks[who] < round(share * len(people))
    return np.nonzero(~test)[0], np.nonzero(test)[0]
    """,
    says="a random number for each person",
)
split_pictures.equivalent("when labels is transposed first", because=ONE_AXIS)
split_pictures.equivalent("with -labels in the place of labels", because=NAMES)
split_pictures.equivalent("with the absolute values of labels", because=NAMES)
split_pictures.equivalent("with the squares of labels", because=NAMES)
split_pictures.equivalent(
    "with share - 1 in the place of share",
    because="as many less than all, counted from the end, is as many",
)


encoder_step = ex11.function(
    "encoder_step",
    points=15,
    minutes=15,
    section="Program four: a loss that settles",
    tolerance=SUMS,
    hints=(
        "The loss settles at a number that you know from lesson 06. What does an encoder do that "
        "costs exactly this?",
        "Check the gradient by w. Where triplets cost a little, loss and step do not agree about "
        "who costs anything.",
        "The loss is above 0 as long as the negative is not farther than the positive *by the "
        "margin*. Just as long a triplet has to teach.",
    ),
)


@ex11.helper
def batch_of(rng, people, pictures, features=4, size=2, spread=0.6):
    labels = rng.permutation(np.repeat(np.arange(people), pictures))
    centres = rng.normal(size=(people, features))
    pictures = centres[labels] + 0.4 * rng.normal(size=(len(labels), features))
    return spread * rng.normal(size=(features, size)), pictures, labels


@ex11.helper
def step_of(ex, *arguments):
    loss, w = ex.encoder_step(*arguments)
    return {"loss": loss, "new w": w}


@encoder_step.probe("the example of the docstring", explain=explained_results)
def _(ex, rng):
    pictures = np.array([[0.0], [0.5], [0.8]])
    return step_of(ex, np.array([[1.0]]), pictures, np.array([1, 1, 2]), 0.1)


@encoder_step.probe("four people, three pictures each", explain=explained_results)
def _(ex, rng):
    return step_of(ex, *batch_of(rng, 4, 3), 0.1, 0.5)


@encoder_step.probe(
    "as many people, pictures and numbers as the dice say", explain=explained_results
)
def _(ex, rng):
    sizes = [int(rng.integers(low, low + 3)) for low in (3, 2, 3, 2)]
    return step_of(ex, *batch_of(rng, *sizes), rng.uniform(0.05, 0.5), rng.uniform(0.3, 1))


@encoder_step.probe("three steps, one after the other", explain=explained_results)
def _(ex, rng):
    w, pictures, labels = batch_of(rng, 3, 4)
    losses = []
    for _ in range(3):
        loss, w = ex.encoder_step(w, pictures, labels, 0.2, 0.4)
        losses.append(loss)
    return {"losses": losses, "w": w}


@encoder_step.probe(
    "all encodings nearly fall together: every triplet costs the margin",
    "edge",
    explain=explained_results,
)
def _(ex, rng):
    return step_of(ex, *batch_of(rng, 3, 3, spread=0.01), 0.3, 0.2)


@encoder_step.probe("nothing costs anything: w stays", "edge", explain=explained_results)
def _(ex, rng):
    labels = np.repeat(np.arange(3), 3)
    pictures = 20.0 * np.eye(3)[labels] + 0.01 * rng.normal(size=(9, 3))
    w = np.array([[1.0, 0], [0, 1], [-1, -1]]) + 0.1 * rng.normal(size=(3, 2))
    return step_of(ex, w, pictures, labels, 0.3, 0.2)


@encoder_step.probe(
    "people with a single picture are negatives only", "edge", explain=explained_results
)
def _(ex, rng):
    w, pictures, _ = batch_of(rng, 4, 2)
    return step_of(ex, w, pictures, np.array([0, 0, 1, 2, 2, 2, 3, 4]), 0.2, 0.6)


ACTIVE = "active = (gap < margin)[:, None]"
GAP = "gap = ((to_negative @ w) ** 2).sum(axis=1) - ((to_positive @ w) ** 2).sum(axis=1)"
STEP = "w - lr * 2 * (pull - push) / len(a)"
encoder_step.wrong(
    ACTIVE,
    "active = (gap < 0.0)[:, None]",
    says="Only triplets whose negative is nearer than their positive teach, as before: those in "
    "which it is farther, but not by the margin, cost something too.",
)
encoder_step.wrong(
    ACTIVE,
    "active = (gap < np.inf)[:, None]",
    says="Every triplet teaches now, those that cost nothing too: where the loss is 0 its "
    "gradient is 0.",
)
encoder_step.wrong(
    ACTIVE,
    "active = (gap > margin)[:, None]",
    says="The wrong ones teach: those whose negative is far enough already.",
)
encoder_step.wrong(
    ACTIVE,
    "active = ((gap > 0) & (gap < margin))[:, None]",
    says="Half is mended: the triplets between 0 and the margin teach now, and those whose "
    "negative is nearer than their positive do not any more.",
)
encoder_step.wrong(
    ACTIVE,
    "active = (gap < -margin)[:, None]",
    says="The margin has the wrong sign: a triplet teaches until its negative is farther by the "
    "margin, so gap < margin.",
)
encoder_step.wrong(
    ACTIVE,
    "active = (gap < 2 * margin)[:, None]",
    says="The margin counts twice in who teaches: some that cost nothing do.",
)
encoder_step.wrong(
    ACTIVE,
    "active = (gap < margin / 2)[:, None]",
    says="The margin counts by half in who teaches: some that cost something do not.",
)
encoder_step.wrong(
    ACTIVE,
    "active = loss > 0",
    says="The mean loss decides for all triplets at once: each teaches as long as it costs "
    "something itself.",
)
encoder_step.wrong(
    ACTIVE,
    "active = np.maximum(0, margin - gap)[:, None]",
    says="Each triplet is weighted by what it costs: that is the gradient of half the squares. "
    "Whoever costs anything teaches with weight 1.",
)
encoder_step.wrong(
    BODY,
    """
    a, p, n = all_triplets(labels)
    to_positive, to_negative = pictures[a] - pictures[p], pictures[a] - pictures[n]
    gap = ((to_negative @ w) ** 2).sum(axis=1) - ((to_positive @ w) ** 2).sum(axis=1)
    loss = np.maximum(0, -gap).mean()
    active = (gap < 0)[:, None]
    pull = (active * to_positive).T @ (to_positive @ w)
    push = (active * to_negative).T @ (to_negative @ w)
    return float(loss), w - lr * 2 * (pull - push) / len(a)
    """,
    says="The margin was taken out of the loss. It agrees with the step now, and an encoder that "
    "gives 0 for everybody is perfect: mend the step, and leave the loss.",
)
encoder_step.wrong(
    STEP,
    "w - lr * 2 * (pull - push) / max(1, active.sum())",
    says="The step is now a mean over the triplets that cost something: the loss is a mean over "
    "all of them.",
)
encoder_step.wrong(
    "loss = np.maximum(0, margin - gap).mean()",
    "loss = np.maximum(0, margin - gap).sum() / max(1, (gap < margin).sum())",
    says="The loss is now a mean over the triplets that cost something, and was right: the promise "
    "is a mean over all.",
)
encoder_step.wrong(
    STEP,
    "w + lr * 2 * (pull - push) / len(a)",
    says="The step goes uphill now: w less the gradient was right.",
)
encoder_step.wrong(
    STEP,
    "w - lr * (pull - push) / len(a)",
    says="The 2 of the squares' slope is gone: it was right.",
)
encoder_step.wrong(
    STEP,
    "w - lr * 2 * (pull + push) / len(a)",
    says="Negatives are pulled now, too: that leads everybody to one place. They are pushed.",
)
encoder_step.wrong(
    STEP,
    "w - lr * 2 * pull / len(a)",
    says="Negatives no longer push: half of the gradient is missing.",
)
encoder_step.wrong(
    STEP,
    "w + lr * 2 * push / len(a)",
    says="Positives no longer pull: half of the gradient is missing.",
)
encoder_step.wrong(
    BODY,
    """
    a, p, n = all_triplets(labels)
    to_positive, to_negative = pictures[a] - pictures[p], pictures[a] - pictures[n]
    gap = ((to_negative @ w) ** 2).sum(axis=1) - ((to_positive @ w) ** 2).sum(axis=1)
    loss = np.maximum(0, margin - gap).mean()
    active = (gap < 0)[:, None]
    pull = (active * to_positive).T @ (to_positive @ w)
    push = (active * to_negative).T @ (to_negative @ w)
    new = w - lr * 2 * (pull - push) / len(a)
    return float(loss), new * np.linalg.norm(w) / np.linalg.norm(new)
    """,
    says="w is stretched to its old length after every step. That keeps it from shrinking and is "
    "no step down this loss: why does it shrink?",
)
encoder_step.wrong(
    BODY,
    """
    a, p, n = all_triplets(labels)
    to_positive, to_negative = pictures[a] - pictures[p], pictures[a] - pictures[n]
    gap = ((to_negative @ w) ** 2).sum(axis=1) - ((to_positive @ w) ** 2).sum(axis=1)
    loss = np.maximum(0, margin - gap).mean()
    active = (gap < 0)[:, None]
    pull = (active * to_positive).T @ (to_positive @ w)
    push = (active * to_negative).T @ (to_negative @ w)
    new = w - lr * 2 * (pull - push) / len(a)
    return float(loss), new / np.linalg.norm(new)
    """,
    says="w is brought to length 1 after every step. That keeps it from shrinking and is no step "
    "down this loss: why does it shrink?",
)
encoder_step.wrong(
    GAP,
    "gap = np.sqrt(((to_negative @ w) ** 2).sum(axis=1)) "
    "- np.sqrt(((to_positive @ w) ** 2).sum(axis=1))",
    says="The distances are no longer squared in what decides: squares, as in the promise, were "
    "right.",
)
encoder_step.right(
    BODY,
    """
    total, grad = 0.0, np.zeros(w.shape)
    triplets = list(zip(*all_triplets(labels)))
    for a, p, n in triplets:
        near, far = pictures[a] - pictures[p], pictures[a] - pictures[n]
        cost = margin + (near @ w) @ (near @ w) - (far @ w) @ (far @ w)
        if cost > 0:
            total += cost
            grad += 2 * (np.outer(near, near @ w) - np.outer(far, far @ w))
    return total / len(triplets), w - lr * grad / len(triplets)
    """,
    says="a loop over triplets",
)
encoder_step.right(
    BODY,
    """
    a, p, n = all_triplets(labels)
    f = pictures @ w
    costs = ((f[a] - f[p]) ** 2 - (f[a] - f[n]) ** 2).sum(axis=1) + margin
    weight = np.where(costs > 0, 2 / len(a), 0.0)[:, None]
    slope = np.zeros(f.shape)
    np.add.at(slope, a, weight * (f[n] - f[p]))
    np.add.at(slope, p, weight * (f[p] - f[a]))
    np.add.at(slope, n, weight * (f[a] - f[n]))
    return np.clip(costs, 0, None).sum() / len(a), w - lr * pictures.T @ slope
    """,
    says="by way of the encodings' gradient",
)
encoder_step.equivalent(
    "with -pictures in the place of pictures", because="distances stay the same"
)
encoder_step.equivalent("when labels is transposed first", because=ONE_AXIS)
encoder_step.equivalent("with -labels in the place of labels", because=NAMES)
encoder_step.equivalent("with the absolute values of labels", because=NAMES)
encoder_step.equivalent("with the squares of labels", because=NAMES)
encoder_step.equivalent(
    "if sum runs along axis -1 in place of axis 1", because="of two axes, axis 1 is the last"
)
encoder_step.equivalent(
    "at equality: with <= in the place of <",
    because="where a triplet costs exactly nothing, either slope is one",
)
encoder_step.equivalent(
    "if a difference is taken the other way round",
    because="a difference of pictures stands in products with itself",
)


unit_rectangle = ex11.function(
    "unit_rectangle",
    points=15,
    minutes=15,
    section="Program five: a rectangle beside the point",
    tolerance=WHOLE,
    hints=(
        "It is right for a single layer. Try two layers of kernel 3 by hand, the first with stride "
        "2, and count pixels.",
        "Size, start and jump are all in pixels of the picture. Read the three lines of the loop "
        "as sentences with units.",
        "One step of a deeper layer is `jump` pixels long. Two lines know that.",
    ),
)


@ex11.helper
def rectangle_of(ex, layers, *numbers):
    return {"rectangle": ex.unit_rectangle(layers, *map(int, numbers))}


@unit_rectangle.probe("the example of the docstring")
def _(ex, rng):
    return rectangle_of(ex, [(3, 2, 1), (3, 1, 1)], 1, 3, 8, 16)


@unit_rectangle.probe("convolutions and poolings, a unit in the middle of a large picture")
def _(ex, rng):
    layers = [(3, 1, 1), (2, 2, 0), (5, 1, 2), (3, 2, 1), (3, 1, 1)]
    row, column = rng.integers(50, 70, 2)
    return rectangle_of(ex, layers, row, column + 1, *rng.integers(700, 800, 2))


@unit_rectangle.probe("layers drawn at random, a picture far larger than what is seen")
def _(ex, rng):
    layers = [
        (int(rng.integers(2, 6)), int(rng.integers(1, 4)), int(rng.integers(0, 3)))
        for _ in range(rng.integers(2, 5))
    ]
    row, column = rng.integers(60, 70), rng.integers(72, 80)
    return rectangle_of(ex, layers, row, column, *rng.integers(9000, 9900, 2))


@unit_rectangle.probe("a single layer", "edge")
def _(ex, rng):
    row, column = rng.integers(3, 7), rng.integers(8, 12)
    return rectangle_of(ex, [(5, 2, 2)], row, column, 30, 40)


@unit_rectangle.probe("cut at the upper left, and at the lower right", "edge")
def _(ex, rng):
    layers = [(3, 1, 1), (3, 2, 1), (int(rng.choice([5, 7, 9])), 1, 3)]
    first = ex.unit_rectangle(layers, 0, 1, 22, 26)
    return {"first": first, "last": ex.unit_rectangle(layers, 10, 11, 22, 26)}


@unit_rectangle.probe("no layers: the unit is the pixel", "edge")
def _(ex, rng):
    return rectangle_of(ex, [], rng.integers(0, 9), rng.integers(9, 16), 10, 16)


START = "        start -= padding * jump\n"
unit_rectangle.wrong(
    START,
    "        start = start - padding\n",
    says="Padding is still counted as if a deeper layer's step were one pixel: it gives what it "
    "gave before.",
)
unit_rectangle.wrong(
    START,
    "        start -= 0\n",
    says="Padding does not count at all any more: zeros before the first pixel shift every "
    "rectangle.",
)
unit_rectangle.wrong(
    START,
    "        start += padding * jump\n",
    says="The padding shifts the wrong way: zeros that are put before the picture move what a "
    "unit sees up and to the left.",
)
unit_rectangle.wrong(
    START,
    "        start -= padding * jump * stride\n",
    says="The padding is counted in steps of the layer that comes after: the zeros are put before "
    "this layer's input.",
)
unit_rectangle.wrong(
    START,
    "        start -= padding * stride\n",
    says="The padding is multiplied by the layer's own stride: what counts is how many pixels one "
    "step of its input is, the strides of all the layers before it.",
)
unit_rectangle.wrong(
    BODY,
    """
    size, jump, start = 1, 1, 0
    for kernel, stride, padding in layers:
        start -= padding
        size += (kernel - 1) * jump + 2 * padding
        jump *= stride
    top, left = start + row * jump, start + column * jump
    return max(top, 0), max(left, 0), min(top + size, height), min(left + size, width)
    """,
    says="The rectangle was made larger. It may hold all that the unit sees now, and much that it "
    "does not: its size was right, and its place is not.",
)
unit_rectangle.wrong(
    BODY,
    """
    size, jump = 1, 1
    for kernel, stride, padding in layers:
        size += (kernel - 1) * jump
        jump *= stride
    start = -((size - 1) // 2)
    top, left = start + row * jump, start + column * jump
    return max(top, 0), max(left, 0), min(top + size, height), min(left + size, width)
    """,
    says="The rectangle is put around the unit's own place, whatever the padding is: that fits "
    "where each layer's padding is half its kernel and no kernel is even.",
)
unit_rectangle.wrong(
    "size += (kernel - 1) * jump",
    "size += kernel - 1",
    says="Another line was spoilt: a kernel reaches (kernel - 1) steps of its input, each of them "
    "`jump` pixels.",
)
unit_rectangle.wrong(
    "size += (kernel - 1) * jump",
    "size += kernel * jump",
    says="Another line was spoilt: a kernel of 3 reaches two steps beyond its first.",
)
unit_rectangle.wrong(
    "size += (kernel - 1) * jump",
    "size += (kernel - 1) * jump * stride",
    says="Another line was spoilt: the size grows by steps of the layer's input, before its own "
    "stride.",
)
unit_rectangle.wrong(
    "jump *= stride",
    "jump = stride",
    says="Another line was spoilt: strides multiply from layer to layer.",
)
unit_rectangle.wrong(
    "jump *= stride",
    "jump += stride - 1",
    says="Another line was spoilt: strides multiply from layer to layer, they do not add up.",
)
unit_rectangle.wrong(
    "return max(top, 0), max(left, 0), min(top + size, height), min(left + size, width)",
    "return top, left, top + size, left + size",
    says="The rectangle is no longer cut at the borders of the picture.",
)
unit_rectangle.wrong(
    "min(top + size, height), min(left + size, width)",
    "min(top + size - 1, height), min(left + size - 1, width)",
    says="The lower and the right edge moved by one: bottom and right are the first that are not "
    "seen.",
)
unit_rectangle.wrong(
    "min(top + size, height), min(left + size, width)",
    "min(max(top, 0) + size, height), min(max(left, 0) + size, width)",
    says="Where the rectangle is cut at the top or the left it was moved, and sees at the other "
    "end what it does not: the end is counted from where it began before the cut.",
)
unit_rectangle.wrong(
    "top, left = start + row * jump, start + column * jump",
    "top, left = start + column * jump, start + row * jump",
    says="Rows and columns changed places: top comes from the row.",
)
unit_rectangle.wrong(
    "min(top + size, height), min(left + size, width)",
    "min(top + size, width), min(left + size, height)",
    says="Height and width changed places where it is cut: rows end at the height.",
)
unit_rectangle.wrong(
    "for kernel, stride, padding in layers:",
    "for kernel, stride, padding in layers[::-1]:",
    says="The layers are gone through from the unit to the picture: size, start and jump are "
    "counted from the picture on.",
)
unit_rectangle.right(
    BODY,
    """
    ends = []
    for place, length in ((row, height), (column, width)):
        first = last = place
        for kernel, stride, padding in reversed(layers):
            first = first * stride - padding
            last = last * stride - padding + kernel - 1
        ends.append((max(first, 0), min(last + 1, length)))
    (top, bottom), (left, right) = ends
    return top, left, bottom, right
    """,
    says="backwards, from the unit to the picture",
)
unit_rectangle.right(
    BODY,
    """
    jumps = np.cumprod([1, *(stride for _, stride, _ in layers)]).tolist()
    start = -sum(padding * jump for (_, _, padding), jump in zip(layers, jumps))
    size = 1 + sum((kernel - 1) * jump for (kernel, _, _), jump in zip(layers, jumps))
    top, left = (start + place * jumps[-1] for place in (row, column))
    return tuple(
        int(np.clip(edge, 0, most))
        for edge, most in ((top, height), (left, width), (top + size, height), (left + size, width))
    )
    """,
    says="sums over products of strides",
)
unit_rectangle.equivalent(
    "if the absolute value of a difference is taken", because="a kernel is at least 1 wide"
)
unit_rectangle.equivalent(
    "if two arguments of max are exchanged", because="the larger of two has no order"
)
unit_rectangle.equivalent(
    "if two arguments of min are exchanged", because="the smaller of two has no order"
)


painting_cost = ex11.function(
    "painting_cost",
    points=15,
    minutes=15,
    section="Program six: a mirror that costs something",
    tolerance=SUMS,
    hints=(
        "Follow the example by hand: what is in the first column of `matrix`, and what should be?",
        "The shape is right and the numbers are all there; ask which of them stand together. "
        "Reading order runs through the last axis first.",
        "The features are stored channel by channel. Make rows of channels first, which reading "
        "order can do; columns of them come from turning that round.",
    ),
)


@ex11.helper
def layers_of(rng, *shapes):
    return [rng.normal(size=shape) + 0.5 for shape in shapes]


@ex11.helper
def cost_of(ex, styles, paintings, weights):
    return {"cost": ex.painting_cost(styles, paintings, weights)}


@painting_cost.probe("the example of the docstring")
def _(ex, rng):
    style = np.array([[[1.0, 2]], [[3, 0]]])
    return cost_of(ex, [style], [np.zeros(style.shape)], [1.0])


@painting_cost.probe("two layers")
def _(ex, rng):
    shapes = (3, 4, 5), (5, 2, 3)
    return cost_of(ex, layers_of(rng, *shapes), layers_of(rng, *shapes), [0.3, 1.2])


@painting_cost.probe("as many layers, channels and places as the dice say")
def _(ex, rng):
    shapes = [tuple(rng.integers(2, 6, 3).tolist()) for _ in range(rng.integers(2, 5))]
    weights = rng.uniform(0.2, 2, len(shapes)).tolist()
    return cost_of(ex, layers_of(rng, *shapes), layers_of(rng, *shapes), weights)


@painting_cost.probe("the style's things, elsewhere, and a little of something else")
def _(ex, rng):
    (style,) = layers_of(rng, (4, 3, 5))
    moved = style[:, ::-1, ::-1] + 0.1 * rng.normal(size=style.shape)
    return cost_of(ex, [style], [moved], [1.0])


@painting_cost.probe("one place; one channel", "edge")
def _(ex, rng):
    shapes = (4, 1, 1), (1, 3, 4)
    return cost_of(ex, layers_of(rng, *shapes), layers_of(rng, *shapes), [1.0, 0.5])


@painting_cost.probe("a layer that does not count, beside one that does", "edge")
def _(ex, rng):
    shapes = (3, 4, 2), (4, 2, 2)
    return cost_of(ex, layers_of(rng, *shapes), layers_of(rng, *shapes), [0.0, 1.0])


TURNED = "matrix = features.reshape(len(features), -1).T"
GRAM = "grams.append(matrix.T @ matrix)  # (C, C)"
WEIGHED = "total += weight * ((grams[0] - grams[1]) ** 2).sum() / (2 * style.size) ** 2"
painting_cost.wrong(
    TURNED,
    "matrix = features.reshape(-1, features.shape[0])",
    says="The rows of `matrix` are still pieces of channels, not places: it gives what it gave "
    "before. Reshape deals the numbers out in reading order, and turns nothing round.",
)
painting_cost.wrong(
    TURNED,
    "matrix = features.transpose(1, 0, 2).reshape(-1, len(features))",
    says="Rows of the picture come first now, and channels are still dealt out in pieces: "
    "channels have to be the last axis before the reshape.",
)
painting_cost.wrong(
    TURNED,
    "matrix = features.transpose(2, 0, 1).reshape(-1, len(features))",
    says="Columns of the picture come first now, and channels are still dealt out in pieces: "
    "channels have to be the last axis before the reshape.",
)
painting_cost.wrong(
    TURNED,
    "matrix = features.transpose(1, 2, 0).reshape(len(features), -1).T",
    says="Channels are the last axis before the reshape, as they should be, and then it makes a "
    "row of each *channel*: a row is a place now, reshape(-1, channels).",
)
painting_cost.wrong(
    TURNED,
    "matrix = np.sort(features.reshape(-1, len(features)), axis=0)",
    says="Sorting makes the mirror image cost nothing and spoils what occurs together: the places "
    "of all channels must stay the same.",
)
painting_cost.wrong(
    TURNED,
    "matrix = np.sort(features.reshape(len(features), -1).T, axis=0)",
    says="Each channel is sorted by itself: what occurs together at one place is lost.",
)
painting_cost.wrong(
    GRAM,
    "grams.append(matrix @ matrix.T)",
    says="That is how alike the places are, (H W, H W), which depends on where things are: a Gram "
    "matrix is of channels, (C, C).",
)
painting_cost.wrong(
    GRAM,
    "grams.append((matrix**2).sum(axis=0))",
    says="Only the diagonal is left, each channel with itself: what occurs together is off it.",
)
painting_cost.wrong(
    GRAM,
    "grams.append((matrix - matrix.mean(axis=0)).T @ (matrix - matrix.mean(axis=0)))",
    says="The channels' means are subtracted: a Gram matrix takes the activations as they are.",
)
painting_cost.wrong(
    GRAM,
    "grams.append(np.outer(matrix.mean(axis=0), matrix.mean(axis=0)))",
    says="Channels are averaged before they are multiplied: multiply at each place, then sum.",
)
painting_cost.wrong(
    GRAM,
    "grams.append(matrix.T @ matrix / len(matrix))",
    says="The Gram matrices are divided by the number of places: the (2 C H W)^2 below does that "
    "already.",
)
painting_cost.wrong(
    WEIGHED,
    "total += weight * ((grams[0] - grams[1]) ** 2).sum() / (2 * style.size)",
    says="What the sum is divided by was right: (2 C H W) squared.",
)
painting_cost.wrong(
    WEIGHED,
    "total += weight * ((grams[0] - grams[1]) ** 2).sum() / (2 * style[0].size) ** 2",
    says="Another line was spoilt: the number of channels is missing below the line.",
)
painting_cost.wrong(
    WEIGHED,
    "total += weight * ((grams[0] - grams[1]) ** 2).sum()",
    says="Another line was spoilt: nothing is divided by (2 C H W)^2 any more, so that large "
    "layers count most.",
)
painting_cost.wrong(
    WEIGHED,
    "total += weight * np.abs(grams[0] - grams[1]).sum() / (2 * style.size) ** 2",
    says="The differences are no longer squared.",
)
painting_cost.wrong(
    WEIGHED,
    "total += ((grams[0] - grams[1]) ** 2).sum() / (2 * style.size) ** 2",
    says="The weights of the layers do not count any more.",
)
painting_cost.wrong(
    WEIGHED,
    "total = weight * ((grams[0] - grams[1]) ** 2).sum() / (2 * style.size) ** 2",
    says="Only the last layer is left: the costs of the layers add up.",
)
painting_cost.wrong(
    WEIGHED,
    "total += weight * ((style - painting) ** 2).sum() / (4 * style.size)",
    says="That compares the activations place by place: it is the cost of content, and a mirror "
    "image costs something.",
)
painting_cost.wrong(
    BODY,
    """
    total = 0.0
    for style, painting, weight in zip(styles, paintings, weights, strict=True):
        wanted = style.reshape(len(style), -1)
        matrix = painting.reshape(-1, len(painting))
        difference = wanted @ wanted.T - matrix.T @ matrix
        total += weight * (difference**2).sum() / (2 * style.size) ** 2
    return float(total)
    """,
    says="Half is mended: the style's Gram matrix is right now, and the painting's is not.",
)
painting_cost.wrong(
    BODY,
    """
    total = 0.0
    for style, painting, weight in zip(styles, paintings, weights, strict=True):
        matrix = style.reshape(-1, len(style))
        made = painting.reshape(len(painting), -1)
        difference = matrix.T @ matrix - made @ made.T
        total += weight * (difference**2).sum() / (2 * style.size) ** 2
    return float(total)
    """,
    says="Half is mended: the painting's Gram matrix is right now, and the style's is not.",
)
painting_cost.right(
    BODY,
    """
    total = 0.0
    for style, painting, weight in zip(styles, paintings, weights):
        grams = [np.einsum("kij,lij->kl", f, f) for f in (style, painting)]
        total += weight * np.linalg.norm(grams[0] - grams[1]) ** 2 / (4 * style.size**2)
    return total
    """,
    says="einsum",
)
painting_cost.right(
    BODY,
    """
    def gram(features):
        places = np.moveaxis(features, 0, -1).reshape(-1, len(features))
        return sum(np.outer(place, place) for place in places)

    return float(
        sum(
            weight * np.sum((gram(one) - gram(other)) ** 2) / (2 * one.size) ** 2
            for one, other, weight in zip(styles, paintings, weights)
        )
    )
    """,
    says="place by place",
)
painting_cost.equivalent("when styles and paintings are exchanged", because=SQUARED)
painting_cost.equivalent("if the absolute value of a difference is taken", because=SQUARED)
painting_cost.equivalent("if a difference is taken the other way round", because=SQUARED)
painting_cost.equivalent(
    "if a loop goes backwards", because="a sum has no order, nor has a squared difference"
)
painting_cost.equivalent("if strict is not passed on to zip", because="there are as many of each")
painting_cost.equivalent("with False in the place of True", because="there are as many of each")
painting_cost.equivalent(
    "if it is not made a plain number at the end", because="NumPy's number does as well"
)
painting_cost.equivalent(
    "with 2 in the place of a 1", because="any negative length stands for what is left"
)


WORDS = {
    "relu": "where relu gave 0, is nothing sent back",
    "broadcast": "is all that was broadcast summed on the way back",
    "mean": "how often does 1/N stand in it, and how often should it",
    "rate": "does the same go wrong with steps a tenth as long",
    "margin": "which triplets teach, and would others with another margin",
    "mining": "which triplets are asked: are any left out, or a picture paired with itself",
    "threshold": "who has a say in it, and who is judged by it",
    "leak": "is anybody on both sides",
    "chance": "does it go away with ten times as many",
    "steps": "in which units is each length, and is that the one it is added to",
    "border": "does it also go wrong far from every edge",
    "axes": "what stands in one row of the array that was given another shape",
    "scale": "does it also go wrong with a single layer, or with arrays of one size",
}
NAMED = {
    "network_gradients": "relu",
    "door_report": "threshold",
    "split_pictures": "leak",
    "encoder_step": "margin",
    "unit_rectangle": "steps",
    "painting_cost": "axes",
}
WHY_NOT = {
    ("network_gradients", "broadcast"): "the biases are broadcast, and both of their gradients "
    "are sums over the pictures",
    ("network_gradients", "mean"): "1/N stands once in the loss and once in its slope",
    ("network_gradients", "rate"): "the gradient is wrong before any step is taken",
    ("network_gradients", "scale"): "a gradient that is off by a factor would be off by the same "
    "one for all four parameters; two are right",
    ("door_report", "leak"): "nobody is in both groups, and no pair has a person of each",
    ("door_report", "chance"): "chance would put some rates above the ordered one and some below; "
    "here none is above",
    ("door_report", "border"): "a distance that equals the threshold is let in, as it should be",
    ("split_pictures", "threshold"): "nothing is chosen here, only drawn",
    ("split_pictures", "chance"): "the difference is there on the mean of 20 splits",
    ("split_pictures", "scale"): "the number of test pictures is about what was asked for",
    ("encoder_step", "relu"): "where a triplet costs nothing, nothing is sent back; it holds "
    "too much back, not too little",
    ("encoder_step", "mining"): "all triplets are listed, and no picture is paired with itself",
    ("encoder_step", "rate"): "shorter steps come to the same end, only later",
    ("encoder_step", "mean"): "1/T stands once in the loss and once in the step",
    ("encoder_step", "scale"): "a factor on the step would change how soon it ends, not where",
    ("unit_rectangle", "border"): "it is wrong in the middle of a large picture, too, where "
    "nothing is cut",
    ("unit_rectangle", "axes"): "rows and columns are treated alike and stay apart",
    ("unit_rectangle", "scale"): "the size is right; the place is not",
    ("painting_cost", "scale"): "a factor cannot make the mirror image cost something: 0 times "
    "anything is 0",
    ("painting_cost", "mean"): "no mean is taken, and the promise has none",
    ("painting_cost", "border"): "nothing is cut off: all places count",
    ("painting_cost", "broadcast"): "the two Gram matrices have one shape, (C, C), and nothing is "
    "broadcast",
}


def why_not(program, word):
    """What speaks against a word that is not the cause of a program."""
    told = WHY_NOT.get((program, word)) or f"ask: {WORDS[word]}? Nothing of that is wrong here"
    return f"{program}: the cause is not {word!r}; {told}."


def are_causes(got, expected):
    """The first cause that is not right, and how many are."""
    pairs = list(zip(expected["programs"].tolist(), got["causes"].tolist(), strict=True))
    right = dict(zip(expected["programs"].tolist(), expected["causes"].tolist(), strict=True))
    for program, word in pairs:
        if word == right[program]:
            continue
        if not word:
            return f"{program}: no cause is named yet"
        if word not in WORDS:
            known = ", ".join(WORDS)
            return f"{program}: {word!r} is none of the words; they are {known}"
        return why_not(program, word)
    return None


causes = ex11.function(
    "causes",
    points=10,
    minutes=10,
    section="The causes",
    tolerance=WHOLE,
    hints=(
        "Say first, for each program, which line you changed, and what that line had forgotten.",
        "A cause explains all of the symptom and nothing that was right. Strike out the words that "
        "would have made something else go wrong as well.",
        "Each of the six has a word of its own; seven words are left over.",
    ),
)


@ex11.helper
def named_by(ex, programs):
    found = ex.causes()
    if not isinstance(found, dict):
        raise TypeError(f"returned a {type(found).__name__}, expected a dictionary of words")
    words = [found.get(program, "") for program in programs]
    return {"programs": programs, "causes": [str(word or "")[:40] for word in words]}


@ex11.helper
def all_programs(rng):
    names = ("network_gradients", "door_report", "split_pictures", "encoder_step",
             "unit_rectangle", "painting_cost")  # fmt: skip
    return [str(name) for name in rng.permutation(names)]


@causes.probe("all six programs", judge=are_causes)
def _(ex, rng):
    return named_by(ex, all_programs(rng))


@causes.probe("the programs in another order", judge=are_causes)
def _(ex, rng):
    return named_by(ex, all_programs(rng)[::-1])


@causes.probe("some of the programs", judge=are_causes)
def _(ex, rng):
    return named_by(ex, all_programs(rng)[: rng.integers(3, 6)])


for program, word in WHY_NOT:
    causes.wrong(
        f'        "{program}": "{NAMED[program]}"',
        f'        "{program}": "{word}"',
        says=why_not(program, word),
    )
causes.right(
    BODY,
    """
    words = "relu threshold leak margin steps axes".split()
    programs = [network_gradients, door_report, split_pictures, encoder_step, unit_rectangle,
                painting_cost]
    return dict(zip((program.__name__ for program in programs), words))
    """,
    says="by the functions' own names",
)
causes.right(
    BODY,
    """
    return dict(
        painting_cost="axes", unit_rectangle="steps", encoder_step="margin",
        split_pictures="leak", door_report="threshold", network_gradients="relu",
        causes="none",
    )
    """,
    says="in another order, and with one more",
)
