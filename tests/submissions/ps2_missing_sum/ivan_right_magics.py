"""Right, with notebook magics and shell commands around it."""
# %% after setup
%matplotlib inline
!ls
# %% softmax_forward
%%time
def softmax_forward(z):
    z = z - np.max(z, axis=1, keepdims=True)
    return np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
# %% after test_softmax_forward
%timeit -n 1 -r 1 softmax_forward(np.zeros((2, 3)))
softmax_forward?
