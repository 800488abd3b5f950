"""Judging: the learner's results beside the reference's, and what is said of the difference."""
