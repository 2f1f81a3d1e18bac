"""The lessons in the real JupyterLab, driven in a headless Chromium as a learner would use them."""

import re

import pytest
from playwright.sync_api import expect

from helpers.show import TRACEBACK_HINT
from tests.browser import VIEWPORT, Watch
from tests.lessons.pages import LESSONS, SCREENSHOTS, TALL, THEMES

LOST = {"dead", "restarting", "autorestarting", "terminating"}


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
def test_opening_a_lesson_shows_no_answer_and_changes_nothing(watched_desk, quiet, name):
    desk, _ = watched_desk
    path = desk.lab.work / f"{name}.ipynb"
    before = path.read_bytes()
    desk.open(name)
    # Once the kernel has told about itself, JupyterLab compares that with what the notebook says.
    desk.page.wait_for_function(
        "lessonDriver.panel.sessionContext.session.kernel.connectionStatus === 'connected'"
    )
    desk.settle()
    cells = [cell for cell in desk.state()["cells"] if cell["kind"] == "code"]
    assert cells and not [cell for cell in cells if cell["outputs"] or cell["count"]]
    assert desk.page.locator(".jp-Notebook .jp-OutputArea-output").count() == 0
    assert not desk.unsaved(), "JupyterLab would ask on closing whether to save"
    # Closing while the kernel still answers JupyterLab's own questions puts them on the console.
    desk.page.wait_for_function("!lessonDriver.panel.sessionContext.session.kernel._futures.size")
    desk.page.evaluate("jupyterapp.commands.execute('application:close')")
    desk.page.wait_for_function("!document.querySelector('.jp-NotebookPanel')")
    assert desk.page.locator(".jp-Dialog").count() == 0
    assert path.read_bytes() == before
    desk.page.evaluate("jupyterapp.serviceManager.sessions.shutdownAll()")


@pytest.mark.parametrize("name", LESSONS)
def test_run_all_reaches_the_end(desk, name):
    desk.open(name)
    state = desk.run_all()
    assert state["finished"] and not state["waitsForInput"]
    assert not LOST & set(state["statuses"])
    cells = [cell for cell in state["cells"] if cell["kind"] == "code"]
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    may_fail = [cell["id"] for cell in cells if "raises-exception" in cell["tags"]]
    # What live refuses under its ceiling may be tagged too, and is answered in replay.
    assert set(state["failed"]) <= set(may_fail) and bool(state["failed"]) == bool(may_fail)
    for cell in cells:
        assert not [output for output in cell["outputs"] if output["output_type"] == "error"], cell["source"]
        boxed = TRACEBACK_HINT in str(cell["outputs"])
        assert boxed == (cell["id"] in state["failed"]), cell["source"]
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
    assert "q1" in (desk.lab.work / ".progress.json").read_text(encoding="utf-8")
    assert not (desk.lab.course / ".progress.json").exists()
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
    # A kernel that is being started again cannot be shut down.
    desk.page.wait_for_function("lessonDriver.panel.sessionContext.session.kernel.status === 'idle'")
    desk.close()
