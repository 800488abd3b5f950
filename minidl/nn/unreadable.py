"""Why a file is not read as safetensors: what it is instead, or what is wrong in it; and the cure.

The format: 8 bytes with the length of a header, the header in JSON (for each array its dtype, shape
and place), and the numbers. https://github.com/huggingface/safetensors has it in full.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

from minidl.filekinds import kind_of
from minidl.files import Name, shown

_TORCH = (".pt", ".pth", ".bin", ".ckpt")
_FOREIGN = re.compile(r"BF16|F8_\w+|F6_\w+|F4\w*")  # dtypes of the format, but not of NumPy
_LONGEST = 100_000_000  # bytes of a header: safetensors' own limit


def unreadable(
    path: Name, error: Exception, otherwise: str = "is not a readable safetensors file"
) -> ValueError:
    """The error to raise for a file that safetensors refused with `error`.

    otherwise: what is said where the file is nobody else's format.
    """
    file, name = Path(path), shown(path)
    torch = _as_torch(file)
    if torch:
        return ValueError(f"{name} is {torch}")
    foreign = _foreign_numbers(_header(file))
    if foreign:
        return ValueError(f"{name} holds {foreign}")
    return ValueError(f"{name} {otherwise}: {_why(file, error)}")


def _as_torch(file: Path) -> str | None:
    """What kind of archive or pickle it is, of those that others keep weights in."""
    kind = kind_of(file)
    if kind == "a zip archive":
        names = _archived(file)
        if any(name.endswith(".npy") for name in names):
            return "an archive of NumPy (.npz): np.load reads it, and nn.save writes safetensors"
        if not any(name.endswith("data.pkl") for name in names) and file.suffix not in _TORCH:
            return None
    elif kind != "a pickle":
        return None
    torch = kind == "a zip archive" or file.suffix in _TORCH
    suffix = f" ({shown(file.suffix)})" if file.suffix else ""
    return (
        f"{'a PyTorch file' if torch else 'a pickle'}{suffix}, which can hold code; convert it in "
        f"PyTorch: safetensors.torch.save_file(torch.load({shown(file.name)!r}, "
        f"weights_only=True), {shown(file.stem) + '.safetensors'!r})"
    )


def _archived(file: Path) -> list[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):  # cut short: its list is at the end
        return []


def _header(file: Path) -> dict[str, Any]:
    """The header's entries; empty where there is no header to be read."""
    with open(file, "rb") as stored:
        length = int.from_bytes(stored.read(8), "little")
        words = stored.read(length) if length <= _LONGEST else b""
    try:
        header = json.loads(words)
    except (ValueError, RecursionError):
        return {}
    entries = header.items() if isinstance(header, dict) else ()
    return {n: e for n, e in entries if n != "__metadata__" and isinstance(e, dict)}


def _foreign_numbers(header: dict[str, Any]) -> str | None:
    """What is in it that NumPy has no numbers for, and how to convert it."""
    foreign = {name: str(e.get("dtype")) for name, e in header.items()}
    foreign = {name: dtype for name, dtype in foreign.items() if _FOREIGN.fullmatch(dtype)}
    if not foreign:
        return None
    name, dtype = next(iter(foreign.items()))
    more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
    kind = dtype.replace("BF16", "bfloat16")
    return (
        f"{kind} numbers (in {shown(name)}{more}), which NumPy has not; convert them to float32 "
        "and save it again, in PyTorch with tensor.float()"
    )


def _why(file: Path, error: Exception) -> str:
    size = file.stat().st_size
    kind = kind_of(file)
    if kind:
        return f"it is {kind}"
    with open(file, "rb") as stored:
        start = stored.read(9)
    length = int.from_bytes(start[:8], "little")
    ends = [e["data_offsets"][1] for e in _header(file).values() if _is_place(e)]
    expected = 8 + length + max(ends, default=0)
    if size < 9:
        return f"it is cut short, {size} bytes: save or download it again"
    if start[8:] == b"{" and length <= _LONGEST and size < expected:
        return f"it is cut short, {size:,} of {expected:,} bytes: save or download it again"
    return f"{shown(error) or type(error).__name__}; it may be damaged: save or download it again"


def _is_place(entry: dict[str, Any]) -> bool:
    offsets = entry.get("data_offsets")
    return isinstance(offsets, list) and len(offsets) == 2 and all(type(o) is int for o in offsets)
