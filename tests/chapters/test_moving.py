"""The interactive figures in a reader's hands: dragged, swiped over, played, linked to, heard, and on a full screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from ..browser import DESKTOP, PHONE, TOO_WIDE, visit
from .built_book import FIGURES
from .moving_figures import CELLS, HANDLE, SLIDER, alike, computed, figure_of, go_to, move_to, rested, shown

FONT = "table => parseFloat(getComputedStyle(table).fontSize)"
NOT_HIT = """figure => {
  const line = figure.querySelector('[data-path="2"] path');
  const matrix = line.getScreenCTM();
  return Array.from({length: 60}, (_, k) => (k + 1) / 61 * line.getTotalLength()).filter(along => {
    const {x, y} = line.getPointAtLength(along).matrixTransform(matrix);
    return !document.elementFromPoint(x, y + 5)?.closest('[data-path="2"], .node, text');
  }).length;
}"""
"""How many of 60 places along a path, a finger's breadth beside its line, a click would miss."""
LISTEN = """output => {
  window.spoken = 0;
  new MutationObserver(() => window.spoken++).observe(output, {childList: true});
}"""


MOVE_ON = """slider => {
  for (let step = 0; step < 8; step++) {
    slider.stepUp();
    slider.dispatchEvent(new Event('input'));
  }
}"""


@pytest.fixture(scope="module")
def opened(gallery, browser) -> Iterator[Page]:
    with visit(browser, gallery.as_uri()) as (page, found):
        page.evaluate("() => { missingSum.Figure.rest = 100; }")
        yield page
    assert found == []


@pytest.fixture
def page(opened) -> Page:
    """The page with all figures, each at its start."""
    opened.evaluate("() => document.querySelectorAll('.interactive > :first-child').forEach(each => each.startAgain())")
    return opened


def drag(page: Page, selector: str, right: int, down: int) -> None:
    """Drag the middle of an element so many pixels."""
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=4)
    page.mouse.up()


def test_a_bar_that_is_dragged_takes_its_probability_along(page):
    drag(page, f"#interactive-jacobian {HANDLE}", 60, 0)
    (z0, s0, *_), (z1, s1, *_), _ = shown(page, "jacobian")[3:]
    assert float(z0) > 1.5 and float(s0) > 0.65
    assert z1 == "0.80" and float(s1) < 0.29


def test_start_and_target_of_the_race_can_be_dragged(page):
    move_to(page, "simplex_race", "steps=0")
    targets = figure_of(page, "simplex_race").locator("select")
    drag(page, "#interactive-simplex-race .handle.hollow", -60, -60)
    drag(page, "#interactive-simplex-race .handle.square", 100, 0)
    whole, part, target = shown(page, "simplex_race")
    assert whole == part and float(whole[2]) < 0.75
    assert target[:3] != ["0.600", "0.300", "0.100"]
    assert targets.evaluate("select => select.selectedOptions[0].text") == "where the square is"
    rested(page)
    assert {part.split("=")[0] for part in page.url.split("?")[1].split("&")} == {"y", "from", "steps"}
    targets.select_option("2")
    assert shown(page, "simplex_race")[2][:3] == ["0", "1.000", "0"]


def test_at_the_start_of_the_race_neither_line_hides_the_other(page):
    move_to(page, "simplex_race", "steps=0")
    wide, narrow = page.locator("#interactive-simplex-race svg > g[aria-hidden] circle").all()
    assert (wide.get_attribute("class"), narrow.get_attribute("class")) == ("whole", "part")
    assert float(wide.get_attribute("r")) > float(narrow.get_attribute("r")) + 2


def test_play_runs_to_the_end_and_can_be_stopped(page):
    move_to(page, "simplex_race", "steps=195")
    figure = figure_of(page, "simplex_race")
    steps, play, pause = (
        figure.locator(SLIDER),
        *(figure.get_by_role("button", name=name) for name in ("Play", "Pause")),
    )
    play.click()
    pause.wait_for(state="detached", timeout=20_000)
    assert steps.input_value() == "200"
    play.click()
    pause.click()
    assert int(steps.input_value()) < 200


def test_the_paths_of_a_logit_light_up_when_its_slider_or_its_node_is_chosen(page):
    figure = figure_of(page, "denominator")
    figure.locator("input >> nth=2").focus()
    assert shown(page, "denominator") == computed("denominator", j=2)
    figure.locator("[data-logit='1']").click()
    assert shown(page, "denominator") == computed("denominator", j=1)


def test_a_path_is_hit_all_along_its_line(page):
    figure = figure_of(page, "paths")
    figure.scroll_into_view_if_needed()
    beside_the_logit = 10  # where all paths are one
    assert figure.evaluate(NOT_HIT) < beside_the_logit
    third = figure.locator("input[type=checkbox] >> nth=2")
    figure.locator("[data-path='2'] path >> nth=0").dispatch_event("click", {"bubbles": True})
    assert third.is_checked()


def test_the_check_of_hits_sees_a_path_that_is_as_thin_as_it_looks(page):
    figure = figure_of(page, "paths")
    figure.scroll_into_view_if_needed()
    figure.locator(".reach").evaluate_all("all => all.forEach(line => line.remove())")
    assert figure.evaluate(NOT_HIT) > 30


@pytest.fixture(scope="module")
def phone(gallery, browser: Browser) -> Iterator[Page]:
    """The page with all figures on a phone that asks for no motion."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(gallery.as_uri())
    yield page
    context.close()


def swipe(page: Page, selector: str, right: int, down: int) -> float:
    """Move a finger from a fifth of an element's width; give how far the page has come."""
    element, protocol = page.locator(selector), page.context.new_cdp_session(page)
    element.evaluate("element => element.scrollIntoView({block: 'center'})")
    box = element.bounding_box()
    assert box
    x, y, top = box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2, page.evaluate("scrollY")
    for k in range(10):
        kind = "touchMove" if k else "touchStart"
        point = {"x": x + k * right / 10, "y": y + k * down / 10}
        protocol.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        page.evaluate("() => new Promise(requestAnimationFrame)")
    protocol.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.evaluate("() => new Promise(requestAnimationFrame)")
    return page.evaluate("scrollY") - top


@pytest.mark.parametrize("taken", ["input >> nth=1", "svg"], ids=["slider", "drawing"])
def test_a_finger_moves_a_figure_sideways_and_the_page_up_and_down(phone, taken):
    gap = figure_of(phone, "smoothing").locator("input >> nth=1")
    before = gap.input_value()
    assert swipe(phone, f"#interactive-smoothing {taken}", 0, 140) < -50
    assert gap.input_value() == before
    assert abs(swipe(phone, f"#interactive-smoothing {taken}", 140, 0)) < 20
    assert gap.input_value() != before


def test_a_finger_that_has_taken_hold_of_a_handle_drags_it_every_way(phone):
    target = figure_of(phone, "simplex_race").locator(".handle.square")
    before = target.get_attribute("aria-valuetext")
    assert abs(swipe(phone, "#interactive-simplex-race .handle.square", 0, 60)) < 20
    assert target.get_attribute("aria-valuetext") != before


def test_the_check_of_swipes_sees_a_slider_that_takes_them_all(phone):
    epsilon = phone.locator("#interactive-smoothing input >> nth=0")
    epsilon.evaluate("slider => { slider.style.touchAction = 'none'; }")
    before = epsilon.input_value()
    assert abs(swipe(phone, "#interactive-smoothing input >> nth=0", 0, 140)) < 20
    assert epsilon.input_value() != before


def test_play_leaps_for_who_wants_no_motion(phone):
    figure = figure_of(phone, "simplex_race")
    figure.get_by_role("button", name="Play").click()
    phone.wait_for_function(
        "() => document.querySelector('#interactive-simplex-race input').value === '90'", timeout=20_000
    )
    figure.get_by_role("button", name="Pause").click()


def test_the_address_of_a_moved_figure_opens_it_as_it_was_left(browser, page):
    figure_of(page, "jacobian").locator(HANDLE).focus()
    page.keyboard.press("ArrowLeft")
    rested(page)
    left, top = shown(page, "jacobian"), "figure => figure.getBoundingClientRect().top"
    assert "#interactive-jacobian?z=" in page.url
    with visit(browser, page.url) as (again, found):
        assert shown(again, "jacobian") == left
        assert abs(figure_of(again, "jacobian").evaluate(top)) < DESKTOP["height"] / 2
        assert found == []
    figure_of(page, "jacobian").get_by_role("button", name="Start again").click()
    rested(page)
    assert page.url.endswith("#interactive-jacobian")


NOBODYS = (
    "#a-page", "#interactive-jacobian", "#interactive-jacobian?z=<b>,1,2&y=9&q=1", "#interactive-jacobian?z=1e999,0,0",
    "#interactive-jacobian?z=1,2", "#interactive-jacobian?%E0%A4%A", "#interactive-memory?n=&c=x&k=NaN&bytes=-1",
    "#interactive-nothing?z=1,2,3", "#?", "#%",
)  # fmt: skip


def test_an_address_that_says_nothing_of_a_figure_moves_none(page):
    rested(page)
    starts = {name: computed(name) for name in FIGURES}
    for address in NOBODYS:
        go_to(page, address)
        assert page.evaluate("() => location.hash") == address.replace("<", "%3C").replace(">", "%3E")
        after = page.locator(".interactive").evaluate_all(f"figures => figures.map({CELLS})")
        for cells, (name, start) in zip(after, starts.items(), strict=True):
            assert alike(cells, start, name), (address, name)


@pytest.mark.parametrize("wait", [True, False])
def test_a_link_to_a_section_works_after_a_figure_was_moved(page, wait):
    rested(page)
    figure_of(page, "memory").locator(SLIDER).focus()
    page.keyboard.press("ArrowLeft")
    if wait:
        rested(page)
    go_to(page, "#a-page")
    rested(page)
    assert page.evaluate("() => [location.hash, document.querySelector(':target').id]") == ["#a-page", "a-page"]


def test_a_figure_speaks_once_when_it_has_come_to_rest(page):
    figure = figure_of(page, "smoothing")
    rested(page)
    figure.locator("output").evaluate(LISTEN)
    figure.locator(SLIDER).evaluate(MOVE_ON)
    rested(page)
    assert page.evaluate("() => window.spoken") == 1
    assert figure.locator("output").inner_text() == figure.locator(".summary").inner_text()


def test_a_figure_fills_the_screen_with_large_type_and_comes_back(page):
    figure = figure_of(page, "focal")
    before = figure.locator("table").evaluate(FONT)
    figure.get_by_role("button", name="Full screen").click()
    page.wait_for_function("() => document.fullscreenElement?.id === 'interactive-focal'")
    assert figure.locator("table").evaluate(FONT) > 1.2 * before
    figure.get_by_role("button", name="Leave full screen").click()
    page.wait_for_function("() => !document.fullscreenElement")


def test_every_control_has_a_name_and_every_slider_says_its_value(page):
    names = "all => all.map(control => control.labels[0].textContent.trim())"
    assert all(page.locator(".interactive :is(input, select)").evaluate_all(names))
    values = "all => all.map(slider => slider.getAttribute('aria-valuetext'))"
    assert all(page.locator(".interactive :is(input[type=range], [role=slider])").evaluate_all(values))
    handles = "all => all.map(({ariaLabel, ariaValueNow}) => ariaLabel && Number.isFinite(Number(ariaValueNow)))"
    assert all(page.locator(".interactive [role=slider]").evaluate_all(handles))


def test_without_the_off_diagonal_terms_the_gradient_goes_wrong(page):
    figure = figure_of(page, "jacobian")
    assert "wrong in class 0 and 2" in figure.locator(".summary").inner_text()
    assert figure.locator("td.wrong").count() == 2
    move_to(page, "jacobian", "y=3")
    assert figure.locator("td.wrong").count() == 3


def test_where_both_gradients_vanish_none_is_so_many_times_the_other(page):
    summary = figure_of(page, "mse_versus_ce").locator(".summary")
    move_to(page, "mse_versus_ce", "gap=10")
    assert "times" not in summary.inner_text() and "near 0" in summary.inner_text()
    move_to(page, "mse_versus_ce", "gap=-10")
    assert "times that of mean squared error" in summary.inner_text()


def test_each_class_of_the_small_network_has_a_colour_of_its_own(page):
    fills = "all => all.map(shape => getComputedStyle(shape).fill)"
    points = figure_of(page, "collapse").locator("path.point").evaluate_all(fills)
    places = figure_of(page, "collapse").locator("rect[opacity]").evaluate_all(fills)
    assert len(set(points)) == 3 and set(places) == set(points)


def test_every_plot_names_both_axes(page):
    words = "all => all.map(plot => plot.querySelectorAll('text:not(.tick)').length)"
    assert min(page.locator(".interactive svg:has(path.grid)").evaluate_all(words)) >= 2
    named = figure_of(page, "step_size").locator("svg text").all_text_contents()
    assert {"step h", "error of the measured derivative"} <= set(named)


def test_the_figures_fit_the_narrowest_phone(page):
    page.set_viewport_size({"width": 320, "height": 700})
    outside = "all => all.filter(svg => svg.getBoundingClientRect().right > innerWidth).length"
    assert page.evaluate(TOO_WIDE) == page.locator(".interactive svg").evaluate_all(outside) == 0
    page.set_viewport_size(DESKTOP)
