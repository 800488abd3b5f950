"""The next batches, prepared by a thread while the present one is worked on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any, TypeVar

Item = TypeVar("Item")


def prefetched(items: Iterator[Item], ahead: int) -> Iterator[Item]:
    """The same items in the same order, up to `ahead` of them prepared before they are asked for.

    What goes wrong while one is prepared is raised where it would have been handed out. The thread
    ends when the items do, or when this iterator is closed or forgotten.
    """
    ready: SimpleQueue[Any] = SimpleQueue()  # (item, error) each; (None, StopIteration) last
    room, stopped = threading.Semaphore(ahead), threading.Event()
    fill = threading.Thread(target=_fill, args=(items, ready, room, stopped), daemon=True)
    fill.start()
    try:
        while True:
            item, error = ready.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            room.release()
            yield item
    finally:
        stopped.set()
        room.release()


def _fill(
    items: Iterator[Item],
    ready: SimpleQueue[Any],
    room: threading.Semaphore,
    stopped: threading.Event,
) -> None:
    while True:
        room.acquire()
        if stopped.is_set():
            return
        try:
            ready.put((next(items), None))
        except BaseException as error:
            ready.put((None, error))
            return
