"""A toy of a course to lay out: its lesson, and the names of what is looked at in tests."""

import json

STEM = "exercises/ex01_toy.py"
LESSON = "lessons/01_toy.ipynb"


def notebook(*sources, output=""):
    """The text of a notebook with these code cells."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    cells = [
        {"cell_type": "code", "source": s, "outputs": outputs, "metadata": {}} for s in sources
    ]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
