"""Where exercise set 10 takes over: boxes of faces, and the similarity that turns them upright."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.course.mine.places import Function, function

Array = np.ndarray


@function(
    "minidl.models.boxes.intersection_over_union",
    "ex10.intersection_over_union",
    place="models.intersection_over_union",
)
def _intersection_over_union(original: Function, mine: Function) -> Function:
    def intersection_over_union(a: Any, b: Any) -> Array:
        original(a, b)  # checks the shapes
        boxes = (np.asarray(given, np.float64).reshape(-1, 4) for given in (a, b))
        return np.asarray(mine(*boxes), np.float64)

    return intersection_over_union


@function(
    "minidl.models.boxes.decode_boxes",
    "ex10.decode_boxes",
    place="the boxes that a FaceDetector says",
)
def _decode_boxes(original: Function, mine: Function) -> Function:
    def decode_boxes(values: Any, cells: Any, stride: int) -> Array:
        found = mine(np.asarray(values, np.float64), np.asarray(cells), stride)
        return np.asarray(found, np.float64)

    return decode_boxes


@function(
    "minidl.models.boxes.non_maximum_suppression",
    "ex10.non_maximum_suppression",
    place="which boxes a FaceDetector keeps",
)
def _non_maximum_suppression(original: Function, mine: Function) -> Function:
    def non_maximum_suppression(boxes: Any, scores: Any, limit: float = 0.3) -> Array:
        found = np.asarray(boxes, np.float64).reshape(-1, 4)
        points = np.asarray(scores, np.float64)
        if points.shape != found.shape[:1] or not 0 <= limit <= 1:
            return np.asarray(original(boxes, scores, limit))  # says what is wrong
        return np.asarray(mine(found, points, limit), np.int64)

    return non_maximum_suppression


@function(
    "minidl.models.alignment.similarity", "ex10.similarity", place="how models.align turns a face"
)
def _similarity(original: Function, mine: Function) -> Function:
    def similarity(source: Any, target: Any) -> Array:
        original(source, target)  # checks shapes and values
        points = (np.asarray(given, np.float64) for given in (source, target))
        return np.asarray(mine(*points), np.float64)

    return similarity
