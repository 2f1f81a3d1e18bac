"""Lays the learner's folder out: a copy of each lesson without outputs, kept hers whatever happens; standard library only."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools.originals import OriginalsError, find_lesson, keep_beside, published, read_if_there, replace_file
from tools.trouble import StartError

EXAMPLE = ".env.example"
# In the learner's folder: which edition of each lesson was laid there.
STATE = ".lessons.json"
# The metadata that JupyterLab would write when the notebook is opened, so that opening changes nothing.
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}

MESSAGES = {
    "renewed": (
        "코스가 바뀌어 새 판으로 바꾸었습니다. 고친 적이 없는 노트북입니다: {path}",
        "The course has changed; this notebook, which you never edited, is the new edition: {path}",
    ),
    "new_beside": (
        "코스가 바뀌었습니다. 고친 노트북 {path}는 그대로 두고, 새 판을 옆에 두었습니다: {new}",
        "The course has changed. Your edited {path} stays, and the new edition lies beside it: {new}",
    ),
    "damaged": (
        "코스의 노트북이 손상되었습니다: {path}. 코스를 다시 내려받으세요.",
        "A notebook of the course is damaged: {path}. Download the course again.",
    ),
    "unreadable": (
        "노트북으로 읽히지 않아 그대로 두었습니다: {path}. 새로 받으려면: python start.py restore {lesson}",
        "Left as it is, since it cannot be read as a notebook: {path}. For a fresh one: python start.py restore {lesson}",
    ),
    "kept": ("고친 노트북을 옆에 남겨 두었습니다: {path}", "Your edited notebook is kept beside it: {path}"),
    "restored": ("처음 상태로 되돌렸습니다: {path}", "A fresh copy is there: {path}"),
    "reload": (
        "JupyterLab에 열려 있다면 저장하지 말고 탭을 닫은 뒤 다시 여세요.",
        "If it is open in JupyterLab, close its tab without saving and open it again.",
    ),
}


def message(key: str, **values: object) -> str:
    """Return one message of the table, Korean on the first line and English on the second."""
    return "\n".join(MESSAGES[key]).format(**values)


def work_folder(root: Path) -> Path:
    """Return the learner's folder: the one that `LESSON_WORK` or --work names, else `work` in the course.

    Args:
        root: the folder of the course.

    Raises:
        StartError: it cannot be made or written, or it is one of the course's own.
    """
    named = os.environ.get("LESSON_WORK") or root / "work"
    folder = Path(named).expanduser().absolute()
    inside = {part for part in ("notebooks", "helpers", "tools", "tests", "docs", ".git", ".venv")}
    if folder == root or (root in folder.parents and folder.relative_to(root).parts[0] in inside):
        raise StartError("work_in_course", path=folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StartError("work_not_writable", path=folder, problem=error.strerror) from error
    return folder


def fresh_copy(content: bytes, python_version: str) -> bytes:
    """Return a lesson as the learner gets it: without outputs and counts, as JupyterLab itself would save it.

    Args:
        content: the published notebook.
        python_version: of the kernel, such as "3.11.7".
    """
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(execution_count=None, outputs=[])
    language = {**LANGUAGE_INFO, "version": python_version}
    notebook["metadata"] = {"kernelspec": KERNELSPEC, "language_info": language}
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return text.encode("utf-8", "backslashreplace")


def sources(content: bytes) -> str | None:
    """Return a digest of what a notebook says: kind and source of its cells in order; None where it is no notebook."""
    try:
        cells = json.loads(content)["cells"]
        said = [[cell["cell_type"], "".join(cell["source"]).replace("\r\n", "\n")] for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def lesson_notebooks(root: Path) -> list[Path]:
    """Return the course's own notebooks in order, without what the first version kept beside them."""
    return sorted(path for path in root.glob("notebooks/[0-9][0-9]_*.ipynb") if "." not in path.stem)


def lay_out(root: Path, work: Path, python_version: str, say: Callable[[str], object] = print) -> None:
    """Make the learner's folder ready, and change nothing in it that is hers.

    A copy that she never changed is renewed when the course is; a changed one stays, and the new edition is laid beside
    it once.

    Args:
        root: the folder of the course.
        work: the learner's folder.
        python_version: of the kernel.
        say: shows one message.

    Raises:
        OSError: the folder cannot be written.
    """
    work.mkdir(parents=True, exist_ok=True)
    state = read_state(work)
    for path in lesson_notebooks(root):
        content = original(root, path)
        if sources(content) is None:
            say(message("damaged", path=path.name))
            continue
        fresh, mine, edition = fresh_copy(content, python_version), work / path.name, edition_of(content)
        laid = state.get(path.stem, {})
        current = mine.read_bytes() if mine.is_file() else None
        if current is None:
            replace_file(mine, fresh)
        elif laid.get("sha256") == edition["sha256"]:
            continue  # whatever she did with it, the course has nothing new
        elif sources(current) in (laid.get("sources"), edition["sources"]):
            replace_file(mine, fresh)
            if laid:
                say(message("renewed", path=path.name))
        elif sources(current) is None:
            say(message("unreadable", path=path.name, lesson=path.stem))
        else:
            beside = keep_beside(mine, fresh, "new")
            say(message("new_beside", path=path.name, new=beside.name))
        state[path.stem] = edition
    example = root / EXAMPLE
    # Where she wrote into it, the lesson's first box says what to do.
    if example.is_file() and not (work / EXAMPLE).exists():
        shutil.copyfile(example, work / EXAMPLE)
    write_state(work, state)


def original(root: Path, path: Path) -> bytes:
    """Return a lesson as it was published; as it is where that cannot be had."""
    return published(root, path.relative_to(root).as_posix()) or path.read_bytes()


def edition_of(content: bytes) -> dict[str, str]:
    """Return what tells one edition of a lesson from another."""
    return {"sources": sources(content), "sha256": hashlib.sha256(content).hexdigest()}


def write_state(work: Path, state: dict[str, dict]) -> None:
    """Note which edition of each lesson lies in the learner's folder."""
    content = (json.dumps(state, indent=1) + "\n").encode()
    if read_if_there(work / STATE) != content:
        replace_file(work / STATE, content)


def read_state(work: Path) -> dict[str, dict]:
    """Return which edition of each lesson lies in the learner's folder; nothing where that is not known."""
    try:
        state = json.loads((work / STATE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    whole = isinstance(state, dict) and all(isinstance(one, dict) for one in state.values())
    return state if whole else {}


def restore(root: Path, work: Path, asked: str, python_version: str) -> None:
    """Give a lesson's fresh copy, and keep hers beside it, numbered, where she changed it.

    Args:
        root: the folder of the course.
        work: the learner's folder.
        asked: the lesson as she calls it: 01_roles, 01, 01_roles.ipynb or a path to it.
        python_version: of the kernel.

    Raises:
        OriginalsError: there is no such lesson, or the course's own is damaged.
        OSError: the folder cannot be written.
    """
    lesson = find_lesson(asked, [path.stem for path in lesson_notebooks(root)])
    content = original(root, root / "notebooks" / f"{lesson}.ipynb")
    if sources(content) is None:
        raise OriginalsError(message("damaged", path=f"{lesson}.ipynb"))
    mine = work / f"{lesson}.ipynb"
    if mine.is_file() and sources(mine.read_bytes()) != sources(content):
        print(message("kept", path=keep_beside(mine, mine.read_bytes(), "mine").name))
    work.mkdir(parents=True, exist_ok=True)
    replace_file(mine, fresh_copy(content, python_version))
    print(message("restored", path=mine.name))
    print(message("reload"))
    write_state(work, read_state(work) | {lesson: edition_of(content)})
