"""Half precision: float16, and bfloat16 where ml_dtypes is installed, go in and out; float32 is computed with."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

import numpy as np

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

USUAL = frozenset([np.dtype(np.float64), np.dtype(np.float32)])


def is_half(dtype: np.dtype) -> bool:
    """Whether ``dtype`` is float16 or bfloat16, which NumPy itself does not know: its name says what it is."""
    return dtype not in USUAL and (dtype == np.float16 or dtype.name == "bfloat16")


def in_float32(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """The function for a first argument in half precision as well: computed in float32, each result rounded once."""
    name = next(iter(signature(function).parameters))

    @wraps(function)
    def either(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        result: Any = function(*args, **kwargs)
        dtype = getattr(args[0] if args else kwargs[name], "dtype", None)
        if dtype is None or dtype in USUAL or not isinstance(dtype, np.dtype) or not is_half(dtype):
            return result
        with np.errstate(over="ignore"):
            result = tuple(r.astype(dtype) for r in result) if isinstance(result, tuple) else result.astype(dtype)
        return result

    return either
