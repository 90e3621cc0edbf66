"""Small tasks by hand: each with its right answer computed, and its wrong ones explained by the course's own slips.

`task` says what a task is; `softmaxes`, `losses`, `layers` and `attentions` hold families that ask for numbers,
`choosing_losses`, `choosing_arrays` and `choosing_checks` those with answers to choose from.
A family gives as many tasks as one asks for, with other numbers each.
"""

from practice import (
    attentions,
    choosing_arrays,
    choosing_checks,
    choosing_losses,
    layers,
    losses,
    options,
    softmaxes,
    task,
)
from practice.task import CHOICES, NUMBERS, Choices, ChoiceTask, Numbers, NumberTask, shown

__all__ = ["CHOICES", "NUMBERS", "ChoiceTask", "Choices", "NumberTask", "Numbers", "shown"]

MODULES = (attentions, choosing_arrays, choosing_checks, choosing_losses, layers, losses, options, softmaxes, task)
