"""Right numbers, returned as lists where arrays are asked for."""
# expect: {"missing_part": [0, ["list-for-array"]], "softmax_backward": [0, ["list-for-array"]]}
# %% missing_part
def missing_part(s, y):
    return [s[j] * (sum(y) - y[j]) for j in range(len(s))]
# %% softmax_backward
def softmax_backward(s, g):
    return (s * (g - (s * g).sum(axis=1, keepdims=True))).tolist()
