"""The slips that the diagnosis can name: one place for their names, words and sections of the book.

`sections` holds the sections that they point to, `slip` what a slip is; `gradients`, `values`, `checking`, `networks`,
`attention` and `parts` hold the slips themselves.
"""

from missingsum.slips.attention import ATTENTION
from missingsum.slips.checking import CHECKING
from missingsum.slips.gradients import GRADIENTS
from missingsum.slips.networks import NETWORKS
from missingsum.slips.parts import PARTS
from missingsum.slips.sections import CHAPTERS, SECTIONS
from missingsum.slips.slip import Slip
from missingsum.slips.values import VALUES

__all__ = ["CHAPTERS", "SECTIONS", "SLIPS", "UNEXPLAINED", "Slip"]

UNEXPLAINED = "The cause is not recognised"
"""What is said of a wrong answer that no slip explains."""

SLIPS: dict[str, Slip] = {slip.id: slip for slip in (*GRADIENTS, *VALUES, *CHECKING, *NETWORKS, *ATTENTION, *PARTS)}
