"""Checks of exercise set 03: training."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex03 = ExerciseSet("ex03_training", "Training a ConvNet")

EXPS = Tolerance(
    1e-10, "float64 exp, log and a short sum, whose order and shift are the learner's to choose"
)
STEPS = Tolerance(1e-10, "a handful of float64 products and sums, in any order")
DRAWS = Tolerance(
    0.02, "statistics of 400,000 draws: their own spread is below 0.3 %, a seventh of this"
)
COUNTS = Tolerance(0.0, "counts are whole numbers and compared exactly")


softmax = ex03.function(
    "softmax",
    points=10,
    minutes=10,
    tolerance=EXPS,
    hints=(
        "What happens to the probabilities of a row when you add 5 to all of its scores? Numerator "
        "and denominator both grow by the factor exp(5), so: nothing.",
        "Subtract from each row its own largest score. The exponents are then at most 0, the "
        "exponentials at most 1, and at least one of them is exactly 1.",
        "Both the maximum and the sum run along axis 1, one number per row. Keep that axis with "
        "length 1 (keepdims), so that they broadcast against (N, K) the way you mean.",
    ),
)


@softmax.probe("six rows of four scores")
def _(ex, rng):
    return {"probabilities": ex.softmax(rng.normal(size=(6, 4)))}


@softmax.probe("as many rows as classes")
def _(ex, rng):
    return {"probabilities": ex.softmax(3 * rng.normal(size=(5, 5)))}


@softmax.probe("scores around 1,000")
def _(ex, rng):
    return {"probabilities": ex.softmax(1000 + rng.normal(size=(3, 4)))}


@softmax.probe("one row around -1,000 and one around 1,000")
def _(ex, rng):
    centre = np.array([[-1000.0], [1000.0]])
    return {"probabilities": ex.softmax(centre + rng.normal(size=(2, 3)))}


@softmax.probe("the scores stay as they were")
def _(ex, rng):
    logits = rng.normal(size=(3, 4))
    ex.softmax(logits)
    return {"logits afterwards": logits}


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
    says="The scores were changed in place: -= writes into the caller's array; make a new one.",
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
    z = np.asfortranarray(logits, dtype=np.float64)
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
    tolerance=EXPS,
    hints=(
        "-log of a fraction is the log of what is below minus the log of what is above. Above "
        "stands exp(score of the right class), and log undoes exp.",
        "Each row gives log-sum-exp minus the score at its label. For the log-sum-exp, take the "
        "row's maximum out of the sum, and add it again after the log.",
        "One score per row is picked with two index arrays together: the row numbers 0 to N - 1 "
        "and the labels. Then average the N losses and return a plain float.",
    ),
)


@softmax_cross_entropy.probe("five examples, four classes")
def _(ex, rng):
    logits, labels = rng.normal(size=(5, 4)), rng.integers(0, 4, 5)
    return {"loss": ex.softmax_cross_entropy(logits, labels)}


@softmax_cross_entropy.probe("scores around 1,000")
def _(ex, rng):
    logits, labels = 1000 + rng.normal(size=(3, 5)), rng.integers(0, 5, 3)
    return {"loss": ex.softmax_cross_entropy(logits, labels)}


@softmax_cross_entropy.probe("sure and wrong: the right class has probability exp(-2000)")
def _(ex, rng):
    return {"loss": ex.softmax_cross_entropy(np.array([[0.0, 2000.0]]), np.array([0]))}


@softmax_cross_entropy.probe("all scores equal: the loss is log K")
def _(ex, rng):
    return {"loss": ex.softmax_cross_entropy(np.full((2, 10), 3.0), np.array([4, 7]))}


@softmax_cross_entropy.probe("logits and labels stay as they were")
def _(ex, rng):
    logits, labels = rng.normal(size=(3, 4)), np.array([1, 0, 3])
    ex.softmax_cross_entropy(logits, labels)
    return {"logits afterwards": logits, "labels afterwards": labels}


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
    needs=("softmax",),
    tolerance=EXPS,
    hints=(
        "Differentiate log-sum-exp with respect to one score: what comes out is that score's "
        "softmax probability. The other term, minus the right score, is linear.",
        "Each row is its probabilities, with 1 taken from the entry of the right class. Then think "
        "of how the examples were put together to one loss.",
        "Make an array of zeros of shape (N, K), set one 1 in each row (two index arrays: row "
        "numbers and labels), subtract it from the softmax, and divide by N.",
    ),
)


@softmax_cross_entropy_grad.probe("seven examples, three classes")
def _(ex, rng):
    logits, labels = rng.normal(size=(7, 3)), np.array([2, 0, 1, 1, 0, 2, 2])
    return {"gradient": ex.softmax_cross_entropy_grad(logits, labels)}


@softmax_cross_entropy_grad.probe("a single example")
def _(ex, rng):
    logits = rng.normal(size=(1, 5))
    return {"gradient": ex.softmax_cross_entropy_grad(logits, np.array([3]))}


@softmax_cross_entropy_grad.probe("scores around 1,000")
def _(ex, rng):
    logits, labels = 1000 + rng.normal(size=(4, 6)), np.array([5, 0, 2, 2])
    return {"gradient": ex.softmax_cross_entropy_grad(logits, labels)}


@softmax_cross_entropy_grad.probe("logits and labels stay as they were")
def _(ex, rng):
    logits, labels = rng.normal(size=(3, 4)), np.array([1, 0, 3])
    ex.softmax_cross_entropy_grad(logits, labels)
    return {"logits afterwards": logits, "labels afterwards": labels}


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
    says="wanted[:, labels] marks every label in every row: pair the row numbers with the labels.",
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
    tolerance=STEPS,
    hints=(
        "Think of a ball that rolls with friction: some of its old velocity is left, and the slope "
        "adds to it. Then the ball moves.",
        "First the velocity, from the old velocity and the gradient; then the weights, with the "
        "velocity that you have just made.",
        "Two lines, as the formula has them. Write a - b rather than a -= b: the second would "
        "change the caller's arrays.",
    ),
)


@sgd_momentum_step.probe("one step of a small matrix")
def _(ex, rng):
    w, grad, velocity = rng.normal(size=(3, 2, 4))
    w, velocity = ex.sgd_momentum_step(w, grad, velocity, 0.1, 0.9)
    return {"new velocity": velocity, "new w": w}


@sgd_momentum_step.probe("without momentum it is plain gradient descent")
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


@sgd_momentum_step.probe("the inputs stay as they were")
def _(ex, rng):
    w, grad, velocity = rng.normal(size=(3, 4))
    ex.sgd_momentum_step(w, grad, velocity, 0.1, 0.9)
    return {"w afterwards": w, "grad afterwards": grad, "velocity afterwards": velocity}


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
    return np.asfortranarray(w - np.float32(lr) * step), step
    """,
    says="float32",
)


adam_step = ex03.function(
    "adam_step",
    points=20,
    minutes=15,
    tolerance=STEPS,
    hints=(
        "Two running means are kept: of the gradient, and of its square. Their ratio, mean over "
        "root of mean square, is near 1 for a weight whose gradient keeps its sign.",
        "Update both means first. Then make corrected copies, each divided by 1 minus its own beta "
        "to the power t, and use only the copies in the step.",
        "eps is added to the square root, not under it. What you return is the new w and the two "
        "means as they were before the correction.",
    ),
)


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


@adam_step.probe("tiny gradients, where eps matters")
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


@adam_step.probe("the inputs stay as they were")
def _(ex, rng):
    w, grad, m = rng.normal(size=(3, 4))
    v = rng.uniform(0.5, 2, 4)
    ex.adam_step(w, grad, m, v, 3)
    return {"w after": w, "grad after": grad, "m after": m, "v after": v}


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
    tolerance=DRAWS,
    hints=(
        "A unit sums fan_in products. The more it sums, the larger the sum, unless the weights get "
        "smaller in proportion to the root of fan_in. The 2 makes up for the half that relu cuts.",
        "The first axis of the shape counts the units, so fan_in is the product of all other "
        "lengths. Then the standard deviation is one division and one root.",
        "rng.normal takes a mean, a standard deviation (not a variance) and a shape. Or draw with "
        "mean 0 and deviation 1 from rng.standard_normal, and scale.",
    ),
)


@ex03.helper
def spread(weights):
    """What the check looks at: shape, standard deviation, and the form of the distribution."""
    w = np.asarray(weights)
    return {
        "shape": np.array(w.shape),
        "standard deviation": w.std(),
        "share of weights above 0": np.mean(w > 0),
        "share within one standard deviation": np.mean(np.abs(w) < w.std()),
    }


@he_normal.probe("a linear layer, (1600, 250)")
def _(ex, rng):
    return spread(ex.he_normal((1600, 250), rng))


@he_normal.probe("a convolution, (500, 32, 5, 5)")
def _(ex, rng):
    return spread(ex.he_normal((500, 32, 5, 5), rng))


@he_normal.probe("a convolution along one axis, (200, 400, 5)")
def _(ex, rng):
    return spread(ex.he_normal((200, 400, 5), rng))


@he_normal.probe("the same seed gives the same weights, the next draw gives others")
def _(ex, rng):
    seed = int(rng.integers(1_000_000))
    one, other = np.random.default_rng(seed), np.random.default_rng(seed)
    first = np.array(ex.he_normal((4, 3), one))
    again = np.array(ex.he_normal((4, 3), other))
    after = np.array(ex.he_normal((4, 3), one))
    return {
        "same seed, same weights": np.array_equal(first, again),
        "next draw, same weights": np.array_equal(first, after),
    }


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
    "np.random.normal(0, std, shape)",
    says="The weights were drawn from np.random: draw from the rng you were given, so that a seed "
    "gives the same weights again.",
)
he_normal.wrong(
    "rng.normal(0, std, shape)",
    "np.random.default_rng(0).normal(0, std, shape)",
    says="Every call gave the same weights: draw from the rng you were given, do not make one.",
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


@confusion_matrix.probe("sixty examples, four classes")
def _(ex, rng):
    labels, predicted = rng.integers(0, 4, (2, 60))
    return {"counts": ex.confusion_matrix(labels, predicted, 4)}


@confusion_matrix.probe("classes that never occur")
def _(ex, rng):
    labels, predicted = np.array([1, 1, 2, 0]), np.array([1, 2, 2, 0])
    return {"counts": ex.confusion_matrix(labels, predicted, 5)}


@confusion_matrix.probe("all right")
def _(ex, rng):
    labels = rng.integers(0, 3, 20)
    return {"counts": ex.confusion_matrix(labels, labels.copy(), 3)}


@confusion_matrix.probe("labels and answers stay as they were")
def _(ex, rng):
    labels, predicted = rng.integers(0, 4, (2, 10))
    ex.confusion_matrix(labels, predicted, 4)
    return {"labels afterwards": labels, "predicted afterwards": predicted}


confusion_matrix.wrong(
    "(labels, predicted), 1)",
    "(predicted, labels), 1)",
    says="Rows and columns are swapped: rows are the true classes, columns the answers.",
)
confusion_matrix.wrong(
    "np.add.at(counts, (labels, predicted), 1)",
    "counts[labels, predicted] += 1",
    says="No cell counts beyond 1: += with index arrays adds only once to a cell that is named "
    "several times.",
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
