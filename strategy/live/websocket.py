"""WebSocket messages as bytes and back. No socket, no room.

Source: RFC 6455; text messages only, no extensions.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from typing import Protocol

LONGEST_MESSAGE = 300 * 1024
"""Bytes of one message, its fragments together."""

GOING_AWAY = 1001
PROTOCOL_ERROR = 1002
NOT_TEXT = 1003
BAD_TEXT = 1007
TOO_LARGE = 1009
RESTARTING = 1012
BUSY = 1013
NOT_SIGNED_IN = 4401
NOT_ALLOWED = 4403
NOT_FOUND = 4404
TOO_SLOW = 4408
REPLACED = 4409

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CONTINUED, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0, 1, 2, 8, 9, 10


class Headers(Protocol):
    """Headers by name, whatever its case."""

    def get(self, name: str, default: str, /) -> str:
        """The header's value."""


class Broken(Exception):
    """The other side does not speak the protocol; `code` is what to close with."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


class Closed(Exception):
    """The other side says goodbye; `code` is what to answer."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


def text_frame(payload: bytes) -> bytes:
    """A whole text message as the server sends it."""
    return _frame(_TEXT, payload)


def ping_frame() -> bytes:
    """A question whether the other side is still there."""
    return _frame(_PING, b"")


def pong_frame(payload: bytes) -> bytes:
    """The answer to a ping."""
    return _frame(_PONG, payload)


def close_frame(code: int, reason: str = "") -> bytes:
    """A goodbye; the reason at most 123 bytes."""
    return _frame(_CLOSE, struct.pack("!H", code) + reason.encode()[:123])


def _frame(kind: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x80 | kind, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", 0x80 | kind, 126, size) + payload
    return struct.pack("!BBQ", 0x80 | kind, 127, size) + payload


def accept(headers: Headers, method: str) -> bytes | None:
    """The server's half of the handshake, or None if this is not a proper opening."""
    upgrade = headers.get("Upgrade", "").lower()
    connection = {part.strip().lower() for part in headers.get("Connection", "").split(",")}
    key = headers.get("Sec-WebSocket-Key", "").strip()
    if method != "GET" or upgrade != "websocket" or "upgrade" not in connection:
        return None
    if headers.get("Sec-WebSocket-Version", "").strip() != "13":
        return None
    try:
        if len(base64.b64decode(key, validate=True)) != 16:
            return None
    except (binascii.Error, ValueError):
        return None
    sign = base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest())  # noqa: S324  the RFC's
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + sign + b"\r\n\r\n"
    )


class Reader:
    """Takes what the socket brings, gives whole messages."""

    __slots__ = ("_end", "_parts", "_rest", "_size", "pings")

    def __init__(self) -> None:
        self._rest = b""
        self._parts: list[bytes] | None = None
        self._size = 0
        self._end: Broken | Closed | None = None
        self.pings: list[bytes] = []
        """Pings that wait for their pong."""

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole with `data`, each valid UTF-8.

        raises  Broken, Closed; at the next call, if messages came before it: these are given first
        """
        self.raise_what_was_wrong()
        rest = self._rest + data if self._rest else data
        at = 0
        found: list[bytes] = []
        try:
            while (read := _one(rest, at)) is not None:
                first, payload, at = read
                whole = self._take(first, payload)
                if whole is not None:
                    found.append(whole)
        except (Broken, Closed) as end:
            self._end = end
            if not found:
                raise
        self._rest = rest[at:]
        return found

    def raise_what_was_wrong(self) -> None:
        """Raise what came behind the messages given last, if it was Broken or Closed."""
        if self._end is not None:
            raise self._end

    def _take(self, first: int, payload: bytes) -> bytes | None:
        kind, final = first & 0x0F, first & 0x80
        if kind >= _CLOSE:
            self._control(kind, payload)
            return None
        if kind == _BINARY:
            raise Broken(NOT_TEXT)
        if (kind == _TEXT) == (self._parts is not None):
            raise Broken(PROTOCOL_ERROR)  # a new message inside another, or a part of none
        if final and self._parts is None:
            return _checked(payload)
        self._parts = self._parts or []
        self._parts.append(payload)
        self._size += len(payload)
        if self._size > LONGEST_MESSAGE or len(self._parts) > 10_000:
            raise Broken(TOO_LARGE)
        if not final:
            return None
        whole, self._parts, self._size = b"".join(self._parts), None, 0
        return _checked(whole)

    def _control(self, kind: int, payload: bytes) -> None:
        if kind == _PING:
            self.pings.append(payload)
        elif kind == _CLOSE:
            raise Closed(_goodbye(payload))
        elif kind != _PONG:
            raise Broken(PROTOCOL_ERROR)


def _one(data: bytes, at: int) -> tuple[int, bytes, int] | None:
    """The frame at `at`: its first byte, its payload, where it ends; None if it is not whole."""
    there = len(data) - at
    if there < 2:
        return None
    first, second = data[at], data[at + 1]
    size, header = second & 0x7F, 2
    if first & 0x70 or not second & 0x80 or 3 <= first & 0x0F <= 7:
        raise Broken(PROTOCOL_ERROR)  # reserved bits and kinds; clients must mask
    if first & 0x08 and (size > 125 or not first & 0x80):
        raise Broken(PROTOCOL_ERROR)
    if size == 126:
        header, least = 4, 126
    elif size == 127:
        header, least = 10, 65_536
    if header > 2:
        if there < header:
            return None
        size = int.from_bytes(data[at + 2 : at + header], "big")
        if size < least:
            raise Broken(PROTOCOL_ERROR)
    if size > LONGEST_MESSAGE:
        raise Broken(TOO_LARGE)
    start = at + header + 4
    end = start + size
    if len(data) < end:
        return None
    mask = data[start - 4 : start]
    return first, _unmasked(data[start:end], mask), end


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    stretched = (mask * (size // 4 + 1))[:size]
    mixed = int.from_bytes(payload, "little") ^ int.from_bytes(stretched, "little")
    return mixed.to_bytes(size, "little")


def _checked(message: bytes) -> bytes:
    if not message.isascii():
        try:
            message.decode("utf-8")
        except UnicodeDecodeError:
            raise Broken(BAD_TEXT) from None
    return message


def _goodbye(payload: bytes) -> int:
    if not payload:
        return 1000
    if len(payload) == 1:
        raise Broken(PROTOCOL_ERROR)
    try:
        payload[2:].decode("utf-8")
    except UnicodeDecodeError:
        raise Broken(BAD_TEXT) from None
    code = int.from_bytes(payload[:2], "big")
    if 3000 <= code < 5000 or (1000 <= code < 1015 and code not in (1004, 1005, 1006)):
        return code
    raise Broken(PROTOCOL_ERROR)
