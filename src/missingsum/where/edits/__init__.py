"""One-step edits of a function's text: what people get wrong in one expression or one statement, turned back.

An edit is never shown. What is shown is its `Edit.place`, and on request its `Edit.kind`, in the words of `words`.
"""

from missingsum.where.edits.all import Edits
from missingsum.where.edits.tree import holds_a_value, walk
from missingsum.where.edits.writing import Edit

__all__ = ["Edit", "Edits", "holds_a_value", "walk"]
