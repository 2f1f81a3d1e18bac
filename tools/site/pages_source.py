"""Lays out what Sphinx makes the site of: the notebooks and documents, with links that lead from page to page."""

import json
import platform
import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from tools.trouble import ROOT
from tools.work import fresh_copy, lesson_notebooks, original

DOCS = ROOT / "docs"
# Settings, style and texts of the site itself.
OWN = DOCS / "site"
# Beside the sources, for the settings and the extension: the addresses, and what is known of each page.
NOTES = "pages.json"
# English documents beside those that have a Korean twin.
FOR_CONTRIBUTORS = ("CONTRIBUTING.md", "docs/recording.md", "docs/benchmarks.md", "helpers/README.md")
PREDICTION = "> **실행하기 전에**"
SHOW, HIDE = "예측했다면, 여기를 눌러 출력을 보세요", "출력 접기"
# A link or picture of Markdown that leads to a file of the course.
LINK = re.compile(r"(?P<text>!?\[[^\[\]]*\])\((?P<target>(?!\w+:|#)[^)\s#]+)(?P<part>#[^)\s]*)?\)")
# How much of a page a search engine shows of it, in characters.
LONGEST_ABOUT = 200
TABLE_HEAD = "| 레슨 | 내용 | 시간 |\n|---|---|---|\n"


@dataclass(frozen=True)
class Page:
    """A page of the site: its name without ending, the file it is made of, its language, its lesson if it shows one."""

    name: str
    source: str
    language: str
    lesson: str = ""


@cache
def lesson_rows() -> dict[str, dict]:
    """Return the rows of `course.toml` by the lessons' names; the package that reads it needs more than the site has."""
    rows = tomllib.loads((ROOT / "helpers" / "course.toml").read_text(encoding="utf-8"))["lessons"]
    return {row["name"]: row for row in rows}


@cache
def pages() -> list[Page]:
    """Return all pages: the first one, the lessons, the Korean documents, the English ones."""
    lessons = [Page(f"lessons/{name}", f"notebooks/{name}.ipynb", "ko", name) for name in lesson_rows()]
    korean = [path.name.removesuffix(".ko.md") for path in sorted(DOCS.glob("*.ko.md"))]
    english = [f"docs/{name}.md" for name in korean] + list(FOR_CONTRIBUTORS)
    return [
        Page("index", "docs/site/index.md", "ko"),
        *lessons,
        *(Page(name, f"docs/{name}.ko.md", "ko") for name in korean),
        Page("contributing", "docs/site/contributing.md", "ko"),
        *(Page(f"en/{english_name(path)}", path, "en") for path in english),
    ]


def english_name(path: str) -> str:
    """Return what a page of an English document is called: docs/live.md is live, helpers/README.md is helpers."""
    folder, _, name = path.rpartition("/")
    return folder if name == "README.md" else name.removesuffix(".md").lower()


def relink(text: str, page: Page, repository: str) -> str:
    """Return Markdown whose links to files lead to their pages; what is no page, to the repository or nowhere.

    Args:
        text: of a document or a cell.
        page: on which it stands.
        repository: the address of the repository, or an empty text.
    """
    names = {one.source: one.name + Path(one.source).suffix for one in pages()}
    here = dirname(page.name)

    def replace(link: re.Match) -> str:
        target = normpath(join(dirname(page.source), link["target"]))
        if link["text"].startswith("!") or not (ROOT / target).exists():
            return link[0]  # a picture is copied, and a broken link Sphinx complains of
        if target in names:
            return f"{link['text']}({relpath(names[target], here or '.')}{link['part'] or ''})"
        shown = link["text"][1:-1]
        return f"[{shown}]({repository}/blob/HEAD/{target})" if repository else shown

    return LINK.sub(replace, text)


def first_paragraph(text: str) -> str:
    """Return the beginning of the first paragraph of a document, without its marks."""
    blocks = (" ".join(block.split()) for block in text.split("\n\n"))
    prose = next(block for block in blocks if block and block[0] not in "#[|<-`")
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]", r"\1", prose)
    return plain if len(plain) <= LONGEST_ABOUT else plain[: LONGEST_ABOUT - 1] + "…"


def about(page: Page) -> str:
    """Return what a page is about, in a sentence or two."""
    if row := lesson_rows().get(page.lesson):
        return f"{row['question']} {row['contents']['ko']}"
    return first_paragraph((ROOT / page.source).read_text(encoding="utf-8"))


def lesson_page(page: Page, repository: str) -> str:
    """Return a lesson's notebook as a page: what is predicted, the reader opens."""
    notebook = json.loads((ROOT / page.source).read_text(encoding="utf-8"))
    before = ""
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = relink(source, page, repository)
        elif cell["cell_type"] == "code" and PREDICTION in before:
            tags = [*cell["metadata"].get("tags", []), "hide-output"]
            prompts = {"code_prompt_show": SHOW, "code_prompt_hide": HIDE}
            cell["metadata"] = {**cell["metadata"], "tags": tags, "mystnb": prompts}
        before = source
    return json.dumps(notebook, ensure_ascii=False)


def lessons_table() -> str:
    """Return the table of lessons on the first page."""
    rows = []
    for name, row in lesson_rows().items():
        number, more = int(name.partition("_")[0]), row.get("more_minutes")
        minutes = f"{row['minutes']}분" + (f" + {more}분" if more else "")
        rows.append(
            f"| [{number}. {row['title']}](lessons/{name}.ipynb) | {row['contents']['ko']} | {minutes} |\n"
        )
    return TABLE_HEAD + "".join(rows)


def contents(caption: str, shown: list[Page]) -> str:
    """Return a part of the navigation."""
    return (
        f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n"
        + "".join(f"{page.name}\n" for page in shown)
        + "```\n"
    )


def first_page(text: str) -> str:
    """Return the first page, with the table of lessons and the navigation."""
    rest = [page for page in pages() if page.name != "index" and not page.lesson]
    return (
        text.replace("<!-- lessons -->\n", lessons_table())
        + contents("레슨", [page for page in pages() if page.lesson])
        + contents("안내", [page for page in rest if page.language == "ko"])
        + contents("English", [page for page in rest if page.language == "en"])
    )


def write_source(folder: Path, addresses: Mapping[str, str]) -> None:
    """Write everything that Sphinx reads into a new folder.

    Args:
        folder: that does not exist yet.
        addresses: of the site, the repository and the tab.
    """
    shutil.copytree(OWN, folder, ignore=shutil.ignore_patterns("*.md", "__pycache__"))
    for page in pages():
        source = ROOT / page.source
        target = folder / f"{page.name}{source.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        if page.lesson:
            text = lesson_page(page, addresses["repository"])
        else:
            text = relink(source.read_text(encoding="utf-8"), page, addresses["repository"])
        target.write_text(first_page(text) if page.name == "index" else text, encoding="utf-8")
    notes = {**addresses, "pages": {page.name: vars(page) | {"about": about(page)} for page in pages()}}
    (folder / NOTES).write_text(json.dumps(notes), encoding="utf-8")
    # Each lesson as a learner gets it, to download.
    for path in lesson_notebooks(ROOT):
        file = folder / "files" / "notebooks" / path.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(fresh_copy(original(ROOT, path), platform.python_version()))
    picture = folder / "static" / "lesson.png"
    picture.write_bytes((DOCS / "lesson.png").read_bytes())
