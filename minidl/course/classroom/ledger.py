"""The results of a class in SQLite, written as they come: a kill at any moment loses nothing.

A row is one submission as it was graded: it counts for as long as the submission, the seed, the
sets and the course are the same.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minidl.errors import RequestError
from minidl.files import shown

VERSION = "1"  # of the tables
TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS results (
    submission TEXT PRIMARY KEY, job TEXT NOT NULL, result TEXT NOT NULL
);
"""


class Ledger:
    """results.sqlite in a folder. RequestError, in one line, if it is not one of ours."""

    def __init__(self, path: Path):
        self.path = path
        try:
            self.database = sqlite3.connect(path, timeout=60, isolation_level=None)
            self.database.execute("PRAGMA journal_mode=WAL")
            self.database.execute("PRAGMA synchronous=FULL")
            self.database.executescript(TABLES)
            self.version = self.fact("version", VERSION)
        except sqlite3.Error as error:
            raise RequestError(
                f"{shown(path)} cannot be used ({error}); give another folder with --out, or move "
                "it away"
            ) from None
        if self.version != VERSION:
            raise RequestError(
                f"{shown(path)} is of another minidl (version {shown(self.version)} of its tables, "
                f"here {VERSION}); give another folder with --out"
            )

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def fact(self, name: str, value: str) -> str:
        """What is written under a name; `value` is written if nothing is."""
        with self.database:
            self.database.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (name, value))
        found = self.database.execute("SELECT value FROM facts WHERE name = ?", (name,))
        kept: str = found.fetchone()[0]
        return kept

    def replace_fact(self, name: str, value: str) -> None:
        self.database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def jobs(self) -> dict[str, str]:
        """The job that each submission's result is of."""
        return dict(self.database.execute("SELECT submission, job FROM results"))

    def keep(self, submission: str, job: str, result: Mapping[str, Any]) -> None:
        """Writes a result; it is on the disk when this returns."""
        text = json.dumps(result, sort_keys=True)
        row = submission, job, text
        self.database.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", row)

    def result(self, submission: str) -> dict[str, Any]:
        found = self.database.execute(
            "SELECT result FROM results WHERE submission = ?", (submission,)
        )
        result: dict[str, Any] = json.loads(found.fetchone()[0])
        return result
