"""Values on the pipe between the judge and the student's process: one JSON line of structure, then raw buffers.

Both sides use this file, and it needs nothing but NumPy. Nothing that arrives is executed: no pickle, no eval, no repr.

A message is 8 bytes with the lengths of the structure and of the buffers (two unsigned 32-bit numbers, little-endian),
the structure as UTF-8 JSON, then the buffers of the arrays one after the other, in C order.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Callable
from functools import lru_cache

import numpy as np

HEADER = struct.Struct("<II")
KINDS = "fiub"
"""NumPy's kinds of real numbers: float, signed and unsigned integer, bool."""
DTYPE = re.compile(rf"[<|][{KINDS}][0-9]{{1,2}}")
"""What is read as a dtype. NumPy's own reader takes expressions and raises more than TypeError for bad ones."""
MAX_TEXT = 10_000
MAX_PARTS = 25_000
"""Values in one message; numbers in lists are fewer when they fill the structure that the judge takes."""
MAX_AXES = 8
MAX_LENGTH = 2**31
"""Of one axis of an array, which may be long without any entries."""
LONG = 0.1
"""Seconds after which a process that is to make many calls replies with the answers that it has."""


class Malformed(ValueError):
    """Bytes that are no message, or a value that a message cannot hold."""


def pack(message: dict, buffers: bytes = b"") -> bytes:
    """A message of JSON data and the buffers that belong to it."""
    structure = json.dumps(message).encode()
    return HEADER.pack(len(structure), len(buffers)) + structure + buffers


def encode(value: object, buffers: list[bytes], functions: list[Callable] | None = None) -> dict:
    """The structure of ``value``; the bytes of its arrays are appended to ``buffers``.

    A function does not travel. If there is a list of ``functions``, it is appended there, and its number goes in its
    place.
    """
    if type(value) is bool or value is None or (type(value) is str and len(value) <= MAX_TEXT):
        return {"kind": "plain", "value": value}
    if type(value) is int:
        return {"kind": "int", "value": str(value)} if abs(value) < 2**256 else {"kind": "other", "type": "huge int"}
    if type(value) is float:
        return {"kind": "float", "value": value.hex()}
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_array(np.asarray(value), isinstance(value, np.generic), buffers)
    if type(value) is list or type(value) is tuple:
        return {"kind": type(value).__name__, "items": [encode(item, buffers, functions) for item in value]}
    if type(value) is dict and all(type(key) is str for key in value):
        return {"kind": "dict", "items": {key: encode(item, buffers, functions) for key, item in value.items()}}
    if functions is not None and callable(value):
        functions.append(value)
        return {"kind": "function", "number": len(functions) - 1}
    return {"kind": "other", "type": type(value).__name__[:50]}


def _encode_array(array: np.ndarray, scalar: bool, buffers: list[bytes]) -> dict:
    if array.dtype.kind not in KINDS:
        return {"kind": "other", "type": f"array of dtype {array.dtype}"[:80]}
    if array.ndim > MAX_AXES or any(length >= MAX_LENGTH for length in array.shape):
        return {"kind": "other", "type": f"array with too many axes or too long ones: {array.shape}"[:80]}
    data = np.array(array, dtype=array.dtype.newbyteorder("<"), order="C", copy=True).tobytes()
    buffers.append(data)
    return {"kind": "array", "scalar": scalar, "dtype": array.dtype.newbyteorder("<").str, "shape": list(array.shape)}


class Other:
    """Stands for a value that cannot travel, such as a function or an array of objects; it knows what it stands for."""

    def __init__(self, what: str):
        self.what = what


def decode(structure: object, buffers: memoryview, function: Callable[[int], Callable] | None = None) -> object:
    """The value; `Malformed` unless structure and buffers fit each other exactly.

    ``function(number)`` makes what stands for a function here; without it a message may hold none.
    """
    _require_few_parts(structure)
    value, rest = _decode(structure, buffers, 0, function)
    if len(rest):
        raise Malformed(f"{len(rest)} bytes too many")
    return value


def decode_first(structure: object, buffers: memoryview) -> tuple[object, memoryview]:
    """The value at the beginning of ``buffers``, and the buffers that are left."""
    _require_few_parts(structure)
    return _decode(structure, buffers, 0, None)


def _require_few_parts(structure: object) -> None:
    waiting, parts = [structure], 0
    while waiting:
        parts += 1
        if parts > MAX_PARTS:
            raise Malformed(f"more than {MAX_PARTS} values")
        items = part.get("items") if isinstance(part := waiting.pop(), dict) else None
        if isinstance(items, (list, dict)):
            waiting += items.values() if isinstance(items, dict) else items


def _decode(
    structure: object, buffers: memoryview, depth: int, function: Callable[[int], Callable] | None
) -> tuple[object, memoryview]:
    if not isinstance(structure, dict) or depth > 8:
        raise Malformed("no value")
    kind = structure.get("kind")
    match kind:
        case "plain":
            value = structure.get("value")
            if value is not None and not isinstance(value, (bool, str)):
                raise Malformed("not plain")
            if isinstance(value, str) and len(value) > MAX_TEXT:
                raise Malformed("a text too long")
            return value, buffers
        case "int" | "float":
            text = structure.get("value")
            if not isinstance(text, str) or len(text) > 100:
                raise Malformed("no number")
            try:
                return (int(text) if kind == "int" else float.fromhex(text)), buffers
            except (ValueError, OverflowError) as error:
                raise Malformed("no number") from error
        case "array":
            return _decode_array(structure, buffers)
        case "list" | "tuple":
            items = structure.get("items")
            if not isinstance(items, list):
                raise Malformed("no items")
            values = []
            for item in items:
                value, buffers = _decode(item, buffers, depth + 1, function)
                values.append(value)
            return (values if kind == "list" else tuple(values)), buffers
        case "dict":
            items = structure.get("items")
            if not isinstance(items, dict):
                raise Malformed("no items")
            named = {}
            for key, item in items.items():
                if len(key) > MAX_TEXT:
                    raise Malformed("a text too long")
                named[key], buffers = _decode(item, buffers, depth + 1, function)
            return named, buffers
        case "function" if function is not None and type(structure.get("number")) is int:
            return function(structure["number"]), buffers
        case "other" if isinstance(structure.get("type"), str):
            return Other(structure["type"][:80]), buffers
    raise Malformed("unknown kind")


@lru_cache(maxsize=100)
def _dtype(name: str) -> np.dtype:
    if not DTYPE.fullmatch(name):
        raise Malformed("no array")
    try:
        return np.dtype(name)
    except (TypeError, ValueError) as error:
        raise Malformed("no dtype") from error


def _decode_array(structure: dict, buffers: memoryview) -> tuple[object, memoryview]:
    name, shape = structure.get("dtype"), structure.get("shape")
    if not isinstance(name, str) or not isinstance(shape, list) or len(shape) > MAX_AXES:
        raise Malformed("no array")
    dtype = _dtype(name)
    if any(type(k) is not int or not 0 <= k < MAX_LENGTH for k in shape):
        raise Malformed("no array")
    size = dtype.itemsize * math.prod(shape)
    if size > len(buffers):
        raise Malformed("buffer too short")
    try:
        array = np.frombuffer(buffers[:size], dtype=dtype).reshape(shape).copy()
    except ValueError as error:  # no entries, and yet more than NumPy can count along the other axes
        raise Malformed("no array") from error
    return (array[()] if structure.get("scalar") is True and not shape else array), buffers[size:]
