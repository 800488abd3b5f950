"""A class: submissions taken in, graded by processes of their own, and what is made of the results."""
