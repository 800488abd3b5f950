"""How much of a submission is read; what is more is left out, and said."""

from __future__ import annotations

MOST_SOURCE = 1 << 20  # bytes of a Python file, as `check` has it
MOST_NOTEBOOK = 16 << 20
MOST_ARCHIVE = 64 << 20
MOST_TOGETHER = 64 << 20  # bytes of all that is read of a submission
MOST_FILES = 500  # that are read
MOST_SEEN = 20_000  # names that are looked at
MOST_NOTES = 8  # lines about one submission

ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz")
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


def is_skipped(parts: tuple[str, ...]) -> bool:
    """Whether a path leads through a folder in which no exercises are looked for."""
    return any(part in SKIPPED for part in parts[:-1]) or parts[-1].startswith("._")
