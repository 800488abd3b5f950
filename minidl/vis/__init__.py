"""What a network sees: receptive fields, the patches that excite a unit most, their pictures."""

from minidl.vis.named_faces import draw_faces
from minidl.vis.patches import TopPatches, top_patches, top_patches_by_layer
from minidl.vis.plotting import plot_patches
from minidl.vis.receptive import ReceptiveField, receptive_field
from minidl.vis.selectivity import Selectivity, face_properties, unit_answers, unit_selectivity

__all__ = [
    "ReceptiveField",
    "Selectivity",
    "TopPatches",
    "draw_faces",
    "face_properties",
    "plot_patches",
    "receptive_field",
    "top_patches",
    "top_patches_by_layer",
    "unit_answers",
    "unit_selectivity",
]
