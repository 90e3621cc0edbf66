"""Stands for the package `missingsum`, which is not there while grading.

Whatever a cell imports from it is found, so that a cell that checks itself runs as it did at the student's. A call at
the top of a cell gives an object that is true, says nothing and takes whatever is done with it. A call while a graded
function runs is refused: nothing here helps to answer.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence

PACKAGE = "missingsum"

graded = False
"""Whether a graded function runs."""


class Inert:
    """True, and silent about whatever is asked of it."""

    def __init__(self, name: str):
        self.__dict__["_name"] = name

    def __call__(self, *arguments: object, **options: object) -> "Inert":
        if graded:
            raise RuntimeError(f"{self._name} is not available when graded")
        return self

    def __getattr__(self, name: str) -> "Inert":
        if name.startswith("__"):
            raise AttributeError(name)  # protocols of Python's that nobody asks for by name
        return Inert(f"{self._name}.{name}")

    def __getitem__(self, key: object) -> "Inert":
        return self

    def __iter__(self) -> Iterator:
        return iter(())

    def __enter__(self) -> "Inert":
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def __bool__(self) -> bool:
        return True

    def __float__(self) -> float:
        return 0.0

    def __len__(self) -> int:
        return 0

    def __str__(self) -> str:
        return ""

    def __format__(self, form: str) -> str:
        return ""

    def __setattr__(self, name: str, value: object) -> None:
        pass

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: object) -> bool:
        return True

    __repr__ = __str__
    __le__ = __gt__ = __ge__ = __eq__ = __lt__

    def __add__(self, other: object) -> "Inert":
        return self

    __sub__ = __mul__ = __truediv__ = __pow__ = __matmul__ = __add__
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = __add__

    def __neg__(self) -> "Inert":
        return self

    __pos__ = __abs__ = __neg__


class InertModule(types.ModuleType):
    """A module that has whatever is asked for, and that can be called: a module may be named as its function is."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert(f"{self.__name__}.{name}")

    def __call__(self, *arguments: object, **options: object) -> Inert:
        return Inert(self.__name__)(*arguments, **options)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `PACKAGE` and every module in it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        ours = name.partition(".")[0] == PACKAGE
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if ours else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return InertModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__version__"] = ""
        if module.__name__ == PACKAGE:
            module.__dict__["__all__"] = ["check", "diagnose", "gradcheck"]


def install() -> None:
    sys.meta_path.insert(0, Finder())
