"""The hidden checks, one module a problem set."""
