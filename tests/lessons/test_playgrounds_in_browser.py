"""The playgrounds in the real JupyterLab: by mouse, by keyboard alone and through a Korean input method."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import VIEWPORT
from tests.lessons.pages import SCREENSHOTS, TALL, THEMES, violations

# The handle of ipywidgets' slider has no name; beside it stands a box with a name for the same value.
WIDGETS_EXCLUDED = [[".noUi-handle"]]
PLAYGROUNDS = {
    "01_roles": "MessageBuilder(",
    "02_structured_outputs": "SchemaWorkbench(",
    "03_tokens": "TokenExplorer(",
    "04_seeds": "SamplingLab(",
    "05_math_helper": "MathBench(",
}
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


def type_over(desk, text):
    """Replace what stands in the focused control, with the keyboard."""
    desk.page.keyboard.press("ControlOrMeta+a")
    desk.page.keyboard.type(text)


def choose_by_keyboard(desk, letter):
    """Choose in the focused list; JupyterLab takes the arrow keys for itself until the list is open."""
    for key in ("Space", letter, "Enter"):
        desk.page.keyboard.press(key)


def by_mouse_in_tokens(desk, box):
    box.get_by_label("글", exact=True).click()
    type_over(desk, "<img src=x onerror=alert(1)> 한글")
    expect(box.locator("table").first.locator("td").nth(1)).to_have_text("31")
    assert box.locator("img").count() == 0


def by_keyboard_in_tokens(desk, box):
    desk.tab_to(box.get_by_label("글", exact=True))
    type_over(desk, "hello world")
    expect(box.locator("table").first.locator("td").nth(1)).to_have_text("11")
    expect(box).to_contain_text("␣world")


def by_mouse_in_messages(desk, box):
    box.get_by_label("녹화된 대화").select_option("korean-series (응답 1개)")
    box.get_by_role("button", name="불러오기").click()
    expect(box).to_contain_text("입력 토큰: 81개")
    box.get_by_role("button", name="보내기").click()
    expect(box).to_contain_text("출처: 녹화")
    box.get_by_role("button", name="메시지 더하기").click()
    box.get_by_label("5번 본문").click()
    type_over(desk, "<b>몇 대 몇?</b>")
    expect(box).to_contain_text("고친 메시지는 아직 보내지 않았습니다.")
    # A click overtakes keys that wait for a busy kernel.
    expect(box.locator("pre").first).to_contain_text('"content": "<b>몇 대 몇?</b>"')
    box.get_by_role("button", name="보내기").click()
    expect(box).to_contain_text("녹화에 없는 요청입니다.")
    expect(box).not_to_contain_text("Traceback")
    nearest = box.get_by_role("button", name="가장 가까운 녹화 불러오기")
    nearest.click()
    expect(nearest).to_be_hidden()
    expect(box.get_by_role("button", name="보내기")).to_be_focused()
    box.get_by_role("button", name="보내기").click()
    expect(box).to_contain_text("출처: 녹화")


def by_keyboard_in_messages(desk, box):
    desk.tab_to(box.get_by_label("2번 본문"))
    type_over(desk, "hello")
    expect(box.locator("pre").first).to_contain_text('"content": "hello"')
    desk.tab_to(box.get_by_role("button", name="메시지 더하기"))
    desk.page.keyboard.press("Enter")
    fifth = box.get_by_label("5번 역할")
    fifth.wait_for()
    desk.tab_to(fifth, "Shift+Tab")
    choose_by_keyboard(desk, "d")
    expect(fifth).to_have_value("developer")
    desk.tab_to(box.get_by_role("button", name="위로").last)
    desk.page.keyboard.press("Space")
    expect(box.get_by_label("4번 역할")).to_have_value("developer")
    expect(box.get_by_label("5번 본문")).to_have_value("마지막 게임이 어디에서 열렸어?")


def by_mouse_in_schema(desk, box):
    expect(box).to_contain_text("받아들이지 않습니다.")
    box.get_by_label("확인할 답변").click()
    type_over(desk, '{"name": "박람회", "date": "금요일", "participants": ["앨리스"]}')
    expect(box).to_contain_text("받아들입니다.")
    box.get_by_label("필드 2 자료형").select_option(label="정수")
    expect(box).to_contain_text("date: int")
    expect(box).to_contain_text("받아들이지 않습니다.")
    box.get_by_role("button", name="필드 더하기").click()
    box.get_by_label("필드 4 이름").click()
    type_over(desk, "place")
    expect(box).to_contain_text("place: str")


def by_keyboard_in_schema(desk, box):
    desk.tab_to(box.get_by_label("필드 3 이름"))
    type_over(desk, "people")
    expect(box).to_contain_text("people: list[str]")
    desk.tab_to(box.get_by_role("button", name="필드 더하기"))
    desk.page.keyboard.press("Enter")
    box.get_by_label("필드 4 이름").wait_for()
    desk.tab_to(box.get_by_label("확인할 답변"))
    type_over(desk, '{"name": "a", "date": "b", "people": []}')
    expect(box).to_contain_text("받아들입니다.")


def by_mouse_in_sampling(desk, box):
    handle = box.locator(".noUi-handle").first
    place = handle.bounding_box()
    middle = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    desk.page.mouse.move(*middle)
    desk.page.mouse.down()
    desk.page.mouse.move(middle[0] + 80, middle[1], steps=8)
    desk.page.mouse.up()
    expect(box).not_to_contain_text("후: 온도 1.00")
    box.get_by_role("button", name="뽑기").click()
    expect(box).to_contain_text(re.compile(r"두 뽑기의 100번 가운데 \d+번이 다릅니다."))


def by_keyboard_in_sampling(desk, box):
    desk.tab_to(box.locator(".noUi-handle").first)
    desk.page.keyboard.press("ArrowLeft")
    expect(box).to_contain_text("후: 온도 0.90")
    desk.tab_to(box.get_by_label("top_p 값"))
    type_over(desk, "0.8")
    desk.page.keyboard.press("Enter")
    expect(box).to_contain_text("top_p 0.80")
    desk.tab_to(box.get_by_label("시드"))
    type_over(desk, "124")
    desk.tab_to(box.get_by_role("button", name="뽑기"))
    desk.page.keyboard.press("Space")
    expect(box).to_contain_text("시드 124")


def by_mouse_in_math(desk, box):
    expect(box).to_contain_text("틀림")
    box.get_by_label("풀이(한 줄에 한 단계)").click()
    type_over(desk, "8x = 2 - 31\n8x = -29\nx = -29/8")
    box.get_by_label("최종 답").click()
    type_over(desk, "x = -29/8")
    expect(box).to_contain_text("모든 단계와 최종 답이 맞습니다.")


def by_keyboard_in_math(desk, box):
    desk.tab_to(box.get_by_label("문제"))
    type_over(desk, "2x = 6")
    desk.tab_to(box.get_by_label("풀이(한 줄에 한 단계)"))
    type_over(desk, "x = 3")
    desk.tab_to(box.get_by_label("최종 답"))
    type_over(desk, "x = 4")
    expect(box).to_contain_text("맞지 않은 줄: 1개")


BY_MOUSE = {
    "01_roles": by_mouse_in_messages,
    "02_structured_outputs": by_mouse_in_schema,
    "03_tokens": by_mouse_in_tokens,
    "04_seeds": by_mouse_in_sampling,
    "05_math_helper": by_mouse_in_math,
}
BY_KEYBOARD = {
    "01_roles": by_keyboard_in_messages,
    "02_structured_outputs": by_keyboard_in_schema,
    "03_tokens": by_keyboard_in_tokens,
    "04_seeds": by_keyboard_in_sampling,
    "05_math_helper": by_keyboard_in_math,
}


def test_a_playground_by_mouse(lesson_with_playground, box, at):
    name = lesson_with_playground
    BY_MOUSE[name](at, box)
    (SCREENSHOTS / name).mkdir(parents=True, exist_ok=True)
    at.page.set_viewport_size(TALL)
    for theme, title in THEMES.items():
        at.theme(title)
        box.screenshot(path=SCREENSHOTS / name / f"{theme}-playground.png")
        assert violations(at.page, ".jp-OutputArea-output .widget-vbox", WIDGETS_EXCLUDED) == [], theme
    at.page.set_viewport_size(VIEWPORT)


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
