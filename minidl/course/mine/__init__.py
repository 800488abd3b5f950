"""`use_mine()`: the learner's functions in place of the library's; `your_code()`: for a cell."""

from minidl.course.mine.own_code import YourCode, your_code
from minidl.course.mine.places import Place
from minidl.course.mine.using import Mine, all_places, use_mine

__all__ = ["Mine", "Place", "YourCode", "all_places", "use_mine", "your_code"]
