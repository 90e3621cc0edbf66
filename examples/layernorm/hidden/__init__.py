"""The hidden checks of the course *Layer normalisation*."""
