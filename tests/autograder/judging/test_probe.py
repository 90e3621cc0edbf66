"""A call that hangs, floods or dies costs its own check, and the rest goes on in a fresh process."""

import time

import numpy as np
import pytest

from autograder.checking.protocol import Failed
from autograder.judging.probe import Probe
from autograder.sandbox.limits import Limits

QUICK = Limits(total=20, call=0.5, cell=0.5, output=100_000, reply=1_000_000)


def message(probe, function, *arguments):
    with pytest.raises(Failed) as failed:
        probe(function, *arguments)
    return str(failed.value)


def test_arguments_go_in_and_the_answer_and_the_arguments_come_back():
    with Probe([("f", "def f(x, k):\n    x += k\n    return x * 2")], QUICK) as probe:
        reply = probe("f", np.ones(3), 2)
    assert (reply.answer == 6).all() and (reply.arguments[0] == 3).all() and reply.arguments[1] == 2


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("while True: pass", "did not end within 0.5 s"),
        (
            "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
            "did not end within 0.5 s",
        ),
        ("while True: print('x' * 10_000)", "printed more than 0.1 MB"),
        ("import os, sys\n    while True: os.write(2, b'x' * 10_000)", "printed more than 0.1 MB"),
        ("import os\n    os._exit(0)", "process ended in the middle"),
        ("import os\n    os.kill(os.getpid(), 11)", "process ended in the middle"),
        ("import ctypes\n    ctypes.string_at(0)", "process ended in the middle"),
        ("import numpy as np\n    return np.zeros(10**6)", "larger than 1 MB"),
        ("import os\n    os.write(int(__import__('sys').argv[2]), b'x' * 100)", "larger than|could not be read|pipe"),
        (
            "import os\n    os.close(int(__import__('sys').argv[2])); import time; time.sleep(9)",
            "process ended in the middle",
        ),
    ],
)
def test_a_call_that_goes_wrong_is_stopped_and_the_next_function_is_called(body, expected):
    cells = [("bad", f"def bad():\n    {body}"), ("good", "def good():\n    return 1.5")]
    with Probe(cells, QUICK) as probe:
        assert probe("good").answer == 1.5
        with pytest.raises(Failed, match=expected):
            probe("bad")
        assert probe("good").answer == 1.5


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("raise ValueError('no\\nway')", "it raises ValueError: no way (line 2 of the cell f)."),
        ("return 1 / 0", "it raises ZeroDivisionError: division by zero (line 2 of the cell f)."),
        ("raise SystemExit(3)", "it raises SystemExit: 3 (line 2 of the cell f)."),
        (
            "raise NotImplementedError('the grader failed. Tell your instructor')",
            "it raises NotImplementedError: the grader failed. Tell your instructor (line 2 of the cell f).",
        ),
        ("raise NotImplementedError", "it raises NotImplementedError (line 2 of the cell f)."),
        (
            "class Evil(Exception):\n        def __str__(self): raise Evil\n    raise Evil",
            "it raises Evil (line 4 of the cell f).",
        ),
        ("return f()", "it raises RecursionError"),
        ("return bytearray(10**11)", "it raises MemoryError"),
        ("return object()", "it returns something that is no array of real numbers (object)."),
        (
            "import numpy as np\n    return np.zeros((0, 2**40))",
            "(array with too many axes or too long ones: (0, 1099511627776)).",
        ),
        (
            "import numpy as np\n    return np.zeros((1,) * 9)",
            "too many axes or too long ones: (1, 1, 1, 1, 1, 1, 1, 1, 1",
        ),
        ("return 1j", "it returns something that is no array of real numbers (complex)."),
    ],
)
def test_what_a_function_does_wrong_is_said_in_a_sentence(body, expected):
    with Probe([("f", f"def f():\n    {body}")], QUICK) as probe:
        assert expected in message(probe, "f")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "return J @ g",
            "J has shape (4, 7, 7) and g (4, 7): here each row has a matrix of its own, and one product for",
        ),
        ("return g @ {'W': s}['W']", "the last axis of the first array has length 7"),
        (
            "p = {'W': s}\n    return g @ p['W']",
            "g has shape (4, 7) and p['W'] (4, 7): the last axis of the first must",
        ),
        ("return g - g.sum(1)", "shapes (4, 7) and (4,) do not line up"),
        ("return max(0, g)", "entry by entry it is np.maximum (line 4 of the cell f)."),
        (
            "class ndarray:\n        shape = ['x']\n    fake = ndarray()\n    return g @ s",
            "it raises ValueError: in a prod",
        ),
        ("return " + "-" * 400 + "g @ s", "it raises ValueError: in a product"),
    ],
)
def test_arrays_that_do_not_fit_are_said_in_words_as_beside_the_exercise(body, expected):
    source = f"import numpy as np\ndef f(s, g):\n    J = np.ones((4, 7, 7))\n    {body}"
    with Probe([("f", source)], QUICK) as probe:
        assert expected in message(probe, "f", np.ones((4, 7)), np.ones((4, 7)))


@pytest.mark.parametrize("shapes", [[], {"g": "x"}, {"g": [[1]]}, {"g": [True]}, {"g": [10**4000]}, {"g": [], "s": []}])
def test_forged_shapes_cost_nothing(shapes):
    error = {"type": "ValueError", "message": "matmul: Input operand 1 has", "cell": "f", "line": 1, "shapes": shapes}
    with Probe([("f", "return g @ s")], QUICK) as probe:
        said = [probe._error("f", {**error, "line": line}) for line in (1, 0, -1, 9, None, 10**4000, [])]
    assert all(each.startswith("it raises ValueError: ") and len(each) < 500 for each in said)


def test_a_fresh_call_meets_nothing_that_earlier_ones_left():
    with Probe([("f", "kept = []\ndef f():\n    kept.append(1)\n    return len(kept)")], QUICK) as probe:
        assert [probe("f").answer, probe("f").answer, probe("f", fresh=True).answer, probe("f").answer] == [1, 2, 1, 2]


def test_the_processor_time_of_a_timed_call_is_counted_and_sleep_is_none():
    source = """
import threading, time
def work():
    end = time.thread_time() + 0.2
    while time.thread_time() < end:
        pass
def sleeps():
    time.sleep(0.2)
def in_a_thread():
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
"""
    with Probe([("f", source)], Limits()) as probe:
        assert 0 < probe("sleeps", timed=True).seconds < 0.1
        assert probe("work", timed=True).seconds > 0.19 and probe("in_a_thread", timed=True).seconds > 0.19
        assert 0 < probe("sleeps", timed=True).seconds < 0.1


def test_a_function_that_had_to_be_stopped_twice_is_not_tried_again():
    with Probe([("f", "def f():\n    while True: pass")], QUICK) as probe:
        started = time.monotonic()
        for _ in range(200):
            last = message(probe, "f")
        assert "not tried" in last and time.monotonic() - started < 200 * QUICK.call / 4


def test_a_cell_that_does_not_end_is_left_out_and_the_others_run():
    cells = [("a", "a = 1"), ("endless", "while True: pass"), ("f", "def f():\n    return a")]
    with Probe(cells, QUICK) as probe:
        assert probe("f").answer == 1
        assert "did not end" in probe.cell_errors["endless"]


def test_a_cell_that_raises_is_told_where_its_function_is_missed():
    with Probe(
        [("f", "x = undefined_name\ndef f(): return 1"), ("g", "def g(: pass"), ("h", "def h(): return 2")], QUICK
    ) as probe:
        assert "its cell did not run: it raises NameError" in message(probe, "f")
        assert "SyntaxError" in message(probe, "g")
        assert probe("h").answer == 2


def test_the_time_of_the_whole_submission_is_limited():
    endless = [(f"cell {k}", "while True: pass") for k in range(50)]
    started = time.monotonic()
    with Probe([*endless, ("f", "def f(): return 1")], Limits(total=2, call=1, cell=0.5)) as probe:
        assert "whole submission" in message(probe, "f")
    assert time.monotonic() - started < 15  # 25 for all cells


def test_notebook_magic_and_local_checks_do_nothing():
    source = "%matplotlib inline\n!ls\nfrom missingsum import check\ncheck.ps2.f(1)\ndisplay(3)\ndef f():\n    return 3"
    with Probe([("f", source)], QUICK) as probe:
        assert probe("f").answer == 3


def test_a_forged_reply_in_advance_is_noticed():
    forged = """
import os, sys
def f():
    sys.path.insert(0, "/grader")
    import wire
    parts = []
    reply = {"ok": True, "answer": wire.encode(1.0, parts), "arguments": wire.encode((), parts)}
    os.write(int(sys.argv[2]), wire.pack(reply, b"".join(parts)) * 5)
    return 2.0
"""
    with Probe([("f", forged)], QUICK) as probe:
        assert "grader's pipe" in message(probe, "f")


def test_a_reply_with_too_few_arguments_or_too_many_is_no_reply():
    for items in (0, 2):
        forged = f"""
import os, sys
def f(x):
    sys.path.insert(0, "/grader")
    import wire
    parts = []
    answer, arguments = wire.encode(1.0, parts), wire.encode((x,) * {items}, parts)
    message = wire.pack({{"ok": True, "answer": answer, "arguments": arguments}}, b"".join(parts))
    os.write(int(sys.argv[2]), message)
    os._exit(0)
"""
        with Probe([("f", forged)], QUICK) as probe:
            assert "could not be read" in message(probe, "f", np.ones(2))


def answered(asked):
    """The answers up to the first that is None, or the message."""
    answers = []
    try:
        for answer in asked:
            answers.append(answer)
            if answer is None:
                break
    except Failed as failed:
        return str(failed)
    return answers


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ("x.sum() + len(calls)", [3, 6, 9, 12, 15]),
        ("x[0] if k < 3 else 1 / 0", "it raises ZeroDivisionError: division by zero (line 5 of the cell f)."),
        ("k if k < 2 else len if k == 2 else 1 / 0", "it returns something that is no array of real numbers"),
        ("k if k < 2 else None if k == 2 else 1 / 0", [0, 1, None]),
        ("'a text'", ["a text"] * 5),
    ],
)
def test_many_calls_in_one_request_are_answered_as_one_by_one(returned, expected):
    cells = [("f", f"calls = []\ndef f(x, k):\n    calls.append(k)\n    x += k\n    return {returned}")]
    keys = [(k,) for k in range(5)]
    with Probe(cells, QUICK) as probe:
        one_by_one = answered(probe("f", np.ones(2), *key).answer for key in keys)
    with Probe(cells, QUICK) as probe:
        many = answered(probe.each("f", [np.ones(2)], keys))
    assert many == one_by_one
    assert many == expected or many.startswith(expected)


def test_of_many_calls_each_has_as_long_as_one_alone():
    slow = "import time\ndef f(k):\n    time.sleep(0.2)\n    return k"
    with Probe([("f", slow)], QUICK) as probe:
        assert list(probe.each("f", (), [(k,) for k in range(5)])) == list(range(5))
    with Probe([("f", "def f(k):\n    while k > 1: pass\n    return k")], QUICK) as probe:
        with pytest.raises(Failed, match=r"did not end within 0\.5 s"):
            list(probe.each("f", (), [(k,) for k in range(5)]))


@pytest.mark.parametrize("forged", ["()", "(1.0,) * 9", "[1.0]", "len"])
def test_more_answers_than_calls_or_none_are_no_reply(forged):
    body = (
        "import sys\nrunner = sys.modules['runner']\n"
        f"runner.each = lambda f, request, buffers, parts: runner_items\nrunner_items = {forged}\ndef f(k): return k"
    )
    with Probe([("f", body)], QUICK) as probe:
        with pytest.raises(Failed):
            list(probe.each("f", (), [(1,), (2,)]))
