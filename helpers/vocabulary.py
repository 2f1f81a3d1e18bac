"""Where tiktoken finds its vocabulary without a network: the bundled files, checked before they are used."""

import hashlib
import os
from pathlib import Path

from helpers.course import VOCABULARY
from helpers.errors import VocabularyError
from helpers.ways import way_on

# Encoding: the file, named as tiktoken looks for it (sha1 of its address), and the sha256 that tiktoken checks.
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

DAMAGED = ("어휘 사전 파일 {file}({name})을 쓸 수 없습니다: {problem}.\n") + way_on(
    "course_damaged", path="helpers/vocabulary"
)


def check_bundled(folder: Path = VOCABULARY) -> None:
    """Make sure that both vocabulary files of the course are whole.

    Args:
        folder: the folder that holds them.

    Raises:
        VocabularyError: a file is missing or its sha256 differs.
    """
    for encoding, (name, sha256) in FILES.items():
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise VocabularyError(
                DAMAGED.format(name=encoding, file=name, problem="파일이 없거나 열리지 않습니다")
            ) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise VocabularyError(
                DAMAGED.format(name=encoding, file=name, problem="내용이 배포된 것과 다릅니다")
            )


def cached(encoding: str, folder: str) -> bool:
    """Say whether `folder` holds the vocabulary of `encoding` as tiktoken expects it, whole."""
    name, sha256 = FILES[encoding]
    try:
        return bool(folder) and hashlib.sha256(Path(folder, name).read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def use_bundled() -> None:
    """Point `TIKTOKEN_CACHE_DIR` at the bundled files, once they are checked, unless the learner has set it.

    tiktoken deletes a cached file that is damaged and downloads it: a checked one it only reads.

    Raises:
        VocabularyError: a bundled file is missing or damaged.
    """
    check_bundled()
    # Set but empty it would tell tiktoken to keep no copy and to download every time.
    os.environ["TIKTOKEN_CACHE_DIR"] = os.environ.get("TIKTOKEN_CACHE_DIR") or str(VOCABULARY)
