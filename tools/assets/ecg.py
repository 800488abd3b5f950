"""Makes minidl/data/assets/ecg.npz from the recording that SciPy 1.9.3 ships.

Usage: python tools/assets/ecg.py PATH/TO/ecg.dat [--pictures FOLDER]
The file lies in the scipy-1.9.3 wheel, at scipy/misc/ecg.dat.

The reference beats are not those of cardiologists, which the wheel does not hold. They are found
here by a method that shares nothing with the lesson's (recursive Butterworth filters, run forwards
and backwards; local energy; prominence). --pictures draws them over the recording, ten seconds a
row, to be judged by eye. In the two stretches kept, all beats were marked and nothing else was.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
from scipy import signal

SOURCE_SHA256 = "f20ad3365fb9b7f845d0e5c48b6fe67081377ee466c3a220b7f69f35c8958baf"
TARGET = Path(__file__).parents[2] / "minidl" / "data" / "assets" / "ecg.npz"
RATE = 360  # samples per second
STRETCHES = {"train": (101, 208), "test": (215, 300)}  # seconds; no electrode loses contact in them


def read(path: Path) -> np.ndarray:
    """The recording as the converter wrote it: (108000,) steps of 1/200 mV, zero at 1024."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SOURCE_SHA256:
        raise SystemExit(f"{path} has SHA-256 {found}, expected {SOURCE_SHA256}")
    with np.load(path, allow_pickle=False) as stored:
        return stored["ecg"].astype(np.int16) - 1024


def reference(millivolt: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the beats are (samples, tips of the R waves), and how wide (ms, at half height)."""
    steep = filtered(millivolt, "bandpass", [5, 20])
    energy = np.sqrt(signal.filtfilt(np.ones(37) / 37, 1, steep**2))
    found, _ = signal.find_peaks(energy, height=0.18, prominence=0.1, distance=RATE // 4)
    level = filtered(millivolt, "highpass", 1)
    tips = np.array([p - 36 + np.argmax(level[max(p - 36, 0) : p + 37]) for p in found])
    return tips, np.array([width(level, tip) for tip in tips])


def filtered(x: np.ndarray, kind: str, hertz: float | list[int]) -> np.ndarray:
    """x through a second-order Butterworth filter, forwards and backwards: no delay."""
    sections = signal.butter(2, hertz, kind, fs=RATE, output="sos")
    return signal.sosfiltfilt(sections, x)


def width(level: np.ndarray, tip: int) -> float:
    """Milliseconds near the tip that lie above half of its height over the rest before it."""
    rest = np.median(level[max(tip - 108, 0) : tip - 40])
    near = level[max(tip - 36, 0) : tip + 54]
    return float(np.sum(near > (level[tip] + rest) / 2)) * 1000 / RATE


def draw(millivolt: np.ndarray, beats: np.ndarray, wide: np.ndarray, folder: Path) -> None:
    """One picture for each minute, beats dotted, wide ones in orange."""
    import matplotlib.pyplot as plt

    for minute in range(len(millivolt) // (60 * RATE)):
        figure, rows = plt.subplots(6, 1, figsize=(24, 16), layout="constrained")
        for row, axes in enumerate(rows):
            first = (60 * minute + 10 * row) * RATE
            here = (beats >= first) & (beats < first + 10 * RATE)
            times = np.arange(first, first + 10 * RATE) / RATE
            axes.plot(times, millivolt[first : first + 10 * RATE], lw=0.8)
            colours = np.where(wide[here], "C1", "C0")
            axes.scatter(beats[here] / RATE, millivolt[beats[here]], c=colours)
            axes.set(xlim=(times[0], times[-1]), ylim=(-3, 3))
        figure.savefig(folder / f"minute{minute}.png", dpi=60)
        plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    steps = read(options.source)
    beats, widths = reference(steps / 200)
    wide = widths >= 60
    if options.pictures:
        draw(steps / 200, beats, wide, options.pictures)
    arrays = {}
    for name, (start, end) in STRETCHES.items():
        inside = (beats >= start * RATE) & (beats < end * RATE)
        arrays[f"{name}_signal"] = steps[start * RATE : end * RATE]
        arrays[f"{name}_beats"] = (beats[inside] - start * RATE).astype(np.int32)
        arrays[f"{name}_wide"] = wide[inside]
        print(f"{name}: {end - start} s, {inside.sum()} beats, {wide[inside].sum()} of them wide")
    np.savez_compressed(TARGET, **arrays)
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes, SHA-256",
          hashlib.sha256(TARGET.read_bytes()).hexdigest())  # fmt: skip


if __name__ == "__main__":
    main()
