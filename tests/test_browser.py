"""The lessons in the real JupyterLab, driven in a headless Chromium as a learner would use them."""

import os
import re

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect, sync_playwright

from helpers.lesson import LESSONS, ROOT
from helpers.trouble import TRACEBACK_HINT
from tests.browser import VIEWPORT, Desk, Watch, find_chromium, launch, running_lab
from tools.notebooks import NOTEBOOKS

SCREENSHOTS = ROOT / os.environ.get("SCREENSHOTS_DIR", "screenshots")
# The page begins in the light theme, and after the pictures it is there again.
THEMES = {"dark": "JupyterLab Dark", "light": "JupyterLab Light"}
expect.set_options(timeout=60_000)
LOST = {"dead", "restarting", "autorestarting", "terminating"}
# For pictures: high enough that a lesson takes few of them, low enough that they can be read.
TALL = {"width": 1280, "height": 2000}
AXE = ROOT / "tests" / "data" / "axe.min.js"
# What the template of nbconvert does, and no content of ours can change.
TEMPLATE_EXCLUDED = [
    [".jp-InputPrompt"],  # pale grey on white
    [".jp-OutputPrompt"],
    [".highlight"],  # the colours of code
]
TEMPLATE_RULES = {"link-in-text-block": {"enabled": False}}  # links are not underlined
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


@pytest.fixture(scope="module")
def chromium():
    program = find_chromium()
    if program is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("no Chromium or Chrome was found, and REQUIRE_BROWSER=1 asks for one")
    if program is None:
        pytest.skip("no Chromium or Chrome was found; the environment variable CHROMIUM can name one")
    with sync_playwright() as playwright:
        browser = launch(playwright, program)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="module")
def watched_desk(chromium, lab):
    context = chromium.new_context(viewport=VIEWPORT, locale="ko-KR")
    context.add_init_script(path=ROOT / "tests" / "browser.js")
    watch = Watch(context)
    yield Desk(context.new_page(), lab), watch
    context.close()


@pytest.fixture
def desk(watched_desk):
    """A desk with no notebook open; afterwards nothing may be on the console, and no other host have been asked."""
    desk, watch = watched_desk
    watch.errors.clear()
    yield desk
    desk.close()
    assert_quiet(watch, desk)


def assert_quiet(watch, desk):
    assert watch.errors == []
    assert watch.foreign(desk.lab.address) == []


def pictures_of_lesson(desk, name):
    """Write pictures of the whole notebook, part by part, in both themes."""
    folder, notebook = SCREENSHOTS / name, desk.page.locator(".jp-Notebook")
    folder.mkdir(parents=True, exist_ok=True)
    desk.page.set_viewport_size(TALL)
    for theme, title in THEMES.items():
        desk.theme(title)
        top, part = 0, 1
        size = desk.page.evaluate("lessonDriver.scroll(0)")
        while top < size["all"]:
            desk.picture(notebook, folder / f"{theme}-{part:02}.png")
            top, part = top + size["part"], part + 1
            size = desk.page.evaluate("top => lessonDriver.scroll(top)", top)
    desk.page.set_viewport_size(VIEWPORT)


@pytest.mark.parametrize("name", LESSONS)
def test_run_all_reaches_the_end(desk, name):
    desk.open(name)
    state = desk.run_all()
    assert state["finished"] and not state["waitsForInput"]
    assert not LOST & set(state["statuses"])
    cells = [cell for cell in state["cells"] if cell["kind"] == "code"]
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    may_fail = [cell["id"] for cell in cells if "raises-exception" in cell["tags"]]
    assert state["failed"] == may_fail
    for cell in cells:
        assert not [output for output in cell["outputs"] if output["output_type"] == "error"], cell["source"]
        boxed = TRACEBACK_HINT in str(cell["outputs"])
        assert boxed == (cell["id"] in may_fail), cell["source"]
    pictures_of_lesson(desk, name)


def outputs(desk, index):
    return desk.state()["cells"][index]["outputs"]


def test_an_exercise_is_solved_after_a_wrong_answer(desk):
    desk.open("01_roles")
    desk.run(desk.find("open_lesson("))
    exercise = desk.find("q1.check(")
    source = desk.state()["cells"][exercise]["source"]
    desk.run(exercise)
    expect(desk.cell(exercise)).to_contain_text("아직 풀지 않았습니다.")
    desk.edit(exercise, source.replace("...", '[{"role": "user", "content": "하늘은 왜 파란가요?"}]'))
    expect(desk.cell(exercise)).to_contain_text("아직 아닙니다.")
    right = '[{"role": "developer", "content": "짧게"}, {"role": "user", "content": "하늘은 왜 파란가요?"}]'
    desk.edit(exercise, source.replace("...", right))
    expect(desk.cell(exercise)).to_contain_text("맞았습니다.")
    # The copy's own file, so that it was the copy's helpers that ran.
    assert "q1" in (desk.lab.course / ".progress.json").read_text(encoding="utf-8")
    desk.close()
    desk.open("01_roles")
    desk.run(desk.find("open_lesson("))
    table = desk.cell(desk.add("lesson.progress()")).locator("table")
    expect(table.locator("tr", has_text="01_roles").locator("td").first).to_have_text("1")


def test_a_miss_shows_a_box_and_no_traceback(desk):
    desk.open("01_roles")
    desk.run(desk.find("open_lesson("))
    call = desk.add(
        'client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "처음 보는 질문"}])'
    )
    expect(desk.cell(call)).to_contain_text("녹화에 없는 요청입니다.")
    expect(desk.cell(call)).to_contain_text("처음 보는 질문")
    assert [output["output_type"] for output in outputs(desk, call)] == ["display_data"]
    expect(desk.cell(call)).not_to_contain_text(re.compile("Traceback|NotFoundError"))
    after = desk.add("print(1 + 1)")
    expect(desk.cell(after).locator(".jp-OutputArea-output")).to_have_text("2")


# ---------------------------------------------------------------- playgrounds


@pytest.fixture(scope="module", params=PLAYGROUNDS)
def lesson_with_playground(request, watched_desk):
    """The name of a lesson that is open, with its first cell run; pytest runs the tests of one lesson together."""
    desk, _ = watched_desk
    desk.open(request.param)
    desk.run(desk.find("open_lesson("))
    yield request.param
    desk.close()


@pytest.fixture
def box(lesson_with_playground, watched_desk):
    """The playground of that lesson, new."""
    desk, watch = watched_desk
    watch.errors.clear()
    place = desk.find(PLAYGROUNDS[lesson_with_playground])
    desk.run(place)
    desk.select(place)
    box = desk.cell(place).locator(".jp-OutputArea-output .widget-vbox").first
    box.wait_for()
    yield box
    assert_quiet(watch, desk)


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
    box.get_by_label("녹화된 대화").select_option("korean-series")
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


def by_keyboard_in_messages(desk, box):
    desk.tab_to(box.get_by_label("2번 본문"))
    type_over(desk, "hello")
    expect(box.locator("pre").first).to_contain_text('"content": "hello"')
    desk.tab_to(box.get_by_role("button", name="메시지 더하기"))
    desk.page.keyboard.press("Enter")
    third = box.get_by_label("3번 역할")
    third.wait_for()
    desk.tab_to(third, "Shift+Tab")
    choose_by_keyboard(desk, "d")
    expect(third).to_have_value("developer")
    desk.tab_to(box.get_by_role("button", name="위로").last)
    desk.page.keyboard.press("Space")
    expect(box.get_by_label("2번 역할")).to_have_value("developer")
    expect(box.get_by_label("3번 본문")).to_have_value("hello")


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
    box.get_by_label("풀이").click()
    type_over(desk, "8x = 2 - 31\n8x = -29\nx = -29/8")
    box.get_by_label("최종 답").click()
    type_over(desk, "x = -29/8")
    expect(box).to_contain_text("모든 단계와 최종 답이 맞습니다.")


def by_keyboard_in_math(desk, box):
    desk.tab_to(box.get_by_label("문제"))
    type_over(desk, "2x = 6")
    desk.tab_to(box.get_by_label("풀이"))
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


# ---------------------------------------------------------------- for everyone


def violations(page, within, excluded, rules=None):
    """Return what axe-core finds wrong in a part of a page: rule, place and reason."""
    page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
    choice = {"include": [[within]], "exclude": excluded}
    report = page.evaluate("([choice, rules]) => axe.run(choice, { rules })", [choice, rules or {}])
    return [
        (rule["id"], node["html"], node["failureSummary"])
        for rule in report["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("name", LESSONS)
def test_the_exported_page_is_accessible(chromium, tmp_path, name):
    text, _ = HTMLExporter(language_code="ko").from_filename(str(NOTEBOOKS / f"{name}.ipynb"))
    file = tmp_path / f"{name}.html"
    file.write_text(text, encoding="utf-8")
    with chromium.new_page(viewport=VIEWPORT) as page:
        # The template asks for MathJax on another host, which no lesson needs.
        page.route("http*://**", lambda route: route.abort())
        page.goto(file.as_uri())
        assert violations(page, "html", TEMPLATE_EXCLUDED, TEMPLATE_RULES) == []


def test_what_axe_is_asked_finds_faults(chromium):
    with chromium.new_page() as page:
        page.set_content("<html lang=ko><title>t</title><main><h1>t</h1><img src=x><input></main>")
        found = violations(page, "html", TEMPLATE_EXCLUDED, TEMPLATE_RULES)
    assert {rule for rule, *_ in found} >= {"image-alt", "label"}


def test_the_watch_sees_another_host_and_a_console_error(chromium):
    context = chromium.new_context()
    watch = Watch(context)
    page = context.new_page()
    page.goto("data:text/html,<title>t</title>")
    with page.expect_console_message(lambda message: message.text == "planted"):
        page.evaluate("fetch('http://elsewhere.invalid/').catch(() => console.error('planted'))")
    context.close()
    assert watch.foreign("http://127.0.0.1:1/") == ["http://elsewhere.invalid/"]
    assert any("planted" in error for error in watch.errors)


def test_a_kernel_that_dies_is_noticed(watched_desk):
    desk, _ = watched_desk
    desk.open("00_start_here")
    desk.add("import os; os._exit(1)")
    assert LOST & set(desk.state()["statuses"])
    desk.page.locator(".jp-Dialog").get_by_role("button").first.click()
    desk.close()
