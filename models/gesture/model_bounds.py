"""What a model file may hold: nothing outside of it, no loops, no memory without end. Knows ONNX's wire format only.

The app loads files that others made. ONNX Runtime runs no code of theirs, but it would read files that they name, run
a loop that never ends and reserve whatever memory they ask for.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISREG

import onnxruntime

LARGEST_BYTES = 512 * 2**20
"""The largest forests of a sweep take 78 MB."""

LARGEST_MEMORY = 2**30
MOST_FIELDS = 200_000
_DOMAINS = frozenset({b"", b"ai.onnx", b"ai.onnx.ml"})
_ENDLESS = frozenset({b"Loop", b"Scan", b"If", b"SequenceMap", b"Optional"})
# A tensor that lies in another file names it under the key "location" (onnx.proto, TensorProto.external_data): as the
# text of a field it follows the last byte of its length, 8 or, written at length, 0. Behind 0x4A it is one of the texts
# of an attribute, such as the name of a class: no way of writing the key's own tag ends so.
_ELSEWHERE = b"location"
# Numbers of fields in onnx.proto.
_GRAPH, _OPSETS, _TRAINING, _FUNCTIONS = 7, 8, 20, 25
_NODE, _OPERATOR, _DOMAIN, _OPSET_DOMAIN = 1, 4, 7, 1
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class _DamagedError(Exception):
    """Bytes that are no message of protobuf."""


def read_bounded(path: Path) -> bytes:
    """Read a model file that may be one.

    Raises
    ------
    OSError
        When it cannot be read, is no ordinary file, or is larger than any model.
    """
    found = path.stat()
    if not S_ISREG(found.st_mode):
        raise OSError(None, "it is no ordinary file")
    if found.st_size > LARGEST_BYTES:
        raise OSError(None, f"it has {found.st_size:,} bytes, and no model has more than {LARGEST_BYTES:,}")
    return path.read_bytes()


def refusal(content: bytes) -> str:
    """Say in a few words why a model file must not be loaded; empty when it may.

    Parameters
    ----------
    content
        The bytes of what should be an ONNX file.
    """
    if len(content) > LARGEST_BYTES:
        return f"it has {len(content):,} bytes, and no model has more than {LARGEST_BYTES:,}"
    if content[4:8] == b"ORTM":
        return "it is in ONNX Runtime's own format"
    if _asks_elsewhere(content):
        return "it asks for data in another file"
    try:
        return _refused_part(content)
    except _DamagedError as error:
        return str(error)


def _asks_elsewhere(content: bytes) -> bool:
    # Not by a regular expression: it holds Python's lock, and with it the window, for 0.2 s over a forest.
    if b"\x00" + _ELSEWHERE in content:
        return True
    return content.count(b"\x08" + _ELSEWHERE) > content.count(b"\x4a\x08" + _ELSEWHERE)


@functools.cache
def bound_memory() -> None:
    """Bound what all models of this process may reserve together; sessions join by ``use_env_allocators``."""
    place = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    bounds = onnxruntime.OrtArenaCfg({"max_mem": LARGEST_MEMORY, "arena_extend_strategy": 1})
    onnxruntime.create_and_register_allocator(place, bounds)


def _refused_part(content: bytes) -> str:
    view = memoryview(content)
    for number, value in _messages(view):
        if number in {_FUNCTIONS, _TRAINING}:
            return "it brings functions of its own"
        if number == _OPSETS:
            for inner, domain in _messages(value):
                if inner == _OPSET_DOMAIN and bytes(domain) not in _DOMAINS:
                    return f"it needs operators of {bytes(domain)[:40].decode('ascii', 'replace')!r}"
        if number == _GRAPH:
            for inner, node in _messages(value):
                reason = _refused_node(node) if inner == _NODE else ""
                if reason:
                    return reason
    return ""


def _refused_node(node: memoryview) -> str:
    for number, value in _messages(node):
        if number == _OPERATOR and bytes(value) in _ENDLESS:
            return f"it holds a {bytes(value).decode()}, of which nobody can say when it ends"
        if number == _DOMAIN and bytes(value) not in _DOMAINS:
            return f"it needs operators of {bytes(value)[:40].decode('ascii', 'replace')!r}"
    return ""


def _messages(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Give number and content of the fields that hold bytes; what those hold is passed over."""
    place = 0
    for _ in range(MOST_FIELDS):
        if place == len(data):
            return
        key, place = _varint(data, place)
        kind = key & 7
        if kind == _BYTES:
            length, place = _varint(data, place)
            end = place + length
            if end > len(data):
                raise _DamagedError("it is cut short")
            yield key >> 3, data[place:end]
            place = end
        elif kind == _VARINT:
            _, place = _varint(data, place)
        elif kind in {_FIXED64, _FIXED32}:
            place += 8 if kind == _FIXED64 else 4
            if place > len(data):
                raise _DamagedError("it is cut short")
        else:
            raise _DamagedError("its bytes are no ONNX")
    raise _DamagedError("it has more parts than any model")


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place == len(data):
            raise _DamagedError("it is cut short")
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
    raise _DamagedError("its bytes are no ONNX")
