"""Exercise set 08: neural style transfer, in fifteen small functions.

You write everything between a network's activations and the next picture: how far two pictures are
apart in content and in style, the gradients of both, and the step that paints; and, at the end,
what a network that paints in one pass is made of. Plain NumPy. Replace each
`raise NotImplementedError(...)` with your own code, then run

    minidl check ex08        or, in a notebook,        check("ex08")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

The letters are the same throughout:

    content, style, generated (C, H, W)    what one layer of a network makes of one picture:
                                           C channels, H rows, W columns, floats
    image (3, H, W)                        a picture, floats from 0 to 1
    G (C, C)                               a Gram matrix
    manner (D,)                            numbers that say how to paint

Every cost is one float, every gradient has the shape of what it is a gradient to, and no function
changes its inputs.
"""

from collections.abc import Mapping, Sequence

import numpy as np


def content_cost(content: np.ndarray, generated: np.ndarray) -> float:
    """Say how far apart two pictures are in content, as one layer sees it.

        J_content = 1 / (4 C H W) * sum_kij (generated[k, i, j] - content[k, i, j])^2

    content, generated: (C, H, W), the same layer's activations for the two pictures.
    Returns one float, at least 0.

    Example: content = [[[1, 2]], [[0, 3]]], generated = [[[1, 0]], [[2, 3]]]: C = 2, H = 1, W = 2
             differences 0, -2, 2, 0; squares sum to 8; 8 / (4 * 4) = 0.5
    """
    # BEGIN SOLUTION
    difference = generated - content
    return float((difference**2).sum() / (4 * content.size))
    # END SOLUTION


def content_cost_grad(content: np.ndarray, generated: np.ndarray) -> np.ndarray:
    """Gradient of the content cost to the generated activations.

    Differentiate the formula above by one activation: of the whole sum, one square remains.

    content, generated: (C, H, W).
    Returns (C, H, W): where it is positive, less activation would be closer to the content.

    Example: content = [[[1, 2]], [[0, 3]]], generated = [[[1, 0]], [[2, 3]]]
             gives [[[0, -0.25]], [[0.25, 0]]]
    """
    # BEGIN SOLUTION
    difference = generated - content
    return difference / (2 * content.size)
    # END SOLUTION


def descent_step(image: np.ndarray, grad: np.ndarray, lr: float) -> np.ndarray:
    """Take one step downhill, and stay a picture.

        new image = image - lr * grad,    then every value below 0 becomes 0, every one above 1, 1

    A screen can show nothing darker than 0 and nothing brighter than 1, so pixels end there.

    image: from 0 to 1, of any shape. grad: has the same shape. lr > 0.
    Returns a new array of that shape, from 0 to 1.

    Example: image = [0.5, 0.1, 0.9], grad = [1, 2, -4], lr = 0.1
             0.5 - 0.1 = 0.4,  0.1 - 0.2 = -0.1,  0.9 + 0.4 = 1.3;  gives [0.4, 0.0, 1.0]
    """
    # BEGIN SOLUTION
    moved = image - lr * grad
    return np.clip(moved, 0, 1)
    # END SOLUTION


def gram_matrix(features: np.ndarray) -> np.ndarray:
    """Multiply every channel with every other, summed over all positions.

        G[k, l] = sum_ij features[k, i, j] * features[l, i, j]

    Large where channels k and l are active at the same places. With M the features as a matrix,
    one row per channel and one column per position, it is a single product:  G = M M^T.

    features: (C, H, W).
    Returns (C, C), symmetric.

    Example: features = [[[1, 2]], [[3, 0]]]: two channels, two positions; M = [[1, 2], [3, 0]]
             G = [[1*1 + 2*2, 1*3 + 2*0], [3*1 + 0*2, 3*3 + 0*0]] = [[5, 3], [3, 9]]
    """
    # BEGIN SOLUTION
    matrix = features.reshape(len(features), -1)
    return matrix @ matrix.T
    # END SOLUTION


def gram_vjp(features: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Carry a gradient from the Gram matrix back to the features.

    A loss depends on the features only through G = M M^T, and g[k, l] is its derivative by G[k, l].
    Each feature stands in G twice over, once as the first factor and once as the second:

        gradient to M = (g + g^T) M

    features: (C, H, W). g: (C, C), not always symmetric.
    Returns (C, H, W).

    Example: features = [[[1]], [[2]]], g = [[1, 0], [1, 0]]: the loss is G[0, 0] + G[1, 0], that
             is, f0^2 + f1 f0; by f0 this is 2 f0 + f1 = 4, by f1 it is f0 = 1:  [[[4]], [[1]]]
    """
    # BEGIN SOLUTION
    matrix = features.reshape(len(features), -1)
    back = (g + g.T) @ matrix
    return back.reshape(features.shape)
    # END SOLUTION


def style_layer_cost(style: np.ndarray, generated: np.ndarray) -> float:
    """Say how far apart two pictures are in style, as one layer sees it.

        J_style = 1 / (2 C H W)^2 * sum_kl (G_generated[k, l] - G_style[k, l])^2

    Use your `gram_matrix`. The style picture may have another size. So divide each Gram matrix by
    2 C H W with its *own* H and W, and then add up the squared differences: where the sizes agree
    that is the formula.

    style: (C, H, W), generated: (C, H', W'), the same layer's activations for the two pictures.
    Returns one float, at least 0.

    Example: style = [[[1, 2]], [[3, 0]]], generated = [[[1, 0]], [[1, 2]]]
             Gram matrices [[5, 3], [3, 9]] and [[1, 1], [1, 5]], differences -4, -2, -2, -4;
             squares sum to 40; 2 C H W = 8;  40 / 64 = 0.625
    """
    # BEGIN SOLUTION
    wanted = gram_matrix(style) / (2 * style.size)
    made = gram_matrix(generated) / (2 * generated.size)
    return float(((made - wanted) ** 2).sum())
    # END SOLUTION


def style_layer_cost_grad(style: np.ndarray, generated: np.ndarray) -> np.ndarray:
    """Gradient of the style layer cost to the generated activations.

    Two links of the chain rule. First differentiate the sum of squares by each entry of
    G_generated; the 2 C H W of the generated picture comes in here. Then send that (C, C) gradient
    through your `gram_vjp`. (For equal sizes the two make (G_generated - G_style) M / (C H W)^2.)

    style: (C, H, W), generated: (C, H', W').
    Returns (C, H', W').

    Example: style = [[[1, 2]], [[3, 0]]], generated = [[[1, 0]], [[1, 2]]]
             G_generated - G_style = [[-4, -2], [-2, -4]];  times [[1, 0], [1, 2]], over 16:
             gives [[[-0.375, -0.25]], [[-0.375, -0.5]]]
    """
    # BEGIN SOLUTION
    wanted = gram_matrix(style) / (2 * style.size)
    made = gram_matrix(generated) / (2 * generated.size)
    to_gram = 2 * (made - wanted) / (2 * generated.size)
    return gram_vjp(generated, to_gram)
    # END SOLUTION


def style_cost(
    style: Mapping[str, np.ndarray],
    generated: Mapping[str, np.ndarray],
    weights: Mapping[str, float] | None = None,
) -> float:
    """Add the style costs of several layers, each with its weight.

        J_style = sum_l lambda_l * J_style[l]

    Use your `style_layer_cost`.

    style, generated: activations by the name of the layer, {"relu1_1": (C, H, W), ...}; they may
    hold more layers than are wanted.
    weights: lambda by the name of the layer; only these layers count. Where it is None: 0.2 for
    every layer of style.
    Returns one float.

    Example: layers with costs {"relu1_1": 2.0, "relu2_1": 0.5}
             weights None gives 0.2 * 2 + 0.2 * 0.5 = 0.5;  weights {"relu2_1": 3.0} gives 1.5
    """
    # BEGIN SOLUTION
    if weights is None:
        weights = dict.fromkeys(style, 0.2)
    total = 0.0
    for name, weight in weights.items():
        total += weight * style_layer_cost(style[name], generated[name])
    return total
    # END SOLUTION


def total_cost(content: float, style: float, alpha: float = 10, beta: float = 40) -> float:
    """Weigh content against style.

        J = alpha * J_content + beta * J_style

    content, style: the two costs. alpha, beta: how much each counts; only their ratio matters for
    the picture at the bottom.
    Returns one float.

    Example: total_cost(2.0, 0.5) = 10 * 2 + 40 * 0.5 = 40
             total_cost(2.0, 0.5, alpha=1, beta=2) = 3
    """
    # BEGIN SOLUTION
    return alpha * content + beta * style
    # END SOLUTION


def total_variation(image: np.ndarray) -> float:
    """Say how rough a picture is, by its steps between neighbours.

        TV = 1 / (H W) * [ sum (image[k, i+1, j] - image[k, i, j])^2        down
                         + sum (image[k, i, j+1] - image[k, i, j])^2 ]      to the right

    The sums run over all channels and all pairs of neighbours that are inside the picture.

    image: (C, H, W).
    Returns one float, at least 0: 0 for one colour, large for a checkerboard.

    Example: image = [[[0, 1, 1], [0, 0, 1]]]: down 0, -1, 0; to the right 1, 0 and 0, 1
             squares sum to 3; H W = 6;  gives 0.5
    """
    # BEGIN SOLUTION
    down = image[:, 1:] - image[:, :-1]
    right = image[:, :, 1:] - image[:, :, :-1]
    pixels = image.shape[1] * image.shape[2]
    return float(((down**2).sum() + (right**2).sum()) / pixels)
    # END SOLUTION


def total_variation_grad(image: np.ndarray) -> np.ndarray:
    """Gradient of the total variation with respect to the image.

    Each step between two neighbours, (b - a)^2, pulls b with 2 (b - a) and a with the opposite:

        gradient at a pixel = 2 / (H W) * sum over its neighbours (pixel - neighbour)

    A pixel has up to four neighbours: above, below, left, right. One at the border has fewer.

    image: (C, H, W).
    Returns (C, H, W); every channel has sum 0.

    Example: image = [[[0, 1, 1], [0, 0, 1]]], H W = 6
             middle of the first row: (1 - 0) + (1 - 1) + (1 - 0) = 2, times 2 / 6
             gives [[[-1, 2, 0], [0, -2, 1]]] / 3
    """
    # BEGIN SOLUTION
    down = image[:, 1:] - image[:, :-1]
    right = image[:, :, 1:] - image[:, :, :-1]
    pull = np.zeros(image.shape)
    pull[:, 1:] += down
    pull[:, :-1] -= down
    pull[:, :, 1:] += right
    pull[:, :, :-1] -= right
    return 2 * pull / (image.shape[1] * image.shape[2])
    # END SOLUTION


def instance_norm(x: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    """Bring every channel of a picture to mean 0 and variance 1.

    What is left of a channel is its pattern. How bright and how strong it was is forgotten, so that
    it can be said anew. Mean and variance are those of the H W positions of one channel, whatever
    the other channels do; the variance is the mean of the squared distances from the mean. eps is
    added to the variance, before its root is taken, so that a channel of one value becomes 0.

    Subtract the mean before you square: a channel may lie far from 0, and the difference of two
    large numbers has few digits left.

    x: (C, H, W), floats.
    Returns (C, H, W).

    Example: x = [[[0, 0], [2, 2]]], eps = 3: mean 1, variance 1, and the root of 1 + 3 is 2
             gives [[[-0.5, -0.5], [0.5, 0.5]]]
    """
    # BEGIN SOLUTION
    centred = x - x.mean(axis=(1, 2), keepdims=True)
    variance = (centred**2).mean(axis=(1, 2), keepdims=True)
    return centred / np.sqrt(variance + eps)
    # END SOLUTION


def instance_norm_grad(x: np.ndarray, g: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    """Carry a gradient back through an instance norm.

    A loss depends on x only through y = instance_norm(x, eps), and g is its derivative by y. One
    value of x moves y in three ways: by itself; through the mean of its channel, which is taken
    from every y there; and through the variance, by which every y there is divided. Add up the
    three. `instance_norm` is at hand.

    How to tell whether it is right: a constant that is added to a channel does not change y, so
    the gradient sums to 0 over each channel. Where eps is 0, stretching a channel about its mean
    does not change y either, so the gradient times y sums to 0, too.

    x, g: (C, H, W).
    Returns (C, H, W).

    Example: x = [[[0, 0], [2, 2]]], g = [[[1, 0], [0, 0]]], eps = 0: y = [[[-1, -1], [1, 1]]]
             gives [[[0.5, -0.5], [0, 0]]]
    """
    # BEGIN SOLUTION
    y = instance_norm(x, eps)
    deviation = np.sqrt(x.var(axis=(1, 2), keepdims=True) + eps)
    through_mean = g.mean(axis=(1, 2), keepdims=True)
    through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True)
    return (g - through_mean - through_variance) / deviation
    # END SOLUTION


def conditional_instance_norm(
    x: np.ndarray,
    manner: np.ndarray,
    scale_weight: np.ndarray,
    scale_bias: np.ndarray,
    shift_weight: np.ndarray,
    shift_bias: np.ndarray,
    eps: float = 1e-5,
) -> np.ndarray:
    """Standardise channels, then scale and shift each as asked.

    A manner asks for one scale and one shift in each channel. They come out of it by linear layers,
    one for the scales and one for the shifts: a row of weights and a bias for each channel. The
    scale multiplies what the instance norm gives; then the shift is added. Use your
    `instance_norm`.

    x: (C, H, W). manner: (D,). scale_weight, shift_weight: (C, D). scale_bias, shift_bias: (C,).
    Returns (C, H, W).

    Example: x = [[[0, 0], [2, 2]]], manner = [1, 2], eps = 0
             scale_weight = [[1, 0.5]], scale_bias = [1]: the scale is 1 * 1 + 0.5 * 2 + 1 = 3
             shift_weight = [[0, 2]], shift_bias = [1]: the shift is 0 * 1 + 2 * 2 + 1 = 5
             gives [[[2, 2], [8, 8]]]
    """
    # BEGIN SOLUTION
    scale = scale_weight @ manner + scale_bias
    shift = shift_weight @ manner + shift_bias
    return scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]
    # END SOLUTION


def mix(
    manners: Sequence[np.ndarray] | np.ndarray, weights: Sequence[float] | np.ndarray | None = None
) -> np.ndarray:
    """Mix several manners into one, each counted as much as its weight says.

    The result is their mean. Only the ratios of the weights count: 1 and 3 make a quarter and three
    quarters, as 0.25 and 0.75 do. Without weights all manners count alike.

    manners: K of them, at least one, of D floats each: an array (K, D), or a list of arrays (D,).
    weights: K numbers, whole ones or not, none below 0; a list, a tuple or an array.
    Returns (D,). Raises ValueError where a weight is negative, where all are 0, and where there are
    not as many weights as manners.

    Example: mix([[0, 4], [2, 8]]) = [1, 6]
             mix([[0, 4], [2, 8]], [1, 3]) = [0.25 * 0 + 0.75 * 2, 0.25 * 4 + 0.75 * 8] = [1.5, 7]
    """
    # BEGIN SOLUTION
    rows = np.asarray(manners)
    shares = np.ones(len(rows)) if weights is None else np.asarray(weights)
    if (shares < 0).any() or not shares.any():
        raise ValueError("mix takes weights of at least 0, and not all 0")
    return (shares / shares.sum()) @ rows
    # END SOLUTION
