"""What a diagnosis tells of an answer, or of a function: the verdict, the causes in words, and the place."""

from __future__ import annotations

from dataclasses import dataclass

from missingsum.book import to_read
from missingsum.slips import Slip
from missingsum.verdict import TOO_SMALL, Judged, Verdict
from missingsum.where.place import Place

RTOL = 1e-7
"""Of a comparison with Jacobians by central differences, which are good to about 1e-11."""


@dataclass(frozen=True)
class Diagnosis(Judged):
    """What `diagnose` found. It is true if the answer is right; printed, it says so in words.

    Where the verdict is neither right nor wrong, asking for its truth raises ValueError.
    """

    verdict: Verdict
    slips: tuple[Slip, ...]
    """the mistakes that explain the answer; none if it is right, or if the cause is not recognised"""
    difference: str
    """where the answer differs; empty if it does not"""
    details: str = ""
    """sentences about this very answer: which array, which axis, which number"""

    def __str__(self) -> str:
        if self.right:
            return "✓ right"
        if self.verdict is Verdict.TOO_SMALL:
            return f"? {TOO_SMALL}"
        causes = [f"  → {slip.explanation}\n    Read: {to_read(slip)}." for slip in self.slips]
        causes += [f"  → {self.details}"] if self.details else []
        return "\n".join([f"✗ {self.difference}", *(causes or ["  → wrong; cause not recognised"])])


@dataclass(frozen=True)
class FunctionDiagnosis(Diagnosis):
    """What `diagnose_function` found: a `Diagnosis` of its answers, and where in its source the mistake is."""

    place: Place | None = None
    """where a change makes it right; None if no such place was found, or the source is not known"""

    @property
    def hint(self) -> str:
        """Which kind of change is needed there; empty if no place was found."""
        return self.place.hint if self.place else ""

    def __str__(self) -> str:
        return super().__str__() + (f"\n  → {self.place}." if self.place else "")
