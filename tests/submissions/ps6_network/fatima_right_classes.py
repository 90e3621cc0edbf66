"""Right, with a class for each layer behind the functions."""
# %% linear_forward
class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, X):
        self.X = X
        return X @ self.W + self.b

    def backward(self, g):
        self.dW, self.db = self.X.T @ g, g.sum(axis=0)
        return g @ self.W.T

def linear_forward(X, W, b):
    return Linear(W, b).forward(X)
# %% linear_backward
def linear_backward(X, W, g):
    layer = Linear(W, 0)
    layer.forward(X)
    dX = layer.backward(g)
    return [dX, layer.dW, layer.db]
# %% loss_and_gradients
def loss_and_gradients(params, X, y):
    one, two = Linear(params["W1"], params["b1"]), Linear(params["W2"], params["b2"])
    hidden = one.forward(X)
    logits = two.forward(relu_forward(hidden))
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1, keepdims=True)
    loss = np.mean((y * (np.log(sums) - logits)).sum(axis=1))
    one.backward(relu_backward(hidden, two.backward((exponentials / sums - y) / len(y))))
    return loss, dict(W1=one.dW, b1=one.db, W2=two.dW, b2=two.db)
