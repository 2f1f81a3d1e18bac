"""Lays the learner's folder out: a copy of each lesson without outputs, kept hers whatever happens; standard library only."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools.originals import OriginalsError, find_lesson, keep_beside, published, read_if_there, replace_file
from tools.trouble import StartError

EXAMPLE = ".env.example"
# What lies in the course's folder beside the learner's.
OWN = frozenset(
    "notebooks helpers tools tests docs jupyter .git .github .ci .venv .recording .cache .jupyter".split()
)
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

# How the first box of a lesson begins that was answered live.
LIVE_TITLES = ("라이브 모드 · ", "라이브 · 로컬 모델 · ")
KEY = re.compile(rb"OPENAI_API_KEY\s*[=:]\s*[\"']?(?!paste-your-key-here)[^\s\"'#]")

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
        "코스의 노트북이 고쳐졌거나 손상되어 원본을 찾지 못했습니다: {path}. 코스를 다시 내려받으세요.",
        "A notebook of the course was edited or damaged, and its original was not found: {path}. Download the course again.",
    ),
    "trouble": (
        "작업 폴더의 파일을 읽거나 쓰지 못했습니다: {path} ({problem}). 다른 레슨은 그대로 쓸 수 있습니다.",
        "A file of your work folder could not be read or written: {path} ({problem}). The other lessons are ready.",
    ),
    "unreadable": (
        "노트북으로 읽히지 않아 그대로 두었습니다: {path}. 새로 받으려면: python start.py restore {lesson}",
        "Left as it is, since it cannot be read as a notebook: {path}. For a fresh one: python start.py restore {lesson}",
    ),
    "kept": ("쓰던 노트북을 옆에 남겨 두었습니다: {path}", "Your notebook is kept beside it: {path}"),
    "restored": ("처음 상태로 되돌렸습니다: {path}", "A fresh copy is there: {path}"),
    "reload": (
        "JupyterLab에 열려 있다면 탭을 닫은 뒤 다시 여세요. 저장하지 않은 내용이 있으면 먼저 다른 이름으로 저장하세요.",
        "If it is open in JupyterLab, close its tab and open it again; what is not saved, save under another name first.",
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
    try:
        folder = Path(os.path.expanduser(named)).absolute()
        # Links and .. must not lead into the course.
        real, course = folder.resolve(), root.resolve()
        inside = real.relative_to(course).parts[:1] if course in real.parents else ()
        if real == course or any(part.lower() in OWN for part in inside):
            raise StartError("work_in_course", path=folder)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, RuntimeError, ValueError) as error:
        problem = getattr(error, "strerror", None) or type(error).__name__
        raise StartError("work_not_writable", path=named, problem=problem) from error
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
    """Return the course's own notebooks in order, without copies and what the first version kept beside them."""
    return sorted(path for path in root.glob("notebooks/*.ipynb") if re.fullmatch(r"\d\d_\w+", path.stem))


def lay_out(root: Path, work: Path, python_version: str, say: Callable[[str], object] = print) -> None:
    """Make the learner's folder ready, and change nothing in it that is hers.

    A copy that she never changed is renewed when the course is; a changed one stays, and the new edition is laid beside
    it once. What cannot be read or written is named, and the others are laid all the same.

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
        try:
            edition = _lay(root, path, work / path.name, state.get(path.stem, {}), python_version, say)
        except OSError as error:
            say(message("trouble", path=error.filename or path.name, problem=error.strerror))
            continue
        if edition:
            state[path.stem] = edition
    example = read_if_there(root / EXAMPLE)
    # A key that somebody wrote into it must not be multiplied; the lesson's first box says what to do.
    if example and not os.path.lexists(work / EXAMPLE) and not KEY.search(example):
        replace_file(work / EXAMPLE, example)
    write_state(work, state)


def _lay(root: Path, path: Path, mine: Path, laid: dict, version: str, say: Callable[[str], object]) -> dict:
    """Lay one lesson out; return the edition that she now knows of, or nothing where the course's own is damaged."""
    content = original(root, path)
    if sources(content) is None:
        say(message("damaged", path=path.name))
        return {}
    fresh, edition = fresh_copy(content, version), edition_of(content)
    if not mine.exists():
        replace_file(mine, fresh)
        return edition
    if laid.get("sha256") == edition["sha256"]:
        return edition  # whatever she did with it, the course has nothing new
    current = mine.read_bytes()
    said = sources(current)
    if said is None:
        say(message("unreadable", path=path.name, lesson=path.stem))
    elif said == laid.get("sources"):
        if holds_live_answers(current):
            say(message("kept", path=keep_beside(mine, current, "mine").name))
        replace_file(mine, fresh)
        say(message("renewed", path=path.name))
    elif said != edition["sources"] and not _lies_beside(mine, edition):
        say(message("new_beside", path=path.name, new=keep_beside(mine, fresh, "new").name))
    return edition


def _lies_beside(mine: Path, edition: dict) -> bool:
    """Say whether this edition was laid beside her copy before."""
    beside = mine.parent.glob(f"{mine.stem}.new*{mine.suffix}")
    return any(sources(one.read_bytes()) == edition["sources"] for one in beside if one.is_file())


def holds_live_answers(content: bytes) -> bool:
    """Say whether a notebook shows answers that were asked for live: they may have cost money."""
    return any(title.encode() in content for title in LIVE_TITLES)


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
    except (OSError, ValueError, RecursionError):
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
    content = published(root, f"notebooks/{lesson}.ipynb")
    if content is None or sources(content) is None:
        raise OriginalsError(message("damaged", path=f"{lesson}.ipynb"))
    mine = work / f"{lesson}.ipynb"
    current = read_if_there(mine)
    if current is not None and (sources(current) != sources(content) or holds_live_answers(current)):
        print(message("kept", path=keep_beside(mine, current, "mine").name))
    work.mkdir(parents=True, exist_ok=True)
    replace_file(mine, fresh_copy(content, python_version))
    print(message("restored", path=mine.name))
    print(message("reload"))
    write_state(work, read_state(work) | {lesson: edition_of(content)})
