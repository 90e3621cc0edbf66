"""The process that runs students' Python under wasmtime: a fresh instance for each, one after the other.

What an instance sees is its own memory, a clock, random numbers, one folder to read (Python's library, and our part),
and one call to this host, which passes messages on (see `inside.in_wasm`). wasmtime keeps it in there; this file only
moves bytes, of which it reads none.

    python -m autograder.sandbox.wasm.host compile python.wasm compiled    makes the native code, which takes a while
    python -m autograder.sandbox.wasm.host serve compiled library          speaks `frames` on its standard streams
"""

from __future__ import annotations

import json
import os
import queue
import struct
import sys
import threading
import time
from typing import IO, Any

import wasmtime

from autograder.sandbox.inside import in_wasm
from autograder.sandbox.wasm import frames

STACK = 1 << 20
"""Bytes of the native stack for an instance; within what wasmtime sets aside without being asked."""
MOST_BESIDE = 1_000_009
"""Bytes of a message besides its arrays: the structure that the judge takes at the most, and the header."""
COMPILE_SECONDS = 110.0
"""Processor seconds that compiling takes, more or less: what the progress is a part of."""
DENIED = 2**32 - 1


class Over(Exception):
    """The instance is to end."""


def engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.epoch_interruption = True
    config.max_wasm_stack = STACK
    return wasmtime.Engine(config)


class Instance:
    """What one instance may use, and the messages that wait for it."""

    def __init__(self, memory: int, reply: int, environment: dict[str, str]):
        self.memory, self.reply, self.environment = memory, reply, environment
        self.requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.over = False


class Host:
    def __init__(self, compiled: str, library: str, incoming: IO[bytes], outgoing: IO[bytes]):
        self._incoming, self._outgoing = incoming, outgoing
        self._writing = threading.Lock()
        self._library = library
        self._engine = engine()
        self._module = wasmtime.Module.deserialize_file(self._engine, compiled)
        self._starts: queue.SimpleQueue[Instance] = queue.SimpleQueue()
        self._instance = Instance(0, 0, {})
        number = wasmtime.ValType.i32()
        self._linker = wasmtime.Linker(self._engine)
        self._linker.define_wasi()
        exchange = wasmtime.FuncType([number] * 4, [number])
        self._linker.define_func("host", "call", exchange, self._exchange, access_caller=True)

    def serve(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()
        self._send(frames.READY)
        while True:
            instance = self._starts.get()
            status, why = self._run(instance)
            self._send(frames.ENDED, json.dumps({"status": status, "why": why}).encode())

    def _listen(self) -> None:
        """Take what the judge sends, also while an instance runs; when the judge is gone, all ends."""
        instance = self._instance
        while frame := frames.read(self._incoming):
            kind, content = frame
            if kind == frames.START:
                instance = Instance(**json.loads(content))
                self._starts.put(instance)
            elif kind == frames.REQUEST:
                instance.requests.put(content)
            elif kind == frames.END:
                instance.over = True
                instance.requests.put(b"")
                self._engine.increment_epoch()
        os._exit(0)

    def _run(self, instance: Instance) -> tuple[int, str]:
        """The status of an instance that has ended, and why it has."""
        self._instance = instance
        store = wasmtime.Store(self._engine)
        try:
            store.set_limits(memory_size=instance.memory, table_elements=1_000_000, instances=1, tables=8, memories=1)
            store.set_epoch_deadline(1)
            if instance.over:
                return 0, "ended"
            store.set_wasi(self._surroundings(instance))
            exports = self._linker.instantiate(store, self._module).exports(store)
            exports["_initialize"](store)
            return int(exports["run"](store)), "returned"
        except Over:
            return 0, "ended"
        except wasmtime.ExitTrap as end:
            return end.code, "exit"
        except (wasmtime.Trap, wasmtime.WasmtimeError) as trap:
            return 1, str(trap)[:2000]
        finally:
            store.close()

    def _surroundings(self, instance: Instance) -> wasmtime.WasiConfig:
        wasi = wasmtime.WasiConfig()
        wasi.argv = ["/usr/local/bin/python.wasm", "-B", "-c", "import in_wasm; in_wasm.main()"]
        wasi.env = sorted(instance.environment.items())
        wasi.stdin_file = os.devnull
        wasi.stdout_custom = wasi.stderr_custom = self._print
        wasi.preopen_dir(self._library, "/usr/local/lib", False)
        return wasi

    def _print(self, text: bytes) -> None:
        self._send(frames.OUTPUT, text)

    def _exchange(self, caller: Any, start: int, length: int, answer_at: int, length_at: int) -> int:
        """What an instance calls with a message of ``length`` bytes at ``start``; the answer is put where it says."""
        instance = self._instance
        memory, allocate = caller["memory"], caller["host_alloc"]
        start, length, answer_at, length_at = (value & DENIED for value in (start, length, answer_at, length_at))
        size = memory.data_len(caller)
        if not 0 < length <= size - start or max(answer_at, length_at) + 4 > size or instance.over:
            raise Over
        what = bytes(memory.read(caller, start, start + 1))
        answer = b""
        if what == in_wasm.SEND:
            end = min(length, instance.reply + MOST_BESIDE)  # the judge refuses it when it has seen how long it is
            message = bytes(memory.read(caller, start + 1, start + end))
            self._send(frames.REPLY, frames.SECONDS.pack(time.thread_time()) + message)
        elif what == in_wasm.RECEIVE:
            answer = instance.requests.get()
            if not answer:
                raise Over
        place = int(allocate(caller, len(answer))) & DENIED
        if not place or place + len(answer) > memory.data_len(caller):
            raise Over
        memory.write(caller, answer, place)
        memory.write(caller, struct.pack("<I", place), answer_at)
        memory.write(caller, struct.pack("<I", len(answer)), length_at)
        return 0

    def _send(self, kind: bytes, content: bytes = b"") -> None:
        with self._writing:
            frames.write(self._outgoing, kind, content)


def compile_module(source: str, target: str) -> None:
    """Make native code of ``source``, and tell how far it is on standard error."""
    done = threading.Event()
    shown = threading.Thread(target=_show_progress, args=(done,))
    shown.start()
    try:
        module = wasmtime.Module(engine(), open(source, "rb").read())
        with open(target, "wb") as file:
            file.write(module.serialize())
    finally:
        done.set()
        shown.join()


def _show_progress(done: threading.Event) -> None:
    step = 1.0 if sys.stderr.isatty() else 10.0
    end = "\r" if sys.stderr.isatty() else "\n"
    while not done.wait(step):
        part = min(99, int(100 * time.process_time() / COMPILE_SECONDS))
        print(f"preparing Python for WebAssembly, once on this machine: {part} %", end=end, file=sys.stderr, flush=True)
    print("preparing Python for WebAssembly, once on this machine: done", file=sys.stderr, flush=True)


def unlimited() -> None:
    """Take back the limit on addresses that the judge has set for itself: wasmtime sets aside more than it uses."""
    try:
        import resource
    except ImportError:  # no such limits
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    unlimited()
    task, first, second = sys.argv[1:]
    if task == "compile":
        compile_module(first, second)
    else:
        Host(first, second, sys.stdin.buffer, sys.stdout.buffer).serve()
