"""A print in an inner loop writes 200 MB; the result would be right."""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
def softmax_backward(s, g):
    for _ in range(200):
        print("." * 1_000_000)
    return s * (g - (s * g).sum(axis=1, keepdims=True))
