"""Small changes of a function, each with the words for what is then different.

The checker runs them on the reference when a learner's result is wrong in a way that no named
mistake explains; where one gives exactly the learner's result, its words say what is different, and
they are true because they were computed. The tests count how many of them the probes tell apart.
"""

from minidl.course.grading.mutation.calls import UNSAID
from minidl.course.grading.mutation.engine import Mutant, mutants

__all__ = ["UNSAID", "Mutant", "mutants"]
