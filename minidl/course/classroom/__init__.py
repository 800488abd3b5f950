"""A class: submissions taken in, graded in processes of their own, and what is made of it."""
