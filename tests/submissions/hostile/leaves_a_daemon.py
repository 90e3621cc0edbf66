"""Starts a process that should outlive it.

Told: it raises
Unprotected: prints left running:
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import subprocess
import sys


def softmax_backward(s, g):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
