"""The right answer, and fewer arguments back than went in.

Told: could not be read
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import sys

sys.path.insert(0, "/grader")
import wire

encode = wire.encode
called = []


def forgetful(value, *others):
    return encode(value[:1] if called and type(value) is tuple else value, *others)


wire.encode = forgetful


def softmax_backward(s, g):
    called.append(True)
    return s * (g - (s * g).sum(axis=1, keepdims=True))
