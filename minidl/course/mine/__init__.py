"""`use_mine()`: the learner's functions in place of the library's, wherever they pass."""

from minidl.course.mine.places import Seam
from minidl.course.mine.using import Mine, seams, use_mine

__all__ = ["Mine", "Seam", "seams", "use_mine"]
