"""Has heard of the missing sum and puts it where there is none."""
# expect: {"sigmoid_backward": [0, ["sum-for-elementwise"]]}
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return a * (g - (a * g).sum(axis=1, keepdims=True))
