"""How much of a submission is read; what is more is left out, and said."""

from __future__ import annotations

MOST_SOURCE = 1 << 20  # bytes of a Python file, as `check` has it
MOST_NOTEBOOK = 16 << 20
MOST_ARCHIVE = 64 << 20  # of a larger one only what is wanted of it is read into memory
LARGEST_ARCHIVE = 8 << 30
MOST_TOGETHER = 64 << 20  # bytes of all that is read of a submission
MOST_FILES = 500  # that are read
MOST_SEEN = 200_000  # names that are looked at
MOST_NOTES = 8  # lines about one submission

ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz")
CLOSED = (".rar", ".7z", ".zipx", ".gz", ".bz2", ".xz", ".zst", ".lz", ".lzh", ".dmg", ".iso")
SKIPPED = frozenset(
    {"__MACOSX", ".git", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints",
     ".minidl", "site-packages", "solutions", "tests"}
)  # fmt: skip


def most_of(name: str) -> int:
    """The bytes that a file of this name may have; 0 for one that is of no interest."""
    low = name.lower()
    if low.endswith(".py"):
        return MOST_SOURCE
    if low.endswith(".ipynb"):
        return MOST_NOTEBOOK
    return MOST_ARCHIVE if is_archive(low) else 0


def is_archive(name: str) -> bool:
    return name.lower().endswith(ARCHIVES)


def closed(name: str) -> str:
    """The kind of an archive that is not read, ".rar"; an empty string for any other file."""
    low = name.lower()
    return "" if is_archive(low) else next((end for end in CLOSED if low.endswith(end)), "")


def closed_note(name: str) -> str:
    """What is said of such an archive. name: as it is shown."""
    return f"{name} cannot be read: a {closed(name)} archive; ask for a .zip"


def is_skipped(parts: tuple[str, ...]) -> bool:
    """Whether a path leads through a folder in which no exercises are looked for."""
    return any(part in SKIPPED for part in parts[:-1]) or parts[-1].startswith("._")
