"""Where functions are taught is known of every one."""

from pathlib import Path

from minidl.course.sets.folder import Course
from minidl.course.sets.lessons import section
from minidl.course.sets.tasks import every

COURSE = Course(Path(__file__).parents[2])


def test_every_function_has_a_section_of_its_lesson():
    for exercise in every(COURSE):
        found = section(COURSE, exercise)
        assert found, exercise.full_name
        assert (COURSE.root / found.notebook).is_file()
        assert found.notebook.stem.partition("_")[0] == exercise.home.key.removeprefix("ex")
        assert found.title
        assert found.title != "Your turn"


def test_the_section_is_the_one_that_first_asks_for_it():
    found = section(COURSE, COURSE.exercise("ex02.pad2d"))
    assert (found.lesson, found.title) == ("02 Convolution", "Stride, padding, dilation")
