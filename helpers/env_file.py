"""Reads `.env`, whatever a text editor did to it, and notices keys in files that are not read."""

import io
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from dotenv.parser import parse_stream

from helpers.errors import SettingsError
from helpers.ways import way_on

NAMES = (
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "LESSON_MODEL",
    "LESSON_MODE",
    "LESSON_BUDGET_USD",
    "LESSON_KRW_PER_USD",
)
# Parts of names that somebody meant for one of these.
LIKE_OURS = ("OPENAI", "OPEN_AI", "OPENAPI", "API_KEY", "LESSON")
# What .env.example holds where the key belongs.
PLACEHOLDER = "paste-your-key-here"
FIX = " {where}을 고친 뒤 커널을 다시 시작하세요."
IN_FILE = "{file}의 {line}번째 줄"
UNREADABLE = "{file} 파일을 글로 읽을 수 없습니다. 편집기에서 UTF-8로 다시 저장하세요."
BAD_LINE = "설정 한 줄을 이해할 수 없습니다. `이름=값` 모양이어야 합니다." + FIX
UNKNOWN_NAME = "{where}에 있는 이름은 이 코스가 모르는 설정이라 쓰지 않았습니다."
TWICE = "{name} 설정이 두 번 있습니다({first}, {where}). 뒤의 것을 썼습니다."
LEARNER, COURSE = "작업 폴더", "코스 폴더"
# Published with the course: a key in it is one commit away from the public.
EXAMPLE = ".env.example"
# Names under which editors and people save what should be `.env`, such as env.txt, .env.local, .env.txt.txt, _env.
_LIKE_ENV = re.compile(r"[._]?env(?:[ .~_(-].*)?", re.IGNORECASE)
_KEY_LINE = re.compile(
    r"^[\s#]*(?:export\s+|set\s+|\$env:)?OPENAI_(?:API_)?KEY\s*[=:]\s*[\"']?([^\s\"'#]+)",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass
class EnvFile:
    """What `.env` says: its values by name, where each stands, and notices for the learner."""

    name: str = ".env"
    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    source: str | None = None


def read_env(folder: Path, course: Path | None = None) -> EnvFile:
    """Read the first `.env` that there is, or `.env.txt` where an editor called it that.

    Args:
        folder: the learner's folder.
        course: the folder of the course, whose file is read where the learner's folder has none.

    Raises:
        SettingsError: the file is none, cannot be read, or has a line that means nothing.
    """
    folders = {LEARNER: folder} | ({} if course is None or course == folder else {COURSE: course})
    skipped = []
    for place, where in folders.items():
        right, wrong = where / ".env", where / ".env.txt"
        if os.path.lexists(right) and not right.is_file():
            raise SettingsError(way_on("env_is_no_file", place=place))
        path, notice = (right, "ignored_txt") if right.is_file() else (wrong, "wrong_name")
        if not path.is_file():
            continue
        if not os.access(path, os.R_OK):
            if place == LEARNER:
                raise SettingsError(way_on("env_not_permitted", place=place, file=path.name))
            skipped.append(way_on("course_env_not_permitted", file=path.name))
            continue
        file = _parse(path, [way_on(notice)] if wrong.is_file() else [])
        file.source = way_on("from_learner" if place == LEARNER else "from_course", file=file.name)
        break
    else:
        file = EnvFile()
    file.notices += skipped + _misplaced_keys(folders)
    return file


def _misplaced_keys(folders: dict[str, Path]) -> list[str]:
    """Name the files, never the values, that hold a key and are not read."""
    found = []
    for place, folder in folders.items():
        names = sorted(path.name for path in folder.glob("*") if _LIKE_ENV.fullmatch(path.name))
        for name in [*names, "notebooks/.env"]:
            if (
                name in (".env", ".env.txt")
                or not os.access(folder / name, os.R_OK)
                or not (folder / name).is_file()
            ):
                continue
            try:
                text = _decode(folder / name)
            except SettingsError:
                continue  # what is no text holds no line with a key
            if any(value != PLACEHOLDER for value in _KEY_LINE.findall(text)):
                sentence = "key_in_example" if name == EXAMPLE else "key_elsewhere"
                found.append(way_on(sentence, place=place, file=name))
    return found


def _parse(path: Path, notices: list[str]) -> EnvFile:
    file = EnvFile(path.name, notices=notices)
    for binding in parse_stream(io.StringIO(_decode(path))):
        text = binding.original.string
        # dotenv counts from the blank lines before a setting.
        line = binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
        where = IN_FILE.format(file=path.name, line=line)
        if binding.error or (binding.key and binding.value is None):
            raise SettingsError(BAD_LINE.format(where=where))
        if binding.key in NAMES:
            if file.values.get(binding.key, binding.value.strip()) != binding.value.strip():
                file.notices.append(
                    TWICE.format(name=binding.key, first=file.places[binding.key], where=where)
                )
            file.values[binding.key], file.places[binding.key] = binding.value.strip(), where
        elif binding.key and any(part in binding.key.upper() for part in LIKE_OURS):
            file.notices.append(UNKNOWN_NAME.format(where=where))
    return file


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SettingsError(UNREADABLE.format(file=path.name)) from error
    if b"\x00" in raw:
        # Notepad's "Unicode": UTF-16, with or without its byte-order mark.
        encodings = ["utf-16"] if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-16-le", "utf-16-be"]
        encodings = encodings if raw[:1] != b"\x00" else encodings[::-1]
    else:
        encodings = ["utf-8-sig", "cp949"]
    for encoding in encodings:
        try:
            return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise SettingsError(UNREADABLE.format(file=path.name))
