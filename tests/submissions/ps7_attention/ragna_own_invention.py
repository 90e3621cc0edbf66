"""Wrong in a way that nobody has a name for."""
# expect: {"scores_backward": [0, []]}
# %% scores_backward
def scores_backward(p, dp):
    return np.tanh(dp) * np.sqrt(p)
