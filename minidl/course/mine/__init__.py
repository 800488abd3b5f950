"""`use_mine()`: the learner's functions in place of the library's, wherever they pass."""

from minidl.course.mine.using import Mine, use_mine

__all__ = ["Mine", "use_mine"]
