"""The parent's ends of a child: frames in and out, and what was printed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

from minidl.course.sandbox import wire
from minidl.course.sandbox.foreign import shown

SHOWN = 4000  # characters of what the code printed that are kept


class Process:
    """The parent's ends of a child: its socket, and the pipe with what it prints."""

    def __init__(self, channel: socket.socket, output: int, pid: int):
        self.channel, self.output, self.pid = channel, output, pid
        self.channel.settimeout(5)
        os.set_blocking(output, False)
        self.received = bytearray()
        self.printed = bytearray()
        self.size = 0  # bytes printed, those thrown away too

    def send(self, frame: bytes) -> None:
        """Sends a frame. Broken if the child does not listen; one that is gone is noticed later."""
        try:
            self.channel.sendall(frame)
        except TimeoutError:
            raise wire.Broken("more than it was ready to hear answers to") from None
        except OSError:
            pass

    def receive(self) -> Iterator[tuple[bytes, bytes, bytes]]:
        """The whole frames that have come (header, JSON, arrays); EOFError at the end.

        One by one, so that what came before a broken frame still counts.
        """
        try:
            data = self.channel.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            raise EOFError
        self.received += data
        while frame := self._next():
            yield frame

    def _next(self) -> tuple[bytes, bytes, bytes] | None:
        start = wire.HEADER.size
        if len(self.received) < start:
            return None
        header = bytes(self.received[:start])
        text, arrays = wire.sizes(header)
        if len(self.received) < start + text + arrays:
            return None
        frame = bytes(self.received[start : start + text + arrays])
        del self.received[: start + text + arrays]
        return header, frame[:text], frame[text:]

    def listen(self) -> bool:
        """Takes what was printed; False if there is no more now."""
        try:
            data = os.read(self.output, 1 << 16)
        except OSError:
            return False
        self.size += len(data)
        self.printed += data[: max(0, SHOWN - len(self.printed))]
        return bool(data)

    def text(self) -> str:
        """What was printed, as far as it is kept."""
        text = self.printed.decode(errors="replace").replace("\r\n", "\n").expandtabs(4)
        return "\n".join(shown(line) for line in text.split("\n"))

    def close(self) -> None:
        """To be called when the child is dead: takes the last it printed."""
        while self.size < 1 << 24 and self.listen():
            pass
        self.channel.close()
        os.close(self.output)
