"""Frames as RFC 6455 wants them, and every way in which they are not."""

from __future__ import annotations

import os
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from strategy.live import websocket
from strategy.live.websocket import Broken, Closed, Reader

MASK = b"\x01\x02\x03\x04"


def frame(payload: bytes = b"", kind: int = 1, *, final: bool = True, masked: bool = True) -> bytes:
    """A frame as a browser sends it."""
    first = (0x80 if final else 0) | kind
    bit = 0x80 if masked else 0
    size = len(payload)
    if size < 126:
        head = bytes((first, bit | size))
    elif size < 65_536:
        head = struct.pack("!BBH", first, bit | 126, size)
    else:
        head = struct.pack("!BBQ", first, bit | 127, size)
    if not masked:
        return head + payload
    return head + MASK + bytes(byte ^ MASK[at % 4] for at, byte in enumerate(payload))


def code_of(data: bytes) -> int:
    with pytest.raises(Broken) as broken:
        Reader().feed(data)
    return broken.value.code


@given(some.lists(some.binary(max_size=200).map(lambda raw: raw.hex().encode())), some.data())
@settings(max_examples=200, deadline=None)
def test_messages_arrive_whole_however_the_wire_cuts_them(
    messages: list[bytes], data: some.DataObject
) -> None:
    sent = b"".join(frame(each) for each in messages)
    cuts = sorted(data.draw(some.lists(some.integers(0, len(sent)), max_size=10)))
    reader, heard = Reader(), []
    for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        heard += reader.feed(sent[start:end])
    assert heard == messages


def test_long_messages_and_fragments_with_a_ping_in_between() -> None:
    long = b"x" * 70_000
    reader = Reader()
    assert reader.feed(frame(long)) == [long]
    assert reader.feed(frame(b"one ", final=False)) == []
    assert reader.feed(frame(b"are you there?", 9)) == []
    assert reader.feed(frame(b"two ", 0, final=False) + frame(b"three", 0)) == [b"one two three"]
    assert reader.pings == [b"are you there?"]


def test_what_breaks_the_protocol_is_told_apart() -> None:
    assert code_of(frame(b"bare", masked=False)) == websocket.PROTOCOL_ERROR
    assert code_of(b"\xc1" + frame(b"reserved")[1:]) == websocket.PROTOCOL_ERROR
    assert code_of(frame(b"unknown", 3)) == websocket.PROTOCOL_ERROR
    assert code_of(frame(b"unknown", 11)) == websocket.PROTOCOL_ERROR
    assert code_of(frame(b"part of nothing", 0)) == websocket.PROTOCOL_ERROR
    assert code_of(frame(b"a", final=False) + frame(b"b")) == websocket.PROTOCOL_ERROR
    assert code_of(frame(b"x", 9, final=False)) == websocket.PROTOCOL_ERROR
    assert code_of(frame(b"x" * 126, 9)) == websocket.PROTOCOL_ERROR
    assert code_of(bytes((0x81, 0xFE)) + b"\x00\x05" + MASK) == websocket.PROTOCOL_ERROR
    assert code_of(frame(b"\x00", 2)) == websocket.NOT_TEXT
    assert code_of(frame(b"\xff\xfe")) == websocket.BAD_TEXT
    assert code_of(frame("😀".encode()[:3])) == websocket.BAD_TEXT
    assert code_of(frame(b"\x03", 8)) == websocket.PROTOCOL_ERROR
    assert code_of(frame(struct.pack("!H", 1006), 8)) == websocket.PROTOCOL_ERROR


def test_a_message_that_is_too_large_is_refused_before_it_is_there() -> None:
    size = struct.pack("!Q", websocket.LONGEST_MESSAGE + 1)
    assert code_of(bytes((0x81, 0xFF)) + size) == websocket.TOO_LARGE
    reader, part = Reader(), b"x" * 200_000
    reader.feed(frame(part, final=False))
    with pytest.raises(Broken) as broken:
        reader.feed(frame(part, 0))
    assert broken.value.code == websocket.TOO_LARGE


def test_what_was_said_before_the_goodbye_is_heard_first() -> None:
    reader = Reader()
    assert reader.feed(frame(b"last words") + frame(b"", 8)) == [b"last words"]
    with pytest.raises(Closed):
        reader.feed(b"")


def test_a_goodbye_is_heard() -> None:
    with pytest.raises(Closed) as closed:
        Reader().feed(frame(struct.pack("!H", 1001) + "bis später".encode(), 8))
    assert closed.value.code == 1001


@given(some.binary(max_size=300))
@settings(max_examples=500, deadline=None)
def test_noise_is_refused_or_waited_for(noise: bytes) -> None:
    reader = Reader()
    try:
        for message in reader.feed(noise):
            message.decode("utf-8")
    except (Broken, Closed):
        pass


def test_only_a_proper_opening_is_accepted() -> None:
    proper = {
        "Upgrade": "websocket",
        "Connection": "keep-alive, Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    answer = websocket.accept(proper, "GET")
    assert answer is not None
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer  # the RFC's own example
    assert websocket.accept(proper, "POST") is None
    for header, value in (
        ("Upgrade", "h2c"), ("Connection", "close"), ("Sec-WebSocket-Version", "8"),
        ("Sec-WebSocket-Key", "c2hvcnQ="), ("Sec-WebSocket-Key", "not base64!"),
    ):  # fmt: skip
        assert websocket.accept(proper | {header: value}, "GET") is None


def test_frames_of_each_length_are_read_back() -> None:
    for size in (0, 125, 126, 65_535, 65_536, 200_000):
        payload = os.urandom(size // 2).hex().encode().ljust(size, b"a")
        sent = websocket.text_frame(payload)
        header = len(sent) - size
        assert (sent[0], header) == (0x81, 2 if size < 126 else 4 if size < 65_536 else 10)
