"""Functions among the arguments stay with the judge; a student's process calls them over the pipe, within a budget."""

import re
import resource
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest

import checks
from autograder.checking.protocol import Failed
from autograder.judging.judge import Job, judge
from autograder.judging.probe import Probe
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Process, Stopped

from ...submissions import make

QUICK = Limits(total=20, call=3, cell=3, output=100_000, reply=1_000_000, callbacks=500, arguments=100_000)

FORGE = """
import os, sys
sys.path.insert(0, "/grader")
import wire
def send(message, data=b""):
    os.write(int(sys.argv[2]), wire.pack(message, data))
"""


def square_sum(x):
    return float((x**2).sum())


def refuse(x):
    raise ValueError("x must have shape (2, 3)")


def outcome(body, *arguments, before=""):
    """What ``f`` with this body answers to ``arguments``, or the text of `Failed`.

    Afterwards the submission must still answer.
    """
    cells = [
        ("f", f"{before}\nimport numpy as np\ndef f(*a):\n    {body}"),
        ("good", "def good(f, x):\n    return f(x) + 1"),
    ]
    with Probe(cells, QUICK) as probe:
        try:
            answer = probe("f", *arguments).answer
        except Failed as failed:
            answer = str(failed)
        assert probe("good", square_sum, np.ones(2)).answer == 3
        return answer


def test_a_function_may_be_called_by_the_names_of_its_arguments():
    def minus(z, y):
        return float((z - y).sum())

    assert outcome("return a[0](y=a[1], z=2 * a[1])", minus, np.ones(3)) == 3
    assert "unexpected keyword argument" in outcome("return a[0](a[1], x=a[1])", minus, np.ones(3))


def test_a_function_is_called_with_the_students_arrays_and_its_value_comes_back():
    seen = []

    def f(x, k):
        seen.append(x)
        return {"twice": 2 * x, "k": k}

    assert (outcome("r = a[0](np.arange(3.0), 4)\n    return r['twice'] + r['k']", f) == [4, 6, 8]).all()
    assert (seen[0] == [0, 1, 2]).all()


def test_functions_travel_inside_containers_and_stay_apart():
    functions = {"plus": lambda x: x + 1, "minus": lambda x: x - 1}
    assert outcome("return [a[0]['plus'](1.0), a[0]['minus'](1.0), a[1][0](3.0)]", functions, [lambda x: x / 2]) == [
        2.0,
        0.0,
        1.5,
    ]


def test_the_function_itself_is_not_in_the_students_process():
    secret = "the reference's answer"

    def f(x):
        return len(secret)

    code = (
        "return str([vars(a[0]), a[0].__closure__[0].cell_contents, a[0].__code__.co_consts, a[0].__globals__.keys()])"
    )
    text = outcome(code, f)
    assert "Connection" in text and secret not in text


def test_an_array_that_the_function_keeps_is_not_shared_with_the_student():
    kept = np.ones(3)
    assert outcome("a[0]()[:] = 5\n    return a[0]()[0]", lambda: kept) == 1.0


def test_an_exception_in_the_function_reaches_the_student_as_an_exception():
    assert (
        outcome("return a[0](np.ones(2))", refuse)
        == "it raises ValueError: x must have shape (2, 3) (line 4 of the cell f)."
    )
    assert outcome("try:\n        a[0](1.0)\n    except ValueError:\n        return 7.0", refuse) == 7.0


@pytest.mark.parametrize(
    "arguments", ["", "1, 2, 3", "'text'", "None", "object()", "lambda: 1", "np.array(['x'])", "[[]]"]
)
def test_odd_arguments_are_the_callers_affair(arguments):
    assert "it raises" in outcome(f"return a[0]({arguments})", square_sum)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("while True: a[0](np.ones(2))", "more than 500 times"),
        ("a[0](np.ones(20_000))", "more than 0.1 MB"),
        ("a[0](np.ones(10**6))", "larger than 1 MB"),
        ("a[0]([0.0] * 100_000)", "larger than"),
        ("send({'callback': 0, 'arguments': None})", "could not be read"),
        ("send({'callback': 0})", "could not be read"),
        ("send({'callback': 0, 'arguments': wire.encode((1.0,), []), 'named': True})", "could not be read"),
        ("send({'callback': 0, 'arguments': wire.encode((), []), 'named': True})", "could not be read"),
        ("send({'callback': 0, 'arguments': {'kind': 'array', 'dtype': '<f8', 'shape': [9]}})", "could not be read"),
        ("send({'callback': 1, 'arguments': wire.encode((), [])})", "not given in this call"),
        ("send({'callback': -1, 'arguments': wire.encode((), [])})", "not given in this call"),
        ("send({'callback': True, 'arguments': wire.encode((), [])})", "not given in this call"),
        ("send({'callback': [0], 'arguments': wire.encode((), [])})", "not given in this call"),
        ("for _ in range(3): send({'callback': 0, 'arguments': wire.encode((1.0,), [])})", "grader's pipe|not end"),
    ],
)
def test_floods_and_forged_callbacks_stop_the_call_and_nothing_else(body, expected):
    assert re.search(expected, outcome(body + "\n    while True: pass", square_sum, before=FORGE))


def test_a_function_is_not_there_after_its_call():
    cells = [
        ("f", "def keep(f):\n    global kept\n    kept = f\n    return f(1.0)\ndef later():\n    return kept(1.0)")
    ]
    with Probe(cells, QUICK) as probe:
        assert probe("keep", lambda x: x).answer == 1.0
        with pytest.raises(Failed, match="not given in this call"):
            probe("later")


def test_a_cell_cannot_call_anything():
    forged = FORGE + "send({'callback': 0, 'arguments': wire.encode((), [])})\nwhile True: pass"
    with Probe([("cell", forged), ("f", "def f(): return 1.5")], QUICK) as probe:
        assert probe("f").answer == 1.5
        assert "not given in this call" in probe.cell_errors["cell"]


def test_the_time_of_the_functions_counts_for_the_call():
    started = time.monotonic()
    with Process(Limits(call=1)) as process:
        assert process.ask({"do": "run", "label": "f", "source": "def f(g):\n    while True: g()"}, b"", 1, "late")[0][
            "ok"
        ]
        request = {
            "do": "call",
            "function": "f",
            "arguments": {"kind": "tuple", "items": [{"kind": "function", "number": 0}]},
        }
        with pytest.raises(Stopped, match="late"):
            process.ask(request, b"", 0.5, "late", [lambda: time.sleep(0.01)])
    assert time.monotonic() - started < 20  # otherwise it would never end


def test_output_between_callbacks_adds_up():
    assert "printed more than 0.1 MB" in outcome(
        "while True:\n        print('x' * 50_000, flush=True)\n        a[0](1.0)", lambda x: x
    )


HOSTILE = Path(make.__file__).parent / "hostile" / "ps5_gradient_check"


@pytest.mark.parametrize("path", sorted(HOSTILE.glob("*.py")), ids=lambda path: path.stem)
def test_a_checker_that_attacks_the_functions_it_was_given_costs_the_grader_little(path):
    attack = make.read_student(path)
    told = re.search(r"^Told: (.+)$", attack.description, flags=re.MULTILINE)[1]
    problems = checks.load(attack.problem_set).problems
    released = (make.ROOT / "exercises" / attack.problem_set / f"{attack.problem_set}.ipynb").read_bytes()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    result = judge(
        Job(
            "mallory",
            attack.problem_set,
            released,
            1,
            nbformat.writes(make.notebook(attack)).encode(),
            limits=Limits(total=30, call=2),
        )
    ).result
    expected = {
        name: score
        for name, (score, _) in attack.expected({problem.name: problem.max_score for problem in problems}).items()
    }
    assert {problem.problem: problem.score for problem in result.problems} == expected
    assert re.search(told, "\n".join(check.message for problem in result.problems for check in problem.checks))
    assert time.monotonic() - started < 40
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KiB


def test_threads_that_call_at_the_same_time_get_each_their_own_value():
    body = """
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(a[0], range(200)))"""
    assert outcome(body.strip(), lambda x: x * 2) == [2 * k for k in range(200)]


def test_a_call_may_be_given_more_time_than_others():
    with Probe(
        [("f", "import time\ndef f():\n    time.sleep(0.4)\n    return 1.0")], Limits(total=20, call=0.2)
    ) as probe:
        with pytest.raises(Failed, match=r"within 0\.2 s"):
            probe("f")
        assert probe("f", patience=20).answer == 1.0
