"""Where tiktoken finds its vocabulary without a network: the bundled files, checked before they are used."""

import hashlib
import os
import tempfile
from pathlib import Path

from helpers.course import VOCABULARY
from helpers.errors import VocabularyError

# Encoding: the name that tiktoken's cache expects (sha1 of the download address) and the sha256 that tiktoken checks.
FILES = {
    "o200k_base": (
        "fb374d419588a4632f3f557e76b4b70aebbca790",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    "cl100k_base": (
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}

DAMAGED = (
    "어휘집 파일 {name}을 쓸 수 없습니다: {problem}.\n"
    "코스를 다시 내려받거나, Git으로 받았다면 `git checkout -- helpers/vocabulary`를 실행하세요."
)
FOREIGN_CACHE = (
    "환경 변수 TIKTOKEN_CACHE_DIR이 다른 폴더를 가리키는데, 그곳에 어휘집 {name}이 없거나 손상되었습니다.\n"
    "그 변수를 지우고 커널을 다시 시작하세요. 코스에 들어 있는 어휘집을 씁니다."
)


def check_bundled(folder: Path = VOCABULARY) -> None:
    """Make sure that both vocabulary files of the course are whole.

    Args:
        folder: the folder that holds the `.tiktoken` files.

    Raises:
        VocabularyError: a file is missing or its sha256 differs.
    """
    for encoding, (_, sha256) in FILES.items():
        name = f"{encoding}.tiktoken"
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise VocabularyError(
                DAMAGED.format(name=name, problem="파일이 없거나 열리지 않습니다")
            ) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise VocabularyError(DAMAGED.format(name=name, problem="내용이 배포된 것과 다릅니다"))


def cached(encoding: str, folder: str) -> bool:
    """Say whether `folder` holds the vocabulary of `encoding` as tiktoken expects it, whole."""
    name, sha256 = FILES[encoding]
    path = Path(folder, name)
    return bool(folder) and path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def use_bundled(cache: Path) -> None:
    """Point `TIKTOKEN_CACHE_DIR` at a checked copy of the bundled files, unless the learner has set it.

    tiktoken deletes a cached file that is damaged, so it gets a copy and never the course's own file.

    Args:
        cache: the folder to make the copy in; where that cannot be written it is made in the system's temporary folder.

    Raises:
        VocabularyError: a bundled file is missing or damaged.
    """
    check_bundled()
    # Set but empty it would tell tiktoken to keep no copy and to download every time.
    if os.environ.get("TIKTOKEN_CACHE_DIR"):
        return
    try:
        folder = _copy_to(cache / "tiktoken")
    except OSError:
        folder = _copy_to(Path(tempfile.gettempdir()) / "chat-api-lab-tiktoken")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)


def _copy_to(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for encoding, (name, _) in FILES.items():
        if not cached(encoding, str(folder)):
            # Written aside and renamed, so that a kernel starting at the same moment never reads half a file.
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as copy:
                try:
                    copy.write((VOCABULARY / f"{encoding}.tiktoken").read_bytes())
                    copy.close()
                    # Whoever shares the folder reads it too; a temporary file is its maker's alone.
                    os.chmod(copy.name, 0o644)
                    os.replace(copy.name, folder / name)
                finally:
                    Path(copy.name).unlink(missing_ok=True)
    return folder
