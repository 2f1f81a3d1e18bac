"""What can become of the files of a course and of a learner's folder, and what watches a lesson that is opened there.

`python -m tests.damage BASE NAMES` (as JSON) runs the cells of a lesson in a copy of the course for each damage, in a process
of its own, and leaves what was seen beside it as JSON.
"""

import contextlib
import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[1]

VOCABULARY = "helpers/vocabulary/fb374d419588a4632f3f557e76b4b70aebbca790"
CASSETTE = "helpers/cassettes/03_tokens.json"
# What a learner does in a lesson, a cell each; whatever happened to a course, none may end in Python's own words alone.
CELLS = (
    "from openai import OpenAI\nfrom helpers import open_lesson\nlesson = open_lesson('03_tokens')",
    "client = OpenAI(**lesson.connection, max_retries=0)",
    "one = next(iter(lesson.recorded_requests().values()))\n"
    "completion = client.chat.completions.create(**one.request['body'] | {'model': lesson.model})",
    "lesson.show(completion)",
    "import tiktoken\nprint(len(tiktoken.encoding_for_model('gpt-4o').encode('가나다')))",
    "print(len(tiktoken.get_encoding('cl100k_base').encode('가나다')))",
    "from helpers.tokens import load_encoding\nload_encoding('o200k_base')",
    "lesson.cost()",
    "lesson.progress()",
    "lesson.installation()",
    "from helpers.maths import check_solution\ncheck_solution('2x = 4', ['x = 2'], 'x = 2')",
    "from helpers.exercises.tokens import q1\nq1.check(3)",
    "from helpers.playgrounds.tokens import TokenExplorer\nTokenExplorer()",
)


@dataclass(frozen=True)
class Damage:
    """One damage.

    Args:
        do: takes the course and the learner's folder.
        named: what a box or a line must name; empty where the lesson goes on as if nothing were.
        closed: paths below the course or the learner's folder that cannot be opened, whoever runs the test.
        environ: variables of the kernel; {course} and {work} are put in.
    """

    do: Callable[[Path, Path], object] = lambda course, work: None
    named: str = ""
    closed: tuple[str, ...] = ()
    environ: dict[str, str] = field(default_factory=dict)


def put(name: str, content: bytes | str) -> Callable:
    """Return what writes a file of the course or, below work/, of the learner."""
    return lambda course, work: _place(course, work, name).write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )


def gone(name: str) -> Callable:
    """Return what removes a file."""
    return lambda course, work: _place(course, work, name).unlink()


def folder(name: str) -> Callable:
    """Return what puts a folder in place of a file."""

    def do(course: Path, work: Path) -> None:
        _place(course, work, name).unlink(missing_ok=True)
        _place(course, work, name).mkdir()

    return do


def link(name: str, target: str) -> Callable:
    """Return what puts a link in place of a file."""

    def do(course: Path, work: Path) -> None:
        _place(course, work, name).unlink(missing_ok=True)
        _place(course, work, name).symlink_to(target)

    return do


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable:
    """Return what changes the bytes of a file."""

    def do(course: Path, work: Path) -> None:
        path = _place(course, work, name)
        path.write_bytes(change(path.read_bytes()))

    return do


def _place(course: Path, work: Path, name: str) -> Path:
    return work / name.removeprefix("work/") if name.startswith("work/") else course / name


def _of(name: str, named: str) -> dict[str, Damage]:
    """Return every way in which one file of the course can be spoilt."""
    ways = {
        "missing": gone(name),
        "empty": put(name, b""),
        "cut short": changed(name, lambda raw: raw[: len(raw) // 2]),
        "UTF-16": changed(name, lambda raw: raw.decode().encode("utf-16")),
        "no text": put(name, b"\xff\x00\xfe" * 50),
        "a folder": folder(name),
        "a loop": link(name, Path(name).name),
    }
    found = {f"{named}: {way}": Damage(do, named) for way, do in ways.items()}
    return found | {f"{named}: not permitted": Damage(named=named, closed=(name,))}


# A new damage is one line.
DAMAGES = {
    "nothing": Damage(),
    **_of("helpers/models.toml", "models.toml"),
    **_of("helpers/course.toml", "course.toml"),
    **_of("helpers/maths/grammar.lark", "grammar.lark"),
    **_of(CASSETTE, "03_tokens.json"),
    **_of(VOCABULARY, VOCABULARY.rpartition("/")[2]),
    "models.toml without its models": Damage(
        put("helpers/models.toml", "[servers]\n[local]\n"), "models.toml"
    ),
    "models.toml with another field": Damage(
        changed("helpers/models.toml", lambda raw: raw.replace(b"context =", b"kontext =", 1)), "models.toml"
    ),
    "models.toml nested without end": Damage(
        put("helpers/models.toml", "a = " + "[" * 50_000), "models.toml"
    ),
    "models.toml with a price in words": Damage(
        changed("helpers/models.toml", lambda raw: re.sub(rb"input = [\d.]+", b'input = "1"', raw, count=1)),
        "models.toml",
    ),
    "models.toml with a price that is no number": Damage(
        changed("helpers/models.toml", lambda raw: re.sub(rb"input = [\d.]+", b"input = nan", raw, count=1)),
        "models.toml",
    ),
    "course.toml without a lesson": Damage(put("helpers/course.toml", "lessons = []\n"), "course.toml"),
    "course.toml of something else": Damage(put("helpers/course.toml", "lessons = 3\n"), "course.toml"),
    "all vocabularies gone": Damage(
        lambda course, work: shutil.rmtree(course / "helpers/vocabulary"), VOCABULARY.rpartition("/")[2]
    ),
    "a vocabulary folder that nobody may enter": Damage(
        named=VOCABULARY.rpartition("/")[2], closed=("helpers/vocabulary",)
    ),
    "TIKTOKEN_CACHE_DIR empty": Damage(environ={"TIKTOKEN_CACHE_DIR": ""}),
    "TIKTOKEN_CACHE_DIR nowhere": Damage(environ={"TIKTOKEN_CACHE_DIR": "{work}/nowhere"}),
    "TIKTOKEN_CACHE_DIR of somebody else, umask 077": Damage(
        lambda course, work: (work / "theirs").mkdir(0o700),
        closed=("work/theirs",),
        environ={"TIKTOKEN_CACHE_DIR": "{work}/theirs"},
    ),
    "DATA_GYM_CACHE_DIR of somebody else": Damage(environ={"DATA_GYM_CACHE_DIR": "{work}/nowhere"}),
    "no temporary folder": Damage(environ=dict.fromkeys(("TMPDIR", "TEMP", "TMP"), "{work}/nowhere")),
    "progress: a folder": Damage(folder("work/.progress.json"), ".progress.json"),
    "progress: a loop": Damage(link("work/.progress.json", ".progress.json"), ".progress.json"),
    "progress: nested without end": Damage(put("work/.progress.json", "[" * 100_000), ".progress.json"),
    "progress: a number without end": Damage(
        put("work/.progress.json", '{"solved": {}, "tasks": {"03_tokens": [null, [1e999, 2]]}}'),
        ".progress.json",
    ),
    "progress: no dictionary": Damage(put("work/.progress.json", "[]"), ".progress.json"),
    "progress: not permitted": Damage(
        put("work/.progress.json", '{"solved": {}}'), ".progress.json", ("work/.progress.json",)
    ),
    "progress: a dangling link": Damage(link("work/.progress.json", "nowhere.json")),
    ".env: a folder": Damage(folder("work/.env"), ".env", environ={"LESSON_MODE": ""}),
    ".env: a loop": Damage(link("work/.env", ".env"), ".env", environ={"LESSON_MODE": ""}),
    ".env: a dangling link": Damage(link("work/.env", "nowhere"), ".env", environ={"LESSON_MODE": ""}),
    ".env: no text": Damage(put("work/.env", b"\xff\xfe\xff"), ".env", environ={"LESSON_MODE": ""}),
    ".env: a folder, in replay by the environment": Damage(folder("work/.env")),
    "the learner's folder is a file": Damage(
        lambda course, work: (shutil.rmtree(work), work.write_bytes(b"")),
        ".progress.json",
        environ={"LESSON_WORK": "{work}"},
    ),
    "the learner's folder is gone": Damage(
        lambda course, work: shutil.rmtree(work), environ={"LESSON_WORK": "{work}"}
    ),
    "a key and a server in the environment": Damage(
        environ={"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "LESSON_MODE": ""}
    ),
}
# What reaches for the network, as Python's own audit names it.
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")
CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink")


def watch(base: Path, closed: list[Path]) -> dict[str, list[str]]:
    """Refuse the network and what is closed, and return lists of what reached for it and of changes outside a folder."""
    seen: dict[str, list[str]] = {"network": [], "outside": []}

    def hook(event: str, arguments: tuple) -> None:
        if event in NETWORK:
            seen["network"].append(f"{event} {arguments[1:]}")
            raise OSError(f"no network: {event}")
        name = arguments[0] if arguments and isinstance(arguments[0], str | os.PathLike) else None
        if name is None or not (event in ("open", "os.listdir", "os.scandir") or event in CHANGES):
            return
        path = Path(os.path.abspath(name))
        if any(one == path or one in path.parents for one in closed):
            raise PermissionError(13, "Permission denied", str(path))
        flags = (
            arguments[2] if event == "open" and len(arguments) > 2 and isinstance(arguments[2], int) else 0
        )
        writes = event in CHANGES or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and base not in path.parents and path != base and str(path) != os.devnull:
            seen["outside"].append(f"{event} {path}")

    sys.addaudithook(hook)
    return seen


def run(base: Path, name: str) -> dict:
    """Run the cells of a lesson in a course that is damaged so; return what they show and what was watched.

    Args:
        base: a folder for the copy of the course and the learner's folder.
        name: of the damage.
    """
    course, work, damage = base / "course", base / "work", DAMAGES[name]
    shutil.copytree(ROOT / "helpers", course / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    (course / "notebooks").mkdir()
    work.mkdir()
    damage.do(course, work)
    os.environ.update(
        {"LESSON_MODE": "replay", "LESSON_WORK": str(work), "IPYTHONDIR": str(base / "ipython")}
    )
    os.environ.update({one: text.format(course=course, work=work) for one, text in damage.environ.items()})
    os.chdir(work if work.is_dir() else base)
    sys.path.insert(0, str(course))
    seen = watch(base, [_place(course, work, one) for one in damage.closed])
    quiet = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})
    shell = InteractiveShell.instance(config=quiet)
    shown = []
    for cell in CELLS:
        text = io.StringIO()
        with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
            shell.run_cell(cell, store_history=True)
        shown.append(text.getvalue())
    return {"shown": shown, **seen}


def run_all(base: Path, names: list[str]) -> None:
    """Run each damage in a process of its own, which need not load again what all have in common."""
    for name in names:
        if hasattr(os, "fork"):
            child = os.fork()
            if child:
                os.waitpid(child, 0)
                continue
        elif len(names) > 1:
            command = [sys.executable, "-X", "utf8", "-m", "tests.damage", str(base), json.dumps([name])]
            subprocess.run(command, check=True)
            continue
        seen = run(base / str(list(DAMAGES).index(name)), name)
        (base / f"{list(DAMAGES).index(name)}.json").write_text(json.dumps(seen), encoding="utf-8")
        os._exit(0)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    for heavy in ("openai", "openai.types.chat", "ipywidgets", "lark", "sympy", "tiktoken"):
        importlib.import_module(heavy)
    run_all(Path(sys.argv[1]), json.loads(sys.argv[2]))
