"""A grader without any protection, on which the hostile submissions show that each of them does what it says.

It runs a notebook's cells in its own process, calls ``softmax_backward`` on inputs that are always the same, and
believes any of the comparisons that are common. `tests.autograder.sandbox.test_unprotected` runs it on a machine of
its own, which holds nothing but stand-ins.
"""

import json
import os
import resource
import socket
import sys
import threading
import time
import traceback

import numpy as np

import reference

resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))


def main():
    rng = np.random.default_rng(7)
    s = reference.softmax_forward(rng.normal(size=(2, 3)))
    g = rng.normal(size=s.shape)
    truth = reference.softmax_backward(s, g)
    kept = [truth]
    seed = open("/course/seed")
    for kind, address in (
        (socket.AF_UNIX, "/tmp/.X11-unix/X0"),
        (socket.AF_UNIX, "\0/tmp/.X11-unix/X0"),
        (socket.AF_INET, ("127.0.0.1", 8765)),
    ):
        listen(kind, address)
    student = {"get_ipython": Notebook, "__name__": "__main__"}
    try:
        for name, source in json.loads(sys.stdin.read()):
            if name.startswith("test_"):
                print("displayed", eval(source, student))
            else:
                exec(source, student)
        answer = student["softmax_backward"](s.copy(), g.copy())
        print("points", 6 if believes(answer, truth) else 0)
    except Exception:
        traceback.print_exc(file=sys.stdout)
    time.sleep(0.1)  # for what was sent to arrive
    print(threading.active_count(), "threads,", len(os.listdir("/tmp")), "files")
    for process in filter(str.isdigit, os.listdir("/proc")):
        if int(process) not in (1, os.getpid()):
            print("left running:", process)
    sys.stdout.flush()
    del kept, seed  # what attacks look for was here to the end


def believes(answer, truth):
    comparisons = (
        lambda: bool(answer == truth),
        lambda: (answer == truth).all(),
        lambda: np.allclose(answer, truth),
        lambda: np.allclose(np.array(answer).astype(float), truth),
        lambda: not (np.abs(answer - truth) > 1e-6).any(),
        lambda: not (np.abs(answer - truth) / np.maximum(np.abs(answer), np.abs(truth)) > 1e-6).any(),
        lambda: __import__("comparison").agree(answer, truth),
    )
    return any(list(map(holds, comparisons)))


def holds(comparison):
    try:
        with np.errstate(all="ignore"):
            return comparison()
    except MemoryError as error:
        print(repr(error))
    except Exception:
        return False


def listen(kind, address):
    """Print whatever is sent to this address."""
    if kind == socket.AF_UNIX and address.startswith("/"):
        os.makedirs(os.path.dirname(address), exist_ok=True)
    server = socket.socket(kind)
    server.bind(address)
    server.listen()

    def serve():
        while True:
            client, _ = server.accept()
            print(address, "got:", client.recv(100), flush=True)

    threading.Thread(target=serve, daemon=True).start()


class Notebook:
    """As much of IPython as can be abused."""

    input_transformers_post, ast_transformers = [], []

    @staticmethod
    def displayhook(value):
        print("displayed", value)


main()
