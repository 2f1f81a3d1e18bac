"""The playgrounds in the real JupyterLab: by mouse, by keyboard alone and through a Korean input method."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import VIEWPORT
from tests.lessons.pages import SCREENSHOTS, TALL, THEMES, violations
from tests.lessons.playgrounds import BY_KEYBOARD, BY_MOUSE, CONTROLS, RINGS, WIDER, seen

PLAYGROUNDS = {
    "01_roles": "MessageBuilder(",
    "02_structured_outputs": "SchemaWorkbench(",
    "03_tokens": "TokenExplorer(",
    "04_seeds": "SamplingLab(",
    "05_math_helper": "MathBench(",
}
# What is done, in words, and the part of the playground that it changes.
CHANGED = {
    "01_roles": ("보내기", "출처: 녹화"),
    "02_structured_outputs": ("확인할 답변(JSON)", "JSON으로 읽을 수 없습니다."),
    "03_tokens": ("글", "1,234"),
    "04_seeds": ("뽑기", "100번이 모두 같습니다."),
    "05_math_helper": ("최종 답", "맞지 않은 줄: 1개"),
}
TEXTS = {"02_structured_outputs": "[}", "03_tokens": "가" * 1234, "05_math_helper": "x = -29/8"}
# What JupyterLab takes as commands of the notebook: delete, cut, insert, undo, split, change and run cells.
COMMANDS = ("d", "d", "a", "b", "x", "z", "m", "y", "c", "v", "r", "1", "Shift+M", "ControlOrMeta+Enter")
# For each playground into which one writes words: the field, and what then stands elsewhere in the playground.
KOREAN = "값을 읽고 없앤 닭 한 마리가 뷁 소리를 냈습니다"
TYPED = {
    "01_roles": ("2번 본문", f'"content": "{KOREAN}"'),
    "02_structured_outputs": ("확인할 답변(JSON)", "JSON"),
    "03_tokens": ("글", str(len(KOREAN))),
    "05_math_helper": ("문제", "문제를 읽지 못했습니다."),
}


@pytest.fixture(scope="module", params=PLAYGROUNDS)
def lesson_with_playground(request, watched_desk):
    """The name of a lesson that is open, with its first cell run; pytest runs the tests of one lesson together."""
    desk, _ = watched_desk
    desk.open(request.param)
    desk.run(desk.find("open_lesson("))
    yield request.param
    desk.close()


@pytest.fixture
def box(lesson_with_playground, watched_desk, quiet):
    """The playground of that lesson, new."""
    desk, _ = watched_desk
    place = desk.find(PLAYGROUNDS[lesson_with_playground])
    desk.run(place)
    desk.select(place)
    box = desk.cell(place).locator(".jp-OutputArea-output .widget-vbox").first
    box.wait_for()
    return box


@pytest.fixture
def at(watched_desk):
    """The desk, for tests of a playground."""
    return watched_desk[0]


def test_a_playground_by_mouse(lesson_with_playground, box, at):
    name = lesson_with_playground
    BY_MOUSE[name](at, box)
    (SCREENSHOTS / name).mkdir(parents=True, exist_ok=True)
    at.page.set_viewport_size(TALL)
    for theme, title in THEMES.items():
        at.theme(title)
        # Before the pictures, and not in them.
        contrasts = box.evaluate(RINGS, CONTROLS)
        at.page.evaluate("document.activeElement.blur()")
        assert min(contrasts) >= 3, (theme, contrasts)
        box.screenshot(path=SCREENSHOTS / name / f"{theme}-playground.png")
        assert violations(at.page, ".jp-OutputArea-output .widget-vbox", []) == [], theme
    at.page.set_viewport_size(VIEWPORT)


def test_nothing_is_wider_than_its_place_at_200_percent_too(lesson_with_playground, box, at):
    try:
        for width in (1280, 900, 640):
            at.page.set_viewport_size({**VIEWPORT, "width": width})
            at.page.evaluate("lessonDriver.painted()")
            assert box.evaluate(WIDER) == [], width
    finally:
        at.page.set_viewport_size(VIEWPORT)


def test_after_the_run_the_controls_are_seen_and_the_result_is_seen_and_told(lesson_with_playground, box, at):
    name = lesson_with_playground
    place = at.find(PLAYGROUNDS[name])
    at.select(place)
    at.page.keyboard.press("Shift+Enter")
    at.page.wait_for_function("place => lessonDriver.panel.content.activeCellIndex === place + 1", arg=place)
    first = box.locator(CONTROLS).first
    # JupyterLab has scrolled to the next cell; the playground comes back into view.
    expect(first).to_be_in_viewport(ratio=1)
    regions = box.get_by_role("status")
    regions.last.wait_for(state="attached")
    before = regions.element_handles()
    control, told = CHANGED[name]
    if name in TEXTS:
        box.get_by_label(control, exact=True).fill(TEXTS[name])
    else:
        box.get_by_role("button", name=control).click()
    result = regions.get_by_text(told).last
    expect(result).to_be_visible()
    assert seen(at, first, result)
    # A reader of the page hears what changes in a region only where the region itself stays.
    assert [one for one in before if one.evaluate("node => node.isConnected") and told in one.inner_text()]


@pytest.mark.parametrize("lesson_with_playground", ["01_roles", "04_seeds"], indirect=True, scope="module")
def test_no_key_on_a_control_reaches_the_notebook(lesson_with_playground, box, at):
    cells = [(cell["id"], cell["kind"]) for cell in at.state()["cells"]]
    kinds = ("select", "button:enabled", ".noUi-handle")
    controls = [box.locator(kind).first for kind in kinds if box.locator(kind).count()]
    assert len(controls) == 2
    for control in controls:
        for key in COMMANDS:
            control.focus()
            at.page.keyboard.press(key)
        assert [(cell["id"], cell["kind"]) for cell in at.state()["cells"]] == cells
        assert box.is_visible()
    at.page.keyboard.press("ControlOrMeta+s")
    at.page.wait_for_function("!lessonDriver.panel.context.model.dirty")
    # In command mode the same keys do what they always did.
    at.select(0)
    for keys, count in (("a", len(cells) + 1), ("dd", len(cells))):
        at.page.keyboard.type(keys)
        assert len(at.state()["cells"]) == count


@pytest.mark.parametrize("lesson_with_playground", ["04_seeds"], indirect=True, scope="module")
def test_the_handles_of_sliders_have_names(lesson_with_playground, box, at):
    for name in ("온도", "top_p"):
        expect(box.get_by_role("slider", name=name, exact=True)).to_have_count(1)


def test_a_playground_by_keyboard_alone(lesson_with_playground, box, at):
    BY_KEYBOARD[lesson_with_playground](at, box)


@pytest.mark.parametrize("lesson_with_playground", TYPED, indirect=True, scope="module")
def test_korean_through_an_input_method_keeps_every_syllable(lesson_with_playground, box, at):
    label, shown = TYPED[lesson_with_playground]
    field = box.get_by_label(label, exact=True)
    field.click()
    at.page.keyboard.press("ControlOrMeta+a")
    at.type_korean(KOREAN)
    # After this the kernel has seen every key, and what it sent back has arrived.
    at.settle()
    expect(box).to_contain_text(shown)
    expect(field).to_have_value(KOREAN)


@pytest.mark.parametrize("lesson_with_playground", ["03_tokens"], indirect=True, scope="module")
def test_the_token_explorer_takes_a_very_long_text(lesson_with_playground, box, at):
    text = box.get_by_label("글", exact=True)
    text.fill("가나다라 " * 10_000)
    expect(box).to_contain_text("50,000")
    text.press("End")
    at.page.keyboard.type("!")
    expect(box).to_contain_text("50,001")


@pytest.mark.parametrize("lesson_with_playground", ["05_math_helper"], indirect=True, scope="module")
def test_after_a_restart_of_the_kernel_the_playground_says_what_to_do(lesson_with_playground, box, at):
    said = "node => getComputedStyle(node, '::after').content"
    assert box.evaluate(said) == "none"
    at.page.evaluate("lessonDriver.panel.sessionContext.session.kernel.restart()")
    expect(box).to_have_class(re.compile("disconnected"))
    assert "이 셀을 다시 실행하세요" in box.evaluate(said)
