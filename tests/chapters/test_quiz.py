"""Questions on the built pages, as a reader meets them: every task of every question is tried."""

from __future__ import annotations

import re

import numpy as np
import pytest

from missingsum import gallery

from ..browser import DESKTOP, PHONE, TOO_WIDE, WCAG_21_AA, accessibility_findings, visit

TRY_ALL = """() => {
  const complaints = [];
  let tried = 0;
  const verdict = question => [question.verdict.classList.contains('right'), question.verdict.textContent];
  const questions = document.querySelectorAll('.quiz[data-name]');
  for (const question of questions) question.tell = () => {};  // how many are right on the page is not tried here
  for (const question of questions) {
    question.variants.forEach((variant, k) => {
      question.show(k);
      const give = value => {
        if (question.input) question.input.value = value;
        else question.choices[value].firstChild.checked = true;
        question.answer();
        tried += 1;
        return verdict(question);
      };
      const complain = what => complaints.push(`${question.dataset.name}, task ${k}: ${what}`);
      if (question.input) {
        const {right, mistakes} = variant.dataset;
        if (!give(right)[0]) complain(`${right} is right, and refused`);
        for (const pair of mistakes.split(' ')) {
          const [value, place] = pair.split(':');
          const words = question.querySelector('.said').children[place].textContent;
          const near = other => Math.abs(other.split(':')[0] - value) < variant.dataset.within;
          const same = mistakes.split(' ').filter(near);
          const [isRight, said] = give(value);
          if (isRight) complain(`${value} is wrong, and accepted`);
          else if (!said.includes(words) && same.length <= 3) complain(`${value} is not explained`);
        }
        if (give('98765.4')[0] || !question.verdict.textContent.includes('No mistake that is known')) {
          complain('a number out of the blue is explained');
        }
      } else {
        const answers = [...variant.querySelectorAll('.answers > li')];
        answers.forEach((answer, i) => {
          const [isRight, said] = give(i);
          if (isRight !== answer.classList.contains('right')) complain(`answer ${i}`);
          if (said.trim().length < 12) complain(`answer ${i} has no words`);
        });
      }
    });
  }
  return [tried, complaints];
}"""


FORGET = "() => localStorage.clear()"


def test_every_task_of_every_question_is_judged_as_it_was_computed(browser, book):
    pages = [page for page in book.pages if 'class="quiz' in page.read_text("utf-8")]
    total = 0
    for address in pages:
        with visit(browser, address.as_uri()) as (page, found):
            tried, complaints = page.evaluate(TRY_ALL)
            total += tried
            assert complaints == [] and found == [], address
            page.evaluate(FORGET)
    assert len(pages) >= 15 and total > 4000


def test_a_judge_that_lets_a_wrong_answer_pass_is_noticed(browser, book):
    with visit(browser, (book.html / "chapters" / "03_missing_sum.html").as_uri()) as (page, _):
        page.evaluate("() => { document.querySelector('quiz-number .variant').dataset.within = '1000'; }")
        assert "is wrong, and accepted" in " ".join(page.evaluate(TRY_ALL)[1])
        page.evaluate(FORGET)


@pytest.fixture
def chapter(browser, book):
    with visit(browser, (book.html / "chapters" / "03_missing_sum.html").as_uri()) as (page, found):
        yield page
        page.evaluate(FORGET)
    assert found == []


def test_a_wrong_number_is_explained_and_the_section_named(chapter):
    question = chapter.locator('[data-name="vector-jacobian"]')
    asked = question.locator(".variant:visible").text_content().replace("−", "-")
    s, g = (np.array([float(x) for x in row.split(", ")]) for row in re.findall(r"= \(([^)]*)\)", asked)[:2])
    j = int(re.search(r"∂z([₀-₉])", asked)[1].translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")))
    question.locator("input").fill(f"{(g * s * (1 - s))[j]:.3f}")
    question.locator("input").press("Enter")
    assert "only the diagonal" in question.locator(".verdict").text_content()
    assert question.locator(".read a").is_visible()
    question.locator("input").fill(f"{(s * (g - g @ s))[j]:.4f}".replace(".", ","))
    question.locator("input").press("Enter")
    assert "Right" in question.locator(".verdict").text_content()
    assert "1 right so far" in question.locator(".so-far").text_content()
    chapter.reload()
    assert "1 right so far" in question.locator(".so-far").text_content()


def test_other_numbers_are_asked_and_the_field_has_the_focus(chapter):
    question = chapter.locator('[data-name="jacobian-entry"]')
    first = question.locator(".variant:visible").text_content()
    question.get_by_text("Other numbers").press("Enter")
    assert question.locator(".variant:visible").text_content() != first
    assert question.locator("input").evaluate("input => input === document.activeElement")


def test_what_is_no_number_is_not_judged(chapter):
    question = chapter.locator('[data-name="jacobian-entry"]')
    for text in ("", "two", "1/2/3", "1/0"):
        question.locator("input").fill(text)
        question.locator("input").press("Enter")
        assert "Type a number" in question.locator(".verdict").text_content()


def test_without_the_script_the_first_task_stands_there_with_its_answer_folded(browser, book):
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP)
    page = context.new_page()
    page.goto((book.html / "chapters" / "03_missing_sum.html").as_uri())
    question = page.locator('[data-name="jacobian-entry"]')
    assert question.locator(".variant:visible").count() == 1 and question.locator("details").first.is_visible()
    context.close()


def test_on_paper_there_is_one_task_with_its_answer(chapter):
    chapter.emulate_media(media="print")
    chapter.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    question = chapter.locator('[data-name="jacobian-entry"]')
    assert question.locator(".variant:visible").count() == 1
    assert question.locator("details.answer:visible p").count() == 1 and not question.locator("form").is_visible()


QUESTIONS_ALONE = """() => {
  const questions = [...document.querySelectorAll('.quiz')];
  const article = document.querySelector('article');
  article.replaceChildren(...questions);
  document.body.replaceChildren(article);
}"""


def test_answered_questions_can_be_read_by_everybody(chapter):
    chapter.evaluate(TRY_ALL)
    chapter.evaluate(QUESTIONS_ALONE)
    for scheme in ("light", "dark"):
        assert list(accessibility_findings(chapter, scheme, {"runOnly": WCAG_21_AA})) == []
    chapter.set_viewport_size(PHONE)
    assert chapter.evaluate(TOO_WIDE) == 0


@pytest.fixture
def practising(browser, book):
    with visit(browser, (book.html / "chapters" / "practice.html").as_uri()) as (page, found):
        yield page
        page.evaluate(FORGET)
    assert found == []


def test_a_round_of_practice_brings_back_what_was_missed(practising):
    page = practising
    assert page.locator(".quiz[data-name]:visible").count() == 0
    page.get_by_role("button", name="Start five minutes").click()
    asked = page.locator(".quiz[data-name]:visible .variant:visible").text_content()
    page.keyboard.type("98765.4")
    page.keyboard.press("Enter")
    assert "0 of 1 right at once" in page.locator(".round").inner_text()
    page.get_by_role("button", name="Stop").click()
    page.reload()
    assert "1 that you missed" in page.locator(".round").inner_text()
    page.get_by_role("button", name="Start five minutes").click()
    assert page.locator(".quiz[data-name]:visible .variant:visible").text_content() == asked
    right = page.locator(".quiz[data-name]:visible .variant:visible").get_attribute("data-right")
    page.keyboard.type(right)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").click()
    assert "missed" not in page.locator(".round output").inner_text()


def test_a_round_ends_when_its_time_is_up(practising):
    practising.get_by_role("button", name="Start five minutes").click()
    practising.evaluate("() => { document.querySelector('practice-round').until = 0; }")
    practising.get_by_role("button", name="Next task").click()
    assert practising.get_by_role("button", name="Start five minutes").is_visible()


@pytest.mark.parametrize("page_name", ["practice", "gallery"])
def test_pasted_numbers_are_recognised(browser, book, page_name):
    z, g = gallery.LOGITS, gallery.UPSTREAM
    s = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    right, diagonal = s * (g - (g * s).sum(axis=1, keepdims=True)), g * s * (1 - s)
    with visit(browser, (book.html / "chapters" / f"{page_name}.html").as_uri()) as (page, found):
        field, said = page.locator("mistake-finder textarea"), page.locator("mistake-finder output")

        def told(text: str) -> str:
            field.fill(text)
            page.locator("mistake-finder button").click()
            return said.inner_text()

        assert "missing-sum" in told(str(diagonal.round(4)))
        assert page.locator("mistake-finder output a").first.get_attribute("href").endswith("#slip-missing-sum")
        assert "missing-sum" in told(repr(diagonal[1].tolist()))
        assert "Right" in told(str(right))
        assert "None of the" in told(str(right + 0.01)) and "Paste the numbers" in told("no numbers")
        page.set_viewport_size(PHONE)
        assert page.evaluate(TOO_WIDE) == 0 and found == []
