"""Neural style transfer: costs of content and style, the descent to a picture, and a painter of
one pass."""

from minidl.style.costs import (
    content_cost,
    fine_detail,
    gram_matrix,
    style_cost,
    style_layer_cost,
    total_cost,
    total_variation,
)
from minidl.style.history import History
from minidl.style.painter import Painter
from minidl.style.painting import transfer
from minidl.style.quality import colour_distance, grain
from minidl.style.result import Result
from minidl.style.settings import CONTENT_LAYER, STYLE_LAYERS, Settings

__all__ = [
    "CONTENT_LAYER",
    "STYLE_LAYERS",
    "History",
    "Painter",
    "Result",
    "Settings",
    "colour_distance",
    "content_cost",
    "fine_detail",
    "grain",
    "gram_matrix",
    "style_cost",
    "style_layer_cost",
    "total_cost",
    "total_variation",
    "transfer",
]
