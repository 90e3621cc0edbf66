"""How far a student is with a problem set: which functions are done, and which checks are open."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import ModuleType

from missingsum.check import ps1, ps2, ps3, ps4, ps5, ps6, ps7
from missingsum.check.report import Report
from missingsum.check.running import LocalCheck, judged

SETS = {
    "ps1_losses": ps1,
    "ps2_missing_sum": ps2,
    "ps3_jacobian": ps3,
    "ps4_fused": ps4,
    "ps5_gradient_check": ps5,
    "ps6_network": ps6,
    "ps7_attention": ps7,
}


def progress() -> None:
    """Print which functions of this notebook's problem set are done, and what is open in the others."""
    names = vars(sys.modules["__main__"])
    name = max(SETS, key=lambda name: sum(callable(names.get(function)) for function in checks_of(SETS[name])))
    print(summary(name, names))


def summary(problem_set: str, names: Mapping[str, object]) -> str:
    """The lines that `progress` prints, for a notebook that holds these ``names``."""
    checks = checks_of(SETS[problem_set])
    passed_before: set[Callable] = set()
    done, lines = 0, []
    for name, check in checks.items():
        function = names.get(name)
        if not callable(function):
            lines.append(f"– {name}: not defined yet; run its cell")
            continue
        report = judged(check, function, passed_before)
        done += not report.failed
        lines.append(f"{report.verdict.mark} {name}{_open(report)}")
    return "\n".join(
        [
            f"{done} of {len(checks)} functions are done.",
            *lines,
            "The question in words, at the end, is read by a person.",
            f"Save the notebook and hand in {problem_set}.ipynb, whether or not all is done.",
        ]
    )


def checks_of(module: ModuleType) -> dict[str, LocalCheck]:
    """The local checks of a problem set, in its order."""
    return {name: check for name, check in vars(module).items() if hasattr(check, "body")}


def _open(report: Report) -> str:
    if report.first:
        return f": {report.first}"
    failing = [step.name for step in report.steps if not step.passed]
    return f": open: {'; '.join(failing)}" if failing else ""
