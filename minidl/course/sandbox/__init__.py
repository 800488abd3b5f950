"""Where a learner's code runs: a process of its own, with limits, told nothing of the checks."""
