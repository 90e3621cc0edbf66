"""Values on the pipe between the judge and the student's process: one JSON line of structure, then raw buffers.

Both sides use this file, and it needs nothing but NumPy. Nothing that arrives is executed: no pickle, no eval, no repr.

A message is 8 bytes with the lengths of the structure and of the buffers (two unsigned 32-bit numbers, little-endian), the structure as UTF-8 JSON, then the buffers of the
arrays one after the other, in C order.
"""

from __future__ import annotations

import json
import math
import struct

import numpy as np

HEADER = struct.Struct("<II")
KINDS = "fiub"
"""NumPy's kinds of real numbers: float, signed and unsigned integer, bool."""
MAX_TEXT = 10_000


class Malformed(ValueError):
    """Bytes that are no message, or a value that a message cannot hold."""


def pack(message: dict, buffers: bytes = b"") -> bytes:
    """A message of JSON data and the buffers that belong to it."""
    structure = json.dumps(message).encode()
    return HEADER.pack(len(structure), len(buffers)) + structure + buffers


def encode(value: object, buffers: list[bytes]) -> dict:
    """The structure of ``value``; the bytes of its arrays are appended to ``buffers``."""
    if type(value) is bool or value is None or (type(value) is str and len(value) <= MAX_TEXT):
        return {"kind": "plain", "value": value}
    if type(value) is int:
        return {"kind": "int", "value": str(value)} if abs(value) < 2**256 else {"kind": "other", "type": "huge int"}
    if type(value) is float:
        return {"kind": "float", "value": value.hex()}
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_array(np.asarray(value), isinstance(value, np.generic), buffers)
    if type(value) in (list, tuple):
        return {"kind": type(value).__name__, "items": [encode(item, buffers) for item in value]}
    if type(value) is dict and all(type(key) is str for key in value):
        return {"kind": "dict", "items": {key: encode(item, buffers) for key, item in value.items()}}
    return {"kind": "other", "type": type(value).__name__[:50]}


def _encode_array(array: np.ndarray, scalar: bool, buffers: list[bytes]) -> dict:
    if array.dtype.kind not in KINDS:
        return {"kind": "other", "type": f"array of dtype {array.dtype}"[:80]}
    data = np.array(array, dtype=array.dtype.newbyteorder("<"), order="C", copy=True).tobytes()
    buffers.append(data)
    return {"kind": "array", "scalar": scalar, "dtype": array.dtype.newbyteorder("<").str, "shape": list(array.shape)}


class Other:
    """Stands for a value that cannot travel, such as a function or an array of objects; it knows what it stands for."""

    def __init__(self, what: str):
        self.what = what


def decode(structure: object, buffers: memoryview) -> object:
    """The value; `Malformed` unless structure and buffers fit each other exactly."""
    value, rest = decode_first(structure, buffers)
    if len(rest):
        raise Malformed(f"{len(rest)} bytes too many")
    return value


def decode_first(structure: object, buffers: memoryview) -> tuple[object, memoryview]:
    """The value at the beginning of ``buffers``, and the buffers that are left."""
    return _decode(structure, buffers, 0)


def _decode(structure: object, buffers: memoryview, depth: int) -> tuple[object, memoryview]:
    if not isinstance(structure, dict) or depth > 8:
        raise Malformed("no value")
    kind = structure.get("kind")
    match kind:
        case "plain":
            value = structure.get("value")
            if value is not None and not isinstance(value, (bool, str)):
                raise Malformed("not plain")
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
                value, buffers = _decode(item, buffers, depth + 1)
                values.append(value)
            return (values if kind == "list" else tuple(values)), buffers
        case "dict":
            items = structure.get("items")
            if not isinstance(items, dict):
                raise Malformed("no items")
            values = {}
            for key, item in items.items():
                values[key], buffers = _decode(item, buffers, depth + 1)
            return values, buffers
        case "other":
            return Other(str(structure.get("type"))[:80]), buffers
    raise Malformed("unknown kind")


def _decode_array(structure: dict, buffers: memoryview) -> tuple[object, memoryview]:
    name, shape = structure.get("dtype"), structure.get("shape")
    if not isinstance(name, str) or len(name) > 4 or not isinstance(shape, list) or len(shape) > 8:
        raise Malformed("no array")
    try:
        dtype = np.dtype(name)
    except (TypeError, ValueError) as error:
        raise Malformed("no dtype") from error
    if dtype.kind not in KINDS or any(type(k) is not int or k < 0 for k in shape):
        raise Malformed("no array")
    size = dtype.itemsize * math.prod(shape)
    if size > len(buffers):
        raise Malformed("buffer too short")
    array = np.frombuffer(buffers[:size], dtype=dtype).reshape(shape).copy()
    return (array[()] if structure.get("scalar") is True and not shape else array), buffers[size:]
