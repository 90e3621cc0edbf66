"""Questions that a reader answers: the directive ``{quiz}`` in a chapter, ``{practice}`` for a page full of them.

    ```{quiz} jacobian-entry
    ```

The tasks come from `practice`: right and wrong answers are computed here, when the site is built, and a script only
compares. Without it the first task of a question stands there, with its answer folded.
"""

from __future__ import annotations

from collections.abc import Iterable

import practice
from docutils import nodes
from own_files import keep_off_other_pages
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = "quiz/"
IN_A_CHAPTER = 5
"""How many tasks a question has, for fresh numbers."""
TO_PRACTISE = 7
"""How many tasks each family gives to the page of practice."""
UNREAD = "unread"
"""The class of what is not on the page until somebody asks for it: neither time to read nor search counts it."""
WORDS = {0: "a whole number", 1: "one decimal", 2: "two decimals", 3: "three decimals", 4: "four decimals"}


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("quiz", Quiz)
    app.add_directive("practice", Practice)
    for node in (quiz, practice_round, variant, said):
        app.add_node(node, html=(open_tag, close_tag))
    app.add_node(answer, html=(open_answer, close_answer))
    keep_off_other_pages(app, FOLDER)
    app.connect("html-page-context", load_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class element(nodes.General, nodes.Element):
    """An HTML element: its ``tag`` and ``shown`` attributes."""


class quiz(element):
    """One question, with its tasks."""


class practice_round(element):
    """All questions of a page of practice."""


class variant(element):
    """One task: paragraphs, and the answer."""


class said(element):
    """What is said to who makes a mistake, a paragraph each."""


class answer(nodes.General, nodes.Element):
    """What a reader without the script unfolds."""


class Quiz(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [self.question(self.arguments[0], IN_A_CHAPTER)]

    def question(self, name: str, count: int) -> quiz:
        for module in (practice, *practice.MODULES):
            self.env.note_dependency(module.__file__)
        if name in practice.NUMBERS:
            return self._numbers(practice.NUMBERS[name], count)
        if name in practice.CHOICES:
            return self._choices(practice.CHOICES[name], count)
        raise self.error(
            f"there is no question {name!r}; there are: {', '.join([*practice.NUMBERS, *practice.CHOICES])}"
        )

    def _numbers(self, family: practice.Numbers, count: int) -> quiz:
        tasks = family.tasks(count)
        words = list(dict.fromkeys(mistake.said for task in tasks for mistake in task.mistakes))
        wanted = WORDS[family.decimals]
        asked = iter(self.paragraphs(f"{task.asked} ({wanted})" for task in tasks))
        why = iter(
            self.paragraphs(f"**{practice.shown(round(task.right, task.decimals))}.** {task.why}" for task in tasks)
        )
        variants = []
        for task in tasks:
            mistakes = " ".join(f"{m.value:.7g}:{words.index(m.said)}" for m in task.mistakes)
            data = {"data-right": f"{task.right:.9g}", "data-within": f"{task.within:g}", "data-mistakes": mistakes}
            variants.append(
                variant("", next(asked), answer("", next(why)), tag="div", shown={"class": "variant", **data})
            )
        return self._quiz("quiz-number", family, variants, self.paragraphs(words))

    def _choices(self, family: practice.Choices, count: int) -> quiz:
        variants = []
        for task in family.tasks(count):
            options_and_words = (each for option in task.options for each in (option.text, option.said))
            texts = self.paragraphs([task.asked, *options_and_words])
            options = nodes.enumerated_list("", enumtype="loweralpha", prefix="", suffix=".", classes=["options"])
            answers = nodes.enumerated_list("", enumtype="loweralpha", prefix="", suffix=".", classes=["answers"])
            for option, text, words in zip(task.options, texts[1::2], texts[2::2]):
                options += nodes.list_item("", text)
                words.insert(0, nodes.strong("", "Right. " if option.right else "No. "))
                answers += nodes.list_item("", words, classes=["right"] if option.right else [])
            variants.append(variant("", texts[0], options, answer("", answers), tag="div", shown={"class": "variant"}))
        return self._quiz("quiz-choice", family, variants, [])

    def _quiz(self, tag: str, family, variants: list[variant], words: list[nodes.paragraph]) -> quiz:
        for other in variants[1:]:
            other["classes"].append(UNREAD)
        read = self.paragraphs([f"Read: {{ref}}`{family.read}`"])[0]
        read["classes"].append("read")
        rest = [said("", *words, tag="div", classes=[UNREAD], shown={"class": "said", "hidden": ""})] if words else []
        return quiz("", *variants, *rest, read, tag=tag, shown={"class": "quiz", "data-name": family.name})

    def paragraphs(self, texts: Iterable[str]) -> list[nodes.paragraph]:
        """Each text as a paragraph, all parsed in one go."""
        texts = list(texts)
        found = self.parse_text_to_nodes("\n\n".join(texts))
        if len(found) != len(texts) or not all(isinstance(each, nodes.paragraph) for each in found):
            raise self.error(
                f"{len(texts)} texts became {[type(each).__name__ for each in found]}: one is no paragraph"
            )
        return found


class Practice(Quiz):
    required_arguments = 0

    def run(self) -> list[nodes.Node]:
        questions = [self.question(name, TO_PRACTISE) for name in practice.NUMBERS]
        return [practice_round("", *questions, tag="practice-round", shown={})]


def open_tag(translator, node: element) -> None:
    shown = {name: value for name, value in node["shown"].items() if name != "class"}
    translator.body.append(translator.starttag(node, node["tag"], CLASS=node["shown"].get("class", ""), **shown))


def close_tag(translator, node: element) -> None:
    translator.body.append(f"</{node['tag']}>\n")


def open_answer(translator, node: answer) -> None:
    translator.body.append('<details class="answer"><summary>Answer</summary>\n')


def close_answer(translator, node: answer) -> None:
    translator.body.append("</details>\n")


def load_files(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    if doctree is None or not any(True for _ in doctree.findall(quiz)):
        return
    app.add_css_file(f"{FOLDER}quiz.css")
    for script in ("made", "quiz"):
        app.add_js_file(f"{FOLDER}{script}.js", loading_method="defer")
    if any(True for _ in doctree.findall(practice_round)):
        app.add_js_file(f"{FOLDER}practice.js", loading_method="defer")
