"""Messages between a grader's own processes: JSON of known length over a socket."""

from __future__ import annotations

import base64
import json
import socket
import struct
from typing import Any

from minidl.course.classroom.intake.parcel import Parcel

LENGTH = struct.Struct(">Q")


def send(channel: socket.socket, message: Any) -> None:
    """Sends a message whole. OSError if nobody listens any more."""
    data = json.dumps(message).encode()
    channel.sendall(LENGTH.pack(len(data)) + data)


def receive(channel: socket.socket) -> Any:
    """The next message; EOFError if there is none to come."""
    (length,) = LENGTH.unpack(_exactly(channel, LENGTH.size))
    return json.loads(_exactly(channel, length))


def _exactly(channel: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        try:
            more = channel.recv(min(count - len(data), 1 << 20))
        except OSError as error:
            raise EOFError from error
        if not more:
            raise EOFError
        data += more
    return bytes(data)


def packed(parcel: Parcel) -> dict[str, Any]:
    """A parcel as JSON knows it."""
    files = {name: base64.b64encode(data).decode() for name, data in parcel.files.items()}
    return {"files": files, "notes": parcel.notes}


def unpacked(told: dict[str, Any]) -> Parcel:
    files = {name: base64.b64decode(data) for name, data in told["files"].items()}
    return Parcel(files, list(told["notes"]))
