"""Which menus and buttons of JupyterLab a text names, and what the installed language pack calls them.

A text names one in a single form, which the tests can find: 메뉴에서 **커널**(Kernel) → **커널 재시작**(Restart Kernel…),
or ■ **커널 중지**(Interrupt the kernel) 버튼. Where there is no bold type, quotation marks stand for it.
"""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from helpers.course import ROOT
from tools.notebooks import lesson_paths, read

PACK = Path("locale", "ko_KR", "LC_MESSAGES", "jupyterlab.json")
NAME = r"(?:\*\*[^*\n]+\*\*|'[^'\n]+')(?:\([^)\n]+\))?"
PARTS = re.compile(r"(?:\*\*|')([^*'\n]+)(?:\*\*|')(?:\(([^)\n]+)\))?")
MENTION = re.compile(rf"(?:메뉴에서 {NAME}(?: → {NAME})+|■ {NAME} 버튼)")


class Named(NamedTuple):
    """A menu, an item or a button as a text names it; the English stands in brackets, or nowhere."""

    korean: str
    english: str


def mentions(text: str) -> Iterator[list[Named]]:
    """Yield each path through the menus, and each button, that a text names in the one form."""
    for mention in MENTION.findall(text):
        yield [Named(*parts) for parts in PARTS.findall(mention)]


def translations() -> dict[str, set[str]]:
    """Return what the installed pack makes of each English text of JupyterLab, whatever it is used for."""
    folder = Path(find_spec("jupyterlab_language_pack_ko_KR").origin).parent
    found = defaultdict(set)
    for key, korean in json.loads((folder / PACK).read_text(encoding="utf-8")).items():
        if key:
            found[key.rpartition("\x04")[2]] |= set(korean) - {""}
    return found


def texts() -> dict[str, str]:
    """Return what learners and teachers read, by the file that it stands in: pages, prose of lessons, boxes."""
    found = {}
    for path in lesson_paths():
        prose = [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
        found[path.name] = "\n".join(prose)
    for path in [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]:
        found[path.name] = path.read_text(encoding="utf-8")
    for path in [
        ROOT / "start.py",
        *sorted((ROOT / "helpers").rglob("*.py")),
        *sorted(ROOT.glob("tools/*.py")),
    ]:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        strings = [one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        found[path.relative_to(ROOT).as_posix()] = "\n".join(
            one for one in strings if re.search("[가-힣]", one)
        )
    return found
