"""The work of grading: a room where submissions are graded, and the desks that it is done at."""
