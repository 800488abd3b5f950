"""A real electrocardiogram, shipped with the package."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.data.shipped import load_arrays

_SHA256 = "358ada12c74eea835cdbfa11cfec85b1c669c348b7a37b2d157d6720dd0e93ef"
_STEPS_PER_MILLIVOLT = 200


class Recording(NamedTuple):
    """One lead of an electrocardiogram, and where its beats are.

    signal: (L,) float32, in millivolt. beats: (B,) int64, ascending, the samples at the tips of the
    R waves. wide: (B,) bool, beats of at least 60 ms at half their height. sampling_rate: samples
    per second.
    """

    signal: np.ndarray
    beats: np.ndarray
    wide: np.ndarray
    sampling_rate: int


class Ecg(NamedTuple):
    """Two stretches of the same recording, seven seconds apart."""

    train: Recording
    test: Recording


def ecg() -> Ecg:
    """An electrocardiogram at 360 samples per second: 107 s to learn from and 85 s to test on.

    From record 208 of the MIT-BIH Arrhythmia Database, a heart with two kinds of beats, narrow and
    wide. The beat positions were found by a program on the recording and judged by eye; they are
    not the database's own, which cardiologists made. New arrays at every call. Source, licence and
    how the beats were found: minidl/data/assets/README.md.
    """
    stored = load_arrays("ecg.npz", _SHA256)
    return Ecg(_recording(stored, "train"), _recording(stored, "test"))


def _recording(stored: dict[str, np.ndarray], part: str) -> Recording:
    return Recording(
        (stored[f"{part}_signal"] / _STEPS_PER_MILLIVOLT).astype(np.float32),
        stored[f"{part}_beats"].astype(np.int64),
        stored[f"{part}_wide"],
        360,
    )
