"""What a shell completes after Tab: names of pictures and presets."""

from __future__ import annotations


def picture_names(incomplete: str) -> list[str]:
    """The pictures that `minidl style` knows by name; files are the shell's to complete."""
    from minidl.data import ARTWORKS, PAINTINGS, SAMPLE_IMAGES

    names = dict.fromkeys([*SAMPLE_IMAGES, *ARTWORKS, *PAINTINGS])
    return [name for name in names if name.startswith(incomplete)]


def preset_names(incomplete: str) -> list[str]:
    """The presets of `minidl style`."""
    from minidl.cli.style.presets import PRESETS

    return [name for name in PRESETS if name.startswith(incomplete)]
