"""What a wrong answer computes: formulas whose parts compose, and a search in them by value."""
