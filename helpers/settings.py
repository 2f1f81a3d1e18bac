"""Decides from `.env` and the environment how the lessons run: the mode, the server, the model and the ceiling."""

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from helpers.env_file import FIX, PLACEHOLDER, EnvFile, read_env
from helpers.errors import SettingsError
from helpers.key import Key
from helpers.models import is_local, is_openai, local_through_proxy
from helpers.ways import way_on

MODES = ("replay", "live", "record")
# What `start.py local` tells its kernels, as JSON: api_key, base_url, model. Then no file is read.
LOCAL = "LESSON_LOCAL"
MOST = 10_000  # dollars, or won for a dollar

IN_ENVIRONMENT = "환경 변수의 값"
BAD_KEY = (
    "OPENAI_API_KEY에 키에 쓰이지 않는 글자가 있습니다. 따옴표, 쉼표, 한글, 공백이 섞이지 않았는지 보세요."
    + FIX
)
BAD_URL = (
    "OPENAI_BASE_URL은 http:// 또는 https://로 시작하는 주소여야 하고, 그 안에 아이디나 암호, ?나 #이 없어야 합니다."
    + FIX
)
ENDPOINT = "OPENAI_BASE_URL의 끝에 있는 {part}는 빼고 씁니다. 주소는 대개 /v1까지만 적습니다."
NO_V1 = "OPENAI_BASE_URL에 /v1이 없어 붙여서 씁니다."
MAYBE_V1 = "OPENAI_BASE_URL이 /v1로 끝나지 않습니다. 서버가 주소를 모른다고 하면(404) /v1까지 적으세요."
PROXY_BETWEEN = (
    "OPENAI_BASE_URL의 서버는 내부 네트워크에 있는데 요청이 프록시로 갑니다. "
    "환경 변수 NO_PROXY에 서버의 이름이나 IP 주소를 적고 다시 시작하세요."
)
# What the SDK itself adds to the address, or other clients want in it.
_ENDPOINT = re.compile(r"(?:/+(?:chat|completions|responses|models|embeddings|generate))+/*$")
IN_CLEAR = (
    "OPENAI_BASE_URL이 공개된 주소인데 http://로 시작합니다. 키와 요청이 암호화되지 않고 지나가므로 보내지 않습니다. "
    "https://로 바꾸세요." + FIX
)
BAD_MODE = "LESSON_MODE는 auto, replay, live 가운데 하나여야 합니다." + FIX
BAD_NUMBER = "{name} 값은 0에서 {most:,}까지의 수여야 합니다." + FIX
BAD_MODEL = "LESSON_MODEL은 공백이 없는 모델의 이름이어야 하고, 키가 아니어야 합니다." + FIX
BESIDE_PLACEHOLDER = "OPENAI_API_KEY에 예시 글자가 남아 있습니다. 지우고 키만 두세요." + FIX
STILL_PLACEHOLDER = "{file}의 OPENAI_API_KEY가 예시 글자 그대로입니다. 키가 없는 것으로 봅니다."


@dataclass(frozen=True)
class Settings:
    """How the lessons run: the mode, and for live and record the server, the model and the ceiling.

    `source` says in Korean where they come from; `local` is true where `start.py local` serves the model; `budget_usd` is
    None where nobody set it.
    """

    mode: str
    api_key: Key | str | None = field(default=None, repr=False)
    base_url: str | None = None
    model: str | None = None
    budget_usd: float | None = None
    krw_per_usd: float | None = None
    notices: tuple[str, ...] = ()
    source: str | None = None
    local: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.api_key, str):
            # As text it would be in `vars`, `asdict` and pickles.
            object.__setattr__(self, "api_key", Key(self.api_key))


def read_settings(folder: Path, environ: dict[str, str], course: Path | None = None) -> Settings:
    """Read the settings of the course.

    `LESSON_MODE=replay` in the environment shuts everything else out: `.env` is not even opened.

    Args:
        folder: the learner's folder, which holds `.env`.
        environ: the environment variables of the process.
        course: the folder of the course, whose `.env` is read where the learner's folder has none.

    Returns:
        The settings, with notices for the learner; no notice and no error shows a value.

    Raises:
        SettingsError: a line, a key, an address, a mode or a number cannot be used.
    """
    asked = environ.get("LESSON_MODE", "").strip().lower()
    if asked == "replay":
        return Settings("replay")
    if environ.get(LOCAL):
        return Settings("live", **json.loads(environ[LOCAL]), local=True)
    file = read_env(folder, course)
    if (mode := _asked_mode(asked, file)) == "replay":
        return Settings("replay", source=file.source, notices=tuple(file.notices))
    return _live(mode, file, environ)


def _asked_mode(asked: str, file: EnvFile) -> str:
    """Return the mode that the environment asks for, or else the file; auto where neither does."""
    mode = asked or file.values.get("LESSON_MODE", "").lower() or "auto"
    if mode not in ("auto", *MODES):
        raise SettingsError(BAD_MODE.format(where=IN_ENVIRONMENT if asked else file.places["LESSON_MODE"]))
    return mode


def _live(mode: str, file: EnvFile, environ: dict[str, str]) -> Settings:
    """Return the settings for live and record; for auto, replay where there is neither a key nor a server."""
    base_url = file.values.get("OPENAI_BASE_URL") or None
    key = _key(mode, file, base_url, environ.get("OPENAI_API_KEY"))
    if base_url is not None:
        if not _is_address(base_url):
            raise SettingsError(BAD_URL.format(where=file.places["OPENAI_BASE_URL"]))
        if not base_url.startswith("https:") and not is_local(base_url):
            raise SettingsError(IN_CLEAR.format(where=file.places["OPENAI_BASE_URL"]))
        base_url = _shaped(base_url, file)
    if mode == "auto":
        mode = "live" if key or base_url else "replay"
    elif key is None and base_url is None:
        raise SettingsError(way_on("no_key_to_record" if mode == "record" else "no_key", mode=mode))
    model = file.values.get("LESSON_MODEL") or None
    if model and (model == key or not re.fullmatch(r"(?!sk-)\S+", model)):
        raise SettingsError(BAD_MODEL.format(where=file.places["LESSON_MODEL"]))
    budget, krw = _number(file, "LESSON_BUDGET_USD"), _number(file, "LESSON_KRW_PER_USD")
    return Settings(mode, key, base_url, model, budget, krw, tuple(file.notices), file.source)


def _key(mode: str, file: EnvFile, base_url: str | None, outside: str | None) -> str | None:
    """Return the key of the file, or where it has none and live was asked for the one of the environment."""
    key, where = file.values.get("OPENAI_API_KEY") or None, file.places.get("OPENAI_API_KEY")
    if key == PLACEHOLDER:
        key = None
        file.notices.append(STILL_PLACEHOLDER.format(file=file.name))
    if key is None and outside and base_url is None:
        if mode == "auto":
            file.notices.append(way_on("key_outside"))
        else:
            key, where = outside.strip(), IN_ENVIRONMENT
    if key is not None and PLACEHOLDER in key:
        raise SettingsError(BESIDE_PLACEHOLDER.format(where=where))
    # Printable ASCII, but none of what surrounds a key in a text: it would stay behind where an error is cleaned.
    if key is not None and not re.fullmatch(r"(?:(?![\"'`,;<>()\[\]{}])[!-~])*(?<!\.)", key):
        raise SettingsError(BAD_KEY.format(where=where))
    return key


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        # A port that is no number up to 65535 raises when it is asked for.
        found = parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(found) and re.fullmatch(r"https?://[^\s@/?#\\%]+(/[^\s@?#]*)?", text) is not None


def _shaped(base_url: str, file: EnvFile) -> str:
    """Return the address as the SDK needs it, up to /v1, with a notice where it was written otherwise."""
    if found := _ENDPOINT.search(base_url):
        base_url = base_url[: found.start()]
        file.notices.append(ENDPOINT.format(part=found[0]))
    if found := re.search(r"(?:/+v1){2,}/*$", base_url):
        base_url = base_url[: found.start()] + "/v1"
        file.notices.append(ENDPOINT.format(part=found[0].rstrip("/").removeprefix("/v1")))
    path = urlsplit(base_url).path.rstrip("/")
    if is_openai(base_url) and not path:
        base_url = base_url.rstrip("/") + "/v1"
        file.notices.append(NO_V1)
    elif is_local(base_url) and path in ("", "/api"):
        file.notices.append(MAYBE_V1)
    if local_through_proxy(base_url):
        file.notices.append(PROXY_BETWEEN)
    return base_url


def _number(file: EnvFile, name: str) -> float | None:
    text = file.values.get(name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= MOST:
        raise SettingsError(BAD_NUMBER.format(name=name, most=MOST, where=file.places[name]))
    return value
