"""The text of one function, and of what it uses of its cell, parsed and addressed.

Edits are splices of the text, so that a candidate runs wherever text runs. Addresses are byte offsets into the text;
lines are counted in the cell.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

MOST_BYTES = 20_000
"""Of a cell that is searched."""
MOST_NODES = 4_000
"""Of the whole cell."""

Splice = tuple[int, int, str]
"""(start, end, text in its place)"""


class NotSearched(Exception):
    """No place is sought in this text; the message says why."""


@dataclass(frozen=True, order=True)
class Span:
    """The bytes from ``start`` to ``end``."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def holds(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


class Source:
    """The function ``name`` in the text of its cell.

    ``program`` is the text in which all is blank but the statements of the cell that define the function and what it
    uses: functions, classes and single numbers. `NotSearched` if the text is too large, cannot be parsed, or does not
    define the function at its top level.
    """

    def __init__(self, text: str, name: str, first_line: int = 1):
        text = _without_magics(text.replace("\r\n", "\n").replace("\r", "\n"))
        self.name, self.first_line = name, first_line
        whole = text.encode("utf-8", "replace")
        tree = parse(whole)
        self._starts = [0, *accumulate(len(line) for line in whole.splitlines(keepends=True))]
        self.text = whole
        self.statements = _reached(tree, name)
        self._unused = _unused(tree)
        if not self.statements:
            raise NotSearched(f"{name} is not defined in its cell as a function")
        kept = [self.span(_with_decorators(statement)) for statement in self.statements]
        self.program = _blanked(whole, kept)
        self.parents: dict[ast.AST, ast.AST] = {}
        for statement in self.statements:
            for node in ast.walk(statement):
                for child in ast.iter_child_nodes(node):
                    self.parents[child] = node

    def span(self, node: ast.AST) -> Span:
        """Where a node that has a place in the text begins and ends."""
        return Span(
            self._starts[node.lineno - 1] + node.col_offset,  # type: ignore[attr-defined]
            self._starts[node.end_lineno - 1] + node.end_col_offset,  # type: ignore[attr-defined]
        )

    def written(self, node: ast.AST) -> str:
        """The node's own text."""
        return self.cut(self.span(node))

    def cut(self, span: Span) -> str:
        return self.program[span.start : span.end].decode("utf-8", "replace")

    def line(self, span: Span) -> int:
        """The line, counted in the cell, in which the span begins."""
        return self.first_line + self.program.count(b"\n", 0, span.start)

    def indent(self, node: ast.stmt) -> str:
        """What stands before the statement in its line, if that is blank; "" if something else does."""
        start = self.span(node).start
        begin = self.program.rfind(b"\n", 0, start) + 1
        before = self.program[begin:start].decode("utf-8", "replace")
        return before if not before.strip() else ""

    def unused(self, arguments: int) -> list[str]:
        """Functions and classes of the cell that nothing in it uses, though they are there."""
        return [name for name, count in self._unused if count == arguments and name != self.name][:2]

    @cached_property
    def arguments(self) -> list[str]:
        """The names of the function's own arguments."""
        for statement in self.statements:
            function = statement.value if isinstance(statement, ast.Assign) else statement
            if isinstance(function, (ast.FunctionDef, ast.Lambda)) and self.name == _name_of(statement):
                return [argument.arg for argument in function.args.args]
        return []

    @property
    def defined(self) -> list[str]:
        """The names that the program defines at its top level."""
        return [name for statement in self.statements if (name := _name_of(statement))]

    @cached_property
    def others(self) -> set[str]:
        """The functions that are called, and are neither defined in the program nor Python's."""
        nodes = [node for statement in self.statements for node in ast.walk(statement)]
        called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        own = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        return called - own - set(dir(builtins))

    def edited(self, splices: Sequence[Splice]) -> str:
        """The program with these splices, of which none overlap but in whole: those inside another are lost."""
        return spliced(self.program, [*splices, *self._guards_beside(splices)])

    def _guards_beside(self, splices: Sequence[Splice]) -> Iterator[Splice]:
        """Counters around whatever a loop runs over, but where a splice replaces them."""
        for guarded, call in self._loops:
            if not any(
                s < guarded.end and guarded.start < e and not (guarded.holds(Span(s, e))) for s, e, _ in splices
            ):
                yield (guarded.start, guarded.start, call)
                yield (guarded.end, guarded.end, ")")

    @cached_property
    def _loops(self) -> list[tuple[Span, str]]:
        found = []
        for statement in self.statements:
            for node in ast.walk(statement):
                if isinstance(node, (ast.For, ast.comprehension)):
                    found.append((self.span(node.iter), "__counted("))
                elif isinstance(node, ast.While):
                    found.append((self.span(node.test), "__counted_while("))
        return found


def spliced(program: bytes, splices: Sequence[Splice]) -> str:
    """The text with all splices made; of insertions at one offset a later one of the list stands outside."""
    insertions = [(s, k, text) for k, (s, e, text) in enumerate(splices) if s == e]
    replaced = [(s, e, text) for s, e, text in splices if e > s]
    opening = {s for s, _, text in insertions if text.endswith("(")}
    marks: list[tuple[int, int, int, int, str]] = []
    for s, k, text in insertions:
        outside = -k if s in opening and text.endswith("(") else k
        marks.append((s, 2 if text.endswith("(") else 0, outside, s, text))
    for s, e, text in replaced:
        marks.append((s, 3, 0, e, text))
    parts, at = [], 0
    for s, _, _, e, text in sorted(marks):
        if s < at:
            continue
        parts += [program[at:s].decode("utf-8", "replace"), text]
        at = e
    return "".join([*parts, program[at:].decode("utf-8", "replace")])


def parse(text: bytes) -> ast.Module:
    """The tree of a text of no more than `MOST_BYTES`; `NotSearched` for any other that cannot be parsed.

    On nested texts the parser ends in MemoryError or RecursionError, on others in ValueError or SyntaxError. Within
    that size the worst of them take it 0.1 s and 8 MB.
    """
    if len(text) > MOST_BYTES:
        raise NotSearched(f"the cell has {len(text)} bytes; places are sought in up to {MOST_BYTES}")
    try:
        tree = ast.parse(text)
        nodes = sum(1 for _ in ast.walk(tree))
    except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError) as error:
        raise NotSearched(f"the cell cannot be parsed ({type(error).__name__})") from None
    if nodes > MOST_NODES:
        raise NotSearched("the cell is too long")
    return tree


def _without_magics(text: str) -> str:
    """Lines of notebook magic left blank, if the text is no plain Python with them; as the judge runs cells."""
    lines = text.split("\n")
    if not any(line.lstrip()[:1] in ("%", "!") for line in lines):
        return text
    return "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in lines)


def _reached(tree: ast.Module, name: str) -> list[ast.stmt]:
    """The statements that define ``name`` and what it uses; [] if none defines it."""
    defined: dict[str, ast.stmt] = {}
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            defined[statement.name] = statement
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and (target.id == name or _is_plain(statement.value)):
                defined[target.id] = statement
    if name not in defined:
        return []
    found, waiting = [], [name]
    while waiting:
        next_name = waiting.pop()
        if next_name in defined:
            statement = defined.pop(next_name)
            found.append(statement)
            waiting += [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
    return sorted(found, key=lambda statement: statement.lineno)


def _name_of(statement: ast.stmt) -> str:
    """What a statement defines: a function, a class or one name; "" otherwise."""
    if isinstance(statement, ast.Assign):
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else ""
    return str(getattr(statement, "name", ""))


def _unused(tree: ast.Module) -> list[tuple[str, int]]:
    """Functions and classes that no statement of the cell names, and how many arguments they take; classes take one."""
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    functions = [(s.name, len(s.args.args)) for s in tree.body if isinstance(s, ast.FunctionDef)]
    classes = [(s.name, 1) for s in tree.body if isinstance(s, ast.ClassDef)]
    return [(name, count) for name, count in (*functions, *classes) if name not in named]


def _is_plain(value: ast.expr) -> bool:
    """A number, or something that is made of a function without a name."""
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    if isinstance(value, ast.Constant):
        return isinstance(value.value, (int, float))
    return any(isinstance(node, ast.Lambda) for node in ast.walk(value))


def _with_decorators(statement: ast.stmt) -> ast.stmt:
    """The statement as it begins with its first decorator."""
    decorators = getattr(statement, "decorator_list", [])
    if decorators:
        first = decorators[0]
        statement = ast.copy_location(ast.Pass(), statement)
        statement.lineno, statement.col_offset = first.lineno, max(0, first.col_offset - 1)
    return statement


def _blanked(text: bytes, kept: Sequence[Span]) -> bytes:
    """The text with blanks for all bytes outside ``kept`` but line ends."""
    blank = bytearray(byte if byte in b"\r\n" else 32 for byte in text)
    for span in kept:
        blank[span.start : span.end] = text[span.start : span.end]
    return bytes(blank)
