"""The Sphinx extension of the site: buttons on lessons, what search engines read, and a search that knows Korean."""

import json
import os
from html import escape
from pathlib import Path
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

from tools.site.pages import REPOSITORY_VARIABLE, SITE_VARIABLE
from tools.site.pages_source import NOTES

# Where a lesson opens in the browser tab, from the root of the site.
TAB = "lab/index.html?path={lesson}.ipynb"
BINDER = "https://mybinder.org/v2/gh/{project}/HEAD?urlpath={path}"
CODESPACES = "https://codespaces.new/{project}"
# In Binder the learner's copy of a lesson lies here.
BINDER_PATH = "lab/tree/work/{lesson}.ipynb"
GITHUB = "https://github.com/"
ABOUT = "OpenAI Chat Completions API를 한국어로 배우는 JupyterLab 코스입니다. API 키 없이, 비용 없이, 설치 없이 실행합니다."
BUTTONS = "이 레슨을 여는 곳"
LABELS = {
    "tab": "이 브라우저에서 실행",
    "binder": "Binder에서 실행",
    "codespaces": "Codespaces에서 열기",
    "download": "노트북 내려받기",
}
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


def buttons(lesson: str, root: str, repository: str) -> str:
    """Return the links that open a lesson, without those whose address nobody knows.

    Args:
        lesson: its name.
        root: the way from the page to the root of the site, such as "../".
        repository: the address of the repository, or an empty text.
    """
    links = [("tab", root + TAB.format(lesson=lesson))]
    if repository.startswith(GITHUB):
        project = repository.removeprefix(GITHUB)
        path = quote(BINDER_PATH.format(lesson=lesson), safe="")
        links.append(("binder", BINDER.format(project=project, path=path)))
        links.append(("codespaces", CODESPACES.format(project=project)))
    links.append(("download", f"{root}notebooks/{lesson}.ipynb"))
    items = "".join(
        f'<li><a class="open-{name}" href="{escape(address)}"{" download" if name == "download" else ""}>'
        f"{LABELS[name]}</a></li>"
        for name, address in links
    )
    return f'<nav class="open-lesson" aria-label="{BUTTONS}"><ul>{items}</ul></nav>'


def head(title: str, about: str, address: str, picture: str) -> str:
    """Return what search engines and messengers read of a page; what needs a whole address stays out without one."""
    tags = [
        f'<meta name="description" content="{escape(about)}" />',
        '<meta property="og:type" content="website" />',
        '<meta property="og:locale" content="ko_KR" />',
        f'<meta property="og:title" content="{escape(title)}" />',
        f'<meta property="og:description" content="{escape(about)}" />',
    ]
    if address:
        tags.append(f'<meta property="og:url" content="{escape(address)}" />')
        tags.append(f'<meta property="og:image" content="{escape(picture)}" />')
    return "\n".join(tags)


def complete(app: Sphinx, name: str, template: str, context: dict, doctree: object) -> None:
    """Add to a page what its text does not hold."""
    language, about, lesson = app.config.pages_notes.get(name, ["ko", "", ""])
    site = os.environ.get(SITE_VARIABLE, "")
    address, picture = (f"{site}/{name}.html", f"{site}/_static/lesson.png") if site else ("", "")
    title = context.get("title") or app.config.html_title
    context["metatags"] = context.get("metatags", "") + head(title, about or ABOUT, address, picture)
    body = context.get("body", "")
    if lesson:
        links = buttons(lesson, context["content_root"], os.environ.get(REPOSITORY_VARIABLE, ""))
        body = body.replace("</h1>", f"</h1>\n{links}", 1)
    if language != "ko":
        body = f'<div lang="{language}">\n{body}\n</div>'
    if body:
        context["body"] = body


def setup(app: Sphinx) -> dict[str, bool]:
    """Register everything with Sphinx."""
    notes = json.loads(Path(app.srcdir, NOTES).read_text(encoding="utf-8"))
    app.add_config_value("pages_notes", notes, "html")
    app.add_search_language(Korean)
    # After the theme, which puts its own into the same places.
    app.connect("html-page-context", complete, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
