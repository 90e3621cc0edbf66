"""Overwrites the program that runs it.

Told: Read-only file system
Unprotected: writes grader/runner.py
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
def softmax_backward(s, g):
    open("/grader/runner.py", "w").write("print(6)")
