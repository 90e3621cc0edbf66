"""The door for whoever writes problem sets: what hidden checks are made of, and nothing of the machine that runs them.

It only hands on. `Question`, `Variant`, `Slip` and the comparison are `missingsum`'s, all else `autograder.checking`'s.
The page *Your own problem set* shows how it is used.
"""

from autograder.checking.asked import Asked, Tiny
from autograder.checking.gradients import gradient_of, values_of
from autograder.checking.loading import load_from
from autograder.checking.protocol import (
    EXPLAINED_TO,
    RTOL,
    Assignment,
    Caller,
    Check,
    Failed,
    Outcome,
    Problem,
    Reply,
    Run,
    require_inputs_unchanged,
    require_samples,
    table,
)
from missingsum.comparison import (
    Answer,
    Shape,
    cancelled,
    in_place_of_several,
    kind_of,
    mismatch,
    not_real_numbers,
    parts_of,
)
from missingsum.diagnosis import (
    CLEAR,
    Sample,
    Variant,
    at_special_inputs,
    explain,
    find,
    find_where_it_fits,
    nearly_right,
)
from missingsum.explain.finding import Finding
from missingsum.numeric import gradient, rowwise_jacobian
from missingsum.questions import Input, Inputs, Known, Question, draw
from missingsum.slips import Slip
from missingsum.watching import explains

__all__ = [
    "CLEAR",
    "EXPLAINED_TO",
    "RTOL",
    "Answer",
    "Asked",
    "Assignment",
    "Caller",
    "Check",
    "Failed",
    "Finding",
    "Input",
    "Inputs",
    "Known",
    "Outcome",
    "Problem",
    "Question",
    "Reply",
    "Run",
    "Sample",
    "Shape",
    "Slip",
    "Tiny",
    "Variant",
    "at_special_inputs",
    "cancelled",
    "draw",
    "explain",
    "explains",
    "find",
    "find_where_it_fits",
    "gradient",
    "gradient_of",
    "in_place_of_several",
    "kind_of",
    "load_from",
    "mismatch",
    "nearly_right",
    "not_real_numbers",
    "parts_of",
    "require_inputs_unchanged",
    "require_samples",
    "rowwise_jacobian",
    "table",
    "values_of",
]
