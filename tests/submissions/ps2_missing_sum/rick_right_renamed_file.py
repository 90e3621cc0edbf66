"""Right, in a file that the browser has renamed."""
# file: ps2_missing_sum (1).ipynb
# %% softmax_partial
def softmax_partial(s, i, j):
    return np.where(i == j, s[i] * (1 - s[i]), -s[i] * s[j])
