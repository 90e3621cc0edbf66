"""Handed in the notebook of another problem set."""
# expect: "unreadable"
# start from: empty
# %% mse_loss
def mse_loss(a, y):
    return np.mean((a - y) ** 2) / 2
