"""What a network sees: receptive fields, the patches that excite a unit most, their pictures."""

from minidl.vis.patches import TopPatches, top_patches, top_patches_by_layer
from minidl.vis.plotting import plot_patches
from minidl.vis.receptive import ReceptiveField, receptive_field

__all__ = [
    "ReceptiveField",
    "TopPatches",
    "plot_patches",
    "receptive_field",
    "top_patches",
    "top_patches_by_layer",
]
