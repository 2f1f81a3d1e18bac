"""The parts of a page that its text does not hold: the buttons of a lesson, and what search engines read."""

from html import escape
from urllib.parse import quote

BINDER = "https://mybinder.org/v2/gh/{project}/HEAD?urlpath={path}"
CODESPACES = "https://codespaces.new/{project}"
# In Binder the learner's copy of a lesson lies here.
BINDER_PATH = "lab/tree/work/{lesson}.ipynb"
GITHUB = "https://github.com/"
LOCALES = {"ko": "ko_KR", "en": "en_US"}
BUTTONS = "이 레슨을 여는 곳"
LABELS = {
    "tab": "이 브라우저에서 실행",
    "binder": "Binder에서 실행",
    "codespaces": "Codespaces에서 열기",
    "download": "노트북 내려받기",
}


def buttons(lesson: str, root: str, tab: str, repository: str) -> str:
    """Return the links that open a lesson, without those whose address nobody knows.

    Args:
        lesson: its name.
        root: the way from the page to the root of the site, such as "../".
        tab: where a lesson opens in the browser tab, from there.
        repository: the address of the repository, or an empty text.
    """
    links = [("tab", root + tab.format(lesson=lesson))]
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


def head(title: str, about: str, language: str, address: str, picture: str) -> str:
    """Return what search engines and messengers read of a page; what needs a whole address stays out without one."""
    tags = [
        f'<meta name="description" content="{escape(about)}" />',
        '<meta property="og:type" content="website" />',
        f'<meta property="og:locale" content="{LOCALES[language]}" />',
        f'<meta property="og:title" content="{escape(title)}" />',
        f'<meta property="og:description" content="{escape(about)}" />',
    ]
    if address:
        tags.append(f'<meta property="og:url" content="{escape(address)}" />')
        tags.append(f'<meta property="og:image" content="{escape(picture)}" />')
    return "\n".join(tags)
