"""Brings an open model's file to this machine, and makes sure that its bytes are the right ones: the hash decides."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from helpers.errors import CourseError
from helpers.models import LocalModel, local_models

FOLDER = Path.home() / ".cache" / "chat-api-lab" / "models"
BLOCK = 1 << 20
GIGABYTE = 1_000_000_000

QUESTION = (
    "로컬 모델의 파일을 내려받아야 합니다.\n"
    "  모델: {title} ({licence})\n"
    "  받는 곳: https://huggingface.co/{repository}\n"
    "  크기: {size:.1f}GB\n"
    "  저장할 곳: {folder}\n"
    "받을까요? [y/N] "
)
DECLINED = "내려받지 않았습니다. 파일이 이미 있다면: python start.py local --model-file 파일의경로"
CHECKING = "모델의 파일을 확인합니다. 몇 초 걸립니다."
WRONG_DOWNLOAD = "내려받은 파일의 내용이 공식 파일과 다릅니다. 아무것도 남기지 않았습니다. 다시 시작하세요."
WRONG_FILE = (
    "{path}: 이 코스가 아는 모델의 파일이 아닙니다(sha256이 다릅니다). 잘렸거나 다른 파일일 수 있습니다.\n"
    "그래도 쓰려면 --any를 붙이세요."
)
NO_FILE = "모델의 파일이 없습니다: {path}"
NO_ROOM = "디스크에 자리가 모자랍니다({folder}). {needed:.1f}GB가 필요한데 {free:.1f}GB가 남았습니다. 비우고 다시 시작하세요."
NOT_FETCHED = (
    "모델의 파일을 내려받지 못했습니다({problem}). 다시 시작하면 받은 데서부터 이어 받습니다.\n"
    "인터넷이 없다면 다른 컴퓨터에서 받은 파일을 가져와 --model-file로 알려 주세요: {repository}의 {file}"
)


class ModelFileError(CourseError):
    """The model's file cannot be had, or is not what it should be."""


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def known_hash(path: Path, say: Callable[[str], object]) -> str:
    """Return the sha256 of a file, which is noted beside it so that the next start need not read a gigabyte again."""
    stat = path.stat()
    state = [stat.st_size, stat.st_mtime_ns]
    note = path.with_name(path.name + ".sha256.json")
    try:
        noted = json.loads(note.read_text(encoding="utf-8"))
        if noted["state"] == state:
            return noted["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no note, or none that can be read: the file is
    say(CHECKING)
    found = sha256_of(path)
    try:
        note.write_text(json.dumps({"state": state, "sha256": found}), encoding="utf-8")
    except OSError:
        pass  # a stick that cannot be written to: it is read again next time
    return found


def given_file(path: Path, any_file: bool, say: Callable[[str], object]) -> LocalModel | None:
    """Return which model a file holds that the learner named; None for one of her own.

    Raises:
        ModelFileError: there is no such file, or it is none that the course knows and `any_file` is false.
    """
    if not path.is_file():
        raise ModelFileError(NO_FILE.format(path=path))
    found = known_hash(path, say)
    model = next((one for one in local_models() if one.sha256 == found), None)
    if model is None and not any_file:
        raise ModelFileError(WRONG_FILE.format(path=path))
    return model


def cached_file(
    model: LocalModel,
    agree: Callable[[str], bool],
    say: Callable[[str], object] = print,
    folder: Path | None = None,
) -> Path:
    """Return the model's file in the user's cache, fetched from its official repository where it is not there.

    Args:
        model: which one.
        agree: is asked before anything is fetched.
        say: shows one line.
        folder: the cache.

    Raises:
        ModelFileError: nobody agreed, it cannot be fetched, there is no room, or the bytes are wrong.
    """
    folder = folder or FOLDER
    path = folder / model.file
    if path.is_file() and path.stat().st_size == model.bytes and known_hash(path, say) == model.sha256:
        return path
    question = QUESTION.format(
        title=model.title,
        licence=model.licence,
        repository=model.repository,
        size=model.bytes / GIGABYTE,
        folder=folder,
    )
    if not agree(question):
        raise ModelFileError(DECLINED)
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    there = part.stat().st_size if part.is_file() else 0
    free = shutil.disk_usage(folder).free
    if free < model.bytes - there:
        needed = model.bytes / GIGABYTE
        raise ModelFileError(NO_ROOM.format(folder=folder, needed=needed, free=free / GIGABYTE))
    _fetch(model, part)
    say(CHECKING)
    if sha256_of(part) != model.sha256:
        part.unlink()
        raise ModelFileError(WRONG_DOWNLOAD)
    os.replace(part, path)
    return path


def _fetch(model: LocalModel, part: Path) -> None:
    """Fetch what a part of the file still lacks; what is there stays when it breaks off, and when it is killed."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Only who fetches waits for it.
    import httpx2
    from huggingface_hub import hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError
    from huggingface_hub.file_download import http_get

    # `hf_hub_download` keeps nothing of a download that was killed.
    url = hf_hub_url(model.repository, model.file, revision=model.revision)
    if part.is_file() and part.stat().st_size > model.bytes:
        part.unlink()
    try:
        with part.open("ab") as file:
            there = part.stat().st_size
            http_get(url, file, resume_size=there, expected_size=model.bytes, displayed_filename=model.file)
    except (HfHubHTTPError, httpx2.HTTPError, OSError, RuntimeError) as error:
        problem = type(error).__name__
        text = NOT_FETCHED.format(problem=problem, repository=model.repository, file=model.file)
        raise ModelFileError(text) from error
