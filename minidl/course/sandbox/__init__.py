"""Where a learner's code runs: a process of its own, with limits, that is told nothing of the checks."""
