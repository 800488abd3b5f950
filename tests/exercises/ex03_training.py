"""Checks of exercise set 03: training."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex03 = ExerciseSet("ex03_training", "Training a ConvNet")

EXPS = Tolerance(
    1e-10, "float64 exp, log and a short sum, whose order and shift are the learner's to choose"
)
STEPS = Tolerance(1e-10, "a handful of float64 products and sums, in any order")
DRAWS = Tolerance(
    0.03, "statistics of 100,000 draws: their own spread is below 0.5 %, a sixth of this"
)
COUNTS = Tolerance(0.0, "counts are whole numbers and compared exactly")


softmax = ex03.function(
    "softmax",
    points=10,
    minutes=10,
    section="From scores to probabilities",
    tolerance=EXPS,
    hints=(
        "p[n, k] = exp(logits[n, k]) / sum_j exp(logits[n, j]). When you add 5 to all scores of a "
        "row, numerator and denominator both grow by the factor exp(5): nothing changes.",
        "Subtract from each row its own largest score. The exponents are then at most 0, the "
        "exponentials at most 1, and at least one of them is exactly 1.",
        "Both the maximum and the sum run along axis 1, one number per row. Keep that axis with "
        "length 1 (keepdims), so that they broadcast against (N, K) the way you mean.",
    ),
)


@softmax.probe("the example")
def _(ex, rng):
    return {"probabilities": ex.softmax(np.array([[0.0, np.log(3)], [1000.0, 1000.0]]))}


@softmax.probe("six rows of four scores")
def _(ex, rng):
    return {"probabilities": ex.softmax(rng.normal(size=(6, 4)))}


@softmax.probe("as many rows as classes")
def _(ex, rng):
    return {"probabilities": ex.softmax(3 * rng.normal(size=(5, 5)))}


@softmax.probe("scores around 1,000")
def _(ex, rng):
    return {"probabilities": ex.softmax(1000 + rng.normal(size=(3, 4)))}


@softmax.probe("one row around -1,000 and one around 1,000", "edge")
def _(ex, rng):
    centre = np.array([[-1000.0], [1000.0]])
    return {"probabilities": ex.softmax(centre + rng.normal(size=(2, 3)))}


@softmax.probe("rows and classes drawn at random")
def _(ex, rng):
    n, k = (rng.permutation(6)[:2] + 1).tolist()
    return {"probabilities": ex.softmax(10 * rng.normal(size=(n, k)))}


@softmax.probe("scores from -2,000 to 2,000 in one row", "edge")
def _(ex, rng):
    spread = np.array([-2000.0, 0.0, 1998.0, 2000.0])
    return {"probabilities": ex.softmax(rng.permutation(spread)[None] + rng.normal(size=(2, 1)))}


@softmax.probe("all scores equal, or 1e-30, and a single class", "edge")
def _(ex, rng):
    return {
        "of zeros": ex.softmax(np.zeros((2, 3))),
        "of 1e-30": ex.softmax(np.array([[1e-30, -1e-30, 0.0, 5e-324]])),
        "of one class": ex.softmax(rng.normal(size=(3, 1))),
    }


@softmax.probe("float32 stays float32", "promise")
def _(ex, rng):
    return {"probabilities": ex.softmax(rng.normal(size=(3, 4)).astype(np.float32))}


softmax.wrong(
    "logits - logits.max(axis=1, keepdims=True)",
    "logits",
    says="Large scores overflow: subtract from each row its largest score before exp.",
)
softmax.wrong(
    "logits.max(axis=1, keepdims=True)",
    "logits.max()",
    says="One maximum was subtracted from all rows: in a row far below it every exp becomes 0, and "
    "0 / 0 is nan. Take the maximum of each row.",
)
softmax.wrong(
    BODY,
    """
    powers = np.exp(logits - logits.max(axis=0, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)
    """,
    says="The columns have sum 1 instead of the rows: classes lie along axis 1.",
)
softmax.wrong(
    "powers.sum(axis=1, keepdims=True)",
    "powers.sum(axis=1)",
    says="The sums were (N,) and met the columns, not the rows: keep their axis (keepdims=True).",
)
softmax.wrong(
    "powers.sum(axis=1, keepdims=True)",
    "powers.sum()",
    says="All entries together have sum 1: divide each row by its own sum.",
)
softmax.wrong(
    "return powers / powers.sum(axis=1, keepdims=True)",
    "return powers",
    says="The powers are not divided by their sum: the rows do not have sum 1.",
)
softmax.wrong(
    "shifted = logits - logits.max(axis=1, keepdims=True)",
    "shifted = logits\n    shifted -= logits.max(axis=1, keepdims=True)",
    says="The scores were changed in place: the caller still needs them, so make a new array.",
)
softmax.wrong(
    "logits.max(axis=1, keepdims=True)",
    "logits.min(axis=1, keepdims=True)",
    says="The smallest score was subtracted: the others are then above 0, and exp overflows where "
    "they lie far apart. Subtract the largest.",
)
softmax.wrong(
    "logits.max(axis=1, keepdims=True)",
    "logits.mean(axis=1, keepdims=True)",
    says="The mean score was subtracted: some are then still above 0, and exp overflows where they "
    "lie far apart. Subtract the largest.",
)
softmax.wrong(
    "logits.max(axis=1, keepdims=True)",
    "logits.max(axis=0, keepdims=True)",
    says="The largest score of each column was subtracted: that changes the probabilities. It has "
    "to be one number for a whole row.",
)
softmax.wrong(
    BODY,
    """
    powers = np.exp(logits)
    return powers / (powers.sum(axis=1, keepdims=True) + 1e-8)
    """,
    says="A small number was added to the sums: the rows do not have sum 1 then. Subtract each "
    "row's largest score before exp instead.",
)
softmax.wrong(
    "powers.sum(axis=1, keepdims=True)",
    "(powers.sum(axis=1, keepdims=True) + 1e-8)",
    says="A small number was added to the sums, and the rows do not have sum 1: after the shift no "
    "sum is below 1, so nothing needs to be added.",
)
softmax.wrong(
    BODY,
    """
    result = np.zeros_like(logits)
    for n in range(len(logits)):
        powers = np.exp(logits[n] - logits[n].max())
        result[0] = powers / powers.sum()
    return result
    """,
    says="Every row was written to the first one: row n of the result is that of row n.",
)
softmax.wrong(
    "return powers / powers.sum(axis=1, keepdims=True)",
    "return shifted - np.log(powers.sum(axis=1, keepdims=True))",
    says="Those are the logarithms of the probabilities: take exp of them.",
)
softmax.wrong(
    BODY,
    "return logits / logits.sum(axis=1, keepdims=True)",
    says="exp is missing: the scores themselves were divided by their sum.",
)
softmax.wrong(
    BODY,
    "return 1 / (1 + np.exp(-logits))",
    says="That is the sigmoid of each score by itself: the classes of a row compete, and have "
    "sum 1.",
)
softmax.wrong(
    "return powers / powers.sum(axis=1, keepdims=True)",
    "return (powers == 1).astype(logits.dtype)",
    says="Only the largest score got a probability: softmax gives each class its share.",
)
softmax.wrong(
    BODY,
    """
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()
    """,
    says="The whole table was taken for one row: maximum and sum are those of each row.",
)
softmax.wrong(
    "np.exp(shifted)",
    "2**shifted",
    says="Powers of 2 were taken: exp has the base e.",
)
softmax.wrong(
    "return powers / powers.sum(axis=1, keepdims=True)",
    "return powers / np.sqrt((powers**2).sum(axis=1, keepdims=True))",
    says="The rows were divided by their Euclidean length: divide by their sum.",
)
softmax.wrong(
    "shifted = logits - logits.max(axis=1, keepdims=True)",
    "shifted = np.clip(logits, -500, 500)",
    says="Large scores were cut off: that makes them equal. Subtract each row's largest score.",
)
softmax.wrong(
    "logits.max(axis=1, keepdims=True)",
    "np.abs(logits).max(axis=1, keepdims=True)",
    says="The largest absolute value was subtracted: in a row far below 0 every exp becomes 0, and "
    "0 / 0 is nan. Subtract the largest score itself.",
)
softmax.wrong(
    "logits - logits.max(axis=1, keepdims=True)",
    "logits / logits.max(axis=1, keepdims=True)",
    says="The scores were divided by the largest: that changes the probabilities. Subtract it.",
)
softmax.wrong(
    "return powers /",
    "return np.exp(logits) /",
    says="The largest score was subtracted in the denominator only: in the numerator exp still "
    "overflows. Use the shifted scores in both.",
)
softmax.wrong(
    BODY,
    """
    powers = np.exp(logits - logits.max(axis=1))
    return powers / powers.sum(axis=1)
    """,
    says="Maxima and sums have shape (N,), and NumPy lines them up with the columns, not the rows: "
    "keep their axis (keepdims=True).",
)
softmax.wrong(
    "return powers / powers.sum(axis=1, keepdims=True)",
    "return powers / (powers.sum(axis=1, keepdims=True) + 1e-3)",
    says="Something as large as 1e-3 was added to the sums: the rows no longer have sum 1. After "
    "the shift each sum is at least 1, and needs no guard.",
)
softmax.wrong(
    "shifted = logits - logits.max(axis=1, keepdims=True)",
    "shifted = logits / np.abs(logits).max(axis=1, keepdims=True)",
    says="The scores were divided by the row's largest: that changes the probabilities. Subtract "
    "it, which leaves them as they are.",
)
softmax.wrong(
    "return powers / powers.sum(axis=1, keepdims=True)",
    "powers = np.exp(powers / powers.sum(axis=1, keepdims=True))\n"
    "    return powers / powers.sum(axis=1, keepdims=True)",
    says="That is the softmax of the softmax: the first one's probabilities are the answer.",
)
softmax.wrong(
    "logits - logits.max(axis=1, keepdims=True)",
    "logits / np.maximum(np.abs(logits).max(axis=1, keepdims=True), 1)",
    says="The scores were divided by the row's largest: that changes the probabilities. Subtract "
    "it, which leaves them as they are.",
)
softmax.wrong(
    "logits - logits.max(axis=1, keepdims=True)",
    "logits / np.maximum(np.abs(logits).max(), 1)",
    says="The scores were divided by the largest of all: that changes the probabilities. Subtract "
    "each row's largest, which leaves them as they are.",
)
softmax.wrong(
    "logits - logits.max(axis=1, keepdims=True)",
    "logits / np.abs(logits).max()",
    says="The scores were divided by the largest of all: that changes the probabilities. Subtract "
    "each row's largest, which leaves them as they are.",
)
softmax.wrong(
    "shifted = logits - logits.max(axis=1, keepdims=True)",
    "shifted = logits - logits.mean(axis=1, keepdims=True)\n"
    "    shifted = shifted / logits.std(axis=1, keepdims=True)",
    says="The scores were divided by their spread: that changes the probabilities. Subtract the "
    "row's largest, which leaves them as they are.",
)
softmax.wrong(
    "shifted = logits - logits.max(axis=1, keepdims=True)",
    "shifted = logits / np.sqrt((logits**2).sum(axis=1, keepdims=True))",
    says="The rows of scores were divided by their lengths: that changes the probabilities. "
    "Subtract each row's largest, which leaves them as they are.",
)
softmax.right(
    BODY,
    """
    rows = []
    for row in logits:
        powers = [np.exp(z - max(row)) for z in row]
        rows.append([p / sum(powers) for p in powers])
    return np.array(rows)
    """,
    says="loops over rows",
)
softmax.right(
    BODY,
    """
    z = np.asfortranarray(logits)
    largest = z.max(1)[:, None]
    total = np.log(np.exp(z - largest).sum(1))[:, None]
    return np.asfortranarray(np.exp(z - largest - total))
    """,
    says="through the log-softmax, in Fortran order",
)


softmax_cross_entropy = ex03.function(
    "softmax_cross_entropy",
    points=15,
    minutes=15,
    section="How wrong is that?",
    tolerance=EXPS,
    hints=(
        "-log of a fraction is the log of what is below minus the log of what is above: "
        "loss = 1/N sum_n [log sum_k exp(z[n, k]) - z[n, labels[n]]].",
        "Each row gives log-sum-exp minus the score at its label. For the log-sum-exp, take the "
        "row's maximum m out of the sum, and add it again after the log: "
        "log sum_k exp(z_k) = m + log sum_k exp(z_k - m).",
        "One score per row is picked with two index arrays together: the row numbers 0 to N - 1 "
        "and the labels. Then average the N losses and return a plain float.",
    ),
)


@softmax_cross_entropy.probe("the examples")
def _(ex, rng):
    logits = np.array([[np.log(6), np.log(3), 0.0]])
    return {f"label {k}": ex.softmax_cross_entropy(logits, np.array([k])) for k in (0, 2)}


@softmax_cross_entropy.probe("five examples, four classes")
def _(ex, rng):
    logits, labels = rng.normal(size=(5, 4)), rng.integers(0, 4, 5)
    return {"loss": ex.softmax_cross_entropy(logits, labels)}


@softmax_cross_entropy.probe("scores around 1,000")
def _(ex, rng):
    logits, labels = 1000 + rng.normal(size=(3, 5)), rng.integers(0, 5, 3)
    return {"loss": ex.softmax_cross_entropy(logits, labels)}


@softmax_cross_entropy.probe("sure and wrong: the right class has probability exp(-2000)", "edge")
def _(ex, rng):
    return {"loss": ex.softmax_cross_entropy(np.array([[0.0, 2000.0]]), np.array([0]))}


@softmax_cross_entropy.probe("all scores equal: the loss is log K", "edge")
def _(ex, rng):
    return {"loss": ex.softmax_cross_entropy(np.full((2, 10), 3.0), np.array([4, 7]))}


@softmax_cross_entropy.probe("examples and classes drawn at random")
def _(ex, rng):
    n, k = (rng.permutation(7)[:2] + 1).tolist()
    logits, labels = 5 * rng.normal(size=(n, k)), rng.integers(0, k, n)
    return {"loss": ex.softmax_cross_entropy(logits, labels)}


@softmax_cross_entropy.probe("one row around -1,000 and one around 1,000", "edge")
def _(ex, rng):
    logits = np.array([[-1000.0], [1000.0]]) + rng.normal(size=(2, 3))
    return {"loss": ex.softmax_cross_entropy(logits, np.array([2, 0]))}


@softmax_cross_entropy.probe("sure and right, a single class, and scores of 1e-30", "edge")
def _(ex, rng):
    return {
        "sure": ex.softmax_cross_entropy(np.array([[0.0, 2000.0]]), np.array([1])),
        "one class": ex.softmax_cross_entropy(np.array([[0.5], [-2.0], [3.0]]), np.zeros(3, int)),
        "of 1e-30": ex.softmax_cross_entropy(np.array([[1e-30, -1e-30]]), np.array([0])),
    }


@softmax_cross_entropy.probe("labels of another integer type", "promise")
def _(ex, rng):
    logits, labels = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    return {"loss": ex.softmax_cross_entropy(logits, labels.astype(np.uint8))}


softmax_cross_entropy.wrong(
    """    right = logits[np.arange(len(labels)), labels]
    losses = largest + np.log(totals) - right
    return float(losses.mean())""",
    """    right = logits[:, labels]
    losses = (largest + np.log(totals))[:, None] - right
    return float(losses.sum() / len(labels))""",
    says="[:, labels] takes the columns of all labels in every row, and all of them were added up: "
    "of each row only its own label is right.",
)
softmax_cross_entropy.wrong(
    BODY,
    """
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    return float(-np.log(probabilities[np.arange(len(labels)), labels]).mean())
    """,
    says="That is the log of a softmax: a tiny probability is stored as 0, and log(0) is -inf. Use "
    "the log-sum-exp minus the right score instead.",
)
softmax_cross_entropy.wrong(
    BODY,
    """
    totals = np.exp(logits).sum(axis=1)
    return float((np.log(totals) - logits[np.arange(len(labels)), labels]).mean())
    """,
    says="Large scores overflow: take each row's largest score out of the sum before exp.",
)
softmax_cross_entropy.wrong(
    "largest + np.log(totals) - right",
    "np.log(totals) - right",
    says="The largest score was taken out of the sum but not added again after the log.",
)
softmax_cross_entropy.wrong(
    "losses.mean()",
    "losses.sum()",
    says="The losses were summed: the loss is their mean over the N examples.",
)
softmax_cross_entropy.wrong(
    "largest + np.log(totals) - right",
    "right - largest - np.log(totals)",
    says="The sign is wrong: that is the mean log-probability; the loss is minus that.",
)
softmax_cross_entropy.wrong(
    "logits[np.arange(len(labels)), labels]",
    "logits[:, labels].mean(axis=1)",
    says="logits[:, labels] picks every label in every row: pair the row numbers with the labels.",
)
softmax_cross_entropy.wrong(
    "np.log(totals)",
    "np.log2(totals)",
    says="The logarithm has base 2: the natural one (np.log) is needed, for it undoes exp.",
)
softmax_cross_entropy.wrong(
    "losses.mean()",
    "losses.sum() / logits.size",
    says="The sum was divided by N times K: there is one loss per example, so divide by N.",
)
softmax_cross_entropy.wrong(
    "largest = logits.max(axis=1)",
    "largest = np.full(len(logits), logits.max())",
    says="One maximum was taken out of all rows: in a row far below it every exp becomes 0, and "
    "its log is -inf. Take the largest score of each row.",
)
softmax_cross_entropy.wrong(
    "right = logits[np.arange(len(labels)), labels]",
    "right = logits[np.arange(len(labels)), logits.argmax(axis=1)]",
    says="The score of the predicted class was subtracted: it is that of the right class, the "
    "label.",
)
softmax_cross_entropy.wrong(
    "largest + np.log(totals) - right",
    "largest + np.log(totals)",
    says="The score of the right class is not subtracted: the loss is the log-sum-exp minus that.",
)
softmax_cross_entropy.wrong(
    "return float(losses.mean())",
    "return losses",
    says="The N losses were returned: return their mean, one number.",
)
softmax_cross_entropy.wrong(
    "largest + np.log(totals) - right",
    "largest + np.log(totals) - (right - largest)",
    says="The largest score was added twice: it was taken out of the sum and is added again once; "
    "the right score is as it was.",
)
softmax_cross_entropy.wrong(
    "right = logits[np.arange(len(labels)), labels]",
    "right = logits[:, 0]",
    says="The first class was taken for the right one in every row: use the labels.",
)
softmax_cross_entropy.wrong(
    "right = logits[np.arange(len(labels)), labels]",
    "right = labels",
    says="The label itself was subtracted: it is the number of a class; subtract that class's "
    "score.",
)
softmax_cross_entropy.wrong(
    "losses.mean()",
    "losses.max()",
    says="The largest loss was returned: return the mean over the N examples.",
)
softmax_cross_entropy.wrong(
    BODY,
    """
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    return float(-np.log(1e-12 + probabilities[range(len(labels)), labels]).mean())
    """,
    says="A small number was added to the probability: a loss can then never be above minus that "
    "number's log. Use the log-sum-exp minus the right score instead.",
)
softmax_cross_entropy.wrong(
    BODY,
    """
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    return float(1 - probabilities[np.arange(len(labels)), labels].mean())
    """,
    says="1 minus the probability was averaged: the loss is minus its logarithm.",
)
softmax_cross_entropy.wrong(
    BODY,
    """
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    return float(-np.log(probabilities[np.arange(len(labels)), labels].mean()))
    """,
    says="The probabilities were averaged before the log: the mean is that of the N losses.",
)
softmax_cross_entropy.wrong(
    BODY,
    """
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    wanted = np.eye(logits.shape[1])[labels]
    with np.errstate(all="ignore"):
        return float(-(wanted * np.log(p) + (1 - wanted) * np.log(1 - p)).sum(axis=1).mean())
    """,
    says="That is the loss of K yes-or-no questions: here only the right class has a term.",
)
softmax_cross_entropy.wrong(
    "np.exp(logits - largest[:, None]).sum(axis=1)",
    "np.exp(logits - largest[:, None]).sum()",
    says="The exponentials of all rows were added into one sum: each row has its own.",
)
softmax_cross_entropy.wrong(
    "np.exp(logits - largest[:, None]).sum(axis=1)",
    "np.exp(logits - largest[:, None]).mean(axis=1)",
    says="The exponentials were averaged: the log is that of their sum over the classes.",
)
softmax_cross_entropy.wrong(
    "losses.mean()",
    "losses.mean() / np.log(logits.shape[1])",
    says="The loss was divided by log K: it is not to be scaled.",
)
softmax_cross_entropy.wrong(
    "largest = logits.max(axis=1)",
    "largest = logits.min(axis=1)",
    says="What was taken out of the sum is not the largest score: the others can lie so far above "
    "it that exp overflows.",
)
for least in ("1e-15", "1e-12", "1e-7"):
    softmax_cross_entropy.wrong(
        BODY,
        f"""
        p = np.clip(softmax(logits), {least}, 1)
        return float(-np.log(p[np.arange(len(labels)), labels]).mean())
        """,
        says=f"The probabilities were clipped at {least}: no loss can then be above "
        "-log({least}). Use the log-sum-exp minus the right score instead.",
    )
softmax_cross_entropy.wrong(
    BODY,
    """
    largest = logits.max()
    total = largest + np.log(np.exp(logits - largest).sum())
    return float((total - logits[np.arange(len(labels)), labels]).mean())
    """,
    says="The sum ran over the whole matrix: each row has a log-sum-exp of its own (axis=1).",
)
softmax_cross_entropy.wrong(
    BODY,
    """
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return float(-(np.exp(log_p) * log_p).sum(axis=1).mean())
    """,
    says="That is the entropy of the probabilities, which knows no labels: the loss is minus the "
    "log-probability of the right class.",
)
softmax_cross_entropy.wrong(
    "losses = largest + np.log(totals) - right",
    "losses = (largest + np.log(totals) - right) / np.log(2)",
    says="The logarithm has the base 2: np.log, with the base e, is the one that undoes exp.",
)
softmax_cross_entropy.wrong(
    "losses = largest + np.log(totals) - right",
    "losses = (largest + np.log(totals) - right) / np.log(10)",
    says="The logarithm has the base 10: np.log, with the base e, is the one that undoes exp.",
)
softmax_cross_entropy.wrong(
    "right = logits[np.arange(len(labels)), labels]",
    "right = logits[np.arange(len(labels)), labels - 1]",
    says="The score left of the right one was taken: classes, and labels, are numbered from 0.",
)
softmax_cross_entropy.wrong(
    "return float(losses.mean())",
    "return float(losses[-1] / len(labels))",
    says="Only the last example counts: each loss replaced the one before it. Add them up, and "
    "divide by N at the end.",
)
softmax_cross_entropy.wrong(
    "return float(losses.mean())",
    "return float(losses[-1])",
    says="That is the loss of the last example alone: the mean over all N is asked for.",
)
softmax_cross_entropy.wrong(
    "return float(losses.mean())",
    "return float(losses[0])",
    says="That is the loss of the first example alone: the mean over all N is asked for.",
)
softmax_cross_entropy.right(
    BODY,
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -float(np.sum(log_p * np.eye(logits.shape[1])[labels])) / len(logits)
    """,
    says="log-softmax and one-hot rows",
)
softmax_cross_entropy.right(
    BODY,
    """
    total = 0.0
    for row, label in zip(logits, labels):
        top = max(row)
        total += np.log(sum(np.exp(z - top) for z in row)) + top - row[label]
    return total / len(labels)
    """,
    says="loops over examples",
)
softmax_cross_entropy.right(
    BODY,
    """
    right = np.take_along_axis(logits, np.asarray(labels)[:, None], axis=1)
    return np.mean(np.logaddexp.reduce(logits - right, axis=1))
    """,
    says="logaddexp of the distances to the right score",
)


softmax_cross_entropy_grad = ex03.function(
    "softmax_cross_entropy_grad",
    points=15,
    minutes=10,
    section="Its gradient: predicted minus right",
    needs=("softmax",),
    tolerance=EXPS,
    hints=(
        "Differentiate log-sum-exp with respect to one score: what comes out is that score's "
        "softmax probability. Together: (p[n, k] - 1[k = labels[n]]) / N.",
        "Each row is its probabilities, with 1 taken from the entry of the right class. Then think "
        "of how the examples were put together to one loss.",
        "Make an array of zeros of shape (N, K), set one 1 in each row (two index arrays: row "
        "numbers and labels), subtract it from the softmax, and divide by N.",
    ),
)


@softmax_cross_entropy_grad.probe("the examples")
def _(ex, rng):
    row = np.array([[np.log(6), np.log(3), 0.0]])
    return {
        "gradient": ex.softmax_cross_entropy_grad(row, np.array([0])),
        "gradient of two rows": ex.softmax_cross_entropy_grad(row.repeat(2, 0), np.array([0, 1])),
    }


@softmax_cross_entropy_grad.probe("seven examples, three classes")
def _(ex, rng):
    logits, labels = rng.normal(size=(7, 3)), np.array([2, 0, 1, 1, 0, 2, 2])
    return {"gradient": ex.softmax_cross_entropy_grad(logits, labels)}


@softmax_cross_entropy_grad.probe("a single example", "edge")
def _(ex, rng):
    logits = rng.normal(size=(1, 5))
    return {"gradient": ex.softmax_cross_entropy_grad(logits, np.array([3]))}


@softmax_cross_entropy_grad.probe("scores around 1,000")
def _(ex, rng):
    logits, labels = 1000 + rng.normal(size=(4, 6)), np.array([5, 0, 2, 2])
    return {"gradient": ex.softmax_cross_entropy_grad(logits, labels)}


@softmax_cross_entropy_grad.probe("examples and classes drawn at random")
def _(ex, rng):
    n, k = (rng.permutation(7)[:2] + 1).tolist()
    logits, labels = 3 * rng.normal(size=(n, k)), rng.integers(0, k, n)
    return {"gradient": ex.softmax_cross_entropy_grad(logits, labels)}


@softmax_cross_entropy_grad.probe("sure and wrong, sure and right, and a single class", "edge")
def _(ex, rng):
    logits = np.array([[0.0, 2000.0], [0.0, 2000.0], [-2000.0, 0.0]])
    return {
        "gradient": ex.softmax_cross_entropy_grad(logits, np.array([0, 1, 1])),
        "of one class": ex.softmax_cross_entropy_grad(rng.normal(size=(3, 1)), np.zeros(3, int)),
    }


@softmax_cross_entropy_grad.probe("labels of another integer type", "promise")
def _(ex, rng):
    logits, labels = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    return {"gradient": ex.softmax_cross_entropy_grad(logits, labels.astype(np.uint8))}


softmax_cross_entropy_grad.wrong(
    " / len(labels)",
    "",
    says="The gradient is N times too large: the loss is a mean, so each row is divided by N.",
)
softmax_cross_entropy_grad.wrong(
    "softmax(logits) - wanted",
    "wanted - softmax(logits)",
    says="The sign is wrong: it is what was predicted minus what was right.",
)
softmax_cross_entropy_grad.wrong(
    "(softmax(logits) - wanted)",
    "softmax(logits)",
    says="Nothing was taken from the right class: subtract 1 from the entry of each row's label.",
)
softmax_cross_entropy_grad.wrong(
    "wanted[np.arange(len(labels)), labels] = 1",
    "wanted[:, labels] = 1",
    says="The 1 was subtracted at every label in every row, as [:, labels] does: row n has one "
    "label, so pair the row numbers with the labels.",
)
softmax_cross_entropy_grad.wrong(
    "/ len(labels)",
    "/ logits.size",
    says="The gradient was divided by N times K: the loss is a mean over the N examples only.",
)
softmax_cross_entropy_grad.wrong(
    "(softmax(logits) - wanted)",
    "np.where(wanted == 1, softmax(logits) - 1, 0.0)",
    says="Only the right class got a gradient: raising a wrong score raises the loss as well.",
)
softmax_cross_entropy_grad.wrong(
    "(softmax(logits) - wanted)",
    "(logits - wanted)",
    says="The raw scores were used: it is their softmax that is compared with what was right.",
)
softmax_cross_entropy_grad.wrong(
    "(softmax(logits) - wanted) / len(labels)",
    "softmax(logits) - wanted / len(labels)",
    says="Only the 1 was divided by N: the whole difference is.",
)
softmax_cross_entropy_grad.wrong(
    "(softmax(logits) - wanted) / len(labels)",
    "softmax(logits) / len(labels) - wanted",
    says="Only the probabilities were divided by N: the whole difference is.",
)
softmax_cross_entropy_grad.wrong(
    "/ len(labels)",
    "/ logits.shape[1]",
    says="The gradient was divided by K, the number of classes: the loss is a mean over the N "
    "examples.",
)
softmax_cross_entropy_grad.wrong(
    "(softmax(logits) - wanted)",
    "(softmax(logits) + wanted)",
    says="1 was added to the right class: it is subtracted.",
)
softmax_cross_entropy_grad.wrong(
    "wanted[np.arange(len(labels)), labels] = 1",
    "wanted[np.arange(len(labels)), logits.argmax(axis=1)] = 1",
    says="The predicted class was taken for the right one: subtract 1 at the label.",
)
softmax_cross_entropy_grad.wrong(
    "(softmax(logits) - wanted)",
    "(softmax(logits) - wanted) * softmax(logits) * (1 - softmax(logits))",
    says="The difference was multiplied with the slope p (1 - p): in the gradient of the "
    "cross-entropy that has cancelled; it belongs to the squared error.",
)
softmax_cross_entropy_grad.wrong(
    "(softmax(logits) - wanted)",
    "(-wanted / np.maximum(softmax(logits), 1e-300))",
    says="That is the gradient with respect to the probabilities, -1 / p: go on through the "
    "softmax to the logits.",
)
softmax_cross_entropy_grad.wrong(
    "return (softmax(logits) - wanted) / len(labels)",
    "return np.broadcast_to((softmax(logits) - wanted).mean(axis=0), logits.shape).copy()",
    says="The rows were averaged: every example has a row of its own, divided by N.",
)
softmax_cross_entropy_grad.wrong(
    "return (softmax(logits) - wanted) / len(labels)",
    "return (softmax(logits) - wanted).mean(axis=0)",
    says="The rows were averaged into one: the gradient has the shape of the logits.",
)
softmax_cross_entropy_grad.wrong(
    "wanted[np.arange(len(labels)), labels] = 1",
    "wanted[:, 0] = 1",
    says="The first class was taken for the right one in every row: use the labels.",
)
softmax_cross_entropy_grad.wrong(
    "(softmax(logits) - wanted)",
    "(2 * (softmax(logits) - wanted))",
    says="Twice too large: that is as if the loss were a square.",
)
softmax_cross_entropy_grad.wrong(
    "(softmax(logits) - wanted)",
    "(softmax(logits) - labels[:, None])",
    says="The label itself was subtracted from the whole row: it is the number of a class; "
    "subtract 1 at that class.",
)
softmax_cross_entropy_grad.wrong(
    "wanted[np.arange(len(labels)), labels] = 1",
    "wanted[np.arange(len(labels)), labels - 1] = 1",
    says="The 1 was subtracted left of the right class: classes, and labels, are numbered from 0.",
)
softmax_cross_entropy_grad.right(
    BODY,
    """
    p = softmax(logits)
    for n, label in enumerate(labels):
        p[n, label] -= 1
    return p / len(p)
    """,
    says="a loop over the labels",
)
softmax_cross_entropy_grad.right(
    BODY,
    """
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return np.asfortranarray((p - np.eye(logits.shape[1])[labels]) / logits.shape[0])
    """,
    says="its own softmax, and rows of the identity matrix",
)


sgd_momentum_step = ex03.function(
    "sgd_momentum_step",
    points=10,
    minutes=5,
    section="Momentum and Adam",
    tolerance=STEPS,
    hints=(
        "Think of a ball that rolls with friction: new velocity = momentum * velocity + grad. Then "
        "the ball moves: new w = w - lr * new velocity.",
        "First the velocity, from the old velocity and the gradient; then the weights, with the "
        "velocity that you have just made.",
        "Two lines, as the formula has them. Write a - b rather than a -= b: the second would "
        "change the caller's arrays.",
    ),
)


@sgd_momentum_step.probe("the example")
def _(ex, rng):
    w, grad, velocity = np.array([1.0]), np.array([2.0]), np.array([10.0])
    w, velocity = ex.sgd_momentum_step(w, grad, velocity, 0.1, 0.9)
    return {"new velocity": velocity, "new w": w}


@sgd_momentum_step.probe("one step of a small matrix")
def _(ex, rng):
    w, grad, velocity = rng.normal(size=(3, 2, 4))
    w, velocity = ex.sgd_momentum_step(w, grad, velocity, 0.1, 0.9)
    return {"new velocity": velocity, "new w": w}


@sgd_momentum_step.probe("without momentum it is plain gradient descent", "edge")
def _(ex, rng):
    w, grad, velocity = rng.normal(size=(3, 5))
    w, velocity = ex.sgd_momentum_step(w, grad, velocity, 0.5, 0.0)
    return {"new velocity": velocity, "new w": w}


@sgd_momentum_step.probe("ten steps down a bowl, with a falling learning rate")
def _(ex, rng):
    w, velocity = rng.normal(size=3), np.zeros(3)
    for step in range(10):
        w, velocity = ex.sgd_momentum_step(w, 2 * w, velocity, 0.1 / (1 + step), 0.8)
    return {"velocity": velocity, "w": w}


@sgd_momentum_step.probe("shape, learning rate and momentum drawn at random")
def _(ex, rng):
    shape = rng.permutation(4)[: rng.integers(0, 4)] + 1
    w, grad, velocity = (np.asarray(rng.normal(size=shape)) for _ in range(3))
    w, velocity = ex.sgd_momentum_step(w, grad, velocity, *rng.uniform(0.01, 0.99, 2).tolist())
    return {"new velocity": velocity, "new w": w}


@sgd_momentum_step.probe("a single number, a gradient of zeros, and numbers of 1e-30", "edge")
def _(ex, rng):
    w, velocity = rng.normal(size=(2, 3))
    coasting = ex.sgd_momentum_step(w.copy(), np.zeros(3), velocity.copy(), 0.1, 0.5)
    tiny = ex.sgd_momentum_step(np.zeros(3), 1e-30 * w, 1e-30 * velocity, 0.1, 0.5)
    single = ex.sgd_momentum_step(np.array(1.0), np.array(2.0), np.array(3.0), 2.0, 0.5)
    steps = {"coasting": coasting, "tiny": tiny, "single": single}
    return {f"{name} {i}": steps[name][i] for name in steps for i in (0, 1)}


@sgd_momentum_step.probe("float32 stays float32", "promise")
def _(ex, rng):
    w, grad, velocity = rng.normal(size=(3, 4)).astype(np.float32)
    w, velocity = ex.sgd_momentum_step(w, grad, velocity, 0.1, 0.9)
    return {"new velocity": velocity, "new w": w}


sgd_momentum_step.wrong(
    BODY,
    """
    new_velocity = momentum * velocity + lr * grad
    return w - new_velocity, new_velocity
    """,
    says="lr is inside the velocity: here it multiplies the whole velocity, so that a new lr acts "
    "at once on all of it.",
)
sgd_momentum_step.wrong(
    "w - lr * new_velocity",
    "w + lr * new_velocity",
    says="The step goes uphill: subtract lr times the velocity.",
)
sgd_momentum_step.wrong(
    "w - lr * new_velocity",
    "w - lr * velocity",
    says="w moved with the old velocity: use the one that has just been computed.",
)
sgd_momentum_step.wrong(
    "w - lr * new_velocity",
    "w - lr * grad",
    says="w moved with the gradient alone: it is the velocity that moves it.",
)
sgd_momentum_step.wrong(
    "momentum * velocity + grad",
    "momentum * velocity + (1 - momentum) * grad",
    says="The gradient was scaled by 1 - momentum: here the whole gradient is added.",
)
sgd_momentum_step.wrong(
    "return new_w, new_velocity",
    "return new_w, velocity",
    says="The old velocity was returned: hand on the new one, or nothing is ever remembered.",
)
sgd_momentum_step.wrong(
    "return new_w, new_velocity",
    "return new_velocity, new_w",
    says="Both are right, but in the wrong order: return the new w first.",
)
sgd_momentum_step.wrong(
    BODY,
    """
    velocity *= momentum
    velocity += grad
    w -= lr * velocity
    return w, velocity
    """,
    says="The numbers are right, but the inputs were changed in place: return new arrays.",
)
sgd_momentum_step.wrong(
    "w - lr * new_velocity",
    "w - lr * (grad + momentum * new_velocity)",
    says="That is Nesterov's step, which looks one step ahead: here w moves with the velocity.",
)
sgd_momentum_step.wrong(
    "momentum * velocity + grad",
    "velocity + grad",
    says="The old velocity was kept whole: it is multiplied with momentum first, as by friction.",
)
sgd_momentum_step.wrong(
    "momentum * velocity + grad",
    "momentum * (velocity + grad)",
    says="momentum was multiplied with the gradient as well: it acts on the old velocity only.",
)
sgd_momentum_step.wrong(
    "momentum * velocity + grad",
    "momentum * velocity - grad",
    says="The gradient was subtracted in the velocity: here it is added, and the step subtracts.",
)
sgd_momentum_step.wrong(
    BODY,
    """
    new_velocity = momentum * velocity - lr * grad
    return w + new_velocity, new_velocity
    """,
    says="The velocity was kept with lr and the sign inside it: here it is momentum * velocity + "
    "grad, and lr and the minus come with the step.",
)
sgd_momentum_step.wrong(
    "momentum * velocity + grad",
    "velocity + momentum * grad",
    says="momentum stands with the wrong one: it multiplies the old velocity, not the gradient.",
)
sgd_momentum_step.wrong(
    "momentum * velocity + grad",
    "grad",
    says="The old velocity is missing: momentum times the old velocity is part of the new one.",
)
sgd_momentum_step.wrong(
    "momentum * velocity + grad",
    "(1 - momentum) * velocity + grad",
    says="1 - momentum of the old velocity was kept: momentum itself is what is left of it.",
)
sgd_momentum_step.wrong(
    "w - lr * new_velocity",
    "w - new_velocity",
    says="The learning rate is missing: the step is lr times the velocity.",
)
sgd_momentum_step.wrong(
    "w - lr * new_velocity",
    "w - lr * (grad + new_velocity)",
    says="The gradient was added to the step once more: it is in the velocity already.",
)
sgd_momentum_step.wrong(
    "w - lr * new_velocity",
    "w * (1 - lr) - lr * new_velocity",
    says="The weights were shrunk as well: weight decay is no part of this step.",
)
sgd_momentum_step.wrong(
    "return new_w, new_velocity",
    "return new_w",
    says="Only the new w was returned: return the new velocity with it, or nothing is remembered.",
)
sgd_momentum_step.wrong(
    "w - lr * new_velocity",
    "-lr * new_velocity",
    says="That is the step alone: add it to w.",
)
sgd_momentum_step.wrong(
    "momentum * velocity",
    "0.9 * velocity",
    says="The momentum was fixed at 0.9: use the one that is given.",
)
sgd_momentum_step.wrong(
    "new_velocity = momentum * velocity + grad",
    "new_velocity = momentum * velocity + lr * grad",
    says="lr was multiplied twice, in the velocity and in the step: it multiplies the whole "
    "velocity, when w moves.",
)
sgd_momentum_step.wrong(
    "new_velocity = momentum * velocity + grad",
    "new_velocity = momentum * velocity + grad + 1e-4 * w",
    says="A share of the weights was added to the gradient (weight decay): here the velocity is "
    "momentum * velocity + grad.",
)
sgd_momentum_step.wrong(
    "new_velocity = momentum * velocity + grad",
    "new_velocity = momentum * velocity + grad + lr * w",
    says="A share of the weights was added to the gradient (weight decay): here the velocity is "
    "momentum * velocity + grad.",
)
sgd_momentum_step.right(
    BODY,
    """
    new_velocity = velocity.copy()
    new_velocity *= momentum
    new_velocity += grad
    new_w = w.copy()
    new_w -= new_velocity * lr
    return new_w, new_velocity
    """,
    says="in place on copies",
)
sgd_momentum_step.right(
    BODY,
    """
    w, grad, velocity = (np.asarray(a, dtype=np.float32) for a in (w, grad, velocity))
    step = np.float32(momentum) * velocity + grad
    return w - np.float32(lr) * step, step
    """,
    says="float32",
)


adam_step = ex03.function(
    "adam_step",
    points=20,
    minutes=15,
    section="Momentum and Adam",
    tolerance=STEPS,
    hints=(
        "new m = beta1 * m + (1 - beta1) * grad, new v = beta2 * v + (1 - beta2) * grad**2, and "
        "new w = w - lr * m_hat / (sqrt(v_hat) + eps) with m_hat = new m / (1 - beta1**t) and "
        "v_hat = new v / (1 - beta2**t).",
        "Update both means first. Then make corrected copies, each divided by 1 minus its own beta "
        "to the power t, and use only the copies in the step.",
        "eps is added to the square root, not under it. What you return is the new w and the two "
        "means as they were before the correction.",
    ),
)


@adam_step.probe("the example")
def _(ex, rng):
    one, four, zero = np.array([1.0]), np.array([4.0]), np.array([0.0])
    w, m, v = ex.adam_step(one, four, zero, zero.copy(), 1, lr=0.1)
    return {"new m": m, "new v": v, "new w": w}


@adam_step.probe("the first step: lr long, whatever the gradient")
def _(ex, rng):
    w, grad = rng.normal(size=(2, 3, 4))
    w, m, v = ex.adam_step(w, grad, np.zeros((3, 4)), np.zeros((3, 4)), 1, lr=0.1)
    return {"new m": m, "new v": v, "new w": w}


@adam_step.probe("step 7, with other betas")
def _(ex, rng):
    w, grad, m = rng.normal(size=(3, 5))
    v = rng.uniform(0.5, 2, 5)
    w, m, v = ex.adam_step(w, grad, m, v, 7, lr=0.05, beta1=0.8, beta2=0.95)
    return {"new m": m, "new v": v, "new w": w}


@adam_step.probe("tiny gradients, where eps matters", "edge")
def _(ex, rng):
    w, grad = rng.normal(size=4), 1e-6 * rng.uniform(1, 2, 4)
    w, m, v = ex.adam_step(w, grad, np.zeros(4), np.zeros(4), 1, lr=0.1, eps=1e-6)
    return {"new m": m, "new v": v, "new w": w}


@adam_step.probe("twenty steps down a bowl, with the usual numbers")
def _(ex, rng):
    w, m, v = rng.normal(size=3), np.zeros(3), np.zeros(3)
    for t in range(1, 21):
        w, m, v = ex.adam_step(w, np.array([1.0, 10.0, 100.0]) * w, m, v, t)
    return {"m": m, "v": v, "w": w}


@adam_step.probe("everything drawn at random")
def _(ex, rng):
    shape = rng.permutation(4)[: rng.integers(0, 4)] + 1
    w, grad, m = (np.asarray(rng.normal(size=shape)) for _ in range(3))
    v = np.asarray(rng.uniform(0.5, 2, shape))
    lr, beta1, beta2 = rng.uniform(0.05, 0.95, 3).tolist()
    t, eps = int(rng.integers(1, 9)), float(rng.uniform(0.01, 0.5))
    w, m, v = ex.adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return {"new m": m, "new v": v, "new w": w}


@adam_step.probe("a gradient of zeros, at the first step and later", "edge")
def _(ex, rng):
    w, m, zeros = rng.normal(size=3), rng.normal(size=3), np.zeros(3)
    first = ex.adam_step(w.copy(), zeros.copy(), zeros.copy(), zeros.copy(), 1)
    later = ex.adam_step(w, zeros, m, m**2, 5)
    return {
        f"{name} {i}": step[i]
        for name, step in (("first", first), ("later", later))
        for i in range(3)
    }


@adam_step.probe("step 10,000, where the corrections are nearly 1", "edge")
def _(ex, rng):
    w, grad, m = rng.normal(size=(3, 4))
    w, m, v = ex.adam_step(w, grad, m, rng.uniform(0.5, 2, 4), 10_000)
    return {"new m": m, "new v": v, "new w": w}


adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * new_m / (np.sqrt(new_v) + eps), new_m, new_v
    """,
    says="The bias correction is missing: m and v begin at 0; divide them by 1 - beta**t.",
)
adam_step.wrong(
    "return new_w, new_m, new_v",
    "return new_w, m_hat, v_hat",
    says="The corrected means were handed on: they are for this step only; return m and v as they "
    "were before the correction.",
)
adam_step.wrong(
    "(np.sqrt(v_hat) + eps)",
    "np.sqrt(v_hat + eps)",
    says="eps is under the square root: add it to the root.",
)
adam_step.wrong(
    "(np.sqrt(v_hat) + eps)",
    "(v_hat + eps)",
    says="The square root is missing: m has the unit of a gradient, v of its square.",
)
adam_step.wrong(
    "(1 - beta2) * grad**2",
    "(1 - beta2) * grad",
    says="v is the mean of the squared gradient: the gradient was not squared.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta2 * m + (1 - beta2) * grad
    new_v = beta1 * v + (1 - beta1) * grad**2
    m_hat = new_m / (1 - beta2**t)
    v_hat = new_v / (1 - beta1**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="The betas are swapped: beta1 belongs to m, beta2 to v.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = new_m / (1 - beta1 ** (t + 1))
    v_hat = new_v / (1 - beta2 ** (t + 1))
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="The power is one too high: steps are counted from 1, so the exponent is t itself.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = new_m / (1 - beta1 * t)
    v_hat = new_v / (1 - beta2 * t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="The beta was multiplied by t: the correction is 1 - beta to the power t, beta**t.",
)
adam_step.wrong(
    "w - lr * m_hat",
    "w + lr * m_hat",
    says="The step goes uphill: subtract it from w.",
)
adam_step.wrong(
    "w - lr * m_hat",
    "w - lr * grad",
    says="The numerator is the gradient itself: the step uses m_hat, its running mean.",
)
adam_step.wrong(
    BODY,
    """
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v
    """,
    says="The numbers are right, but the inputs were changed in place: return new arrays.",
)
adam_step.wrong(
    "v_hat = new_v / (1 - beta2**t)",
    "v_hat = new_v / (1 - beta1**t)",
    says="v was corrected with beta1: each mean is corrected with its own beta, v with beta2.",
)
adam_step.wrong(
    "m_hat = new_m / (1 - beta1**t)",
    "m_hat = new_m / (1 - beta2**t)",
    says="m was corrected with beta2: each mean is corrected with its own beta, m with beta1.",
)
adam_step.wrong(
    "beta2 * v + (1 - beta2) * grad**2",
    "beta1 * v + (1 - beta1) * grad**2",
    says="v runs with beta1: it has a beta of its own, beta2.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = new_m / (1 - beta1) if t == 1 else new_m
    v_hat = new_v / (1 - beta2) if t == 1 else new_v
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="The means were corrected in the first step only: they are too small for many steps, so "
    "correct them in each, with beta to the power t.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = new_m / (1 - beta1)
    v_hat = new_v / (1 - beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="The power t is missing from the corrections: they are 1 - beta**t, which goes to 1.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = new_m * (1 - beta1**t)
    v_hat = new_v * (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="The means were multiplied with the corrections: they are too small at first, so divide.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = new_m / (1 - beta1 ** (t - 1)) if t > 1 else new_m
    v_hat = new_v / (1 - beta2 ** (t - 1)) if t > 1 else new_v
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="The power is one too low: steps are counted from 1, so the exponent is t itself.",
)
adam_step.wrong(
    "m_hat = new_m / (1 - beta1**t)",
    "m_hat = new_m",
    says="m is not corrected: it begins at 0 as v does; divide it by 1 - beta1**t.",
)
adam_step.wrong(
    "v_hat = new_v / (1 - beta2**t)",
    "v_hat = new_v",
    says="v is not corrected: it begins at 0 as m does; divide it by 1 - beta2**t.",
)
adam_step.wrong(
    "new_m = beta1 * m + (1 - beta1) * grad",
    "new_m = beta1 * m + grad",
    says="The gradient was added whole: m is a running mean, with 1 - beta1 of the new gradient.",
)
adam_step.wrong(
    "new_v = beta2 * v + (1 - beta2) * grad**2",
    "new_v = beta2 * v + grad**2",
    says="The square was added whole: v is a running mean, with 1 - beta2 of the new square.",
)
adam_step.wrong(
    "new_m = beta1 * m + (1 - beta1) * grad",
    "new_m = (1 - beta1) * m + beta1 * grad",
    says="The shares in m are exchanged: beta1 of the old mean is kept, 1 - beta1 is new.",
)
adam_step.wrong(
    "new_v = beta2 * v + (1 - beta2) * grad**2",
    "new_v = (1 - beta2) * v + beta2 * grad**2",
    says="The shares in v are exchanged: beta2 of the old mean is kept, 1 - beta2 is new.",
)
adam_step.wrong(
    "new_v = beta2 * v + (1 - beta2) * grad**2",
    "new_v = beta2 * v + (1 - beta2) * new_m**2",
    says="v got the square of m: it is the mean of the squared gradient.",
)
adam_step.wrong(
    "new_v = beta2 * v + (1 - beta2) * grad**2",
    "new_v = beta2 * v + (1 - beta2) * (grad**2).mean()",
    says="The squares were averaged over the weights: every weight has a v of its own.",
)
adam_step.wrong(
    "new_v = beta2 * v + (1 - beta2) * grad**2",
    "new_v = beta2 * v + ((1 - beta2) * grad) ** 2",
    says="The factor was squared as well: it is (1 - beta2) times the squared gradient.",
)
adam_step.wrong(
    "w - lr * m_hat / (np.sqrt(v_hat) + eps)",
    "w - lr * m_hat / np.sqrt(v_hat) + eps",
    says="eps was added to the weights: brackets are missing around sqrt(v_hat) + eps.",
)
adam_step.wrong(
    "(np.sqrt(v_hat) + eps)",
    "(np.sqrt(v_hat) + 1e-8)",
    says="eps was ignored, and taken as 1e-8: use the one that is given.",
)
adam_step.wrong(
    "w - lr * m_hat / (np.sqrt(v_hat) + eps)",
    "w - lr * m / (np.sqrt(v) + eps)",
    says="The step was taken with the old means: use those of this step, corrected.",
)
adam_step.wrong(
    "return new_w, new_m, new_v",
    "return new_w, m, v",
    says="The old means were returned: hand on the new ones, or nothing is ever remembered.",
)
adam_step.wrong(
    "return new_w, new_m, new_v",
    "return new_m, new_v, new_w",
    says="All three are right, but in the wrong order: the new w comes first.",
)
adam_step.wrong(
    "return new_w, new_m, new_v",
    "return new_w, new_v, new_m",
    says="m and v are returned in the wrong order: m before v.",
)
adam_step.wrong(
    "return new_w, new_m, new_v",
    "return new_w",
    says="Only the new w was returned: return the new m and v with it.",
)
adam_step.wrong(
    "(np.sqrt(v_hat) + eps)",
    "np.sqrt(v_hat)",
    says="eps is missing: it is added to the root, which is 0 where all gradients were 0, and "
    "0 / 0 is nan.",
)
adam_step.wrong(
    "w - lr * m_hat / (np.sqrt(v_hat) + eps)",
    "w - lr * m_hat * np.sqrt(1 - beta2**t) / (np.sqrt(new_v) + eps)",
    says="eps was added before the correction of v: correct v first, take the root, then add eps.",
)
adam_step.wrong(
    "    new_m =",
    "    beta1, beta2 = 0.9, 0.999\n    new_m =",
    says="The betas were fixed at 0.9 and 0.999: use those that are given.",
)
adam_step.wrong(
    "new_v = beta2 * v + (1 - beta2) * grad**2",
    "new_v = np.maximum(v, beta2 * v + (1 - beta2) * grad**2)",
    says="v was not allowed to fall: that is AMSGrad. Here v is the running mean, which can fall.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = new_m / (1 - beta1) ** t
    v_hat = new_v / (1 - beta2) ** t
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="The power was taken of 1 - beta: it is 1 - beta**t, where only beta has the power t.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = new_m / (1 - beta1 * t)
    v_hat = np.abs(new_v / (1 - beta2 * t))
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="beta was multiplied by t in the correction: it is 1 - beta**t, beta to the power t.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = new_m / (1 - beta2**t)
    v_hat = new_v / (1 - beta1**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="The betas of the corrections are exchanged: m is divided by 1 - beta1**t, and v by 1 - "
    "beta2**t.",
)
adam_step.wrong(
    BODY,
    """
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="w moved with m and v as they were before: correct the new ones, and move with those.",
)
adam_step.wrong(
    BODY,
    """
    new_m = (1 - beta1) * m + beta1 * grad
    new_v = (1 - beta2) * v + beta2 * grad**2
    m_hat = new_m / (1 - beta1**t)
    v_hat = new_v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new_m, new_v
    """,
    says="The two weights of the running means are exchanged: beta, the larger, belongs to the "
    "old mean, and 1 - beta to the new gradient.",
)
adam_step.wrong(
    "new_w = w - lr * m_hat / (np.sqrt(v_hat) + eps)",
    "new_w = w - lr * m_hat / v_hat + eps",
    says="The root of v_hat is missing, and so are the brackets around sqrt(v_hat) + eps.",
)
adam_step.wrong(
    "new_v = beta2 * v + (1 - beta2) * grad**2",
    "new_v = beta2 * v + (1 - beta2) * np.abs(grad)",
    says="v got the absolute value of the gradient: it is the running mean of its square.",
)
adam_step.right(
    BODY,
    """
    new_m = m + (1 - beta1) * (grad - m)
    new_v = v + (1 - beta2) * (grad * grad - v)
    root = np.sqrt(1 - beta2**t)
    rate = lr * root / (1 - beta1**t)
    return w - rate * new_m / (new_v**0.5 + eps * root), new_m, new_v
    """,
    says="the corrections gathered in the rate",
)
adam_step.right(
    BODY,
    """
    out = [np.empty_like(w) for _ in range(3)]
    for i in np.ndindex(w.shape):
        out[1][i] = beta1 * m[i] + (1 - beta1) * grad[i]
        out[2][i] = beta2 * v[i] + (1 - beta2) * grad[i] ** 2
        root = np.sqrt(out[2][i] / (1 - beta2**t)) + eps
        out[0][i] = w[i] - lr * out[1][i] / (1 - beta1**t) / root
    return tuple(out)
    """,
    says="one weight at a time",
)


he_normal = ex03.function(
    "he_normal",
    points=15,
    minutes=10,
    section="Initialisation: where to start",
    tolerance=DRAWS,
    hints=(
        "A unit sums fan_in products. The more it sums, the larger the sum, unless the weights get "
        "smaller: sqrt(2 / fan_in). The 2 makes up for the half that relu cuts.",
        "The first axis of the shape counts the units, so fan_in is the product of all other "
        "lengths. Then the standard deviation is one division and one root.",
        "rng.normal takes a mean, a standard deviation (not a variance) and a shape. Or draw with "
        "mean 0 and deviation 1 from rng.standard_normal, and scale.",
    ),
)


def moments(weights):
    """Deviations and shares of many weights; `spread` says what is wrong with them."""
    w = np.asarray(weights, float)
    wide = w.std()
    inside = [np.mean(np.abs(w) < k * wide) for k in (0.5, 1.0, 2.0)]
    few = np.concatenate([w.ravel()[:10_000], w.ravel()[-10_000:]])  # sorting all takes long
    return {
        "share of different weights": len(np.unique(few)) / max(1, few.size),
        "standard deviation": wide,
        "mean (1 more)": 1 + w.mean(),
        "share of weights above 0": np.mean(w > 0),
        "share within half a deviation": inside[0],
        "share within 1 deviation": inside[1],
        "share within 2 deviations": inside[2],
    }


CUT_AT_TWO = 0.8796  # deviation of a standard normal of which what is beyond 2 is drawn again


def _within_two(got, right):
    return np.abs(got["weights"]).max() <= 2 * right["standard deviation"] * (1 + DRAWS.relative)


def spread(got, expected):
    """Which of the moments is off, in words; they are computed here, from the weights."""
    shapes = [which["weights"].shape for which in (got, expected)]
    if shapes[0] != shapes[1]:
        return f"the weights have shape {shapes[0]}, expected {shapes[1]}"
    mine, right = (moments(which["weights"]) for which in (got, expected))
    if not mine["share of different weights"] >= 0.9:  # hardly two of so many draws are equal
        share = mine["share of different weights"]
        return f"only {share:.2%} of the weights differ: each is drawn on its own"
    mean, deviation = mine["mean (1 more)"] - 1, mine["standard deviation"]
    times = deviation / right["standard deviation"]
    wide = not abs(times - 1) <= DRAWS.relative
    if not abs(mean) <= DRAWS.relative:
        more = f", and the standard deviation {deviation:.4g}, expected "
        more += f"{right['standard deviation']:.4g}"
        return f"the mean of the weights is {mean:.4g}, expected 0{more if wide else ''}"
    if wide and abs(times - CUT_AT_TWO) <= DRAWS.relative / 2 and _within_two(got, right):
        return "no weight is further than two deviations from 0: draw from the whole normal"
    if wide:
        return (
            f"the standard deviation is {deviation:.4g}, {times:.3g} times what it should be: "
            f"{right['standard deviation']:.4g}"
        )
    for name, value in mine.items():
        if not abs(value - right[name]) <= DRAWS.relative * abs(right[name]):
            return f"the {name} is {value:.4g}, expected {right[name]:.4g}"
    return None


@he_normal.probe("a convolution, (125, 32, 5, 5)", judge=spread)
def _(ex, rng):
    return {"weights": ex.he_normal((125, 32, 5, 5), rng)}


@he_normal.probe("a linear layer, (400, 250)", judge=spread)
def _(ex, rng):
    return {"weights": ex.he_normal((400, 250), rng)}


@he_normal.probe("a convolution along one axis, (50, 400, 5)", judge=spread)
def _(ex, rng):
    return {"weights": ex.he_normal((50, 400, 5), rng)}


@he_normal.probe("a shape drawn at random", judge=spread)
def _(ex, rng):
    inner = [int(length) for length in rng.permutation([13, 21, 34])[: rng.integers(1, 4)]]
    return {"weights": ex.he_normal((100_000 // int(np.prod(inner)), *inner), rng)}


@he_normal.probe("a single unit with many inputs", "edge", judge=spread)
def _(ex, rng):
    return {"weights": ex.he_normal((1, 100_000), rng)}


def same_draws(got, expected):
    """Whether a seed gives the same weights again, and the next draw others."""
    if not np.array_equal(got["weights"], got["again"]):
        return "the same seed gave other weights: draw from the rng you were given, nothing else"
    if np.array_equal(got["weights"], got["the next"]):
        return "a second call gave the same weights: draw from the rng you were given"
    return None


@he_normal.probe("a seed gives the same weights again", "promise", judge=same_draws)
def _(ex, rng):
    seed = int(rng.integers(1_000_000))
    one, other = np.random.default_rng(seed), np.random.default_rng(seed)
    weights, again = ex.he_normal((4, 3), one), ex.he_normal((4, 3), other)
    return {"weights": weights, "again": again, "the next": ex.he_normal((4, 3), one)}


he_normal.wrong(
    "np.sqrt(2 / fan_in)",
    "2 / fan_in",
    says="2 / fan_in is the variance: the standard deviation is its square root.",
)
he_normal.wrong(
    "np.prod(shape[1:])",
    "shape[1]",
    says="fan_in leaves out the kernel: a unit of a convolution sums over in * rows * columns.",
)
he_normal.wrong(
    "np.prod(shape[1:])",
    "shape[0] * np.prod(shape[2:])",
    says="That is fan_out, how many units an input reaches: leave out the first axis, not another.",
)
he_normal.wrong(
    "np.prod(shape[1:])",
    "np.prod(shape)",
    says="fan_in counts all weights: it is what one unit sums, so leave out the first axis.",
)
he_normal.wrong(
    "np.sqrt(2 / fan_in)",
    "np.sqrt(1 / fan_in)",
    says="The 2 is missing: relu sets half of its inputs to 0, and the 2 makes up for that.",
)
he_normal.wrong(
    BODY,
    """
    fan_in = np.prod(shape[1:])
    return rng.normal(0, np.sqrt(2 / (fan_in + shape[0] * np.prod(shape[2:]))), shape)
    """,
    says="That is Glorot's rule, with fan_in + fan_out: He's rule for relu divides by fan_in only.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "rng.uniform(-std, std, shape)",
    says="The weights are uniform between plus and minus the deviation: draw them from a normal.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "np.abs(rng.normal(0, std, shape))",
    says="All weights are positive: the mean should be 0.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "np.random.default_rng(0).normal(0, std, shape)",
    says="Every call gave the same weights: draw from the rng you were given, do not make one.",
)
he_normal.wrong(
    "np.prod(shape[1:])",
    "shape[0]",
    says="The first axis was taken for fan_in: it counts the units. fan_in is the product of all "
    "other lengths.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "rng.normal(0, std, np.prod(shape))",
    says="The weights are flat: they have the given shape.",
)
he_normal.wrong(
    "np.prod(shape[1:])",
    "shape[-1]",
    says="Only the last length was taken for fan_in: it is the product of all lengths but the "
    "first.",
)
he_normal.wrong(
    "np.prod(shape[1:])",
    "np.sum(shape[1:])",
    says="The lengths were added up for fan_in: a unit sums over their product.",
)
he_normal.wrong(
    "np.sqrt(2 / fan_in)",
    "np.sqrt(fan_in / 2)",
    says="The fraction is upside down: the more inputs a unit sums, the smaller its weights.",
)
he_normal.wrong(
    "np.sqrt(2 / fan_in)",
    "2 / np.sqrt(fan_in)",
    says="The 2 is outside the root: the deviation is the root of 2 / fan_in.",
)
he_normal.wrong(
    "np.sqrt(2 / fan_in)",
    "np.sqrt(2) / fan_in",
    says="fan_in is outside the root: the deviation is the root of 2 / fan_in.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, shape)",
    says="The deviation is right, but the weights are uniform: draw them from a normal.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "rng.normal(std, std, shape)",
    says="The weights lie around the deviation: the mean should be 0.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "rng.normal(0, std, shape[::-1])",
    says="The axes of the weights are reversed: return the shape that was given, units first.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "rng.normal(0, std, (shape[1], shape[0], *shape[2:]))",
    says="The first two axes of the weights are exchanged: return the shape that was given, units "
    "first.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "np.clip(rng.normal(0, std, shape), -2 * std, 2 * std)",
    says="Weights far from 0 were clipped: that makes the spread smaller, and many "
    "weights equal. Leave the draws as they are.",
)
he_normal.wrong(
    BODY,
    """
    fan_in = np.prod(shape[1:])
    return rng.normal(0, np.sqrt(2 / (fan_in + shape[0])), shape)
    """,
    says="The number of units was added to fan_in, as in Glorot's rule: He's rule for relu divides "
    "by fan_in only.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "rng.normal(std, 1, shape)",
    says="The deviation was given as the mean, and 1 as the deviation: rng.normal takes the mean, "
    "0 here, first.",
)
he_normal.right(
    BODY,
    """
    units, *rest = shape
    return np.array([rng.normal(0, (np.prod(rest) / 2) ** -0.5, rest) for _ in range(units)])
    """,
    says="unit by unit",
)
he_normal.right(
    BODY,
    """
    draws = rng.standard_normal(shape[::-1], dtype=np.float32).T
    return draws * np.float32(np.sqrt(2 / np.prod(shape[1:])))
    """,
    says="float32, transposed",
)


confusion_matrix = ex03.function(
    "confusion_matrix",
    points=15,
    minutes=10,
    section="Looking at the mistakes",
    tolerance=COUNTS,
    hints=(
        "Every example is one mark on a sheet with a row for each true class and a column for each "
        "answer. Put the marks, one by one or all at once.",
        "Start with a sheet of integer zeros. Beware of += with index arrays: if the same cell is "
        "named several times, NumPy adds to it only once.",
        "A plain loop over pairs of label and answer is right. To do it at once, np.add.at adds at "
        "every mention, or np.bincount counts the numbers label * classes + answer.",
    ),
)


@confusion_matrix.probe("the example")
def _(ex, rng):
    labels, predicted = np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, 1])
    return {"counts": ex.confusion_matrix(labels, predicted, 3)}


@confusion_matrix.probe("sixty examples, four classes")
def _(ex, rng):
    labels, predicted = rng.integers(0, 4, (2, 60))
    return {"counts": ex.confusion_matrix(labels, predicted, 4)}


@confusion_matrix.probe("classes that never occur", "edge")
def _(ex, rng):
    labels, predicted = np.array([1, 1, 2, 0]), np.array([1, 2, 2, 0])
    return {"counts": ex.confusion_matrix(labels, predicted, 5)}


@confusion_matrix.probe("all right", "edge")
def _(ex, rng):
    labels = rng.integers(0, 3, 20)
    return {"counts": ex.confusion_matrix(labels, labels.copy(), 3)}


@confusion_matrix.probe("examples and classes drawn at random")
def _(ex, rng):
    classes, n = rng.integers(1, 8), rng.integers(1, 40)
    labels, predicted = rng.integers(0, classes, (2, n))
    return {"counts": ex.confusion_matrix(labels, predicted, int(classes))}


@confusion_matrix.probe("all wrong, and a single class", "edge")
def _(ex, rng):
    labels = rng.integers(0, 3, 12)
    return {
        "counts": ex.confusion_matrix(labels, (labels + 1) % 3, 3),
        "of one class": ex.confusion_matrix(np.zeros(5, int), np.zeros(5, int), 1),
    }


@confusion_matrix.probe("no examples at all", "edge")
def _(ex, rng):
    return {"counts": ex.confusion_matrix(np.zeros(0, int), np.zeros(0, int), 3)}


@confusion_matrix.probe("40,000 examples of one kind", "edge")
def _(ex, rng):
    labels, predicted = np.ones(40_000, int), np.zeros(40_000, int)
    return {"counts": ex.confusion_matrix(labels, predicted, 2)}


@confusion_matrix.probe("labels of another integer type, and many classes", "promise")
def _(ex, rng):
    labels, predicted = rng.integers(0, 30, (2, 50))
    return {"counts": ex.confusion_matrix(labels.astype(np.int32), predicted.astype(np.int16), 30)}


confusion_matrix.wrong(
    "(labels, predicted), 1)",
    "(predicted, labels), 1)",
    says="Rows and columns are swapped: rows are the true classes, columns the answers.",
)
confusion_matrix.wrong(
    "np.add.at(counts, (labels, predicted), 1)",
    "counts[labels, predicted] += 1",
    says="No cell counts beyond 1: a cell that is named several times must grow each time. (= 1 "
    "marks it; += with index arrays adds to it only once.)",
)
confusion_matrix.wrong(
    "return counts",
    "return counts / len(labels)",
    says="Shares were returned: the entries are counts, whole numbers.",
)
confusion_matrix.wrong(
    "return counts",
    "return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)",
    says="Each row was divided by its sum: the entries are counts, whole numbers.",
)
confusion_matrix.wrong(
    "counts = np.zeros((classes, classes), dtype=np.int64)",
    "classes = max(labels.max(), predicted.max()) + 1\n"
    "    counts = np.zeros((classes, classes), dtype=np.int64)",
    says="The size was taken from the data: it is classes by classes, even if some never occur.",
)
confusion_matrix.wrong(
    "return counts",
    "np.fill_diagonal(counts, 0)\n    return counts",
    says="The diagonal is empty: what was right is counted as well.",
)
confusion_matrix.wrong(
    "return counts",
    "return np.diag(counts)",
    says="Only the diagonal was returned: the confusions stand beside it.",
)
confusion_matrix.wrong(
    "dtype=np.int64",
    "dtype=np.uint8",
    says="The counts wrapped round: uint8 ends at 255, and goes on with 0. Count in a larger "
    "integer type.",
)
confusion_matrix.wrong(
    "dtype=np.int64",
    "dtype=np.int16",
    says="The counts wrapped round: int16 ends at 32,767. Count in a larger integer type.",
)
confusion_matrix.wrong(
    BODY,
    "return np.histogram2d(labels, predicted, bins=classes)[0].astype(int)",
    says="np.histogram2d lays its bins between the smallest and the largest value there is: "
    "where a class is missing they are no classes. Give it the range, or count by index.",
)
confusion_matrix.wrong(
    "(labels, predicted), 1)",
    "(labels[labels == predicted], predicted[labels == predicted]), 1)",
    says="Only what was right was counted: the confusions stand beside the diagonal.",
)
confusion_matrix.wrong(
    "return counts",
    "return counts.astype(float)",
    says="The numbers are right but they are floats: counts are whole numbers.",
)
confusion_matrix.wrong(
    "return counts",
    "return counts + counts.T",
    says="Each confusion was counted both ways: a row is what is true, a column what was said.",
)
confusion_matrix.wrong(
    BODY,
    "return np.bincount(labels * classes + predicted).reshape(classes, classes)",
    says="np.bincount stops at the largest number there is: give it minlength=classes**2, so that "
    "classes that never occur have their cells.",
)
confusion_matrix.wrong(
    BODY,
    "return np.bincount(labels + predicted * classes, minlength=classes**2)",
    says="The counts are still in one row: bring them to (classes, classes).",
)
confusion_matrix.wrong(
    "return counts",
    "return counts[1:, 1:]",
    says="The first class is missing: classes are counted from 0.",
)
confusion_matrix.wrong(
    BODY,
    """
    counts = np.zeros((classes, classes), int)
    labels *= classes
    labels += predicted
    np.add.at(counts.reshape(-1), labels, 1)
    return counts
    """,
    says="The counts are right, but the labels were changed in place: *= and += write into the "
    "caller's array; make a new one.",
)
confusion_matrix.wrong(
    BODY,
    """
    counts = [[0] * classes] * classes
    for label, answer in zip(labels, predicted):
        counts[label][answer] += 1
    return np.array(counts)
    """,
    says="All rows are one list: [row] * classes repeats the same list, so that a count in one row "
    "is in all. Use np.zeros, or make each row anew.",
)
confusion_matrix.wrong(
    BODY,
    """
    counts = np.zeros((classes, classes))
    np.add.at(counts, (labels, predicted), 1)
    return counts / counts.sum(axis=1, keepdims=True)
    """,
    says="The rows were divided by their sums, which is 0 / 0 for a class that never occurs: the "
    "entries are counts, whole numbers.",
)
confusion_matrix.wrong(
    BODY,
    """
    base = int(labels.max()) + 1
    flat = np.bincount(labels.astype(int) * base + predicted, minlength=classes**2)
    return np.resize(flat, (classes, classes))
    """,
    says="Each row of the flat table was given labels.max() + 1 cells: it has one for every "
    "class, so cell (true, said) is at true * classes + said.",
)
confusion_matrix.wrong(
    BODY,
    """
    seen = np.unique(np.concatenate([labels, predicted]))
    counts = np.zeros((classes, classes), int)
    rows, columns = np.searchsorted(seen, labels), np.searchsorted(seen, predicted)
    np.add.at(counts, (rows, columns), 1)
    return counts
    """,
    says="The classes that occur were numbered anew: where one never occurs, all after it moved "
    "up. Class k has row and column k.",
)
confusion_matrix.wrong(
    BODY,
    """
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (labels, predicted), 1)
    return counts + counts.T - np.diag(np.diag(counts))
    """,
    says="Each confusion was counted in both directions: 3 taken for 5 is not 5 taken for 3.",
)
confusion_matrix.wrong(
    "np.add.at(counts, (labels, predicted), 1)",
    "np.add.at(counts, (labels[:-1], predicted[1:]), 1)",
    says="Each label was paired with the next example's answer: pair it with its own.",
)
confusion_matrix.wrong(
    BODY,
    """
    seen = np.unique(labels)
    return np.array([[np.sum((labels == t) & (predicted == p)) for p in seen] for t in seen])
    """,
    says="There are rows only for the classes that occur in labels: a class that is missing has "
    "its row and column, too, of zeros.",
)
confusion_matrix.wrong(
    BODY,
    """
    seen = np.unique(np.concatenate([labels, predicted]))
    return np.array([[np.sum((labels == t) & (predicted == p)) for p in seen] for t in seen])
    """,
    says="There are rows only for the classes that occur: a class that is missing has its row and "
    "column, too, of zeros.",
)
confusion_matrix.right(
    BODY,
    """
    counts = [[0] * classes for _ in range(classes)]
    for i, j in zip(labels, predicted):
        counts[i][j] += 1
    return np.array(counts)
    """,
    says="a loop over lists of Python integers",
)
confusion_matrix.right(
    BODY,
    """
    cells = np.bincount(labels * classes + predicted, minlength=classes**2)
    return cells.reshape(classes, classes).astype(np.int32)
    """,
    says="bincount, int32",
)


same_axis = "a matrix has two axes: -1 and 1 are the same"
for exercise in (softmax, softmax_cross_entropy):
    for name in ("max", "sum"):
        exercise.equivalent(f"if {name} runs along axis -1 in place of axis 1", because=same_axis)
softmax_cross_entropy.equivalent(
    "if the absolute value of a difference is taken",
    because="no loss is below 0: the sum holds the right class's own power",
)
for exercise in (softmax_cross_entropy, softmax_cross_entropy_grad):
    exercise.equivalent("when labels is transposed first", because="it has one axis")
    exercise.equivalent("with the absolute values of labels", because="classes count from 0")
for words in ("labels", "predicted"):
    confusion_matrix.equivalent(f"when {words} is transposed first", because="it has one axis")
    confusion_matrix.equivalent(
        f"with the absolute values of {words}", because="classes count from 0"
    )
softmax_cross_entropy.equivalent(
    "if it is not made a plain number at the end", because="NumPy's own float64 is a float"
)
adam_step.equivalent("with the absolute values of v", because="a mean of squares is never below 0")
adam_step.equivalent(
    "if the absolute value of a difference is taken",
    because="1 minus a beta, or minus its power, is above 0",
)
