"""A thread bomb, in steps.

Told: more than 50 threads
Unprotected: counts 1000 threads
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import threading
import time


def softmax_backward(s, g):
    threading.stack_size(32768)
    for _ in range(1000):
        threading.Thread(target=time.sleep, args=[60], daemon=True).start()
    time.sleep(4)
