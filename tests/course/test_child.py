"""What the process of a learner's code decides by itself: whether it waits, or is only slow."""

import signal

import pytest

from minidl.course.sandbox import child


class Clock:
    """A child that began at 0, and its two clocks."""

    def __init__(self, monkeypatch, busy):
        self.child = child.Child.__new__(child.Child)
        self.child.since, self.child.wall, self.child.busy = (0.0, 0.0), 20.0, busy
        self.child.sending, self.patch = False, monkeypatch

    def ends(self, processor, clock):
        """Whether the alarm of the clock ends it, after so many seconds of each."""
        self.patch.setattr(child, "_now", lambda: (processor, clock))
        try:
            self.child.time_is_up(signal.SIGALRM)
        except child.TimeIsUp as error:
            return str(error)
        return ""


@pytest.mark.parametrize(
    ("busy", "processor", "clock", "ends"),
    [
        (8, 4.0, 20.5, ""),  # a fifth of the processor: the machine is busy
        (8, 0.1, 20.5, "wall"),  # it waits
        (8, 30.0, 161.0, "wall"),  # longer than any machine is that busy
        (1, 4.0, 20.5, "wall"),  # on a learner's own machine nobody waits longer
    ],
)
def test_slow_code_goes_on_where_the_machine_may_be_busy(monkeypatch, busy, processor, clock, ends):
    assert Clock(monkeypatch, busy).ends(processor, clock) == ends
