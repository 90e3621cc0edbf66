"""Doubles the sum."""
# expect: {"delta": [0, ["factor-two"]], "attention_backward": [1, ["wrong-constant"]]}
# %% delta
def delta(o, do):
    return 2 * (o * do).sum(axis=1)
