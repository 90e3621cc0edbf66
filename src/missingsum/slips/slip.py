"""What a slip is: one small mistake, its words, and the section of the book that explains it."""

from __future__ import annotations

from dataclasses import dataclass

from missingsum.slips.sections import CHAPTER_OF, CHAPTERS, SECTIONS


@dataclass(frozen=True)
class Slip:
    """One small mistake in a gradient or in a forward function.

    ``done`` completes a sentence about a class: "9 of 24 students …"; ``explanation`` speaks to the person who made it;
    ``section`` is the label of the section of the book that explains it, ``(<section>)=`` in ``chapters/<chapter>.md``;
    a slip of another course has none, and says in ``read`` where it is explained, and in ``link`` at which address.
    """

    id: str
    done: str
    explanation: str
    section: str = ""
    read: str = ""
    link: str = ""

    @property
    def chapter(self) -> str:
        """The name of the chapter that holds the section, "" for a slip that has no section."""
        if not self.section:
            return ""
        return CHAPTER_OF[self.section]

    @property
    def where(self) -> str:
        """The section in words: ``The missing sum, section “The derivation”``."""
        if not self.section:
            return self.read
        return f"{CHAPTERS[self.chapter]}, section “{SECTIONS[self.section]}”"

    @property
    def page(self) -> str:
        """The section's address relative to the book's root, "" for a slip that has no section."""
        if not self.section:
            return ""
        return f"chapters/{self.chapter}.html#{self.section}"
