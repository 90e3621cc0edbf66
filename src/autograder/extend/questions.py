"""What the course's own problem sets ask, and the ways to get it wrong: local and hidden checks share them."""

from missingsum import variants
from missingsum.questions import ps1, ps2, ps3, ps4, ps5, ps6, ps7, training

__all__ = ["ps1", "ps2", "ps3", "ps4", "ps5", "ps6", "ps7", "training", "variants"]
