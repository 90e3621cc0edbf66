"""Has something run when all is over: at exit, in a finaliser, and in a thread that is waited for.

Told: it should be
Unprotected: prints after the end
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import atexit
import os
import sys
import threading
import time
import weakref


def late(*arguments):
    os.write(1, b"after the end\n")
    os.write(int(sys.argv[2]) if sys.argv[2:] else 1, b"after the end\n")


class Anything:
    pass


keep = Anything()
atexit.register(late)
weakref.finalize(keep, late)


def softmax_backward(s, g):
    threading.Thread(target=lambda: (time.sleep(1), late())).start()
    return 0 * s
