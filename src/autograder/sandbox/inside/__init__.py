"""What runs inside the sandbox: Python and NumPy are all that it finds, and nothing of ours beside it."""
