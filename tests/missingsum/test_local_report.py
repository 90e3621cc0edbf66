"""What a check shows: a table in notebooks, text in a terminal, one line for a traceback; offline, with NumPy alone."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbgrader.utils import determine_grade

from missingsum import book, check
from missingsum.check import markup
from missingsum.check.report import Report, Wrong, note
from missingsum.check.running import run
from missingsum.diagnosed import Diagnosis
from missingsum.slips import SLIPS
from missingsum.verdict import Verdict

from ..browser import WCAG_21_AA, accessibility_findings, chromium, visit
from ..problem_sets import PROBLEM_SETS
from ..submissions.make import model_answers

FORWARD = """
def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""
RIGHT = "def softmax_backward(s, g): return s * (g - (s * g).sum(axis=1, keepdims=True))"
DIAGONAL = "def softmax_backward(s, g): return g * s * (1 - s)"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>&amp; \x1b[31m $x$ \u202e"
RAISES = f"def softmax_backward(s, g): raise ValueError({MARKUP!r})"
UNWRITTEN = "def softmax_backward(s, g): raise NotImplementedError('softmax_backward is not written yet')"


def report(backward: str) -> Report:
    names = {"np": np}
    for cell in (FORWARD, backward):
        exec(cell, names)
    return run(check.ps2.softmax_backward.body, names["softmax_backward"])


class Tags(HTMLParser):
    """Tags and attributes of a piece of HTML, its text, and whether all tags are closed in order."""

    def __init__(self, html: str):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], "", []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


# --- As text ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "backward", [RIGHT, DIAGONAL, RAISES, UNWRITTEN], ids=["right", "diagonal", "raises", "unwritten"]
)
def test_text_fits_a_terminal(backward):
    assert all(len(line) <= 80 for line in str(report(backward)).splitlines())


def test_each_check_says_what_must_hold_how_far_off_it_is_and_where():
    right, wrong = report(RIGHT), report(DIAGONAL)
    assert str(right).startswith("✓ softmax_backward: all 3 checks passed\n")
    for step in (*right.steps, *wrong.steps):
        assert step.name in " ".join(str(right).split()) and len(step.where) == 2
    assert all(0 < step.error < 1e-7 and f"{step.error:.2g} at [" in str(right) for step in right.steps)
    assert all(step.error > 0.1 for step in wrong.steps) and "it should be" in wrong.steps[0].problem
    assert SLIPS["missing-sum"].where in " ".join(str(wrong).split())


def test_the_largest_error_of_several_comparisons_is_kept():
    several = Report("f")
    with several.step("three"):
        for error, where in ((0.1, (0,)), (0.3, (1,)), (0.2, (2,))):
            note(error, where)
    with several.step("one of them not finite"):
        for error, where in ((np.nan, (4,)), (0.3, (1,))):
            note(error, where)
    assert [step.measured for step in several.steps] == ["0.3 at [1]", "not finite at [4]"]


def test_the_same_problem_is_told_once():
    text = " ".join(str(report("def softmax_backward(s, g): raise ValueError('two hands are not enough')")).split())
    assert text.count("two hands are not enough") == 1 and text.count("for the same reason 2 more fail: ") == 1


def test_the_line_that_raised_is_shown(tmp_path):
    file = tmp_path / "cell.py"
    file.write_text("def softmax_backward(s, g):\n    wide = s[:, None]\n    return wide @ g\n")
    names = {"np": np}
    exec(FORWARD, names)
    exec(compile(file.read_text(), str(file), "exec"), names)
    assert (
        "(in line 3: return wide @ g)"
        in run(check.ps2.softmax_backward.body, names["softmax_backward"]).steps[0].problem
    )


def test_wrong_numbers_that_nothing_explains_are_said_to_be_unexplained():
    assert "cause is not recognised" in str(report("def softmax_backward(s, g): return np.tanh(s + g)"))
    for other in (RIGHT, DIAGONAL, RAISES, UNWRITTEN):
        assert "cause is not recognised" not in str(report(other))


def test_what_has_to_be_done_first_is_the_only_thing_said():
    unwritten = report(UNWRITTEN)
    assert unwritten.failed and not unwritten.steps and "write it, run its cell" in unwritten.first
    assert "without brackets" in run(check.ps2.softmax_forward.body, np.ones((2, 2))).first


def test_what_it_is_measured_against_prints_nothing_and_is_checked_once(capsys):
    names = {"np": np, "calls": 0}
    exec(FORWARD.replace("    e =", "    print('hello')\n    e ="), names)
    exec(RIGHT, names)
    check.ps2.softmax_backward(names["softmax_backward"])
    assert "hello" not in capsys.readouterr().out


# --- As HTML ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "backward", [RIGHT, DIAGONAL, RAISES, UNWRITTEN], ids=["right", "diagonal", "raises", "unwritten"]
)
def test_html_is_whole_and_holds_nothing_but_text(backward):
    tags = Tags(markup.html(report(backward)))
    assert set(tags.tags) <= {
        "div",
        "p",
        "strong",
        "em",
        "span",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "br",
        "a",
    }
    assert {name for name, _ in tags.attributes} <= {
        "class",
        "role",
        "aria-label",
        "aria-hidden",
        "style",
        "scope",
        "href",
    }
    assert not any("url(" in value or ("#" in value and name == "style") for name, value in tags.attributes)


def test_html_says_in_words_what_passed():
    right, wrong = Tags(markup.html(report(RIGHT))).text, Tags(markup.html(report(DIAGONAL))).text
    assert right.count("passed") == 4 and "not passed" not in right
    assert wrong.count("not passed") == 3 and "What happened:" in wrong


def test_what_a_students_code_says_is_shown_as_text_without_control_characters():
    html = markup.html(report(RAISES))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "&amp;amp;" in html
    assert "\x1b" not in html and "\u202e" not in html and "\x1b" not in str(report(RAISES))
    assert len(str(report("def softmax_backward(s, g): raise ValueError('x ' * 10**6)"))) < 5000


def test_no_maths_is_made_of_what_a_student_says():
    assert 'class="mathjax_ignore tex2jax_ignore"' in markup.html(report(RAISES))


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (
            "https://course.example/book",
            "https://course.example/book/chapters/03_missing_sum.html#the-off-diagonal-terms",
        ),
        ("http://localhost:8000/\n", "http://localhost:8000/chapters/03_missing_sum.html#the-off-diagonal-terms"),
        (
            'https://x/"onclick="alert(1)',
            "https://x/&quot;onclick=&quot;alert(1)/chapters/03_missing_sum.html#the-off-diagonal-terms",
        ),
        ("file:///srv/book/", "file:///srv/book/chapters/03_missing_sum.html#the-off-diagonal-terms"),
        ("javascript:alert(1)", None),
        ("https://two words", None),
        ("", None),
        (None, None),
    ],
)
def test_the_diagnosis_links_to_the_book_where_its_address_is_known(tmp_path, monkeypatch, address, link):
    folder = tmp_path / "exercises" / "ps2"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    if address is not None:
        (tmp_path / "book.txt").write_text(address)
    html = markup.html(report(DIAGONAL))
    assert (f'<a href="{link}" ' in html) if link else ("<a " not in html)
    assert "The missing sum, section “The off-diagonal terms, and luck”" in html


def test_a_terminal_shows_the_address_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    section = "The missing sum, section “The off-diagonal terms, and luck”"
    assert f"{section}." in " ".join(str(report(DIAGONAL)).split())
    (tmp_path / "book.txt").write_text("https://course.example/book")
    page = "https://course.example/book/chapters/03_missing_sum.html#the-off-diagonal-terms"
    assert f"{section} ({page})." in " ".join(str(report(DIAGONAL)).split())
    found = Diagnosis(Verdict.WRONG, (SLIPS["missing-sum"],), "all entries differ")
    assert f"Read: {section} ({page})." in str(found)


def test_an_address_in_the_package_serves_where_the_notebook_lies_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(book, "__file__", str(tmp_path / "site" / "missingsum" / "book.py"))
    (tmp_path / "site" / "missingsum").mkdir(parents=True)
    assert book.book() is None
    (tmp_path / "site" / "missingsum" / "book.txt").write_text("https://published.example/\n")
    assert book.book() == "https://published.example/"
    (tmp_path / "book.txt").write_text("https://nearer.example")
    assert book.book() == "https://nearer.example/"


def test_a_failure_of_no_comparison_shows_no_error():
    words = Report("f")
    with words.step("a list"):
        raise Wrong("it returns a list")
    assert words.steps[0].measured == "" and "<td" in markup.html(words)


# --- In a notebook ----------------------------------------------------------------------------------------------------


def grade_cell(source: str):
    return nbformat.v4.new_code_cell(
        source,
        metadata={
            "nbgrader": {
                "grade": True,
                "grade_id": "test",
                "points": 3,
                "locked": True,
                "solution": False,
                "schema_version": 3,
                "task": False,
            }
        },
    )


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook that a real kernel has run: the check of a right, a wrong, a hostile and an unwritten function."""
    folder = tmp_path_factory.mktemp("exercises")
    (folder / "book.txt").write_text("https://course.example/book")
    cells = [nbformat.v4.new_code_cell("import numpy as np\nfrom missingsum import check\n" + FORWARD)]
    for backward in (RIGHT, DIAGONAL, RAISES, UNWRITTEN):
        cells += [nbformat.v4.new_code_cell(backward), grade_cell("check.ps2.softmax_backward(softmax_backward)")]
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    return NotebookClient(notebook, allow_errors=True, resources={"metadata": {"path": str(folder)}}).execute()


def test_a_notebook_shows_the_table_and_for_a_failure_what_it_is(executed):
    passed, *failed = [cell.outputs for cell in executed.cells[2::2]]
    assert [output.output_type for output in passed] == ["display_data"]
    for outputs in failed:
        assert [output.output_type for output in outputs] == ["display_data", "error"]
        first, *why = outputs[1].traceback
        assert first.startswith("CheckFailed: softmax_backward ") and outputs[1].ename == "CheckFailed"
        assert all(line[:2] in ("✗ ", "→ ", "  ") and len(line) <= 80 for line in why)
        assert 1 <= sum(line[:2] != "  " for line in why) <= 2
    for outputs in (passed, *failed):
        assert "<div" in outputs[0].data["text/html"] and outputs[0].data["text/plain"][0] in "✓✗"
    assert "in line 1: def softmax_backward(s, g): raise" in " ".join(failed[1][0].data["text/plain"].split())


def test_nbgrader_gives_full_points_to_what_passed_and_none_to_what_failed(executed):
    assert [determine_grade(cell) for cell in executed.cells[2::2]] == [(3, 3), (0, 3), (0, 3), (0, 3)]


@pytest.mark.parametrize(("template", "theme"), [("lab", "light"), ("lab", "dark"), ("classic", "light")])
def test_a_saved_notebook_is_accessible_in_light_and_dark(executed, tmp_path, template, theme):
    html, _ = HTMLExporter(template_name=template, theme=theme, require_js_url="", mathjax_url="").from_notebook_node(
        executed
    )
    page = tmp_path / "notebook.html"
    page.write_text(html)
    with chromium() as browser, visit(browser, page.as_uri()) as (opened, _):
        opened.evaluate("""() => {
            const checks = [...document.querySelectorAll('div[role=group]')];
            const outputs = checks.map(check => check.closest('.jp-RenderedHTMLCommon, .output_html'));
            document.querySelectorAll('pre, img, .jp-InputArea, .jp-InputPrompt')
                .forEach(node => outputs.some(output => output.contains(node)) || node.remove());
        }""")
        checks = opened.locator("div[role=group]")
        assert checks.count() == 4
        assert checks.nth(1).evaluate("check => check.scrollWidth <= check.clientWidth")
        assert not list(accessibility_findings(opened, theme, {"runOnly": WCAG_21_AA}))


# --- Anywhere ---------------------------------------------------------------------------------------------------------

ALONE = """
import importlib.abc, json, socket, sys

class NumPyAlone(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in {*sys.stdlib_module_names, "numpy", "missingsum"} and not name.startswith("numpy"):
            raise ImportError(f"{name} is not there")

def no_network(*arguments, **options):
    raise OSError("there is no network")

sys.meta_path.insert(0, NumPyAlone())
socket.socket = socket.create_connection = socket.getaddrinfo = no_network
import warnings
warnings.simplefilter("ignore")
import numpy as np
from missingsum import check
def spoilt(answer):
    if isinstance(answer, (tuple, dict, list, bool)):
        return "something else"
    return 2 * np.asarray(answer) + unexplained

said = {}
for problem_set, cells in json.load(sys.stdin).items():
    module = getattr(check, problem_set.split("_")[0])
    names, unexplained = {"np": np, "spoilt": spoilt}, 0.1  # of each set one answer is searched for in vain
    for cell in cells.values():
        exec(cell, names)
    for function in cells:
        if function == "train":  # trains on scikit-learn's digits
            continue
        getattr(module, function)(names[function])
        names["right"] = names[function]
        exec(f"def {function}(*given): return spoilt(right(*given))", names)
        try:
            getattr(module, function)(names[function])
        except check.CheckFailed as failed:
            said[f"{problem_set}.{function}"] = str(failed)
        names[function], unexplained = names["right"], 0.0
assert not {"IPython", "matplotlib", "reference", "checks", "autograder"} & set(sys.modules)
print(json.dumps(said))
"""


def test_every_check_works_offline_with_numpy_alone_and_without_the_reference():
    answers = {name: model_answers(name) for name in PROBLEM_SETS}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ALONE)], input=json.dumps(answers), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert set(said) == {f"{name}.{f}" for name, cells in answers.items() for f in cells if f != "train"}
    assert all(message.startswith("✗") for message in said.values())
