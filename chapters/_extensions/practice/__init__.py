"""Small tasks by hand: each with its right answer computed, and its wrong ones explained by the course's own slips.

`task` says what a task is; `softmaxes`, `losses`, `layers`, `attentions` and `choosing` hold the families, by subject.
A family gives as many tasks as one asks for, with other numbers each.
"""

from practice import attentions, choosing, layers, losses, softmaxes, task
from practice.task import CHOICES, NUMBERS, Choices, ChoiceTask, Numbers, NumberTask, shown

__all__ = ["CHOICES", "NUMBERS", "ChoiceTask", "Choices", "NumberTask", "Numbers", "shown"]

MODULES = (attentions, choosing, layers, losses, softmaxes, task)
