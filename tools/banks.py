"""Banks: variations of a request that are recorded together, as `notebooks/banks/LESSON.toml` describes them.

A bank has a request, and what varies in it: `variation` tables whose request takes the place of single fields, and
`values` that fill the gaps `{name}` of every text. Each variation is asked with each of the values.
"""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import CourseError
from helpers.replay import CHAT, MODEL_PLACEHOLDER, RESPONSES, stored_key

# What a request must have, and by which name it limits an answer.
ASKS = {CHAT: "messages", RESPONSES: "input"}
LIMIT = {CHAT: "max_completion_tokens", RESPONSES: "max_output_tokens"}

UNREADABLE = "{path}을 읽을 수 없습니다: {problem}"
UNKNOWN_FIELD = "{where}에 모르는 이름이 있습니다: {names}"
TOP = "파일의 맨 위"
NO_SUCH_SCHEMA = "{id}가 쓰는 스키마가 [schemas]에 없습니다: {name}"
TWICE = "{id}의 요청이 {first}에 이미 있습니다. times를 늘리세요"
SAME_ID = "{id}라는 이름이 두 번 나옵니다"
NO_SUCH_PATH = "{id}의 path는 {known} 가운데 하나여야 합니다: {path}"
ASKS_NOTHING = "{id}의 요청에 {name}이(가) 없습니다"
NO_STREAM = "{id}: Responses API의 스트림은 녹화하지 않습니다"
NO_TIMES = "{id}의 times는 1 이상의 정수여야 합니다: {times}"

TOP_FIELDS = {"schemas", "bank"}
BANK_FIELDS = {"id", "title", "path", "times", "cache", "schema", "request", "values", "variation"}
VARIATION_FIELDS = {"id", "title", "times", "schema", "request"}


class BankError(CourseError):
    """A bank cannot be read or recorded."""


@dataclass(frozen=True)
class Variation:
    """One request of a bank: the id and the Korean title of its recording, the body, and how often it is asked.

    `cache` says that the server may use what it remembers of the bank's earlier requests.
    """

    bank: str
    id: str
    title: str
    request: dict
    times: int
    cache: bool

    @property
    def key(self) -> str:
        """By which the request is matched."""
        return stored_key(self.request)


def bank_path(root: Path, lesson: str) -> Path:
    """Return where the banks of a lesson are described, below the course's folder."""
    return root / "notebooks" / "banks" / f"{lesson}.toml"


def read_banks(path: Path) -> list[Variation]:
    """Return every request of a lesson's banks in the order in which they are asked; none where there is no file.

    Raises:
        BankError: it is not TOML, a name in it is not known, something is missing, or two requests are the same.
    """
    if not path.is_file():
        return []
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        _require_known(content, TOP_FIELDS, TOP)
        _require_once([bank["id"] for bank in content["bank"]])
        schemas = {name: json.loads(text) for name, text in content.get("schemas", {}).items()}
        found = [one for bank in content["bank"] for one in _variations(bank, schemas)]
        _require_once([one.id for one in found])
        _require_sound(found)
    except BankError as error:
        raise BankError(UNREADABLE.format(path=path.name, problem=error)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BankError(
            UNREADABLE.format(path=path.name, problem=f"{type(error).__name__} {error}")
        ) from error
    return found


def _require_once(ids: list[str]) -> None:
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice:
        raise BankError(SAME_ID.format(id=twice))


def _require_sound(variations: list[Variation]) -> None:
    """Make sure, before hours are spent, that each request can be asked and recorded, and is asked in one place only."""
    first: dict[str, str] = {}
    for one in variations:
        path, body = one.request["path"], one.request["body"]
        if path not in ASKS:
            raise BankError(NO_SUCH_PATH.format(id=one.id, known=", ".join(ASKS), path=path))
        if not body.get(ASKS[path]):
            raise BankError(ASKS_NOTHING.format(id=one.id, name=ASKS[path]))
        if path == RESPONSES and body.get("stream"):
            raise BankError(NO_STREAM.format(id=one.id))
        # In Python True is an int.
        if type(one.times) is not int or one.times < 1:
            raise BankError(NO_TIMES.format(id=one.id, times=one.times))
        if first.setdefault(one.key, one.id) != one.id:
            raise BankError(TWICE.format(id=one.id, first=first[one.key]))


def _variations(bank: dict, schemas: dict) -> list[Variation]:
    _require_known(bank, BANK_FIELDS, bank["id"])
    found = []
    values = [one if isinstance(one, dict) else {"value": one} for one in bank.get("values", [{}])]
    for variation in bank.get("variation", [{}]):
        _require_known(variation, VARIATION_FIELDS, bank["id"])
        path = bank.get("path", CHAT)
        body = {"model": MODEL_PLACEHOLDER, **bank.get("request", {}), **variation.get("request", {})}
        body |= _format(variation.get("schema", bank.get("schema")), schemas, path, bank["id"])
        for number, value in enumerate(values, 1):
            ids = [bank["id"], variation.get("id"), f"{number:02}" if value else None]
            titles = [bank["title"], variation.get("title"), next(iter(value.values()), None)]
            found.append(
                Variation(
                    bank["id"],
                    "/".join(filter(None, ids)),
                    " · ".join(filter(None, titles)),
                    {"method": "POST", "path": path, "body": _filled(body, value)},
                    variation.get("times", bank.get("times", 1)),
                    bank.get("cache", False),
                )
            )
    return found


def _require_known(table: dict, known: set[str], where: str) -> None:
    if set(table) - known:
        raise BankError(UNKNOWN_FIELD.format(where=where, names=", ".join(sorted(set(table) - known))))


def _format(name: str | None, schemas: dict, path: str, id: str) -> dict:
    """Return the part of a body that asks for a strict schema, as the SDK's `parse` writes it."""
    if name is None:
        return {}
    if name not in schemas:
        raise BankError(NO_SUCH_SCHEMA.format(id=id, name=name))
    # The SDK names a schema as its class is called, and so do schemas that differ in a field.
    schema = {"schema": schemas[name], "name": schemas[name]["title"], "strict": True}
    if path == RESPONSES:
        return {"text": {"format": {"type": "json_schema", **schema}}}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _filled(body: object, values: dict) -> object:
    """Return a copy of a body in which each text has its gaps filled; other braces stay as they are."""
    if isinstance(body, str):
        for name, value in values.items():
            body = body.replace("{" + name + "}", value)
        return body
    if isinstance(body, list):
        return [_filled(one, values) for one in body]
    if isinstance(body, dict):
        return {name: _filled(one, values) for name, one in body.items()}
    return body
