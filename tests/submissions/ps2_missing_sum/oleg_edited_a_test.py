"""Made a locked test cell say that all is well; his answer is wrong all the same."""
# expect: {"softmax_backward": [0, ["missing-sum"]]}
# %% softmax_backward
def softmax_backward(s, g):
    return g * s * (1 - s)
# %% test_softmax_backward
print("✓ softmax_backward")
6.0
