"""The rendered site: its links, its predictions, what it asks of whom, and how it looks and is found."""

import json
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from helpers.course import ROOT, lessons
from tests.browser import Watch
from tests.lessons.pages import violations
from tests.tools.site.conftest import ADDRESSES
from tests.tools.site.elements import Elements
from tools.notebooks import read
from tools.site.pages import LOST, Addresses, SiteError, build, for_robots, not_found
from tools.site.pages_parts import buttons
from tools.site.pages_source import PREDICTION, SHOW, Page, first_paragraph, pages, relink

PAGES = [page.name for page in pages()]
LESSON_PAGES = [page for page in pages() if page.lesson]
PHONE = {"width": 390, "height": 844}
# What stands out of the window, and no box around it can be scrolled.
TOO_WIDE = """() => [...document.querySelectorAll("article *")].filter((one) => {
  if (one.getBoundingClientRect().right <= innerWidth + 1) return false;
  for (let box = one.parentElement; box.tagName !== "ARTICLE"; box = box.parentElement)
    if (getComputedStyle(box).overflowX !== "visible") return false;
  return true;
}).map((one) => one.outerHTML.slice(0, 200))"""


def html_files(site):
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


def page_file(site, name):
    return site / f"{name}.html"


def test_each_lesson_and_each_korean_document_is_a_page(site):
    names = {path.relative_to(site).as_posix().removesuffix(".html") for path in html_files(site)}
    documents = {path.name.removesuffix(".ko.md") for path in (ROOT / "docs").glob("*.ko.md")}
    assert {f"lessons/{name}" for name in lessons()} | documents | {"index", "contributing"} <= names
    assert {"live", "servers", "teaching", "evidence"} <= documents
    assert names == {*PAGES, "search", "404"}
    assert [path.name for path in site.parent.iterdir() if path.name.startswith("jupyter")] == []


def test_links_inside_the_site_lead_somewhere(site):
    known = {file: Elements(file) for file in html_files(site)}
    ids = {file: {one.get("id") for _, one in page.found} for file, page in known.items()}
    checked = 0
    for file, page in known.items():
        targets = page.all("a", "href") + page.all("link", "href") + page.all("script", "src")
        for target in targets + page.all("img", "src"):
            parts = urlsplit(target)
            if parts.scheme or parts.path.endswith("lab/index.html"):
                continue
            there = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            assert there.is_file(), (file.name, target)
            if parts.fragment and there in ids:
                # The theme's own link to the top of a page.
                assert unquote(parts.fragment) in ids[there] | {""}, (file.name, target)
            checked += 1
    assert checked > 1000


def test_a_broken_link_fails_the_build(tmp_path, site_python, monkeypatch):
    alone = [Page("index", "docs/site/index.md", "ko")]
    monkeypatch.setattr("tools.site.pages_source.pages", lambda: alone)
    monkeypatch.setattr("tools.site.pages_source.first_page", lambda text: f"{text}\n[어디](nowhere.md)\n")
    with pytest.raises(SiteError, match=r"nowhere\.md"):
        build(tmp_path, Addresses(), site_python)


def test_lessons_lead_to_each_other(site):
    for name in lessons():
        targets = Elements(page_file(site, f"lessons/{name}")).all("a", "href")
        assert not [one for one in targets if re.fullmatch(r"\w+\.ipynb", one)]
    assert "01_roles.html" in Elements(page_file(site, "lessons/00_start_here")).all("a", "href")


@pytest.mark.parametrize("page", LESSON_PAGES, ids=lambda page: page.lesson)
def test_committed_outputs_are_shown_and_nothing_else(site, page):
    text = page_file(site, page.name).read_text(encoding="utf-8")
    for cell in read(ROOT / page.source).cells:
        for output in cell.get("outputs", []):
            if shown := output.get("data", {}).get("text/html"):
                assert shown in text
    assert text.count('class="cell_input') == sum(
        cell.cell_type == "code" for cell in read(ROOT / page.source).cells
    )


@pytest.mark.parametrize("page", LESSON_PAGES, ids=lambda page: page.lesson)
def test_what_is_predicted_is_opened_by_the_reader(site, page):
    cells = read(ROOT / page.source).cells
    predicted = [
        cell for before, cell in pairwise(cells) if PREDICTION in before.source and cell.get("outputs")
    ]
    text = page_file(site, page.name).read_text(encoding="utf-8")
    folded = re.findall(r"<details[^>]*>.*?</details>", text, re.S)
    assert len(folded) == len(predicted) > 2
    assert not re.search(r"<details[^>]*\bopen\b", text)
    for part, cell in zip(folded, predicted, strict=True):
        assert SHOW in part
        for output in cell.outputs:
            assert output.get("data", {}).get("text/html", "") in part


def test_no_page_asks_another_host(site):
    for file in html_files(site):
        page = Elements(file)
        links = [one for tag, one in page.found if tag == "link" and one.get("rel") != "canonical"]
        asked = page.all("script", "src") + page.all("img", "src") + page.all("iframe", "src")
        asked += [one["href"] for one in links]
        assert not [one for one in asked if urlsplit(one).netloc], file.name
    for file in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import )[\"']?(https?:)?//", file.read_text(encoding="utf-8")), (
            file.name
        )


def test_buttons_open_a_lesson_where_the_address_is_known(site):
    page = Elements(page_file(site, "lessons/03_tokens"))
    targets = {
        one["class"]: one["href"]
        for tag, one in page.found
        if one.get("class", "").startswith("open-") and "href" in one
    }
    assert targets == {
        "open-tab": "../lab/index.html?lesson=03_tokens",
        "open-binder": "https://mybinder.org/v2/gh/teacher/course/HEAD?urlpath=lab%2Ftree%2Fwork%2F03_tokens.ipynb",
        "open-codespaces": "https://codespaces.new/teacher/course",
        "open-download": "../notebooks/03_tokens.ipynb",
    }
    laid = json.loads((site / "notebooks" / "03_tokens.ipynb").read_text(encoding="utf-8"))
    assert not [cell for cell in laid["cells"] if cell.get("outputs")]


def test_without_an_address_there_is_no_button_for_it():
    alone = re.findall(r'class="([^"]+)" href', buttons("03_tokens", "../", "lab/?path={lesson}", ""))
    elsewhere = buttons("03_tokens", "", "lab/?path={lesson}", "https://git.example/o/r")
    assert alone == re.findall(r'class="([^"]+)" href', elsewhere) == ["open-tab", "open-download"]


def test_what_is_no_page_leads_to_the_repository_or_nowhere():
    page = Page("teaching", "docs/teaching.ko.md", "ko")
    text = "[풀이](answers.md), [라이브](live.ko.md#키), [밖](https://example.org), ![그림](lesson.png)"
    kept = "[라이브](live.md#키), [밖](https://example.org), ![그림](lesson.png)"
    assert relink(text, page, "") == f"풀이, {kept}"
    assert relink(text, page, "https://h/r") == f"[풀이](https://h/r/blob/HEAD/docs/answers.md), {kept}"
    lesson = Page("lessons/01_roles", "notebooks/01_roles.ipynb", "ko", "01_roles")
    assert relink("[2](02_structured_outputs.ipynb)", lesson, "") == "[2](02_structured_outputs.ipynb)"


def test_a_page_says_what_it_is_and_where(site):
    for name in PAGES:
        page = Elements(page_file(site, name))
        metas = {
            one.get("name") or one.get("property"): one["content"]
            for tag, one in page.found
            if tag == "meta" and "content" in one
        }
        assert 20 < len(metas["description"]) <= 200, name
        assert metas["og:title"] and metas["og:description"] == metas["description"]
        assert metas["og:url"] == f"{ADDRESSES.site}/{name}.html"
        canonical = [
            one["href"] for tag, one in page.found if tag == "link" and one.get("rel") == "canonical"
        ]
        assert canonical == [metas["og:url"]]
        assert [one["lang"] for tag, one in page.found if tag == "html"] == ["ko"]
    assert '<div lang="en">' in page_file(site, "en/contributing").read_text(encoding="utf-8")


def test_columns_of_numbers_are_marked_and_names_are_not(site):
    index = page_file(site, "index").read_text(encoding="utf-8")
    assert re.findall(r'<td class="number"><p>([^<]+)', index)[:2] == ["15분", "35분 + 30분"]
    assert '<th class="head number"><p>시간' in index
    assert 'class="number"><p>01<' not in page_file(site, "teaching").read_text(encoding="utf-8")


def test_search_engines_get_whole_addresses_or_none():
    shown = [Page("index", "docs/site/index.md", "ko")]
    assert for_robots(shown, "").keys() == {"robots.txt"}
    files = for_robots(shown, "https://h/a&b")
    assert "<loc>https://h/a&amp;b/index.html</loc>" in files["sitemap.xml"]
    assert "Sitemap: https://h/a&b/sitemap.xml" in files["robots.txt"]
    assert Addresses.from_environment({"CHAT_API_LAB_SITE": "https://h/"}) == Addresses("https://h")


@pytest.mark.parametrize(
    "lost", ["", "nothing", "lessons/gone.html", "lab/0123456789/lab/index.html?path=01.ipynb"]
)
def test_an_address_that_there_is_not_leads_to_the_first_page(site, lost):
    links = Elements(site / LOST).all("a", "href")
    led = [urljoin(f"{ADDRESSES.site}/{lost}", link) for link in links]
    assert led == [f"{ADDRESSES.site}/index.html", f"{ADDRESSES.site}/lab/index.html"]
    assert (site / "index.html").is_file()


def test_a_page_for_lost_addresses_needs_a_whole_address(tmp_path, site_python, monkeypatch):
    assert 'href="https://h/a&amp;b&quot;/index.html"' in not_found('https://h/a&b"')
    monkeypatch.setattr("tools.site.pages.subprocess.run", only_an_empty_folder)
    build(tmp_path, Addresses(), site_python)
    assert [path.name for path in tmp_path.iterdir()] == ["robots.txt"]
    build(tmp_path, ADDRESSES, site_python)
    assert (tmp_path / LOST).is_file()


def only_an_empty_folder(command, **_):
    """Take the place of Sphinx."""
    Path(command[command.index("html") + 2]).mkdir()
    return subprocess.CompletedProcess(command, 0, "", "")


def test_the_first_paragraph_is_cut_and_plain():
    assert (
        first_paragraph("# T\n\n[English](x.md)\n\n**굵은** 글과\n[링크](a.md)\n\n둘째") == "굵은 글과 링크"
    )
    assert len(first_paragraph("# T\n\n" + "가" * 500)) == 200


# ---------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def phone(chromium, address):
    context = chromium.new_context(viewport=PHONE, locale="ko-KR")
    watch = Watch(context)
    yield context.new_page(), watch
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [*PAGES, "search", "404"])
def test_no_page_has_a_fault_that_axe_finds(phone, address, name, theme):
    page, watch = phone
    watch.errors.clear()
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(f"{address}{name}.html")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    # What is dark differs in its colours alone.
    assert violations(page, "html", [], only="color-contrast" if theme == "dark" else None) == []
    assert watch.errors == [] and watch.foreign(address) == []


@pytest.mark.parametrize(("asked", "least"), [("토큰", 5), ("토큰은", 5), ("시드를", 2), ("구조화된", 3)])
def test_the_search_finds_korean_with_and_without_particles(phone, address, asked, least):
    page, _ = phone
    page.goto(f"{address}search.html?q={asked}")
    page.wait_for_function("!document.querySelector('#search-results h2')?.textContent.includes('중')")
    page.wait_for_selector("#search-results ul.search li")
    assert page.locator("#search-results ul.search > li").count() >= least


def test_a_prediction_opens_by_keyboard_and_without_scripts(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}lessons/01_roles.html")
    first = page.locator("details").first
    assert not first.locator(".cell_output").is_visible()
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    first.locator(".cell_output").wait_for(state="visible")
    context.close()
