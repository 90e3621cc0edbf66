"""Nothing of a submitted notebook is believed but the sources of the student's own cells."""

import json
import os
import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters import strip_files_prefix
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from autograder.judging import submission
from autograder.judging.submission import Unreadable, grade_id_of

from ...submissions.hostile_notebooks import ACTIVE_MARKDOWN
from ..notebooks import RELEASED, notebook_bytes, released


def parse(content):
    return submission.parse(content, released())


def cell_of(submitted, name):
    return next(cell for cell in submitted.notebook["cells"] if grade_id_of(cell) == name)


def test_the_students_sources_are_taken_over():
    submitted = parse(notebook_bytes({"softmax_forward": "def softmax_forward(z): return 1"}))
    assert submitted.source("softmax_forward") == "def softmax_forward(z): return 1"
    assert submitted.notices == ()


def test_an_unchanged_notebook_comes_back_as_released():
    assert [cell["source"] for cell in parse(RELEASED).notebook["cells"]] == [
        cell["source"] for cell in released()["cells"]
    ]


def test_locked_cells_are_restored_with_a_notice():
    submitted = parse(notebook_bytes({"test_softmax_forward": "pass", "setup": "import os"}))
    assert submitted.source("test_softmax_forward") == "check.ps2.softmax_forward(softmax_forward)"
    assert "import numpy" in submitted.source("setup")
    assert len(submitted.notices) == 2


def test_metadata_outputs_kernel_and_points_are_the_released_ones():
    notebook = json.loads(RELEASED)
    notebook["metadata"] = {"kernelspec": {"name": "evil", "argv": ["rm"]}}
    for cell in notebook["cells"]:
        cell["metadata"].setdefault("nbgrader", {})["points"] = 1000
        cell["metadata"]["nbgrader"]["locked"] = False
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {
                    "output_type": "execute_result",
                    "data": {"text/plain": "1000.0"},
                    "metadata": {},
                    "execution_count": 1,
                }
            ]
    submitted = parse(json.dumps(notebook).encode())
    assert submitted.notebook["metadata"] == released()["metadata"]
    for name in ("test_softmax_forward", "softmax_forward", "where_the_sum_comes_from"):
        original = next(cell for cell in released()["cells"] if grade_id_of(cell) == name)
        assert cell_of(submitted, name)["metadata"] == original["metadata"]
    assert all(not cell.get("outputs") for cell in submitted.notebook["cells"])


def test_deleted_cells_are_put_back_in_their_place_with_a_notice():
    notebook = json.loads(RELEASED)
    notebook["cells"] = [
        cell for cell in notebook["cells"] if grade_id_of(cell) not in ("setup", "missing_part", "test_missing_part")
    ]
    submitted = parse(json.dumps(notebook).encode())
    names = [grade_id_of(cell) for cell in submitted.notebook["cells"] if grade_id_of(cell)]
    assert names == [grade_id_of(cell) for cell in released()["cells"] if grade_id_of(cell)]
    assert len(submitted.notices) == 3


def test_added_cells_run_where_the_student_put_them_and_checks_do_not_run():
    notebook = json.loads(RELEASED)
    place = next(k for k, cell in enumerate(notebook["cells"]) if grade_id_of(cell) == "softmax_forward")
    notebook["cells"].insert(
        place, {"cell_type": "code", "metadata": {}, "source": ["helper = ", "1"], "outputs": [], "execution_count": 3}
    )
    labels = [label for label, _ in parse(json.dumps(notebook).encode()).code_cells()]
    assert labels == [
        "setup",
        f"number {place + 1}",
        "softmax_forward",
        "softmax_partial",
        "dL_dz_entry",
        "missing_part",
        "softmax_backward",
        f"number {len(notebook['cells'])}",  # check.progress(), which says nothing here
    ]


def test_a_copied_cell_counts_as_an_added_one():
    notebook = json.loads(RELEASED)
    copy = next(cell for cell in notebook["cells"] if grade_id_of(cell) == "softmax_forward")
    notebook["cells"].append({**copy, "source": "second = 2"})
    submitted = parse(json.dumps(notebook).encode())
    assert [cell["source"] for cell in submitted.notebook["cells"]].count("second = 2") == 1
    assert [grade_id_of(cell) for cell in submitted.notebook["cells"]].count("softmax_forward") == 1


def test_cell_ids_are_unique_even_if_the_submitted_ones_are_not():
    notebook = json.loads(RELEASED)
    for cell in notebook["cells"]:
        cell["id"] = "same"
    ids = [cell["id"] for cell in parse(json.dumps(notebook).encode()).notebook["cells"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a notebook"),
        (b"%PDF-1.7", "not a notebook"),
        (b"\xff\xfe\x00", "not a notebook"),
        (b'{"cells": [', "not a notebook"),
        (b"[" * 100_000, "not a notebook"),
        (b"[]", "format 4"),
        (b'{"worksheets": []}', "format 4"),
        (b'{"cells": {}}', "format 4"),
        (b'{"cells": [3]}', "no cell"),
        (b'{"cells": [{"cell_type": "evil"}]}', "no cell"),
        (b'{"cells": [{"cell_type": "code", "source": 3}]}', "no text"),
        (b'{"cells": [{"cell_type": "code", "source": [3]}]}', "no text"),
        (b'{"cells": []}', "another notebook"),
        (
            b'{"cells": [{"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade_id": ["x"]}}}]}',
            "another notebook",
        ),
        (b'{"cells": [{"cell_type": "code", "source": "1", "metadata": 5}]}', "another notebook"),
        (json.dumps({"cells": [{"cell_type": "code", "source": "x" * 300_000}]}).encode(), "characters"),
    ],
)
def test_what_is_no_notebook_of_this_problem_set_is_refused_with_advice(content, message):
    with pytest.raises(Unreadable, match=message):
        parse(content)


def test_lone_surrogates_do_not_break_the_writing_of_results():
    submitted = parse(notebook_bytes({"softmax_forward": "x = '\ud800'"}))
    submitted.source("softmax_forward").encode("utf-8")


def test_links_pipes_and_large_files_are_not_read(tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(RELEASED)
    (tmp_path / "link.ipynb").symlink_to(secret)
    os.link(secret, tmp_path / "hard.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    with open(tmp_path / "large.ipynb", "wb") as file:
        file.truncate(submission.MAX_BYTES + 1)
    for name in ("link", "hard", "pipe", "large", "absent"):
        with pytest.raises(Unreadable):
            submission.read_bytes(tmp_path / f"{name}.ipynb")


def test_an_ordinary_file_is_read(tmp_path):
    (tmp_path / "ps2.ipynb").write_bytes(RELEASED)
    assert submission.read_bytes(tmp_path / "ps2.ipynb") == RELEASED


def test_the_notebook_is_found_under_its_name_or_alone_under_another(tmp_path):
    (tmp_path / "ps2 (1).ipynb").touch()
    assert submission.find(tmp_path, "ps2").name == "ps2 (1).ipynb"
    (tmp_path / "ps2.ipynb").touch()
    assert submission.find(tmp_path, "ps2").name == "ps2.ipynb"


def test_no_or_several_notebooks_are_named_in_the_message(tmp_path):
    with pytest.raises(Unreadable, match="no folder"):
        submission.find(tmp_path / "absent", "ps2")
    with pytest.raises(Unreadable, match="no notebook"):
        submission.find(tmp_path, "ps2")
    (tmp_path / "a.ipynb").touch()
    (tmp_path / "b.ipynb").touch()
    with pytest.raises(Unreadable, match=r"a\.ipynb, b\.ipynb"):
        submission.find(tmp_path, "ps2")


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</textarea><svg/onload=alert(1)>",
        "![x](http://tracker)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "<!-- -->",
        "<?xml?>",
    ],
)
def test_active_markup_is_made_inert(attack):
    inert = submission.inert_markdown(attack)
    assert not any(f"<{ch}" in inert for ch in "sSiI/!?") and "![" not in inert
    assert "javascript:" not in inert.lower() and "javascript&#58;" not in inert.lower()


PIECES = st.sampled_from(
    [
        "<",
        ">",
        "<script>",
        "</p>",
        "<img src=x onerror=alert(1)>",
        "<!--",
        "<?",
        "&",
        "&#58;",
        "&colon;",
        "&Tab;",
        "&#x6a;",
        "javascript",
        "JAVASCRIPT",
        "java",
        "script",
        "data",
        "vbscript",
        "file",
        "files/",
        ":",
        "\\",
        "\\:",
        "//",
        "alert(1)",
        "text/html,",
        "[",
        "]",
        "(",
        ")",
        "](",
        "![",
        "[x](",
        "[x]: ",
        "[x]",
        "<a:",
        '"',
        "'",
        "`",
        "```",
        "```mermaid\n",
        "~~~ mermaid\n",
        "\n",
        "\n\n",
        "    ",
        "\t",
        "\x0b",
        "\x00",
        " ",
        "|",
        "-|-",
        "*",
        "_",
        "$",
        "$$",
        "#",
        "> ",
        "- ",
        "\u2028",
        "x",
        "\\href{",
        "\\begin{a}",
        "\\end{a}",
    ]
)
ACTIVE_TAGS = {
    "script",
    "iframe",
    "img",
    "svg",
    "style",
    "link",
    "base",
    "form",
    "object",
    "embed",
    "meta",
    "input",
    "button",
    "video",
    "audio",
    "math",
    "textarea",
    "title",
}


def active(html: str) -> list[str]:
    """What a browser would run or load of a rendered text."""
    found = []
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        address = re.sub(r"[\x00-\x20]", "", str(element.get("href", "")))
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
        if (
            element.name in ACTIVE_TAGS
            or any(name.startswith("on") or name == "src" for name in element.attrs)
            or "mermaid" in element.get("class", ())
        ):
            found.append(str(element))
        elif scheme and scheme[1].lower() not in ("http", "https", "mailto", "x"):
            found.append(address)
    return found


def rendered(text: str) -> str:
    """As formgrader shows it."""
    return strip_files_prefix(markdown2html_mistune(text))


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_whatever_a_student_writes_nothing_in_it_runs(text):
    assert active(rendered(submission.inert_markdown(text))) == []


def test_the_renderer_would_show_it_all():
    assert (
        len(active(rendered(ACTIVE_MARKDOWN))) >= 8
        and active(rendered(submission.inert_markdown(ACTIVE_MARKDOWN))) == []
    )


def test_mathematics_and_words_stay_as_they_are():
    text = "For $a < b$ and $s_i > 0$: [the book](https://example.org/x), a list:\n- one\n- two"
    assert submission.inert_markdown(text) == text
