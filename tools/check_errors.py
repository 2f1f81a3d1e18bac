"""Asks OpenAI's server for the staged errors that can be had for nothing, and tells which have another shape by now.

Nothing is recorded and no file is written.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from helpers.course import ROOT
from helpers.errors import SettingsError
from helpers.key import Key
from helpers.live import DEFAULT_MODEL, LiveSession, Meter
from helpers.models import find_model, is_openai
from helpers.replay import CHAT, Interaction, load_cassette, parse_json
from helpers.settings import read_settings
from helpers.show import visible
from helpers.tokens import cost_usd
from helpers.ways import way_on
from tools.ending import exit_code
from tools.notebooks import cassette_paths
from tools.recordings import RecordError

SECONDS = 60
# Tokens that an answer may have, should a request be taken that was meant to be refused.
CAP = 16
WRONG_KEY = "not-a-key"
# Letters that are shown of a value.
LONGEST = 60
# Fields of an error whose very values a program decides by; of all others only the type is compared.
DECIDING = ("type", "code", "param")
TYPES = {str: "문자열", bool: "참거짓", int: "수", float: "수", type(None): "null", list: "리스트"}
# Errors that say something about the key, the account or the server, and nothing about the one that was provoked.
IN_THE_WAY = (401, 403, 429)

PLAN = (
    "{host}에 {count}번 물어, 준비해 둔 오류의 모양이 그대로인지 비교합니다. 서버가 거절하면 비용이 들지 않고,\n"
    "거절하지 않아도 모두 합해 많아야 ${most:.6f}입니다. 아무 파일도 바꾸지 않습니다."
)
ONLY_OPENAI = "준비해 둔 오류는 OpenAI 서버의 것입니다. .env에서 OPENAI_BASE_URL을 지우고 다시 실행하세요."
UNREACHABLE = "{host}에 연결하지 못했거나 응답이 오지 않았습니다. 연결과 HTTPS_PROXY를 확인하세요."
ALIKE = "같음  {lesson} {id}"
OTHERWISE = "다름  {lesson} {id} (준비한 날 {date})"
FIELD = "  {field}: 준비해 둔 것 {staged} → 지금 {now}"
ANSWERED = "  서버가 거절하지 않고 답했습니다. 요금이 조금 나왔을 수 있습니다."
NOT_COMPARED = "모름  {lesson} {id}: 다른 오류(HTTP {status}, code {code})가 와서 비교하지 못했습니다."
LEFT_OUT = "묻지 않음: {names}"
NO_VALUE = "없음"


@dataclass(frozen=True)
class Provocation:
    """A request that OpenAI's server is expected to refuse as a staged error says."""

    lesson: str
    id: str
    body: Mapping
    wrong_key: bool = False


def _asked(cap: str = "max_completion_tokens", **fields: object) -> dict:
    return {"model": DEFAULT_MODEL, "messages": [{"role": "user", "content": "1"}], cap: CAP, **fields}


PROVOCATIONS = (
    Provocation("01_roles", "wrong_key", _asked(), wrong_key=True),
    Provocation("01_roles", "unknown_model", _asked(model="gpt-4o-minii")),
    Provocation("03_tokens", "max_tokens_refused", _asked(cap="max_tokens")),
    Provocation("04_seeds", "temperature_refused", _asked(temperature=1.2)),
)


def shape(status: int, body: object) -> dict[str, str]:
    """Return the shape of a response: its status, and of each field the type, or the value where programs decide by it.

    Args:
        status: of HTTP.
        body: parsed; None where it is no JSON.
    """
    found = {"HTTP": str(status)}

    def add(name: str, value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                add(f"{name}.{key}" if name else key, inner)
        elif name.rpartition(".")[2] in DECIDING:
            found[name] = json.dumps(value)[:LONGEST]
        else:
            found[name or "body"] = TYPES[type(value)]

    add("", body)
    return found


def check(root: Path, say: Callable[[str], object] = print) -> bool:
    """Provoke the errors, and say of each whether its shape is that of the staged one.

    Args:
        root: the folder of the course, whose `.env` holds the key.
        say: shows one line of the report; none holds the key.

    Returns:
        Whether all were compared and are alike.

    Raises:
        CourseError: there is no key, another server is named, or it cannot be reached.
    """
    settings = read_settings(root, {**os.environ, "LESSON_MODE": "record"})
    session = LiveSession(settings, Meter(), tell=say)
    if not is_openai(session.base_url):
        raise SettingsError(ONLY_OPENAI)
    if settings.api_key is None:
        raise SettingsError(way_on("no_key_to_record"))
    staged = {(path.stem, one.id): one for path in cassette_paths(root) for one in load_cassette(path).staged}
    say(PLAN.format(host=session.host, count=len(PROVOCATIONS), most=_most(PROVOCATIONS)))
    alike = True
    for one in PROVOCATIONS:
        key = Key(WRONG_KEY) if one.wrong_key else settings.api_key
        status, body = _ask(session, key, one.body)
        told = _compared(one, staged.pop((one.lesson, one.id)), status, body)
        alike = alike and told is None
        say(session.hide(visible(told or ALIKE.format(lesson=one.lesson, id=one.id))))
    say(LEFT_OUT.format(names=", ".join(" ".join(name) for name in staged)))
    return alike


def _most(provocations: Sequence[Provocation]) -> float:
    """Return what all requests cost, in US dollars, if the server answers instead of refusing."""
    price = find_model(DEFAULT_MODEL).price
    # No token is shorter than a byte.
    return sum(cost_usd(price, len(json.dumps(one.body)), CAP) for one in provocations)


def _ask(session: LiveSession, key: Key, body: Mapping) -> tuple[int, object]:
    headers: dict[str, str] = {}
    key.put_into(headers)
    try:
        # Not the SDK's client: a redirection to another address must not take the key along.
        with httpx2.Client(timeout=SECONDS) as client:
            response = client.post(f"{session.base_url}/{CHAT}", json=body, headers=headers)
    except (httpx2.HTTPError, httpx2.InvalidURL, ImportError, ValueError, OSError):
        raise RecordError(UNREACHABLE.format(host=session.host)) from None
    return response.status_code, parse_json(response.content)


def _compared(one: Provocation, staged: Interaction, status: int, body: object) -> str | None:
    """Return what the report says of an error that is not as the staged one; None where it is."""
    names, held = {"lesson": one.lesson, "id": one.id}, staged.responses[0]
    before, now = shape(held["status"], held["body"]), shape(status, body)
    if before == now:
        return None
    if status != held["status"] and (status in IN_THE_WAY or status >= 500):
        return NOT_COMPARED.format(**names, status=status, code=now.get("error.code", NO_VALUE))
    lines = [OTHERWISE.format(**names, date=staged.origin["date"])]
    if status == 200:
        return "\n".join([*lines, ANSWERED])
    lines += [
        FIELD.format(field=field, staged=before.get(field, NO_VALUE), now=now.get(field, NO_VALUE))
        for field in sorted(before.keys() | now.keys())
        if before.get(field) != now.get(field)
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 1 where a shape has changed or could not be compared."""
    parser = argparse.ArgumentParser(
        prog="start.py record", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", required=True, help="compare the shape of errors")
    parser.parse_args(arguments)
    return exit_code(lambda: 0 if check(ROOT) else 1)


if __name__ == "__main__":
    sys.exit(main())
