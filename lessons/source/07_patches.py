# %% [markdown]
# # 07 What a deep network sees
#
# A trained network holds millions of numbers and no explanation. In this lesson you open one: you
# find out which pixels a unit looks at, which pictures excite it most, what it needs in them, and
# you learn to tell what a unit really does from what nine pretty pictures suggest.
#
# **You will be able to**
# - work out the receptive field of any unit of a stack of convolutions and pools, to the pixel;
# - find, for any unit, the nine image patches that excite it most, and read such plates with care;
# - say what the layers of a deep network respond to, from the first to the last;
# - tell the receptive field from the much smaller part of it that matters;
# - cover a picture piece by piece to see what a unit needs;
# - measure what a unit tells, with an AUC, beside what chance would give.
#
# **Time:** about two hours to read and try; the exercises another hour and a half. Computing: about
# a minute on two cores. **Data:** fifteen photographs, an album of 65 smaller ones, two
# portraits, a VGG-16, a face network and drawn faces, all shipped with minidl. No network.
#
# The lesson follows "What are deep ConvNets learning?" of Andrew Ng's lectures (*Convolutional
# Neural Networks*, week 4), which follows Zeiler and Fergus (2014).

# %%
from collections import Counter
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
from figures import own_patches as yours
from figures import patches as draw
from figures.showing import movable, show
from IPython.display import Markdown, display
from scipy.special import comb
from scipy.stats import rankdata

import minidl
import minidl.functional as F
from minidl import data, models, nn, no_grad, vis
from minidl.course import check, predict, predictions, your_code
from minidl.models.face_resnet import MEAN
from minidl.progress import progress

plt.style.use("minidl.mplstyle")
PHOTO = {"photo": True, "dense": 1.25, "quality": 40}  # a page of photographs, within a megabyte
rng = np.random.default_rng(0)

# %% [markdown]
# ## The question
#
# Take one channel of one layer of a network: in this lesson that is a **unit**. Slid over a picture
# it gives a map, one number for each place. Here is a photograph, and the maps of eight units of a
# deep network, two from each of four depths, bright where the unit answers. **What is each of them
# looking for?**

# %%
vgg = models.vgg16(pretrained=True)
names = data.SAMPLE_IMAGES
photos = [data.sample_image(name) for name in names]
cat = photos[names.index("cat")]
shown = {"relu1_2": (5, 38), "relu2_2": (21, 35), "relu3_3": (17, 36), "relu4_3": (43, 72)}
with no_grad():
    seen = vgg.features(cat[None], list(shown))
maps = {f"{n} {u}": seen[n].numpy()[0, u] for n, units in shown.items() for u in units}
show(
    draw.question(cat, maps),
    "A photograph, and the maps of eight units, bright where the unit answers.",
    alt="A cat's face, and eight maps of it: the first show its outlines and whiskers, the deeper "
    "ones a few blurred spots.",
    **PHOTO,
)

# %% [markdown]
# A single map does not tell. The idea of this lesson is to ask the unit itself, with many pictures:
# **show me what excites you most.**

# %% [markdown]
# ## The network
#
# VGG-16 (Simonyan and Zisserman, 2015) is the plainest deep network there is: 3 by 3 convolutions,
# each followed by a relu, and now and then a max pool that halves the picture. `conv3_2` is the
# second convolution of the third block, `relu3_2` the same after its relu.
#
# To be honest about the weights: those shipped here began as the ones trained to name the objects
# in 1.3 million photographs (ImageNet), and were then trained a little further, with a tiny
# learning rate, **to find edges** (Xie and Tu, 2015). Layers up to conv4_3 have moved little;
# conv5_1, the last, has moved most. Where that may matter, the text says so.

# %%
Markdown(
    f"{sum(p.data.size for p in vgg.parameters()):,} weights in "
    f"{sum(name.startswith('conv') for name in vgg.layers)} convolutions, from {vgg.layers[0]} to "
    f"{vgg.layers[-2]}. There are {len(photos)} photographs to show it: {', '.join(names)}."
)

# %% [markdown]
# ## The first layer can be read directly
#
# A unit of conv1_1 sees 3 by 3 pixels in three colours, so its weights *are* a small picture: it
# answers most to patches that look like them. Here are all 64, grey where a weight is 0.
#
# What is worth knowing about 3 by 3 pixels?

# %%
first_layer = predict(
    "07.first",
    "Most of the 64 filters look for",
    ["edges and colours", "textures", "parts of things"],
    answer=None,
)
first_layer

# %%
kernels = vgg.conv1_1.weight.numpy()  # (64, 3, 3, 3)
show(
    draw.colour_filters(kernels),
    "The 64 filters of conv1_1 as pictures of 3 by 3 pixels, grey for 0, each on its own scale.",
    alt="64 small squares: most go from dark to bright in some direction, some are one colour "
    "against another.",
)
across = np.stack([np.ones((3, 3)), *np.mgrid[-1:2, -1:2]]).reshape(3, 9)  # flat, and two slopes
flat = kernels.reshape(64, 3, 9)
fitted = flat @ np.linalg.pinv(across) @ across
plain = (fitted**2).sum(axis=(1, 2)) / (flat**2).sum(axis=(1, 2))  # of each filter
print(f"{np.mean(plain > 0.5):.0%} of the filters are mostly one colour or one slope")
first_layer.outcome(
    "edges and colours" if np.mean(plain > 0.5) > 0.5 else "textures",
    because="There is room for little else in 3 by 3 pixels.",
)

# %% [markdown]
# Dark to bright in all directions: edges, mostly without colour. And plain colours against their
# opposites. Many of the 64 are variations of the same few. No one told the network to look for
# them.
#
# For the second layer this no longer works: its weights combine 64 channels, which are not colours.
# From here on, pictures have to speak for the units. For that we must know which pixels a unit at
# some place has seen.

# %% [markdown]
# ## Receptive fields
#
# The **receptive field** of a unit is the part of the input that it sees. Along one axis, three
# numbers say everything about a whole layer: the **size** of the box, the **stride** (how far apart
# the boxes of neighbours are), and the **offset** (where the box of unit 0 begins). Go through the
# layers from the input on, starting at size 1, stride 1, offset 0, and for a layer with kernel $k$,
# stride $s$, padding $p$ and dilation $d$:
#
# $$\text{offset} \mathrel{-}= p \cdot \text{stride}, \qquad
#   \text{size} \mathrel{+}= d\,(k - 1) \cdot \text{stride}, \qquad
#   \text{stride} \mathrel{\times}= s$$
#
# By hand, for a 3 by 3 convolution with padding 1, a 2 by 2 pool, and another such convolution:
#
# | after | offset | size | stride |
# |---|---|---|---|
# | input | 0 | 1 | 1 |
# | convolution 3, padding 1 | 0 - 1·1 = -1 | 1 + 2·1 = 3 | 1 |
# | pool 2 | -1 | 3 + 1·1 = 4 | 2 |
# | convolution 3, padding 1 | -1 - 1·2 = -3 | 4 + 2·2 = 8 | 2 |
#
# So unit 3 sees pixels $-3 + 3 \cdot 2 = 3$ to 10. Unit 0 would begin at pixel $-3$: that part of
# its box is padding, zeros that are not in the picture.

# %%
small = nn.Sequential(
    nn.Conv2d(1, 1, 3, padding=1, bias=False), nn.AvgPool2d(2),
    nn.Conv2d(1, 1, 3, padding=1, bias=False),
)  # fmt: skip
field = vis.receptive_field(small)
assert (field.size[0], field.stride[0], field.offset[0]) == (8, 2, -3)
print(field)

# %% [markdown]
# Is it true? Brute force tells: change one pixel, see which units move, and do so for every pixel.
# (All weights positive here, so that no two changes cancel.) Grey is what moved the unit; the frame
# is what the arithmetic says, clipped at the border.

# %%
for part in (small[0], small[2]):
    part.weight.data = rng.uniform(0.5, 1, part.weight.shape).astype(np.float32)
one_changed = np.eye(256, dtype=np.float32).reshape(
    256, 1, 16, 16
)  # pixel n of image n is 1, not 0
with no_grad():
    moved = np.abs(small(one_changed).numpy()[:, 0]) > 1e-6  # (256, 8, 8); rounding is no change
for position in np.ndindex(8, 8):
    box = np.zeros((16, 16), bool)
    box[field.box(position, (16, 16))] = True
    assert np.array_equal(moved[(..., *position)].reshape(16, 16), box)

some = [(0, 0), (3, 3), (7, 4)]
show(
    draw.touched(
        {f"unit {p}": moved[(..., *p)].reshape(16, 16) for p in some},
        [field.box(p, (16, 16)) for p in some],
    ),
    "Grey: the pixels that moved the unit. Orange: the box that the arithmetic gives.",
    alt="Three panels of 16 by 16 pixels. In each the grey block fills its orange frame exactly, "
    "in the corner, in the middle, and at the lower border.",
)

# %% [markdown]
# Equal for all 64 units. Now VGG-16. A unit of relu1_2 sees 5 pixels, two convolutions of 3. Up to
# relu4_3 there are ten convolutions and three pools.

# %%
side = predict(
    "07.side", "A unit of relu4_3 sees a square with a side of", within=0.25, unit="pixels",
    answer=None,
)  # fmt: skip
side

# %%
LAYERS = ["relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_1"]
fields = {name: vis.receptive_field(vgg, name) for name in LAYERS}
assert (fields["relu4_3"].size[0], fields["relu4_3"].stride[0]) == (92, 8)
show(
    draw.nested(cat, draw.centred(fields, at=(104, 152))),
    "What one unit of each of five layers sees of the cat.",
    alt="Five square frames inside each other about the cat's eye, from a speck to half its face.",
    **PHOTO,
)
display(
    Markdown(
        "\n".join(
            ["| layer | size | stride | offset |", "|---|---|---|---|"]
            + [f"| {n} | {f.size[0]} | {f.stride[0]} | {f.offset[0]} |" for n, f in fields.items()]
        )
    )
)
side.outcome(
    fields["relu4_3"].size[0],
    because="Each pool doubles the stride, and every later layer reaches stride times as far.",
)

# %% [markdown]
# **Checkpoint.** A pool of 2 adds only its 1 times the stride to the size. Why do sizes grow so
# much faster after it?
#
# <details><summary>Answer</summary>
#
# It doubles the stride, and every later layer's reach counts stride times.
#
# </details>
#
# ### Your turn
#
# Write `receptive_field_1d` and `unit_box` in [ex07_patches.py](../exercises/ex07_patches.py).

# %%
check("ex07.receptive_field_1d")

# %%
check("ex07.unit_box")

# %% [markdown]
# Your arithmetic on the real network. These three units sit near the border of the photograph, so
# that offsets and clipping count. Each box is worked out by your two functions from the kernels,
# strides and paddings of VGG-16.

# %%
mine = your_code("ex07.receptive_field_1d", "ex07.unit_box", even_wrong=True)
own_boxes, library_boxes = {}, {}
for name, middle in {"relu3_3": (10, 60), "relu4_3": (40, 290), "relu5_1": (230, 70)}.items():
    field = fields[name]
    below = vgg.layers[: vgg.layers.index(name)]
    stack = [
        (3, 1, 1, 1) if part.startswith("conv") else (2, 2, 0, 1)  # a relu changes nothing
        for part in below
        if not part.startswith("relu")
    ]
    at = [
        round((n - (field.size[0] - 1) / 2 - field.offset[0]) / field.stride[0]) for n in middle
    ]  # the unit whose box has its middle there
    of_mine = mine.receptive_field_1d(stack)
    rows, columns = (mine.unit_box(a, of_mine, n) for a, n in zip(at, cat.shape[1:], strict=True))
    own_boxes[name] = slice(*rows), slice(*columns)
    library_boxes[name] = field.box(at, cat.shape[1:])
if mine.right():
    assert own_boxes == {n: tuple(box) for n, box in library_boxes.items()}
whose = mine.whose("unit_box" if mine.right("receptive_field_1d") else "receptive_field_1d")
show(
    yours.boxes(cat, own_boxes, library_boxes, whose),
    f"Boxes of three units near the border, by your functions ({whose}) over the library's.",
    alt="Three frames at the border of the cat; dashed pink ones lie on the solid blue ones where "
    "the functions are right.",
    **PHOTO,
)
mine

# %% [markdown]
# ## Nine patches, the slow way
#
# The method is Zeiler and Fergus's (2014). For a unit: look at its map over every picture, take the
# largest value of each picture, keep the nine pictures with the largest of these, and cut out what
# the unit saw. At most one patch per picture, or all nine would lie beside each other in one.
#
# By hand, with maps of three pictures,
# $\begin{pmatrix}5 & 9\\8 & 0\end{pmatrix}$, $\begin{pmatrix}1 & 1\\0 & 1\end{pmatrix}$ and
# $\begin{pmatrix}0 & 0\\9 & 2\end{pmatrix}$, the best two: 9 in picture 0 (row 0, column 1), then 9
# in picture 2 (row 1, column 0). The 8 is larger than anything in picture 1, but picture 0 had its
# turn. Equals keep their order, or every run would choose others.
#
# ### Your turn
#
# Write [`top_positions`](../exercises/ex07_patches.py), and `crop`, which cuts out a box that may
# reach over the border.

# %%
check("ex07.top_positions")

# %%
check("ex07.crop")

# %% [markdown]
# Your nine patches of a unit of relu3_3: your `top_positions` chooses the places, the receptive
# field says which box each of them saw, and your `crop` cuts it out. Try other units.

# %%
MY_UNIT = 17  # 0 to 255
mine = your_code("ex07.top_positions", "ex07.crop", even_wrong=True)
equal_sized = np.stack([photo[:, :255, :320] for photo in photos])
with no_grad():
    maps = np.concatenate(
        [vgg.features(p[None], "relu3_3")["relu3_3"].numpy()[:, MY_UNIT] for p in equal_sized]
    )  # (15, rows, columns)
field = fields["relu3_3"]


def own_patches(places):
    """The boxes that the unit saw at places (image, row, column), cut out by your crop."""
    cut = []
    for place in np.asarray(places):
        number, row, column = (
            int(np.clip(n, 0, most - 1)) for n, most in zip(place, maps.shape, strict=True)
        )
        top, left = (part.start for part in field.window((row, column)))
        cut.append(mine.crop(equal_sized[number], top, left, field.size[0], field.size[1]))
    return np.stack(cut)


own_places = mine.top_positions(maps, 9)
own_nine = own_patches(own_places)
top = vis.top_patches(vgg, "relu3_3", equal_sized, units=[MY_UNIT], quiet=True)
if mine.right():
    assert np.array_equal(own_places[:, 0], top.images[0])
    assert np.array_equal(own_places[:, 1:], top.positions[0])
    assert np.array_equal(own_nine, top.patches[0])
whose = mine.whose("top_positions" if mine.right("crop") else "crop")
show(
    yours.nines({f"top_positions and crop, {whose}": own_nine, "the library's": top.patches[0]}),
    f"The nine patches that excite unit {MY_UNIT} of relu3_3 most: {whose}, and the library's.",
    alt="Two plates of nine patches of 40 by 40 pixels, the same where the functions are right.",
    **PHOTO,
)
mine

# %% [markdown]
# Your way needs all maps in memory. The library's `vis.top_patches` streams: pictures come one by
# one, each unit keeps a heap of its nine best so far, and all units are served in the same pass, so
# ten thousand pictures are no problem. The assertions say that both find the same.
#
# ### Break it
#
# Why at most one patch a photograph? Let a photograph give as many of the nine as it likes.

# %%
crowd = predict(
    "07.crowd",
    "Then the nine patches of our unit come from",
    ["one photograph", "two or three", "four to six", "more than six"],
    answer=None,
)
crowd

# %%
MOST = 9  # the one thing to change: how many of the nine a photograph may give, from 1 to 9
candidates = []
for number, values in enumerate(maps):
    for flat_place in np.argsort(-values, axis=None, kind="stable")[:MOST]:
        row, column = np.unravel_index(flat_place, values.shape)
        candidates.append((-values[row, column], number, int(row), int(column)))
broken = np.array([place[1:] for place in sorted(candidates)[:9]])
from_so_many = len(set(broken[:, 0].tolist()))
show(
    yours.nines({f"at most {MOST} a photograph": own_patches(broken), "at most one": own_nine}),
    f"Nine patches of unit {MY_UNIT} from {from_so_many} photographs, and from nine.",
    alt="Left: nine patches of which several show nearly the same place, moved by a few pixels. "
    "Right: nine patches of nine photographs.",
    **PHOTO,
)
crowd.outcome(
    crowd.guess.options[int(np.digitize(from_so_many, [2, 4, 7]))],
    because="Where a unit answers, its neighbours answer to nearly the same pixels.",
)

# %% [markdown]
# ### A failure: boxes without the padding
#
# The commonest mistake in such pictures: to forget that padding moves the boxes. Many a tool puts
# unit $i$'s box at $i \cdot \text{stride}$. For relu3_3 that is 18 pixels too far down and right,
# nearly half a box, and nothing crashes: you get nine plausible patches of the wrong places.
#
# How would you notice? Put it to the test: **give the unit the patch, and nothing else.** Lay each
# patch on grey, in the box of one unit, and look at that unit. It sees nothing but its box, so with
# the right patch it must answer as it did in the photo, to the last digit but rounding. And with
# the wrong one, half a box away?

# %%
moved_box = predict(
    "07.moved",
    "Of its answer, the unit then keeps on average",
    ["over 80 %", "50 to 80 %", "20 to 50 %", "under 20 %"],
    answer=None,
)
moved_box

# %%
top = vis.top_patches(vgg, "relu3_3", photos, units=[MY_UNIT], inside=True, quiet=True)
field = top.field


def answers(patches):
    """What the unit answers to patches (9, 3, 40, 40), each on grey and exactly in its box."""
    canvas = np.full((9, 3, 48, 48), 0.5, np.float32)
    canvas[(..., *field.window((6, 6)))] = patches  # pixels 6 to 45 are what unit (6, 6) sees
    with no_grad():
        return vgg.features(canvas, "relu3_3")["relu3_3"].numpy()[:, MY_UNIT, 6, 6]


def cut(photo, window, offset):
    """The window of a photo, moved by `offset` down and right; grey where the photo ends."""
    size, (row, column) = field.size[0], (part.start + offset for part in window)
    beyond = np.pad(photo, ((0, 0), (0, size), (0, size)), constant_values=0.5)
    return beyond[:, row : row + size, column : column + size]


exact, shifted = (
    np.stack([cut(photos[top.images[0, n]], top.window(0, n), moved) for n in range(9)])
    for moved in (0, -field.offset[0])
)
assert np.array_equal(exact, top.patches[0])
kept = {name: answers(p) / top.activations[0] for name, p in (("exact", exact), ("not", shifted))}
assert np.allclose(kept["exact"], 1, atol=1e-2)
show(
    yours.nines(
        {
            f"exact boxes: {kept['exact'].mean():.1%} is left": exact,
            f"without the offset: {kept['not'].mean():.0%} is left": shifted,
        }
    ),
    "Nine patches from the right boxes and from boxes 18 pixels off, and what the unit says to "
    "each.",
    alt="Two plates of nine patches. Both look as if they had something in common.",
    **PHOTO,
)
moved_box.outcome(
    moved_box.guess.options[int(np.digitize(-kept["not"].mean(), [-0.8, -0.5, -0.2]))],
    because="What excited it lies elsewhere; what is left is what neighbouring places share.",
)

# %% [markdown]
# **The cure** is the offset of the arithmetic above, and this test is how to trust it. The wrong
# patches look no worse than the right ones. A picture never says that it is the wrong one.

# %% [markdown]
# ## Layer by layer
#
# Now for real. Fifteen photographs are few: a unit that looks for wheels finds none in them. To
# give the units more choice, each photo comes in two sizes, so that one thing may appear twice in a
# plate, at two scales. We count only windows that lie inside the picture (why, you will see below).
#
# Which units to show? Whoever picks by hand picks the pretty ones. So two rules, the same for all
# layers. In one pass, note how strongly each picture excites each unit. Then show of every layer
#
# - the five **most even** units: their ninth best picture excites them nearly as much as the
#   first, so that nine patches of what they like exist among ours;
# - the five **choosiest** units: their fifth best picture excites them far more than the middling
#   one.


# %%
def two_thirds(photo):
    """A photo at 2/3 of its size: each 3 by 3 pixels become 2 by 2, by area."""
    fine = photo.repeat(2, axis=1).repeat(2, axis=2)
    height, width = fine.shape[1] // 3, fine.shape[2] // 3
    return fine[:, : 3 * height, : 3 * width].reshape(3, height, 3, width, 3).mean(axis=(2, 4))


def best_of_each(network, layers, pictures, keep):
    """Per layer, the largest activation (pictures, units): inside the pictures only, and at all.

    And all activations inside, of the layer `keep`, as a list of (units, rows, columns).
    """
    inside, anywhere = {name: [] for name in layers}, {name: [] for name in layers}
    kept = []
    for picture in progress(pictures, "pictures"):
        with no_grad():
            found = network.features(picture[None], layers)
        for name in layers:
            values = found[name].numpy()[0]
            anywhere[name].append(values.max(axis=(1, 2)))
            values = values[(..., *fields[name].inside(picture.shape))]
            inside[name].append(values.max(axis=(1, 2)))
            kept += [values.copy()] if name == keep else []
    inside, anywhere = ({n: np.array(v) for n, v in d.items()} for d in (inside, anywhere))
    return inside, anywhere, kept


pictures = photos + [two_thirds(photo) for photo in photos]
strength, strength_anywhere, inner = best_of_each(vgg, LAYERS, pictures, keep="relu4_3")

# %%
chosen = {}
for name, values in strength.items():
    ranked = np.sort(values, axis=0)[::-1]  # (pictures, units), the best picture first
    strong = ranked[0] > 0.3 * np.median(ranked[0][ranked[0] > 0])
    even = np.where(strong, ranked[8] / np.maximum(ranked[0], 1e-9), 0)
    choosy = np.where(strong, ranked[4] / (np.median(values, axis=0) + 0.05 * ranked[0] + 1e-9), 0)
    picks = [np.sort(np.argsort(-rule, kind="stable")[:5]) for rule in (even, choosy)]
    chosen[name] = np.concatenate(picks).tolist()

all_chosen = sorted({unit for units in chosen.values() for unit in units})
tops = vis.top_patches_by_layer(vgg, LAYERS, pictures, units=all_chosen, inside=True, quiet=True)


def likeness(patches):
    """Mean correlation of all pairs of patches (k, 3, h, w), as 8 by 8 (or fewer) grey pixels."""
    grey, fine = patches.mean(axis=1), min(8, patches.shape[-1])
    rows = [band.mean(axis=1) for band in np.array_split(grey, fine, axis=1)]  # each (k, w)
    small = [band.mean(axis=2) for band in np.array_split(np.stack(rows, axis=1), fine, axis=2)]
    together = np.corrcoef(np.stack(small, axis=2).reshape(len(patches), -1))
    return together[np.triu_indices(len(patches), 1)].mean()


def nine_of_unit(layer, unit):
    """The nine patches (9, 3, size, size) of a unit of a layer."""
    return tops[layer].patches[tops[layer].units.tolist().index(unit)]


def show_layer(layer):
    """The plates of a layer: the even units above, the choosy ones below."""
    nines = {f"unit {unit}": nine_of_unit(layer, unit) for unit in chosen[layer]}
    size = tops[layer].field.size[0]
    title = f"{layer}, {size} × {size} pixels: even units above, choosy units below"
    show(
        draw.plates(nines, title=title),
        f"The nine strongest patches of ten units of {layer}.",
        alt=f"Ten plates of nine patches of {size} by {size} pixels, units "
        f"{', '.join(map(str, chosen[layer]))}.",
        **PHOTO,
    )


show_layer("relu1_2")
alike = {unit: likeness(nine_of_unit("relu1_2", unit)) for unit in chosen["relu1_2"]}
print("likeness:", ", ".join(f"unit {unit} {value:.2f}" for unit, value in alike.items()))

# %% [markdown]
# **Edges and colours.** Above, each unit has its direction; below, its colour. **Likeness** is a
# number for what the eye says of a plate: each patch is shrunk to 8 by 8 grey pixels at most, and
# the mean correlation over all pairs of patches is taken: 1 for nine equal patches, about 0 for
# nine that have nothing in common. Where it is high, the nine are nearly the same picture. That
# does not hold for every unit: some of the ten accept patches with quite different layouts of
# light and dark, as long as a colour or a contrast is there.

# %%
show_layer("relu2_2")

# %% [markdown]
# **Edges in context**: longer, curved, bright on a certain side; and below, among the choosy ones,
# faint blots and first small patterns.

# %%
show_layer("relu3_3")

# %% [markdown]
# **Textures.** Above, bent and broken contours, and corners. Below, many little things of one kind
# (stars, gravel, leaves, fur), and their opposite, smooth surfaces. The nine patches of a unit come
# from very different objects.

# %% [markdown]
# Six units of relu4_3 one by one, large: move the unit.

# %%
movable(
    lambda unit: yours.nines({f"relu4_3, unit {unit}": nine_of_unit("relu4_3", unit)}),
    {"unit": chosen["relu4_3"][:3] + chosen["relu4_3"][5:8]},
    "The nine strongest patches of one unit of relu4_3, 92 by 92 pixels each: three even units, "
    "then three choosy ones.",
    alt="Nine patches, {}.",
    **PHOTO | {"dense": 1.1, "quality": 36},
)

# %%
show_layer("relu5_1")

# %% [markdown]
# **Towards parts.** Arcs of rims and petals, dark round things (an eye, a nose, a pot, a head of
# hair), slender upright ones (a rocket, a mast, a tripod, joints between bricks), roofs. More than
# hints are not to be had: here fifteen photographs run out. A unit for noses finds four of them and
# then has to take what comes next. And these last layers are the ones that the training to find
# edges has changed most.
#
# From layer to layer the patterns become more complex. That can be measured. Cut each photograph
# into tiles of 16 by 16 pixels and lay them in random order: colours, edges and fine textures stay,
# whatever is larger is gone. How much is left of a unit's largest activation? The median over the
# units of each layer:


# %%
def tiles_shuffled(photo, side=16):
    """A photo's tiles of side by side pixels in random order; what is left at the rims is cut."""
    down, across = photo.shape[1] // side, photo.shape[2] // side
    tiles = photo[:, : down * side, : across * side].reshape(3, down, side, across, side)
    tiles = rng_tiles.permutation(tiles.transpose(1, 3, 0, 2, 4).reshape(-1, 3, side, side))
    tiles = tiles.reshape(down, across, 3, side, side).transpose(2, 0, 3, 1, 4)
    return tiles.reshape(3, down * side, across * side)


rng_tiles = np.random.default_rng(16)
in_tiles = best_of_each(vgg, LAYERS, [tiles_shuffled(photo) for photo in photos], keep=None)[1]
kept = {}
for name in LAYERS:
    whole = strength_anywhere[name][: len(photos)]
    units = np.flatnonzero(whole.max(axis=0))
    best = whole.argmax(axis=0)[units]  # each unit's photograph
    kept[name] = np.median(in_tiles[name][best, units] / whole[best, units])
    print(f"{name}: {kept[name]:4.0%} of the activation is left in shuffled tiles")
assert min(kept["relu1_2"], kept["relu2_2"]) > 0.9
assert 0.9 > kept["relu3_3"] > kept["relu4_3"] > kept["relu5_1"] < 0.5

# %% [markdown]
# The first two layers miss nothing: what they look for fits into a tile, and seams are edges, too.
# From there each layer misses more, and to the last one a photograph in tiles hardly is a picture:
# most of its units need an arrangement of things that is larger than a tile.
#
# Zeiler and Fergus (2014, figure 2), who had all of ImageNet to choose from, show wheels, dogs'
# faces and flowers in layers like these. The more photographs, the more choice for every unit. So
# look through a folder: an album of animals, buildings and things ships with minidl, too small to
# compare with ImageNet. Put the name of a folder of your own in its place, the larger the better.
# Ten thousand photos need time, not memory.

# %%
FOLDER = data.ALBUM  # or photographs of your own: "/home/me/Pictures"
OWN_UNITS = [36, 43, 170]
from_folder = vis.top_patches(
    vgg, "relu4_3", FOLDER, units=OWN_UNITS, inside=True, longest=640, quiet=True
)
count = len({number for row in from_folder.images for number in row})
nines = {f"unit {u}": n for u, n in zip(OWN_UNITS, from_folder.patches, strict=True)}
show(
    draw.plates(nines, columns=3),
    f"The nine patches of units {OWN_UNITS} of relu4_3 in a folder: from {count} photographs.",
    alt="Three plates of nine patches, one for each unit.",
    **PHOTO,
)

# %% [markdown]
# Compare unit 170 with its plate further up. What do both have in common, and what is there only
# because it was in the photographs? From a terminal, `minidl patches FOLDER` makes a page of
# sixteen units.

# %% [markdown]
# ## How nine patches mislead
#
# The plates are facts: these *are* the nine strongest patches. What one reads into them is not.
# Four ways to be wrong follow, each with its test.
#
# ### 1. The border
#
# Allow windows that reach over the border, and in the deep layers they win:

# %%
for name in LAYERS:
    share = np.mean(strength_anywhere[name] > strength[name])
    print(f"{name}: in {share:.0%} of all cases the best place of a picture is at its border")
corner = vis.top_patches(vgg, "relu4_3", photos, units=[58], quiet=True)
show(
    yours.nines({"relu4_3, unit 58": corner.patches[0]}),
    "The nine strongest patches of unit 58 where windows may reach over the border.",
    alt="Nine patches, each of them mostly grey with a corner of a photograph in it.",
    **PHOTO,
)

# %% [markdown]
# All nine are corners, of pictures that have nothing else in common. Grey is what lies outside of
# the picture. There the network saw padding: a sudden change to perfectly constant zeros, which no
# photograph contains. Unit 58 does not see something *in* the corners of photographs, it sees that
# here the photograph ends.
#
# ### 2. Any direction seems to do
#
# One of these two rows shows five units of relu4_3, drawn at random. The other shows five **random
# mixtures** of all its 512 units: a weighted sum with weights from a normal distribution, which no
# one trained to mean anything.
#
# Which row is which? (A coin was tossed for it.)

# %%
field = fields["relu4_3"]
parts = [field.inside(picture.shape) for picture in pictures]
spread = np.concatenate([values.reshape(512, -1) for values in inner], axis=1).std(axis=1)


def nine_of(weights):
    """The nine patches that excite a weighted sum of the layer's units most."""
    best = []
    for number, (values, part) in enumerate(zip(inner, parts, strict=True)):
        mixed = np.tensordot(weights, values, axes=1)
        at = np.unravel_index(mixed.argmax(), mixed.shape)
        best.append((mixed[at], number, [int(p.start + i) for p, i in zip(part, at, strict=True)]))
    best.sort(key=lambda entry: -entry[0])
    return np.stack([pictures[n][(..., *field.window(at))] for _, n, at in best[:9]])


random_units = rng.choice(512, 40, replace=False)
of_units = [nine_of(np.eye(512)[unit]) for unit in random_units]
of_mixtures = [nine_of(rng.normal(size=512) / spread) for _ in range(40)]
units_above = bool(np.random.default_rng(71).integers(2))  # the coin
shown = (of_units, of_mixtures) if units_above else (of_mixtures, of_units)
show(
    draw.plates({f"{row} {i + 1}": shown[r][i] for r, row in enumerate("AB") for i in range(5)}),
    "Five units of relu4_3 drawn at random, and five random mixtures of its units. Which row is "
    "which?",
    alt="Two rows of five plates of nine patches; both rows look alike in kind.",
    **PHOTO,
)

# %%
which_row = predict("07.row", "The row of single units is", ["A", "B"], answer=None)
which_row

# %%
which_row.outcome("A" if units_above else "B", because="Nine patches alone hardly tell.")

# %% [markdown]
# If you could not tell: that is the point. Szegedy and others (2014) found mixtures as telling as
# units by this very method, looking at what excites them most.
#
# That is not the last word. Bau and others (2017) counted which units match a labelled concept
# (a lamp, grass, a head) over many thousands of pictures, and turned the layer at random: far
# fewer of the turned directions matched any. Olah, Mordvintsev and Schubert (2017), who let a
# network draw what excites it, also found random directions interpretable, but less often than
# units. So units *are* special to a degree, and it takes labels and many pictures to see it. What
# the rows above say is only this: nine patches of fifteen photographs are no evidence for it.
#
# ### 3. An untrained network has plates, too
#
# Here are five units of relu3_3 of a VGG-16 with **random weights**, which has never seen a
# picture:

# %%
untrained = vis.top_patches(
    models.vgg16(seed=0), "relu3_3", pictures, units=range(40), inside=True, quiet=True
)
show(
    draw.plates({f"untrained, unit {unit}": untrained.patches[unit] for unit in range(5)}),
    "The nine strongest patches of five units of a network with random weights.",
    alt="Five plates of nine patches each, with edges and corners in common.",
    **PHOTO,
)

# %% [markdown]
# Edges, corners, dark and light: one could write a story under each. Nine patches chosen by *any*
# fixed rule have something in common. So measure how much, by the likeness of the plates.

# %%
untaught = predict(
    "07.untrained",
    "Whose nine patches of a unit of relu3_3 are more alike?",
    ["the trained network's", "the untrained network's", "both the same"],
    answer=None,
)
untaught


# %%
def anywhere():
    """Nine patches from nine random places."""
    found = []
    for number in rng.choice(len(pictures), 9, replace=False):
        at = [int(rng.integers(part.start, part.stop)) for part in parts[number]]
        found.append(pictures[number][(..., *field.window(at))])
    return np.stack(found)


trained = tops["relu3_3"]  # its units that were chosen for other layers: as good as random
full = [
    row
    for row, unit in enumerate(trained.units)
    if unit not in chosen["relu3_3"] and trained.activations[row, -1] > 0
]
likenesses = {
    "relu4_3, units": [likeness(p) for p in of_units],
    "relu4_3, random mixtures": [likeness(p) for p in of_mixtures],
    "random places": [likeness(anywhere()) for _ in range(40)],
    "relu3_3, trained": [likeness(trained.patches[row]) for row in full],
    "relu3_3, untrained": [likeness(p) for p in untrained.patches],
}
show(
    yours.likenesses(likenesses),
    "How alike the nine patches of a plate are: a dot a plate; the mean with two standard errors.",
    alt="Five rows of dots. Units, mixtures and trained ones lie a little above 0, random places "
    "at 0, untrained ones clearly higher.",
)
means = {name: np.mean(values) for name, values in likenesses.items()}
errors = {name: np.std(values) / np.sqrt(len(values)) for name, values in likenesses.items()}
for name, mean in means.items():
    print(f"{name:25} {mean:6.3f} +- {errors[name]:.3f}")
by_error = (means["relu3_3, trained"] - means["relu3_3, untrained"]) / np.hypot(
    errors["relu3_3, trained"], errors["relu3_3, untrained"]
)
assert means["relu4_3, units"] > means["random places"] + 2 * errors["relu4_3, units"]
assert abs(means["relu4_3, units"] - means["relu4_3, random mixtures"]) < 0.05
untaught.outcome(
    "both the same" if abs(by_error) < 2 else untaught.guess.options[int(by_error < 0)],
    because="It compares plain patterns of light and dark; the trained one accepts more.",
)

# %% [markdown]
# The plates of units are more alike than random patches, and no more alike than those of random
# mixtures. The untrained network's patches are even *more* alike than the trained one's: it
# compares plain patterns of light and dark, while the trained one also accepts what looks
# different. So a plate in which all nine agree is no evidence that the network has learnt anything.
# (Mind what likeness measures: the layout of light and dark, not meaning.)
#
# ### 4. The best of hundreds
#
# Four of the photographs show a face: the astronaut, the man with the camera, the cat, the
# raccoon. Is there a **face unit**? Search relu5_1 for units whose five best photographs include
# all four.

# %%
with_face = [names.index(name) for name in ("astronaut", "camera", "cat", "raccoon")]
per_photo = strength["relu5_1"].reshape(2, len(photos), -1).max(axis=0)  # (15, 512), best scale
alive = np.flatnonzero((per_photo > 0).sum(axis=0) >= 5)
five_best = np.argsort(-per_photo[:, alive], axis=0, kind="stable")[:5]  # (5, alive)
hits = alive[[np.isin(with_face, five).all() for five in five_best.T]]
face = vis.top_patches(vgg, "relu5_1", pictures, units=hits, inside=True, quiet=True)
row = np.argmax(face.activations[:, 4])
UNIT = int(hits[row])
titles = [
    f"{names[n % 15]} {v:.0f}" for n, v in zip(face.images[row], face.activations[row], strict=True)
]
show(
    draw.strip(face.patches[row, :7], titles[:7]),
    f"The seven strongest patches of unit {UNIT} of relu5_1, with photograph and activation.",
    alt="Seven patches; among the first five are the eyes or faces of the astronaut, the man with "
    "the camera, the cat and the raccoon.",
    **PHOTO,
)
luck = len(alive) * comb(11, 1, exact=True) / comb(15, 5, exact=True)
Markdown(
    f"Of {len(alive)} units that answer to five photographs or more, **{len(hits)}** are hits. If "
    f"each sorted the photographs by pure chance, we should expect {len(alive)} × 11 / "
    f"{comb(15, 5, exact=True):,} = {luck:.1f}. Above, the best patches of unit {UNIT}, the "
    "strongest of them."
)

# %% [markdown]
# Far more hits than luck gives, and there they are, faces. A press release could be written.
#
# First control: **is "face" special, or would any four photographs do?** Count the hits of all
# 1,365 sets of four.

# %%
counts = Counter(four for five in five_best.T for four in combinations(sorted(five.tolist()), 4))
ours = counts[tuple(sorted(with_face))]
assert ours == len(hits)
for four, count in counts.most_common(3):
    print(f"{count:3} units: {', '.join(names[n] for n in four)}")
print(
    f"{ours:3} units: the four with a face; {sum(c > ours for c in counts.values())} sets have more"
)

# %% [markdown]
# Are there three times as many units for astronaut-camera-coffee-flower? Hardly. Some photographs
# excite nearly everything: strong contours, and much in them. The pure chance we compared with was
# the wrong chance.
#
# Second control, the one that decides: **new pictures, and the prediction made before.** If a unit
# sees faces, it answers more to faces than to tiles of the photographs without one. And more than
# to *the same faces cut into sixteen pieces and shuffled*: all is there but the face.


# %%
def in_pieces(image):
    """A picture (3, 144, 144) as sixteen shuffled squares."""
    squares = image.reshape(3, 4, 36, 4, 36).transpose(1, 3, 0, 2, 4).reshape(16, 3, 36, 36)
    mixed = rng.permutation(squares).reshape(4, 4, 3, 36, 36)
    return mixed.transpose(2, 0, 3, 1, 4).reshape(3, 144, 144)


def most(images):
    """The largest activation (images, units) of every unit of relu5_1 in each image."""
    found = []
    for start in range(0, len(images), 8):
        with no_grad():
            values = vgg.features(np.stack(images[start : start + 8]), "relu5_1")["relu5_1"]
        found.append(values.numpy().max(axis=(2, 3)))
    return np.concatenate(found)


def wins(ones, others):
    """For every unit, how often a picture of `ones` has the higher value; equals count half."""
    above, equal = ones[:, None] > others, ones[:, None] == others
    return (above + equal / 2).mean(axis=(0, 1))


tiles = []
for photo in (photos[n] for n in range(len(photos)) if n not in with_face):
    for _ in range(2):
        y, x = (rng.integers(length - 143) for length in photo.shape[1:])
        tiles.append(photo[:, y : y + 144, x : x + 144])
drawn = list(data.faces(24, 1, size=144, split="test").images)
on_faces = most(drawn)
against_tiles = wins(on_faces, most(tiles))
against_pieces = wins(on_faces, most([in_pieces(image) for image in drawn]))
show(
    draw.two_tests(against_tiles, against_pieces, alive, hits, UNIT),
    "How often a face excites a unit more than a tile without one, and more than a face in pieces.",
    alt="A cloud of points in a square. The hits of the search, in orange, are spread among the "
    "other units; the named one is to the right and below the middle.",
)

# %%
passed = (against_tiles > 0.8) & (against_pieces > 0.8)
rest = np.setdiff1d(alive, hits)
assert against_tiles[UNIT] > 0.75 > 0.5 > against_pieces[UNIT]
assert passed[hits].mean() <= passed[rest].mean()
Markdown(
    f"Unit {UNIT}: a face beats a tile in {against_tiles[UNIT]:.0%} of pairs, but pieces of faces "
    f"in only {against_pieces[UNIT]:.0%}. Both tests at 80 % are passed by {passed[hits].sum()} of "
    f"the {len(hits)} hits and by {passed[rest].sum()} of the {len(rest)} other units."
)

# %% [markdown]
# The strongest hit passes the first test and fails the second: faces have something that grass and
# bricks have not, and a shuffled face has it too. As a group, the hits pass no more often than
# units that no one called face units. (Drawn faces are not photographs, so this does not prove that
# the unit is blind to real ones. But what the plate suggested did not survive its tests.)

# %% [markdown]
# ## What of the box matters
#
# The receptive field is all that *can* matter to a unit. How much does each pixel matter? The
# gradient of the unit to the picture says so (lesson 01): a pixel with gradient 0 could change a
# little and nothing would happen. Take 24 random crops, for each the squared gradient of a random
# mixture of the layer's units at one place, as shares of its sum; average. (Before the relu, so
# that silent units count as well.)
#
# A pixel in the middle reaches the unit on many paths through the layers, one in the corner of the
# box on a single one.

# %%
in_the_middle = predict(
    "07.middle",
    "The middle quarter of the box's area holds, of what matters to a unit of conv4_3,",
    ["about a quarter", "about half", "about three quarters", "nine tenths or more"],
    answer=None,
)
in_the_middle


# %%
def gradient_shares(layer, position, side, crops=24):
    """Mean share of squared gradient (size, size) in the box of unit (position, position)."""
    total, box = 0, vis.receptive_field(vgg, layer).window((position, position))
    for _ in range(crops // 8):
        chosen = [photos[n] for n in rng.integers(len(photos), size=8)]
        corners = [[rng.integers(n - side + 1) for n in photo.shape[1:]] for photo in chosen]
        batch = [
            p[:, y : y + side, x : x + side] for p, (y, x) in zip(chosen, corners, strict=True)
        ]
        x = minidl.tensor(np.stack(batch), requires_grad=True)
        units = vgg.features(x, layer)[layer][:, :, position, position]  # (8, units)
        (units * rng.normal(size=units.shape).astype(np.float32)).sum().backward()
        squared = np.square(x.grad).sum(axis=1)  # (8, side, side)
        outside = squared.copy()
        outside[(..., *box)] = 0
        assert outside.max() < 1e-6 * squared.max()  # nothing but the box matters
        total = total + (squared / squared.sum(axis=(1, 2), keepdims=True)).sum(axis=0)
    return (total / crops)[box]


places = {"conv3_3": (6, 48), "conv4_3": (6, 104), "conv5_1": (4, 144)}  # the box is inside
shares = {layer: gradient_shares(layer, *place) for layer, place in places.items()}
offsets = {layer: np.arange(len(s)) - (len(s) - 1) / 2 for layer, s in shares.items()}
spreads = {n: np.sqrt(s.sum(axis=0) @ offsets[n] ** 2) for n, s in shares.items()}
show(
    draw.effective(shares, spreads),
    "Where in its box a unit's gradient lies: square roots of the shares as maps, shares as "
    "profiles, and a Gaussian of the same spread (dashed).",
    alt="Three maps, bright in the middle and black at the edges; below each a narrow hill under "
    "a dashed bell curve.",
    **PHOTO | {"quality": 60},
)
held = {}
for layer, share in shares.items():
    size = len(share)
    middle = np.abs(offsets[layer]) < size / 4
    held[layer] = share[np.ix_(middle, middle)].sum()
    print(
        f"{layer}: the middle {size // 2} × {size // 2} of {size} × {size} has "
        f"{held[layer]:.0%}; spread {spreads[layer]:.1f} pixels"
    )
assert min(held.values()) > 0.8
in_the_middle.outcome(
    in_the_middle.guess.options[int(np.digitize(held["conv4_3"], [0.375, 0.625, 0.875]))],
    because="Paths multiply like the ways of a random walk, most of which end near the middle.",
)

# %% [markdown]
# The **effective receptive field**: about nine tenths of what matters lie in the middle quarter of
# the area. Luo and others (2016) found the shape: the sum of many small steps falls off like a
# Gaussian. (The maps show square roots, or you would see only a dot. The dashed bell has the same
# spread.) When you look at a patch, look at its middle.
#
# The assertion inside is the exact check of the arithmetic on the real network: not one pixel
# outside of the box has any influence.

# %% [markdown]
# ## What a unit needs: cover it
#
# Another question to a unit: which part of its patch does it need? Cover a square with grey, see
# how far the unit falls, and move on (Zeiler and Fergus, 2014). By hand, for a "unit" that just
# sums: the picture $\begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}$, covered with 0 in squares of 2,
# falls by $1+2+4+5 = 12$ and then by $16$.
#
# ### Your turn
#
# Write [`occlusion_map`](../exercises/ex07_patches.py), for any unit that you can call.

# %%
check("ex07.occlusion_map")

# %% [markdown]
# Your map of the texture unit whose nine patches you found above: the first three of them, each
# covered by your function with a square of 8 pixels, in steps of 4. Every value is one run of
# VGG-16 that your function asks for.

# %%
mine = your_code("ex07.occlusion_map", even_wrong=True)


def answer_of(canvas):
    """What the unit answers to a canvas (3, 48, 48) at its middle, one number."""
    with no_grad():
        return float(vgg.features(canvas[None], "relu3_3")["relu3_3"].numpy()[0, MY_UNIT, 6, 6])


canvases = np.full((3, 3, 48, 48), 0.5, np.float32)
canvases[(..., *fields["relu3_3"].window((6, 6)))] = exact[:3]
own_falls = [
    np.asarray(mine.occlusion_map(answer_of, canvas, 8, 4))
    for canvas in progress(canvases, "patches")
]
wholes = [answer_of(canvas) for canvas in canvases]
if mine.right():
    bar = canvases[0].copy()
    bar[:, 16:24, 20:28] = 0.5
    assert np.isclose(own_falls[0][4, 5], wholes[0] - answer_of(bar), atol=1e-3)
whose = mine.whose("occlusion_map")
show(
    draw.occlusions(
        list(canvases),
        [np.nan_to_num(falls) for falls in own_falls],
        [f"{w:.1f}, falls by up to {f.max():.1f}" for w, f in zip(wholes, own_falls, strict=True)],
    ),
    f"Three patches of unit {MY_UNIT} of relu3_3, and how far it falls where they are covered "
    f"(red), by occlusion_map ({whose}).",
    alt="Three patches above; below each a map, red near the middle where the function is right.",
    **PHOTO,
)
mine

# %% [markdown]
# Now our would-be face unit on its best three patches, covered with one square of 18 pixels after
# the other. (Eight covered pictures go through the network at a time, which is faster.)


# %%
def falls_of(unit, number, at, square=18, step=18):
    """What of a picture the unit at a place sees, and how far it falls for each covered square.

    The crop begins where the pools' grid does, so that the unit's answer is the recorded one.
    """
    window = vis.receptive_field(vgg, "relu5_1").window(at)
    rows, columns = (slice(part.start - 6, part.start + 138) for part in window)  # 144 pixels
    beyond = np.pad(pictures[number], ((0, 0), (16, 16), (16, 16)), constant_values=0.5)
    patch = beyond[:, rows.start + 16 : rows.stop + 16, columns.start + 16 : columns.stop + 16]
    starts = range(0, 144 - square + 1, step)
    covered = np.stack([patch] * (1 + len(starts) ** 2))
    for n, (i, j) in enumerate(np.ndindex(len(starts), len(starts)), start=1):
        covered[n, :, starts[i] : starts[i] + square, starts[j] : starts[j] + square] = 0.5
    found = []
    for first in range(0, len(covered), 8):
        with no_grad():
            values = vgg.features(covered[first : first + 8], "relu5_1")["relu5_1"]
        found.append(values.numpy()[:, unit, 4, 4])
    whole, *others = np.concatenate(found)
    return patch, whole, (whole - np.array(others)).reshape(len(starts), len(starts))


triples = [
    falls_of(UNIT, face.images[row, n], face.positions[row, n].tolist())
    for n in progress(range(3), "patches")
]
for n, (_, whole, _) in enumerate(triples):
    assert np.isclose(whole, face.activations[row, n], rtol=1e-2)
show(
    draw.occlusions(
        [patch for patch, _, _ in triples],
        [falls for _, _, falls in triples],
        [f"{whole:.1f}, falls by up to {falls.max():.1f}" for _, whole, falls in triples],
    ),
    f"The three best patches of unit {UNIT} of relu5_1. Red: it falls when this is covered.",
    alt="Three patches above; below each a map with a red spot near the middle and pale or blue "
    "elsewhere.",
    **PHOTO,
)

# %% [markdown]
# Red: the unit falls when this is covered; blue: it rises. What it needs lies near the middle, as
# the gradient said, and is the same in the eye and in the badge: the *lower edge* of something
# round. Covering the eye itself does not matter, or even helps. You saw a face because *you* see
# faces.

# %% [markdown]
# ## Measured, not only seen
#
# To say "this unit sees glasses" we need pictures of which we know who wears some, and enough of
# them that luck is ruled out. `data.faces` draws them (lesson 04): all factors are known. The
# network is the face encoder of lessons 04 to 06, trained to tell people apart whatever they wear.
#
# In these pictures the face is always in the same place, so a **unit** is now a channel *at a
# place*: channel 7 at row 3, column 5 looks at one part of the head.
#
# How well does a unit tell the pictures with glasses from those without? Draw one of each: how
# often has the one with glasses the higher activation? That probability is the **AUC**, the area
# under the ROC curve of lesson 04. It is 1 for a perfect unit, 0.5 for chance, and 0 for a unit
# that is perfect upside down. Equals count one half. By hand, for activations 2 and 5 with glasses,
# 0 and 2 without: $2 > 0$, $2 = 2$, $5 > 0$, $5 > 2$ give $(1 + \frac12 + 1 + 1) / 4 = 0.875$.
#
# ### Your turn
#
# Write [`auc`](../exercises/ex07_patches.py).

# %%
check("ex07.auc")

# %% [markdown]
# Draw 120 people, eight pictures each; half of the people to *find* units, half to *test* them.

# %%
faces = data.faces(120, 8, split="test", seed=3)
known = faces.factors
hair = {style: known["hair_style"] == number for number, style in enumerate(data.HAIR_STYLES)}
factors = {
    "bald": hair["bald"],
    "long hair": hair["long"],
    "hat": hair["hat"],
    "dark hair": known["hair_colour"].mean(axis=1) < np.median(known["hair_colour"].mean(axis=1)),
    "scarf": known["occlusion"] == data.OCCLUSIONS.index("scarf"),
    "glasses": known["glasses"] > 0,
    "mouth open": known["mouth_open"] > 0.2,
    "turned left": known["yaw"] < 0,
    "smiles": known["smile"] > np.median(known["smile"]),
}
encoder = models.FaceEncoder.pretrained()
DEPTHS = ["pool1", "pool2", "pool3", "pool4"]
parts = {name: [] for name in [*DEPTHS, "encoding"]}
for start in progress(range(0, len(faces.images), 96), "faces"):
    batch = faces.images[start : start + 96]
    with no_grad():  # of the largest maps, pool1's, every second place will do
        for name, values in encoder.features(batch, DEPTHS).items():
            parts[name].append(values.numpy()[:, :, ::2, ::2].copy() if name == "pool1"
                               else values.numpy())  # fmt: skip
    parts["encoding"].append(encoder.encode(batch))
activations = {name: np.concatenate(batches) for name, batches in parts.items()}
find, test = faces.labels < 60, faces.labels >= 60
print({name: values.shape[1:] for name, values in activations.items()})

# %% [markdown]
# Your function on the 128 channels of pool3: how well does each tell bald heads, at a place on top
# of the head? Scarves, at the neck? And a coin that was tossed for every picture?

# %%
mine = your_code("ex07.auc", even_wrong=True)
top_of_head, neck = (activations["pool3"][test, :, row, 4].astype(float) for row in (1, 7))
asked = {
    "bald": (top_of_head, factors["bald"][test].astype(int)),
    "scarf": (neck, factors["scarf"][test].astype(int)),
    "a tossed coin": (neck, np.random.default_rng(72).integers(0, 2, test.sum())),
}
own_aucs = {
    name: np.array([float(mine.auc(column, labels)) for column in channels.T])
    for name, (channels, labels) in asked.items()
}


def auc_of_ranks(ranks, labels):
    """The AUC of every unit from ranks (pictures, units), equals sharing the mean of theirs."""
    ones = np.count_nonzero(labels)
    return (labels @ ranks - ones * (ones + 1) / 2) / (ones * (len(labels) - ones))


by_ranks = {name: auc_of_ranks(rankdata(c, axis=0), labels) for name, (c, labels) in asked.items()}
assert np.ptp(by_ranks["bald"]) > 2 * np.ptp(by_ranks["a tossed coin"])
if mine.right():
    assert all(np.allclose(own_aucs[name], by_ranks[name]) for name in asked)
show(
    yours.aucs(own_aucs, by_ranks, mine.whose("auc")),
    f"The AUC of 128 channels for two properties and for a coin, by auc ({mine.whose('auc')}).",
    alt="Three rising curves of dots: for bald heads and scarves they reach far from a half at "
    "both ends, for the coin they stay near it.",
)
mine

# %% [markdown]
# The library's is the fast way: sort all pictures by activation and add up the ranks of the ones.
# Their sum, less what it would be at the bottom, counts the pairs won (Mann and Whitney, 1947).
# One sort serves all properties, and one matrix product all units.

# %% [markdown]
# ### A failure: the best of eight thousand
#
# Take pool3, with 128 channels at 8 by 8 places, and find the best unit for a factor that means
# **nothing**: a coin tossed for every picture.

# %%
luckiest = predict(
    "07.coin",
    "The AUC of the best of 8,192 units for the coin, on the people where it was looked for, is",
    ["below 0.55", "0.55 to 0.65", "above 0.65"],
    answer=None,
)
luckiest

# %%
units = activations["pool3"].reshape(len(faces.images), -1)
ranks = {"find": rankdata(units[find], axis=0), "test": rankdata(units[test], axis=0)}
coins = rng.integers(0, 2, len(units))
found = auc_of_ranks(ranks["find"], coins[find])
lucky = found.argmax()
display(
    Markdown(
        f"Best of {units.shape[1]:,} units for a tossed coin: AUC **{found[lucky]:.2f}**. The same "
        f"unit on the other people: {auc_of_ranks(ranks['test'], coins[test])[lucky]:.2f}."
    )
)
luckiest.outcome(
    luckiest.guess.options[int(np.digitize(found[lucky], [0.55, 0.65]))],
    because="Among thousands of units some agree with any coin, on the pictures searched.",
)

# %% [markdown]
# A unit that "follows the coin", and of course it does not: the best of many is partly the luckiest
# of many. So each claim needs **two controls**: the same search with the labels shuffled, which
# says how good the best looks by luck; and the chosen unit on pictures that had no say in the
# choice.


# %%
def measured(factor):
    """AUC of the best unit where it was found, on others, and of the best for shuffled labels."""
    found = auc_of_ranks(ranks["find"], factor[find])
    best = found.argmax()
    shuffled = auc_of_ranks(ranks["find"], rng.permutation(factor[find])).max()
    return best, (found[best], auc_of_ranks(ranks["test"], factor[test])[best], shuffled)


results = {name: measured(factor) for name, factor in factors.items()}
places = {name: np.unravel_index(unit, (128, 8, 8)) for name, (unit, _) in results.items()}
show(
    draw.three_measures(
        {f"{n}: channel {places[n][0]}": numbers for n, (_, numbers) in results.items()}
    ),
    "The best unit for each property, where it was found and on other people; crosses: the best "
    "for shuffled labels.",
    alt="Nine rows of three marks. For bald, scarf and dark hair both AUCs are far above the "
    "cross; for smiles none is.",
)
for name in ("bald", "scarf", "dark hair"):
    _, elsewhere, by_luck = results[name][1]
    assert elsewhere > by_luck + 0.1
assert abs(results["smiles"][1][1] - 0.5) < 0.08

# %% [markdown]
# Now these are claims. The unit for bald heads, for scarves, for dark hair: nearly as good on
# people who had no say in choosing it, far above the crosses. Glasses: a little. **Smiles:
# nothing.** The best of eight thousand units is no better than the best for shuffled labels, and on
# other people it is a coin.
#
# Here is where some of them look, on the six faces that excite each most among the people of the
# test; the box is the receptive field, clipped, of which the middle matters:

# %%
field = vis.receptive_field(encoder, "pool3")
boxes = {}
for name in ("bald", "scarf", "dark hair", "mouth open"):
    unit, (_, auc, _) = results[name]
    best = np.flatnonzero(test)[np.argsort(-units[test, unit], kind="stable")[:6]]
    box = field.box([int(n) for n in places[name][1:]], (64, 64))
    boxes[f"{name}\nAUC {auc:.2f}"] = best, box
show(
    draw.looking_at(faces.images, boxes),
    "The six faces that excite each of four units most, with the unit's receptive field.",
    alt="Four rows of six drawn faces with an orange box: bald heads, scarves, dark hair, and open "
    "mouths.",
    **PHOTO,
)

# %% [markdown]
# ### Deeper and deeper
#
# The encoder was trained to give one person one encoding, with any hair, in any light. What becomes
# of our factors on the way? For every depth, the AUC of the best unit (found on one half, measured
# on the other; upside down counts as well). In black two traits that a person *keeps*, dark skin
# and a wide jaw. Beside it, how much of a unit's variance is between people rather than between
# pictures of one person.
#
# Which curves rise with depth, which fall? Take hats.

# %%
hats = predict(
    "07.hats",
    "The best unit of the encoding, beside the best after the first pool, tells a hat",
    ["better", "as well", "worse"],
    answer=None,
)
hats


# %%
def two_sided(ranks, labels):
    """How far from chance: an AUC of 0.1 tells as much as one of 0.9."""
    auc = auc_of_ranks(ranks, labels)
    return np.maximum(auc, 1 - auc)


def best_elsewhere(finding, testing, factor):
    """The best unit's two-sided AUC on the people who had no say in choosing it."""
    best = two_sided(finding, factor[find]).argmax()
    return two_sided(testing[:, [best]], factor[test])[0]


def between_people(values):
    """Median over units of the share of their variance that lies between people, not pictures."""
    people = values.reshape(120, 8, -1)
    total, within = people.var(axis=(0, 1)), people.var(axis=1).mean(axis=0)
    return np.median(1 - within[total > 0] / total[total > 0])


traits = data.face_traits(faces.labels, split="test", seed=3)
stay = {"dark skin": traits["tone"] > 2, "wide jaw": traits["jaw_width"] > 0.48}
curves, chance, who = {name: [] for name in [*factors, *stay]}, [], []
for values in progress(activations.values(), "depths"):
    flat = values.reshape(len(values), -1)
    finding, testing = rankdata(flat[find], axis=0), rankdata(flat[test], axis=0)
    for name, factor in (factors | stay).items():
        curves[name].append(best_elsewhere(finding, testing, factor))
    luck = [best_elsewhere(finding, testing, rng.integers(0, 2, len(flat))) for _ in range(20)]
    chance.append(np.quantile(luck, 0.95))
    who.append(between_people(flat))
show(
    draw.by_depth(curves, list(stay), chance, list(activations), who),
    "Left: what the best unit tells, by depth; grey, what chance gives. Right: the share of a "
    "unit's variance that is between people.",
    alt="Left, curves for eleven properties, most of them falling towards the encoding, dark skin "
    "staying high. Right, a curve that rises.",
)
change = curves["hat"][-1] - curves["hat"][0]
assert curves["dark skin"][-1] > max(v[-1] for n, v in curves.items() if n != "dark skin")
assert who[-1] > 1.5 * who[0]
hats.outcome(
    hats.guess.options[int(np.digitize(-change, [-0.02, 0.02]))],
    because="It was trained to give one person one encoding, with or without a hat.",
)

# %% [markdown]
# The network forgets, on purpose. What changes from picture to picture is in the way: hair, hats
# and scarves fade. Dark skin, which a person keeps, stays to the end. And the jaw? Surely it helps,
# but no single unit tells it at any depth. Its early units know about hair and scarves because
# edges and colours are what they see; its encoding knows little of them, and most of all *who it
# is*. That is what lessons 05 and 06 trained it for, and now you have seen where it happens.
#
# Mind what this does not say: no *single* unit of the encoding tells a hat, but many together
# might. A unit is a convenient place to look, not the atom of meaning.
#
# The library has all this ready made, for whole channels (a channel's answer to a picture is its
# largest activation) and for some forty properties at once. Each channel may choose the property
# that it follows best in one half of the people; the other half measures it, and the same choice
# with shuffled properties stands beside it. ("No high tone" is pale skin: tones go from 0, pale, to
# 4, dark, and the channel answers where they are not high.)

# %%
properties = vis.face_properties(known, traits)
selective = vis.unit_selectivity(
    encoder, "conv3", faces.images, properties, groups=faces.labels, shuffles=20, quiet=True
)
for unit in selective.strongest(6):
    print(selective.says(unit))

# %% [markdown]
# ## Another education: the face network
#
# VGG learned from a thousand kinds of objects. `FaceResNet` (lessons 04 and 05) has seen nothing
# but faces, turned upright, and was asked one thing: who is it? Show it the same photographs and
# two portraits, and make plates of its units with the same means. (Nothing later needs this part.)
#
# One thing is new: a residual block has two ways through it. The shortcut sees less, so the
# receptive field is that of the way through both convolutions, and a chain of these has it:

# %%
face_network = models.FaceResNet.pretrained()
DEPTHS = (1, 3, 5, 7)  # after so many blocks
blocks = list(face_network.blocks)[: DEPTHS[-1]]
convolutions = [conv for block in blocks for conv in (block.conv1, block.conv2)]
chain = nn.Sequential(face_network.stem, nn.MaxPool2d(3, 2), *convolutions)
face_fields = {d: vis.receptive_field(chain, str(1 + 2 * d)) for d in DEPTHS}
for depth, field in face_fields.items():
    print(f"after {depth} blocks: {field.size[0]} pixels, one unit every {field.stride[0]}")

portraits = [data.sample_image(name) for name in data.PORTRAITS]
shown_to_it = photos + portraits
colours = np.array(MEAN, np.float32).reshape(3, 1, 1) / 255  # of its average picture


def after_blocks(picture):
    """What the face network makes of a picture (3, H, W) after each of DEPTHS."""
    found = {}
    with no_grad():
        x = face_network.stem(minidl.tensor((picture - colours)[None]))
        x = F.max_pool2d(x, 3, 2)
        for depth, block in enumerate(blocks, 1):
            x = block(x)
            found[depth] = x.numpy()[0]
    return {depth: found[depth] for depth in DEPTHS}


def nine_best(depth, maps, most=2):
    """Per unit its nine best windows, at most `most` a photograph: (photograph, row, column)."""
    field = face_fields[depth]
    pairs = zip(maps, shown_to_it, strict=True)
    inside = [m[(..., *field.inside(picture.shape))] for m, picture in pairs]
    first = field.inside(shown_to_it[0].shape)[0].start
    best = []
    for unit in range(len(maps[0])):
        candidates = []
        for number, values in enumerate(inside):
            values = values[unit].copy()
            for _ in range(most):
                row, column = np.unravel_index(values.argmax(), values.shape)
                candidates.append((values[row, column], number, row + first, column + first))
                values[max(row - 6, 0) : row + 7, max(column - 6, 0) : column + 7] = -np.inf
        best.append(sorted(candidates, reverse=True)[:9])
    return best


maps = [after_blocks(picture) for picture in progress(shown_to_it, "pictures")]
nines = {d: nine_best(d, [m[d] for m in maps]) for d in DEPTHS}

# %% [markdown]
# Three of the seventeen pictures have a face on them, and we take two windows of a picture at most,
# so that six of the nine can lie on a face. After one block hardly any does.

# %%
drawn_to_faces = predict(
    "07.faces", "After seven blocks, how many of the nine lie on a face, on average?",
    ["fewer than one", "one to two", "two to four", "more than four"], answer=None,
)  # fmt: skip
drawn_to_faces

# %%
detector = models.FaceDetector.pretrained()
face_boxes = [[face.box for face in detector.detect(picture)] for picture in shown_to_it]


def middle(depth, row, column):
    """The middle of a unit's window, x before y."""
    down, right = face_fields[depth].window((int(row), int(column)))
    return np.array([right.start + right.stop, down.start + down.stop]) / 2


def on_a_face(depth, number, row, column):
    """Whether the middle of a window lies in the box of a face."""
    at = middle(depth, row, column)
    return any((box[:2] <= at).all() and (at <= box[2:]).all() for box in face_boxes[number])


area = sum(np.prod(box[2:] - box[:2]) for boxes in face_boxes for box in boxes)
by_chance = area / sum(picture[0].size for picture in shown_to_it)
shares = {}
for depth in DEPTHS:
    hits = np.array([[on_a_face(depth, *window[1:]) for window in nine] for nine in nines[depth]])
    shares[depth] = hits.mean(axis=1)  # per unit
    print(f"after {depth} blocks: {hits.mean():.0%} of the nine; {by_chance:.1%} of the places are "
          "on a face")  # fmt: skip
assert shares[7].mean() > 3 * shares[1].mean() > 3 * by_chance
assert shares[7].mean() > 15 * by_chance
drawn_to_faces.outcome(
    drawn_to_faces.guess.options[int(np.digitize(9 * shares[7].mean(), [1, 2, 4]))],
    because="It was never told what a face is; all it has ever seen were faces.",
)

# %%
deepest = DEPTHS[-1]
plates = {}
for unit in np.argsort(-shares[deepest], kind="stable")[:5]:
    cut = [
        vis.pictures.cropped(shown_to_it[n], face_fields[deepest].window((int(r), int(c))), 0.5)
        for _, n, r, c in nines[deepest][unit]
    ]
    plates[f"unit {unit}"] = np.stack(cut)
size = face_fields[deepest].size[0]
show(
    draw.plates(plates, title=f"after {deepest} blocks, {size} × {size} pixels: most on faces"),
    "The nine patches of the five units of the face network with most of them on faces.",
    alt="Five plates of nine patches, with faces, a cat's and a raccoon's head, and round flowers.",
    **PHOTO,
)

# %% [markdown]
# After one block hardly any of the nine is on a face: units of 27 pixels look for edges and
# colours, as in VGG. After seven, the nine are drawn to faces, about twenty times as often as
# chance would have it, and some of what else is there resembles them: a cat's face, a raccoon's,
# round flowers. (The five units shown are those with most faces: believe the shares, which are of
# all units, and not the plates.) The network was never told what a nose is; it was told who is who.
#
# ## Your turn: the whole set

# %%
check("ex07")

# %%
predictions("07")

# %% [markdown]
# ## Summary
#
# - A unit's receptive field has a size, a stride and an offset. The padding moves the boxes; the
#   test is to give the unit its box and nothing else.
# - The nine best patches show what excites a unit most: edges and colours first, textures then,
#   parts at last, as far as the pictures have any.
# - Plates suggest more than they show. Corners, random mixtures and untrained networks have plates
#   too, and the best of five hundred units fits any story. Predict, then test on new pictures.
# - What matters lies in the middle of the box, like a Gaussian. Covering shows what is needed.
# - An AUC says how well a unit tells a factor. Beside it belong shuffled labels and fresh pictures.
#
# **Experiments to try:** your own photographs with `minidl patches`; `pooling="avg"` in `vgg16`;
# the unit for "turned left" and its mirror; the AUC of a mixture of several units.
#
# ## Where to read on
#
# - Ng, *Convolutional Neural Networks* (deeplearning.ai), week 4: the lectures that this lesson
#   follows.
# - Zeiler, Fergus, "Visualizing and understanding convolutional networks" (2014): the nine patches,
#   and occlusion.
# - Dumoulin, Visin, "A guide to convolution arithmetic for deep learning" (2016).
# - Araujo, Norris, Sim, "Computing receptive fields of convolutional neural networks" (Distill,
#   2019): size, stride and offset, also for networks with branches.
# - Luo, Li, Urtasun, Zemel, "Understanding the effective receptive field in deep convolutional
#   neural networks" (2016).
# - Szegedy and others, "Intriguing properties of neural networks" (2014): random directions.
# - Simonyan, Zisserman, "Very deep convolutional networks for large-scale image recognition"
#   (2015). Xie, Tu, "Holistically-nested edge detection" (2015): what these weights were tuned for.
# - Bau, Zhou, Khosla, Oliva, Torralba, "Network dissection" (2017): units against labels, on
#   photographs, and what a random rotation of them costs.
# - Olah, Mordvintsev, Schubert, "Feature visualization" (Distill, 2017): pictures that are made to
#   excite a unit, and random directions beside units.
#
# **Next:** [08 Neural style transfer](08_style.ipynb) paints with these layers: content from a deep
# one, style from all.
