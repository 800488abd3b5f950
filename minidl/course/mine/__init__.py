"""`use_mine()`: the learner's functions in place of the library's, wherever they pass."""

from minidl.course.mine.places import Place
from minidl.course.mine.using import Mine, all_places, use_mine

__all__ = ["Mine", "Place", "all_places", "use_mine"]
