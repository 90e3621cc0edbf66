"""Trains and forgets to return."""
# expect: {"train": [0, ["no-return"]]}
# %% train
def train(X, y, seed):
    params = {"W1": np.zeros((64, 5))}
