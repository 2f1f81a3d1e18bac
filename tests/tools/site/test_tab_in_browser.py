"""The whole course in a browser tab, in a Chromium to which no host but this machine's own exists."""

import json

from playwright.sync_api import expect

from helpers.course import ROOT
from tests.browser import VIEWPORT, Watch
from tests.lessons.pages import LESSONS, violations
from tests.loopback import ANSWER, KEY, Loopback
from tests.tab import Tab, TabDesk, in_a_tab, shown
from tools.notebooks import lesson_paths, read
from tools.site import pages
from tools.site.model_tab import serving_with_model

FILE = "__import__('pathlib').Path('mine.txt')"


def test_every_lesson_shows_what_is_committed(desk, watch):
    wrong, count = [], 0
    for path in lesson_paths():
        if count:
            desk.close()
        desk.open(path.stem)
        # The kernel before may have been looking at a file when it was shut down.
        watch.errors.clear()
        found = {cell["id"]: cell["outputs"] for cell in desk.run_all()["cells"]}
        for cell in read(path).cells:
            if cell.cell_type == "code":
                count += 1
                committed = json.loads(in_a_tab(json.dumps(shown(cell.outputs), ensure_ascii=False)))
                if shown(found[cell.id]) != committed:
                    wrong.append((path.stem, cell.source, committed, shown(found[cell.id])))
        assert watch.errors == [], path.stem
    assert wrong == []
    assert count > 250


def lessons_on(page):
    """Return what the first page says of each lesson's state."""
    page.locator("body[data-ready]").wait_for()
    return page.locator("#lessons tr td:nth-child(2)").all_inner_texts()


def solve(desk):
    """Solve the first exercise of the lesson that is open, and save."""
    desk.run(desk.find("open_lesson("))
    exercise = desk.find("q1.check(")
    source = desk.state()["cells"][exercise]["source"]
    right = '[{"role": "developer", "content": "짧게"}, {"role": "user", "content": "하늘은 왜 파란가요?"}]'
    desk.edit(exercise, source.replace("...", right))
    expect(desk.cell(exercise)).to_contain_text("맞았습니다.")
    desk.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    desk.page.wait_for_function("!lessonDriver.panel.context.model.dirty")


def test_what_a_newcomer_does_is_there_after_a_reload_and_a_new_kernel(context, tab):
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(tab.door)
    assert lessons_on(page) == ["처음 상태"] * len(LESSONS)
    assert violations(page, "body", []) == []
    page.get_by_role("link", name="1. 메시지와 역할").click()
    expect(page.locator(".jp-NotebookPanel h1").first).to_contain_text("1. 메시지와 역할")
    desk = TabDesk(page, tab)
    desk.open("01_roles")
    solve(desk)

    page.reload()
    page.wait_for_function("window.jupyterapp")
    desk.open("01_roles")
    assert "하늘은 왜 파란가요?" in desk.state()["cells"][desk.find("q1.check(")]["source"]
    desk.run(desk.find("open_lesson("))
    table = desk.cell(desk.add("lesson.progress()")).locator("table")
    expect(table.locator("tr", has_text="01_roles").locator("td").first).to_have_text("1")
    # What a learner writes beside it lies in the browser too.
    desk.add(f"{FILE}.write_text('내 것', encoding='utf-8')")
    page.evaluate("lessonDriver.panel.sessionContext.restartKernel()")
    read_again = desk.add(f"print({FILE}.read_text(encoding='utf-8'))")
    expect(desk.cell(read_again).locator(".jp-OutputArea-output")).to_have_text("내 것")

    page.goto(tab.door)
    assert lessons_on(page)[1] == "고친 사본이 있습니다"
    page.get_by_role("button", name="1. 메시지와 역할: 처음 상태로").click()
    expect(page.locator("#told")).to_contain_text("01_roles.mine.ipynb")
    assert lessons_on(page)[1] == "처음 상태"


def test_a_page_of_the_site_leads_to_its_lesson(context, tab):
    page = context.new_page()
    page.goto(tab.address + pages.TAB.format(lesson="03_tokens"))
    expect(page.locator(".jp-NotebookPanel h1").first).to_contain_text("3. 토큰", timeout=120_000)
    assert page.url.startswith(f"{tab.door}{tab.course['edition']}/")


def publish(page, tab, change):
    """Publish another edition of the first lesson: the address of everything carries the edition."""
    files = f"{tab.door}{tab.course['edition']}/files/"
    page.context.route("**/lessons.json", lambda route: route.fulfill(json=tab.course | {"edition": "next"}))

    def answer(route):
        name = route.request.url.rpartition("/")[2]
        notebook = route.fetch(url=files + name).json()
        if name == "01_roles.ipynb":
            notebook["cells"][0]["source"] = change
        route.fulfill(json=notebook)

    page.context.route("**/next/files/*", answer)
    page.goto(tab.door)
    return lessons_on(page)


def test_a_new_edition_takes_the_place_of_an_unchanged_copy_and_lies_beside_a_changed_one(context, tab):
    page = context.new_page()
    page.goto(f"{tab.door}?lesson=01_roles")
    expect(page.locator(".jp-NotebookPanel h1").first).to_contain_text("1. 메시지와 역할")
    desk = TabDesk(page, tab)
    desk.open("01_roles")
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!lessonDriver.panel.context.model.dirty")
    assert publish(page, tab, ["# 새 판"])[1] == "처음 상태"
    expect(page.locator("#told")).to_contain_text("고친 적이 없는 노트북입니다")

    context.unroute_all()
    desk = TabDesk(page, tab)
    desk.open("01_roles")
    desk.edit(desk.find("open_lesson("), "print('내 것')")
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!lessonDriver.panel.context.model.dirty")
    assert publish(page, tab, ["# 더 새 판"])[1] == "고친 사본이 있고, 새 판을 옆에 두었습니다"
    expect(page.locator("#told")).to_contain_text("01_roles.new.ipynb")
    # Said once, laid once.
    assert publish(page, tab, ["# 더 새 판"])[1] == "고친 사본이 있고, 새 판을 옆에 두었습니다"
    expect(page.locator("#told")).to_be_empty()
    context.unroute_all()
    desk = TabDesk(page, tab)
    desk.open("01_roles.new")
    assert desk.state()["cells"][0]["source"] == "# 더 새 판"


ASK = 'client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "안녕?"}]'


def test_a_model_of_this_machine_answers_in_the_tab_that_it_is_served_with(chromium, tab):
    with Loopback() as server:
        model = {"api_key": KEY, "base_url": server.base_url, "model": "gpt-6-luna"}
        with serving_with_model(tab.folder, model) as address:
            context = chromium.new_context(viewport=VIEWPORT, locale="ko-KR")
            context.add_init_script(path=ROOT / "tests" / "browser.js")
            watch = Watch(context)
            desk = TabDesk(context.new_page(), Tab(address, tab.folder))
            desk.open("01_roles")
            first = desk.find("open_lesson(")
            desk.run(first)
            expect(desk.cell(first)).to_contain_text("라이브 · 로컬 모델")
            assert "stderr" not in str(desk.state()["cells"][first]["outputs"])
            desk.add(f"print({ASK}).choices[0].message.content)")
            desk.add(
                f"print(''.join(one.choices[0].delta.content or '' for one in {ASK}, stream=True) if one.choices))"
            )
            cells = desk.state()["cells"]
            context.close()
        assert [cell["outputs"][0]["text"].strip() for cell in cells[-2:]] == [ANSWER, ANSWER]
        assert [body["messages"][-1]["content"] for body in server.bodies] == ["안녕?", "안녕?"]
        assert watch.foreign(address) == [] and watch.errors == []
