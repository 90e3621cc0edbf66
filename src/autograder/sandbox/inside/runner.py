"""Runs inside the sandbox: executes a student's cells and calls the student's functions, on request.

It holds no secret and is trusted with nothing: whatever it says is only the student's answer. Requests come in on one
pipe, replies go out on another (see `wire`); what the student prints goes to standard output, which the judge counts
and throws away.

    {"do": "run", "label": …, "source": …}        → {"ok": true} or {"ok": false, "error": …}
    {"do": "call", "function": …, "arguments": …} → {"ok": true, "answer": …, "arguments": …}
                                                    or {"ok": false, "error": …}
    {"do": "each", "function": …, "arguments": …,
     "keys": […]}                             → {"ok": true, "answers": …} or {"ok": false, "error": …}

What is to be called with each of many keys besides its arguments may have fewer answers than keys: it ends early after
a while, and after what is no number, because nobody asks for the rest then.

A function among the arguments stays with the judge; here it is a proxy. Each call of it goes the other way, before the
reply:

    {"callback": number, "arguments": …}          → {"ok": true, "answer": …} or {"ok": false, "error": …}
"""

import json
import os
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator, Sequence
from typing import IO

MAX_TEXT = 500
MAX_SHAPES = 50
CELL = "<cell "
"""So begins the name of the code of a cell."""


def main() -> None:
    requests, replies, memory, cpu_seconds = (int(argument) for argument in sys.argv[1:5])
    sys.path[:0] = sys.argv[5:]
    limit_resources(memory, cpu_seconds)
    serve_all(Connection(os.fdopen(requests, "rb"), os.fdopen(replies, "wb")))


def serve_all(judge: "Connection") -> None:
    """Answer requests until there are no more."""
    student = new_namespace()
    judge.send({"ok": True})
    while received := judge.receive():
        try:
            request, buffers = received
            reply, parts = serve(request, buffers, student, judge)
        except BaseException as error:
            reply, parts = {"ok": False, "error": describe(error)}, []
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass
        judge.send(reply, parts)


class Connection:
    """The two pipes to the judge, or what stands for them."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]):
        self.incoming, self.outgoing = incoming, outgoing
        self.one_at_a_time = threading.Lock()

    def send(self, message: dict, parts: Sequence[bytes] = ()) -> None:
        import wire

        self.outgoing.write(wire.pack(message, b"".join(parts)))
        self.outgoing.flush()

    def receive(self) -> tuple[dict, memoryview] | None:
        """The next message and its buffers, or None at the end."""
        import wire

        header = self.incoming.read(wire.HEADER.size)
        if not header:
            return None
        structure, buffers = wire.HEADER.unpack(header)
        return json.loads(self.incoming.read(structure)), memoryview(self.incoming.read(buffers))

    def proxy(self, number: int) -> Callable:
        """A function that asks the judge for its values."""

        def function(*arguments: object, **named: object) -> object:
            import wire

            parts: list[bytes] = []
            given = (*arguments, named) if named else arguments
            message = {"callback": number, "arguments": wire.encode(given, parts), "named": bool(named)}
            with self.one_at_a_time:
                self.send(message, parts)
                received = self.receive()
            if received is None:
                raise EOFError("the grader has gone")
            reply, buffers = received
            if not reply["ok"]:
                raise ValueError(reply["error"])
            return wire.decode(reply["answer"], buffers)

        return function


def limit_resources(memory: int, cpu_seconds: int) -> None:
    """Hard limits for this process; it can start no other."""
    import resource

    for name, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 16_000_000),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_SIGPENDING, 64),
        (resource.RLIMIT_RTPRIO, 0),
        (resource.RLIMIT_NICE, 0),
    ):
        resource.setrlimit(name, (value, value))


def new_namespace() -> dict:
    """The globals of the student's cells, in which notebook conveniences and the student package do nothing."""
    import stand_in

    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    stand_in.install()
    module.__dict__["display"] = module.__dict__["get_ipython"] = Nothing()
    return module.__dict__


class Nothing:
    """Takes any attribute and any call, and does nothing."""

    def __getattr__(self, name: str) -> "Nothing":
        return self

    def __call__(self, *arguments: object, **options: object) -> "Nothing":
        return self


def serve(request: dict, buffers: memoryview, student: dict, judge: Connection) -> tuple[dict, list[bytes]]:
    import stand_in
    import wire

    if request["do"] == "run":
        exec(compile_cell(request["source"], f"{CELL}{request['label']}>"), student)
        return {"ok": True}, []
    function = student.get(request["function"])
    if function is None:
        return {"ok": False, "error": {"type": "missing"}}, []
    parts: list[bytes] = []
    stand_in.graded = True
    try:
        if request["do"] == "each":
            answers = list(each(function, request, buffers, parts))
            return {"ok": True, "answers": {"kind": "tuple", "items": answers}}, parts
        arguments = wire.decode(request["arguments"], buffers, judge.proxy)
        answer = function(*arguments)
    finally:
        stand_in.graded = False
    return {"ok": True, "answer": wire.encode(answer, parts), "arguments": wire.encode(arguments, parts)}, parts


def each(function: Callable, request: dict, buffers: memoryview, parts: list[bytes]) -> Iterator[dict]:
    """The structures of the answers for the keys, until that has taken long or one answer is no number.

    Every call has arrays of its own.
    """
    import wire

    end = time.monotonic() + wire.LONG
    for key in request["keys"]:
        answer = function(*wire.decode(request["arguments"], buffers), *key)
        yield wire.encode(answer, parts)
        if not is_number(answer) or time.monotonic() > end:
            return


def is_number(answer: object) -> bool:
    if type(answer).__module__ == "numpy":
        kind = getattr(getattr(answer, "dtype", None), "kind", "")
        return getattr(answer, "shape", None) == () and kind in set("fiu")
    return type(answer) in (int, float)


def compile_cell(source: str, filename: str) -> types.CodeType:
    """The cell's code; lines of notebook magic (``%…``, ``!…``) are left out, which keeps the line numbers."""
    try:
        return compile(source, filename, "exec")
    except SyntaxError:
        lines = ["" if line.lstrip()[:1] in ("%", "!") else line for line in source.split("\n")]
        return compile("\n".join(lines), filename, "exec")


def describe(error: BaseException) -> dict:
    """Type and message of an exception, and if it is in one of the student's cells, where: the cell, the line, and the
    shapes of the arrays that have a name there.
    """
    try:
        message = str(error)[:MAX_TEXT]
    except BaseException:
        message = ""
    said = {"type": type(error).__name__[:50], "message": message}
    if isinstance(error, SyntaxError) and (filename := str(error.filename)).startswith(CELL):
        return {**said, "message": str(error.msg)[:MAX_TEXT], "cell": label_of(filename), "line": error.lineno}
    last, step = None, error.__traceback__
    while step is not None:
        last = step if step.tb_frame.f_code.co_filename.startswith(CELL) else last
        step = step.tb_next
    if last is None:
        return said
    frame = last.tb_frame
    return {**said, "cell": label_of(frame.f_code.co_filename), "line": last.tb_lineno, "shapes": shapes(frame)}


def label_of(filename: str) -> str:
    return filename[len(CELL) : -1]


def shapes(frame: types.FrameType) -> dict[str, list[int]]:
    """The shapes of at most `MAX_SHAPES` arrays that have a name in a frame, alone or in a dict."""
    found: dict[str, list[int]] = {}
    try:
        used = {name: frame.f_globals[name] for name in frame.f_code.co_names if name in frame.f_globals}
        for name, value in {**used, **frame.f_locals}.items():
            entries = list(value.items())[:MAX_SHAPES] if type(value) is dict else ()
            for text, each in ((name, value), *((f"{name}[{key!r}]", entry) for key, entry in entries)):
                if type(each).__name__ == "ndarray" and len(found) < MAX_SHAPES:
                    found[text] = [int(length) for length in each.shape]
    except BaseException:
        return {}
    return found


if __name__ == "__main__":
    main()
