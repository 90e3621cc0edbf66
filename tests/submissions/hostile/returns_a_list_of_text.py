"""A list that NumPy makes an array of 15,001 texts of 10,000 characters of: 600 MB, outside the sandbox.

Told: it returns a list
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
def softmax_backward(s, g):
    return ["x" * 10_000] + ["a"] * 15_000
