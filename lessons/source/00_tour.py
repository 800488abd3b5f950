# %% [markdown]
# # 00 A tour
#
# Welcome. In this course you build a small library that learns from pictures, and you build it
# yourself, down to the multiplications. Before you start, have a look at what it will do: tell
# people apart, show what a network has learned to see, and paint. Every picture below was computed
# by the cell above it, with the library `minidl`. You can read all of that too: write
# `metric.verify??` in a cell below, and it shows how `metric.verify` is written.
#
# **You will be able to**
# - say what the course builds, and in which lesson;
# - have your own code checked, and read what the checker says;
# - choose where to begin.
#
# **Time:** ten minutes to read. Computing: half a minute. **Data:** faces that minidl draws,
# fifteen photographs and an artwork, all of which ship with it. No network.
#
# To run a cell, click on it and press Shift and Enter. Go from top to bottom. Nothing can break.

# %%
from collections import Counter
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from figures import tour as draw
from figures.autograd import there_and_back
from figures.showing import show
from IPython.display import Markdown, display

from minidl import data, metric, models, style, vis
from minidl.course import check, predict, predictions, your_code
from minidl.course.sets.folder import find

plt.style.use("minidl.mplstyle")

# %% [markdown]
# ## 1. Is this the same person?
#
# Three pictures. One of B and C is the person in A.

# %%
ME, SOMEONE_ELSE, SIZE = 191, 1191, 64
me = data.faces([ME], [0, 1], split="test", size=SIZE)
first_shot = {name: values[:1] for name, values in me.factors.items()}
other = data.faces([SOMEONE_ELSE], [0], split="test", size=SIZE, fixed=first_shot)
faces = np.stack([me.images[0], other.images[0], me.images[1]])  # (3 faces, 3 colours, 64, 64)

large = {"split": "test", "size": 256}
shown = {
    "A": data.faces([ME], [0], **large).images[0],
    "B": data.faces([SOMEONE_ELSE], [0], fixed=first_shot, **large).images[0],
    "C": data.faces([ME], [1], **large).images[0],
}
show(
    draw.row(shown, height=2.2),
    "Three drawn faces.",
    alt="A and B have the same hair, light and wall, and different features; C has other hair, "
    "light and wall, and the eyes, nose and mouth of A.",
    photo=True,
)

# %% [markdown]
# **Which one?** Decide before you go on: write your answer in the cell below, in place of `None`,
# with quotation marks (`answer="B"`), and run it. The lessons ask for such predictions now and
# then, keep them, and lay them beside what comes out. It costs a moment, and you will remember what
# surprised you.

# %%
who = predict("00.who", "Who is the person in A?", ["B", "C"], answer=None)
who

# %%
who.outcome("C", because="The eyes, the nose and the mouth of C are those of A.")

# %% [markdown]
# B is someone else, who came to the same hairdresser and the same photographer.
#
# (None of them exists. minidl draws its people, so that nobody's face has to be in a classroom, and
# as many come as we need. You see them large here; the program gets pictures of 64 by 64 dots.)
#
# How could a program know? To a computer a picture is a list of numbers: how much red, green and
# blue there is in each dot. Two lists have a **distance**: take the differences, square them, add
# them up, take the root. By hand, for two short lists: $(1, 2)$ and $(4, 6)$ differ by 3 and 4, so
# their distance is $\sqrt{9 + 16} = 5$.

# %%
assert metric.paired_distances([[1.0, 2.0]], [[4.0, 6.0]]).numpy() == 5
pixels = faces.reshape(3, -1)  # each picture as one long list
print(f"a picture is a list of {pixels.shape[1]:,} numbers")

# %% [markdown]
# %%
nearer = predict("00.nearer", "Dot by dot, which is nearer to A?", ["B", "C"], answer=None)
nearer

# %% [markdown]
# So the numbers have to be better ones. A **face encoder** is a small network that turns a picture
# into another list, its **encoding**, and it was trained on other people until pictures of one
# person came out close together and those of two people far apart. Then a fixed limit on the
# distance decides.

# %%
encoder = models.FaceEncoder.pretrained()
limit = encoder.about["threshold"]
codes = encoder.encode(faces)  # (3 faces, 128 numbers)
to_a = {
    "distance from A, dot by dot": metric.pairwise_distances(pixels[:1], pixels[1:]).numpy()[0],
    "distance from A, by encodings": metric.pairwise_distances(codes[:1], codes[1:]).numpy()[0],
}
show(
    draw.rulers(shown, to_a, limit),
    "How far B and C are from A, measured dot by dot and by encodings; the dashed limit decides.",
    alt="On the upper ruler B lies nearer to A than C. On the lower one C lies left of the limit, "
    "near A, and B far to the right of it.",
    photo=True,
)
by_dots = to_a["distance from A, dot by dot"]
nearer.outcome(
    "BC"[int(np.argmin(by_dots))],
    because="The same wall, the same hair and the same light lie in the same places.",
)

# %%
says = metric.verify(codes[[0, 0]], codes[1:], limit)
for name, same in zip("BC", says, strict=True):
    print(f"is {name} the person in A?", "yes" if same else "no")
assert says.tolist() == [False, True]

# %% [markdown]
# The upper ruler is a failure that nothing can mend: B is nearer than C, so every limit that lets C
# in lets B in as well. On the lower one the two have changed sides. Was that luck? Here are a
# hundred people, each with another shot of their own, and with somebody else in the shot they were
# in. The encoder has never met any of them.

# %%
first = data.faces(100, [0], split="test")
second = data.faces(100, [1], split="test")
others = data.faces(range(1000, 1100), [0], split="test", fixed=first.factors)
for name, code in {"dots": lambda p: p.reshape(100, -1), "encodings": encoder.encode}.items():
    own, foreign = (
        metric.paired_distances(code(first.images), code(p.images)).numpy()
        for p in (second, others)
    )
    print(f"by {name:9} the other person is nearer for {np.sum(foreign < own):2} of 100 people")
print(f"right with the limit: {np.sum(own <= limit)} of 100 accepted as themselves,")
print(f"                      {np.sum(foreign > limit)} of 100 others turned away")

# %% [markdown]
# ### Break it
#
# The limit was chosen so that both mistakes stay rare. Whoever finds the door too strict may make
# it larger by a half.

# %%
strangers = predict(
    "00.limit", "How many of the 100 others get in then?", answer=None, within=0.5, unit="others"
)
strangers

# %%
FACTOR = 1.5  # the one thing to change; 1 is the limit as it was
let_in = int(np.sum(foreign <= FACTOR * limit))
print(f"{np.sum(own <= FACTOR * limit)} of 100 accepted as themselves, {let_in} others let in")
strangers.outcome(let_in, because="Between the two heaps of distances there is not much room.")

# %% [markdown]
# These people are drawn, and real faces are harder; lesson 04 says what that means, and what such a
# program must not be used for. **You will write this yourself:** the comparison and its limit in
# lesson 04, the training of the encoder in lessons 05 and 06.

# %% [markdown]
# ## 2. What does a network see?
#
# A network that was trained on photographs (this one is called VGG-16) consists of thousands of
# little detectors, its **units**. Nobody told them what to look for. But one can ask: slide a unit
# over fifteen photographs, and cut out the nine pieces that excite it most, at most one from each
# photograph.
#
# **Look before you read on:** at the right are the nine favourites of one unit, at the left where
# they were cut out: the rim of a helmet, a roof, a cup of coffee, the inside of an eye, a shoulder,
# leaves, petals, galaxies, a cell. What do they have in common?

# %%
LAYER, UNIT = "relu3_3", 39
network = models.vgg16(pretrained=True)
photos = [data.sample_image(name) for name in data.SAMPLE_IMAGES]
top = vis.top_patches(network, LAYER, photos, units=[UNIT], k=9, inside=True)
show(
    draw.nine(top, photos),
    "Right: the nine favourites of one unit. Left: where in the photographs they were cut out.",
    alt="Nine photographs with a small orange frame in each, and the nine pieces enlarged: in all "
    "of them light at the upper left meets dark at the lower right.",
    photo=True,
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Not the *things*. It is a boundary: light at the upper left, dark at the lower right, along a
# slope. What it is the boundary of makes little difference to this unit, and neither does its
# colour.
#
# </details>
#
# If that is so, the nine should agree when they are laid on top of each other, and nine pieces from
# anywhere in the same photographs should not.

# %%
rng = np.random.default_rng(0)
side = top.patches.shape[-1]
anywhere = []
for number in top.images[0]:
    _, height, width = photos[number].shape
    y, x = rng.integers(height - side + 1), rng.integers(width - side + 1)
    anywhere.append(photos[number][:, y : y + side, x : x + side])
show(
    draw.averages(top.patches[0], np.stack(anywhere)),
    "The nine laid on top of each other, and nine pieces from anywhere.",
    alt="The first average is a clear slope from light to dark; the second is a grey blur.",
    photo=True,
)

# %% [markdown]
# The layers before this unit's look for plainer things, such as a colour; those after it for larger
# and richer ones, which are put together from these. **You will write this yourself** in lesson 07,
# and find out there how far such pictures can be believed, and where this network comes from.

# %% [markdown]
# ## 3. A painting
#
# The same network can paint. Take a photograph, and a picture whose manner you like. Start from the
# photograph, and change its dots, a little at a time, so that two things hold at once: the deep
# units should still find the same *things in the same places*, and all units together should find
# the same *mixture of strokes and colours* as in the artwork, wherever they are.

# %%
content, art = data.sample_image("temple"), data.artwork("currents")
show(
    draw.row({"the photograph": content, "the artwork": art}, height=2.2),
    "What to paint, and in whose manner.",
    alt="A photograph of a temple under a plain sky; an artwork of swirling blue and yellow "
    "strokes with stars.",
    photo=True,
)

# %% [markdown]
# The artwork has stars, and no temple. What will become of the sky over the temple?

# %%
sky = predict(
    "00.sky",
    "The sky over the temple",
    ["stays plain", "gets strokes"],
    answer=None,
)
sky

# %%
steps = {}


def watch(result):
    """Keeps a copy of the picture on the way."""
    if result.step in (0, 2, 8, 20):
        steps[result.step] = result.picture.copy()


result = style.transfer(
    content, art, size=384, steps=24, pooling="avg", beta=150, total_variation=100, callback=watch
)
steps[result.step] = result.picture
show(
    draw.painting(steps),
    "The photograph as it is repainted, and the painting.",
    alt="The temple in swirling strokes of blue and yellow; its outline stays where it was, and "
    "its sky is full of strokes.",
    photo=True,
)


# %%
def roughness(image):
    """How much neighbouring dots differ, in the upper fifth of a picture (3, H, W)."""
    top_fifth = image[:, : image.shape[1] // 5]
    return np.abs(np.diff(top_fifth, axis=2)).mean()


before, after = roughness(steps[0]), roughness(result.picture)
sky.outcome(
    "gets strokes" if after > 2 * before else "stays plain",
    because=f"Neighbouring dots of the sky differ {after / before:.0f} times as much as before.",
)

# %% [markdown]
# The stars have not come along: what is where is for the photograph to say. Only strokes and
# colours are the artwork's, all of them, so that some of its yellow may light up in the sky, where
# the photograph leaves room for it.

# %%
first_cost, last_cost = result.history["cost"][0], result.history["best"][-1]
assert last_cost < first_cost / 2
Markdown(
    f"How far the picture is from what was asked for is one number, its **cost**. In {result.step} "
    f"steps it fell from {first_cost:.1f} to {last_cost:.1f}."
)

# %% [markdown]
# **You will write this yourself** in lesson 08. With your own pictures you can do it now, larger
# and in more steps, in a terminal: `minidl style PHOTOGRAPH ARTWORK --out painting.png`.

# %% [markdown]
# ## 4. How you will work: one check
#
# Each lesson stops now and then and says *your turn*. Then you open a file in the folder
# `exercises/`, write a few lines of Python, and ask whether they are right. The first function of
# the course is called [`unbroadcast`](../exercises/ex01_autograd.py), and here is what is said of
# it:

# %%
check("ex01.unbroadcast")

# %% [markdown]
# If you have just arrived, it says *not started*, and about how long it will take you. That is no
# mistake. It is how every exercise begins.
#
# What if you write something wrong? Let us do so. When NumPy adds a row to a table it copies the
# row onto every line of the table; `unbroadcast` goes the other way and adds up what has arrived at
# the copies. By hand: from the table
#
# $$\begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{pmatrix}$$
#
# back to a row of three it should give $(1 + 4,\ 2 + 5,\ 3 + 6) = (5, 7, 9)$. The answer below adds
# up far too much: it gives $(21, 21, 21)$. It goes into a folder of its own, not into yours.

# %%
WRONG = """
import numpy as np

def unbroadcast(grad, shape):
    return np.broadcast_to(grad.sum(), shape)
"""
folder = Path("../.minidl/tour")
folder.mkdir(parents=True, exist_ok=True)
(folder / "ex01_autograd.py").write_text(WRONG)

report = check("ex01.unbroadcast", submission=folder)
assert report.score == 0
display(report)

# %% [markdown]
# The sentence in bold names the mistake. The checker knows it because it keeps, for every exercise,
# a list of the mistakes that people make, and has compared. A mistake it has never met gets the
# plain facts: what came out, what should have, and on which numbers. Where an array is too large to
# be read as numbers, little pictures show what was expected, what came out, and the difference. The
# links open your file at the line, and the lesson where the function is taught.
#
# And a right answer? We ask about the reference answer, without showing it to you:

# %%
report = check("ex01.unbroadcast", submission="../solutions")
assert report.score == report.max_score
display(report)

# %% [markdown]
# You need not write what the reference has. Whatever gives the right numbers is right.
#
# From then on the lessons run **your** function, at once, and draw what it does: here, on the table
# of before. As long as it is not written, the reference stands in, and the last line says so. (A
# wrong one draws its own wrong picture. Go on and write it, then run this cell again.)

# %%
mine = your_code("ex01.unbroadcast", even_wrong=True)
row, table = np.array([10.0, 20, 30]), np.arange(1.0, 7).reshape(2, 3)
show(
    there_and_back(row, table, mine.unbroadcast(table, (3,))),
    f"A row copied onto the lines of a table, and a table added up by unbroadcast "
    f"({mine.whose('unbroadcast')}): 5, 7, 9.",
    alt="The row 10 20 30, the same in two lines, the table 1 to 6, and the row of its sums.",
)
mine

# %% [markdown]
# There are more of these in `minidl.course`, for any function of any set:
#
# - `hint("ex01.unbroadcast")` gives a hint, the next one each time;
# - `watch("ex01")` checks again whenever you save;
# - `case("ex01.unbroadcast")` gives you the very arguments on which a function fails;
# - `progress()` shows how far you are, and `reset("ex01.unbroadcast")` starts a function over.
#
# In a terminal, in the folder of the course, the same and a little more:
#
# - `minidl check ex01` checks all functions of a set, as `check("ex01")` does in a notebook;
# - `minidl hint ex01.unbroadcast` gives a hint: there are three for each function, from the idea to
#   the last step, and never the code;
# - `minidl progress` shows how far you are, with a bar for each set;
# - `minidl reset ex01.unbroadcast` starts the function over; your file is copied to
#   `.minidl/backups` first.
#
# (If the terminal does not know `minidl`: `source .venv/bin/activate`.) Your code runs in a process
# of its own, with limits on time and memory: a loop that never ends costs you that function, and
# nothing else.

# %% [markdown]
# ## The map
#
# Eleven lessons follow. Begin with the first three, in their order: everything else stands on them.
# After that the lines can be taken one after the other, or only the one you came for.

# %%
course = find()
exercises = [f for key in course.stems for f in course.checks(key).functions.values()]
by_lesson = Counter(int(exercise.taught.lesson[:2]) for exercise in exercises)
show(
    draw.course_map(by_lesson),
    "The lessons and how many functions you write in each.",
    alt="A line through lessons 01 to 03; then three lines, faces (04 to 06), pictures (07, 08) "
    "and signals (09); they meet at lesson 10, your library; then 11, find the fault.",
)

# %% [markdown]
# - **[01 Autograd](01_autograd.ipynb)**: an engine that works out by itself how every number in a
#   program should change.
# - **[02 Convolution](02_convolution.ipynb)**: the operation that all these networks are made of,
#   slow first, then fast.
# - **[03 Training a ConvNet](03_training.ipynb)**: a network that reads handwriting it has never
#   seen.
# - **[04 Verification and recognition](04_recognition.ipynb)**: a door that opens for the right
#   people, and how often it errs.
# - **[05 Siamese networks](05_siamese.ipynb)**: a face encoder, trained on pairs of pictures.
# - **[06 Triplet loss](06_triplet.ipynb)**: a better one, trained on three pictures at a time.
# - **[07 What a deep network sees](07_patches.ipynb)**: the nine favourites of any unit, and what
#   to make of them.
# - **[08 Neural style transfer](08_style.ipynb)**: the painting.
# - **[09 Convolution in 1-D and 3-D](09_dimensions.ipynb)**: heartbeats in a real recording, and
#   surfaces in a real scan.
# - **[10 Your own library](10_own_library.ipynb)**: all of it, running on your own functions.
# - **[11 Find the fault](11_faults.ipynb)**: programs that run and are wrong, and three projects.

# %%
minutes = sum(exercise.minutes for exercise in exercises)
Markdown(
    f"In all there are **{len(exercises)} functions** to write, most of them a few lines long, for "
    f"which you will need about **{minutes / 60:.0f} hours**, and about as long again for reading "
    "and trying. With an evening or two a week, that is a term."
)

# %% [markdown]
# **Lesson 10 is where it comes together.** There, one line, `use_mine()`, puts every function that
# you have got right in the place of the library's own. From then on, it is your code that tells
# faces apart and paints the temple. It works as soon as the first function passes, so you can try
# it after any lesson.
#
# You need to know some Python: functions, loops, and a little NumPy. Of mathematics you need what a
# derivative is; the rest is explained where it is used.
#
# How were your predictions?

# %%
predictions("00")

# %% [markdown]
# **Next:** open [01 Autograd](01_autograd.ipynb).
