"""Names, attributes, indices, slices, and the elements of a tuple."""

from __future__ import annotations

import ast

from missingsum.where.edits.writing import SPECIAL, Found, Writing, family


class Access(Writing):
    """Names, attributes, indices, slices, and the elements of a tuple."""

    def name(self, node: ast.Name) -> Found:
        if not isinstance(node.ctx, ast.Load):
            return
        called = isinstance(parent := self.source.parents.get(node), ast.Call) and parent.func is node
        if node.id not in SPECIAL and not called:
            for other in self.names:
                if other != node.id:
                    yield self.put(node, other, "name", 1.0)
        for other in family(node.id):
            yield self.put(node, other, "function", 1.0, parent if called else node)
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Mult, ast.Div)):
            for size in self.sizes:
                yield self.put(node, size, "size", 1.25)
        if isinstance(parent, ast.Call) and node in parent.args:
            for size in self.sizes:
                yield self.put(node, size, "size", 1.35)
        if not called and node.id not in SPECIAL:
            for index in self.indices:
                if index != node.id:
                    yield self.put(node, f"{node.id}[{index}]", "index", 1.3)

    def attribute(self, node: ast.Attribute) -> Found:
        parent = self.source.parents.get(node)
        place = parent if isinstance(parent, ast.Call) and parent.func is node else node
        for other in family(node.attr):
            yield self.put(node, f"{self.text(node.value)}.{other}", "function", 1.0, place)
        if node.attr == "T":
            yield self.put(node, self.text(node.value), "transpose", 1.05)
        if node.attr == "size":
            for other in ("shape[0]", "shape[1]", "shape[-1]"):
                yield self.put(node, f"{self.text(node.value)}.{other}", "size", 1.05)

    def subscript(self, node: ast.Subscript) -> Found:
        value = self.text(node.value)
        yield self.put(node, value, "index", 1.2)
        if isinstance(node.slice, ast.Tuple):
            parts = [self.source.written(part) for part in node.slice.elts]
            for k in range(len(parts) - 1):
                swapped = [*parts[:k], parts[k + 1], parts[k], *parts[k + 2 :]]
                yield self.put(node, f"{value}[{', '.join(swapped)}]", "index", 1.05)
            for k in range(len(parts)):
                for text in (":", "None"):
                    if parts[k] != text:
                        changed = ", ".join([*parts[:k], text, *parts[k + 1 :]])
                        yield self.put(node, f"{value}[{changed}]", "index", 1.15)
            if len(parts) == 2:
                yield self.put(node, f"{value}[{parts[0]}][{parts[1]}]", "index", 1.3)
        else:
            index = self.source.written(node.slice)
            for text in (f":, {index}", f"{index}, :", f"{index}, None", f"None, {index}"):
                yield self.put(node, f"{value}[{text}]", "index", 1.15)

    def slice_(self, node: ast.Slice) -> Found:
        lower, upper, step = (self.source.written(p) if p else "" for p in (node.lower, node.upper, node.step))
        tail = f":{step}" if step else ""
        place = self.source.parents[node]
        for a, b in (("", upper), (lower, ""), (upper, ""), ("", lower)):
            if (a, b) != (lower, upper):
                yield self.put(node, f"{a}:{b}{tail}", "index", 1.1, place)
        for bound, other in ((lower, upper), (upper, lower)):
            for change in (" + 1", " - 1"):
                if bound:
                    pair = (f"({bound}){change}", other) if bound == lower else (other, f"({bound}){change}")
                    yield self.put(node, f"{pair[0]}:{pair[1]}{tail}", "index", 1.15, place)
        if step:
            yield self.put(node, f"{lower}:{upper}", "index", 1.1, place)
            yield self.put(node, f"{lower}:{upper}:-({step})", "index", 1.15, place)
        else:
            yield self.put(node, f"{lower}:{upper}:-1", "index", 1.3, place)

    def elements(self, node: ast.Tuple | ast.List) -> Found:
        if not isinstance(node.ctx, ast.Load) or isinstance(self.source.parents.get(node), ast.Subscript):
            return
        parts = [self.source.written(part) for part in node.elts]
        opening, closing = ("[", "]") if isinstance(node, ast.List) else ("(", ")")
        for k in range(len(parts)):
            for m in range(k + 1, len(parts)):
                swapped = list(parts)
                swapped[k], swapped[m] = parts[m], parts[k]
                yield self.put(node, f"{opening}{', '.join(swapped)}{closing}", "order", 1.05)
