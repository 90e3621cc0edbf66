"""Exceptions that lie about their type, hold a gigabyte, and raise when they are looked at.

Told: its process ended
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
class Meta(type):
    @property
    def __name__(cls):
        raise SystemExit(0)

    def __getattribute__(cls, name):
        raise SystemExit(0)


class Exploding(BaseException, metaclass=Meta):
    def __str__(self):
        return "x" * 10**8

    def __getattribute__(self, name):
        raise KeyboardInterrupt


def softmax_backward(s, g):
    raise Exploding()
