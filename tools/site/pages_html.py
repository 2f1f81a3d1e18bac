"""The Sphinx extension of the site: buttons on lessons, what search engines read, and a search that knows Korean."""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

from tools.site.pages_parts import buttons, head
from tools.site.pages_source import NOTES

# Of the page that finds the others.
ABOUT = "챗 API 실습실에서 찾기"
PICTURE = "lesson.png"
# A number as a table has it: 1,234 · 35 + 30 · 0.6 · 12% · −3.
NUMBER = re.compile(r"[+\-−]?[$₩]?\d[\d,.]*[%분]?( \+ \d[\d,.]*[%분]?)?")
SUMMARY = '<summary aria-label="Toggle hidden content">'
# What may follow a Korean noun, the longest first.
PARTICLES = sorted(
    "은 는 이 가 을 를 의 에 로 와 과 도 만 나 으로 에서 에게 부터 까지 처럼 보다 마다 이나 이란 라는 에는 에도 에만"
    " 에서는 에서도 에게는 으로는 으로도 로는 로도 와는 과는 이라는 입니다 이며 이고 인".split(),
    key=len,
    reverse=True,
)
# What is left of a word must still be one.
SHORTEST = 2
STEMMER = """
const PARTICLES = %s;
var Stemmer = function () {
  this.stemWord = function (word) {
    const found = PARTICLES.find((one) => word.endsWith(one) && word.length - one.length >= %d);
    return found ? word.slice(0, -found.length) : word;
  };
};
"""


class Korean(SearchLanguage):
    """A search that finds 토큰은 when asked for 토큰, and the other way round."""

    lang = "ko"
    language_name = "Korean"
    js_stemmer_code = STEMMER % (json.dumps(PARTICLES, ensure_ascii=False), SHORTEST)

    def stem(self, word: str) -> str:
        """Return a word without the particle at its end; the stemmer in the browser does the same."""
        found = next(
            (one for one in PARTICLES if word.endswith(one) and len(word) - len(one) >= SHORTEST), ""
        )
        return word[: len(word) - len(found)]


def complete(app: Sphinx, name: str, template: str, context: dict, doctree: object) -> None:
    """Add to a page what its text does not hold."""
    notes = app.config.site_notes
    page = notes["pages"].get(name, {"language": "ko", "about": ABOUT, "lesson": ""})
    site = notes["site"]
    address, picture = (f"{site}/{name}.html", f"{site}/_static/{PICTURE}") if site else ("", "")
    title = context.get("title") or app.config.html_title
    context["metatags"] = context.get("metatags", "") + head(
        title, page["about"], page["language"], address, picture
    )
    # Its text says what it opens; the English name that hides it does not.
    body = context.get("body", "").replace(SUMMARY, "<summary>")
    lessons = [one["lesson"] for one in notes["pages"].values() if one["lesson"]]
    lesson = lessons[0] if name == "index" else page["lesson"]
    if lesson:
        links = buttons(lesson, context["content_root"], notes["tab"], notes["repository"])
        body = body.replace("</h1>", f"</h1>\n{links}", 1)
    if page["language"] != "ko":
        body = f'<div lang="{page["language"]}">\n{body}\n</div>'
    if body:
        context["body"] = body


def stand_numbers_right(app: Sphinx, doctree: nodes.document) -> None:
    """Mark the columns that hold nothing but numbers, other than the first, which names the rows."""
    for table in doctree.findall(nodes.tgroup):
        head, body = list(table.findall(nodes.thead)), next(table.findall(nodes.tbody))
        rows = [row.children for part in (*head, body) for row in part.children]
        for column in list(zip(*rows, strict=False))[1:]:
            if all(NUMBER.fullmatch(cell.astext().strip()) for cell in column[len(head) :]):
                for cell in column:
                    cell["classes"].append("number")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register everything with Sphinx."""
    notes = json.loads(Path(app.srcdir, NOTES).read_text(encoding="utf-8"))
    app.add_config_value("site_notes", notes, "html")
    app.add_search_language(Korean)
    app.connect("doctree-read", stand_numbers_right)
    # After the theme, which puts its own into the same places.
    app.connect("html-page-context", complete, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
