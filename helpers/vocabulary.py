"""Gives tiktoken its vocabulary without a network and without a copy: the bundled bytes, checked before they are used."""

import hashlib
import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

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

DAMAGED = "어휘 사전 파일 {file}({name})을 쓸 수 없습니다: {problem}.\n" + way_on(
    "course_damaged", path="helpers/vocabulary"
)
NOT_BROUGHT = (
    "이 코스에 없는 어휘 사전입니다: {address}\n재생 모드에서는 내려받지 않습니다. 쓸 수 있는 이름: {known}"
)
NOT_THERE, CHANGED = "파일이 없거나 열리지 않습니다", "내용이 배포된 것과 다릅니다"
# The module of tiktoken that reads files and fetches them.
READER = "tiktoken.load"


def bundled(encoding: str) -> bytes:
    """Return the vocabulary file of an encoding in `FILES`.

    Raises:
        VocabularyError: the file is missing or its sha256 differs.
    """
    name, sha256 = FILES[encoding]
    try:
        content = (VOCABULARY / name).read_bytes()
    except OSError as error:
        raise VocabularyError(DAMAGED.format(name=encoding, file=name, problem=NOT_THERE)) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise VocabularyError(DAMAGED.format(name=encoding, file=name, problem=CHANGED))
    return content


class _Giver(MetaPathFinder):
    """Puts the bundled bytes in place of tiktoken's download when tiktoken is loaded, which is on first use."""

    download = False

    def find_spec(self, name: str, path=None, target=None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name == READER else None
        if spec:
            load = spec.loader.exec_module
            spec.loader.exec_module = lambda reader: (load(reader), self.give(reader))
        return spec

    def give(self, reader: ModuleType) -> None:
        """Let tiktoken read from here: which folder there is, and whether it can be written, is no longer asked."""
        theirs, encodings = reader.read_file_cached, {file: one for one, (file, _) in FILES.items()}

        def read(address: str, expected_hash: str | None = None) -> bytes:
            encoding = encodings.get(hashlib.sha1(address.encode()).hexdigest())
            if encoding is None and not self.download:
                raise VocabularyError(NOT_BROUGHT.format(address=address, known=", ".join(FILES)))
            return bundled(encoding) if encoding else theirs(address, expected_hash)

        reader.read_file_cached = read


_GIVER = _Giver()


def use_bundled(download: bool = False) -> None:
    """Give tiktoken the bundled files, whatever `TIKTOKEN_CACHE_DIR` says and whatever is wrong with a folder.

    Args:
        download: whether it may fetch a vocabulary that the course does not bring along.

    Raises:
        VocabularyError: a bundled file is missing or damaged; then tiktoken gets no vocabulary at all.
    """
    _GIVER.download = download
    if _GIVER not in sys.meta_path:
        sys.meta_path.insert(0, _GIVER)
        if READER in sys.modules:
            _GIVER.give(sys.modules[READER])
    check_bundled()
    # For programs that a cell starts. Set but empty it would tell tiktoken to download every time.
    os.environ["TIKTOKEN_CACHE_DIR"] = os.environ.get("TIKTOKEN_CACHE_DIR") or str(VOCABULARY)


def check_bundled() -> None:
    """Make sure that both vocabulary files are whole.

    Raises:
        VocabularyError: one is missing or damaged.
    """
    for encoding in FILES:
        bundled(encoding)
