"""What one submission brings, as bytes, within limits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from minidl.course.classroom.intake import limits


@dataclass
class Parcel:
    """Files of one submission by their path in it ("a/b.py"), and what was left out and why.

    newest: seconds since 1970 at which the newest of them was changed; 0 where there is none.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    newest: float = 0.0

    @property
    def digest(self) -> str:
        """Of names and contents: two parcels that have it in common are the same."""
        digest = hashlib.sha256()
        for name, data in sorted(self.files.items()):
            raw = name.encode("utf-8", "surrogatepass")  # names are bytes, and may be no text
            digest.update(f"{len(raw)} {len(data)} ".encode() + raw + data)
        digest.update("\n".join(self.notes).encode())
        return digest.hexdigest()

    @property
    def size(self) -> int:
        return sum(map(len, self.files.values()))

    def note(self, line: str) -> None:
        """Adds a line, once, and not without end."""
        if line not in self.notes and len(self.notes) < limits.MOST_NOTES:
            self.notes.append(line)

    def add(self, name: str, data: bytes) -> None:
        """Adds a file, if there is room for it."""
        if len(self.files) >= limits.MOST_FILES:
            self.note(f"more than {limits.MOST_FILES} files: the rest was left out")
        elif self.size + len(data) > limits.MOST_TOGETHER:
            self.note(f"more than {limits.MOST_TOGETHER >> 20} MB: the rest was left out")
        else:
            self.files[name] = data
