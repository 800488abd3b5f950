"""What a network sees: receptive fields, the patches that excite a unit most, their pictures."""

from minidl.vis.receptive import ReceptiveField, receptive_field

__all__ = ["ReceptiveField", "receptive_field"]
