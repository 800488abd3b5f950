"""The colours of every figure: Okabe and Ito's, which colour-blind readers can tell apart."""

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
SKY, YELLOW, PINK = "#56B4E9", "#E69F00", "#CC79A7"
INK = "#333333"  # text on top of colours
GREY = "#555555"  # what is not the point: axes, thresholds, notes; dark enough to read
QUIET = "#aaaaaa"  # the crowd behind
FAINT = "#dddddd"  # areas under it all
YOURS, LIBRARY = PINK, BLUE  # what the learner's functions made, and what the library's did
SAME, OTHER = BLUE, ORANGE  # two pictures of one person, and of two people
# One of up to eight people on a map: a colour and a mark, so that neither is needed alone.
PERSONS = (BLUE, ORANGE, GREEN, SKY, YELLOW, PINK, INK, "#999999")
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
