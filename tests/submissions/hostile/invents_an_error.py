"""An exception whose name and text are markup and whose text cannot be had.

Told: it raises
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
def softmax_backward(s, g):
    raise type("<img src=x onerror=alert(1)>", (Exception,), {"__str__": lambda self: 1 / 0})()
