"""What tests of WebAssembly need: what keeps them from running here, and an instance to ask."""

from __future__ import annotations

import pytest

from autograder.sandbox.wasm import cache

WHY_NOT = cache.why_not() or ("" if cache.is_prepared() else "Python is not compiled for WebAssembly: make portable")
needs_wasm = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
