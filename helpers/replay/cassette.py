"""Cassettes: load, check and save recorded interactions."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from helpers.errors import CassetteError
from helpers.replay.answers import identities
from helpers.replay.rules import structure_problem
from helpers.ways import way_on

FORMAT = 1

DAMAGED = "카세트 {path}을 쓸 수 없습니다: {problem}.\n" + way_on("course_damaged", path="helpers/cassettes")


@dataclass(frozen=True)
class Interaction:
    """One request and its recorded answers, or, without a request, one staged answer asked for by its id.

    What was recorded beside a lesson's own requests has a Korean `title` that says what it varies.
    """

    id: str
    origin: dict
    request: dict | None
    responses: list[dict]
    title: str = ""

    def to_dict(self) -> dict:
        """Return it as a cassette's file holds it."""
        title = {"title": self.title} if self.title else {}
        request = {"request": self.request} if self.request else {}
        return {"id": self.id, **title, "origin": self.origin, **request, "responses": self.responses}


@dataclass
class Cassette:
    """The recorded interactions of one lesson, in the order of first use.

    Attributes:
        lesson: its name.
        model: as which the lesson replays.
        interactions: what was recorded.
        staged: answers that are asked for by name.
        live_calls: which calls that cost something a whole live run of the notebook makes: how many as long as each of
            these interactions.
    """

    lesson: str
    model: str
    interactions: list[Interaction] = field(default_factory=list)
    staged: list[Interaction] = field(default_factory=list)
    live_calls: dict[str, int] = field(default_factory=dict)

    def find(self, id: str) -> Interaction | None:
        """Return the interaction, recorded or staged, of that id."""
        return next((one for one in [*self.interactions, *self.staged] if one.id == id), None)

    def source(self, identity: tuple) -> Interaction | None:
        """Return the interaction, recorded or staged, in which an answer stands that is recognised by this."""
        for one in [*self.interactions, *self.staged]:
            path = one.request and one.request["path"]
            if any(
                _has_id(held, identity[0]) and identity in identities(held, path) for held in one.responses
            ):
                return one
        return None


def _has_id(response: dict, id: str | None) -> bool:
    """Say whether a recorded response has the id of an answer; only then is it worth being read."""
    held = response["events"][0] if "events" in response else response.get("body")
    return response.get("status") == 200 and held.get("id") == id


def load_cassette(path: Path, sealed: bool = True) -> Cassette:
    """Read a cassette and make sure that it is whole and as it was sealed.

    Args:
        path: the cassette's JSON file, named after its lesson.
        sealed: whether its checksum must be right; an author who seals it anew has changed it.

    Returns:
        The cassette.

    Raises:
        CassetteError: the file is missing, not JSON, of another format, of another lesson, or altered by hand.
    """

    def damaged(problem: str) -> CassetteError:
        return CassetteError(DAMAGED.format(path=path.name, problem=problem, lesson=path.stem))

    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise damaged("파일이 없거나 열리지 않습니다") from error
    except (ValueError, RecursionError) as error:
        raise damaged("JSON으로 읽히지 않습니다. 잘렸거나 다른 파일일 수 있습니다") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise damaged(f"이 코스가 읽는 형식({FORMAT})이 아닙니다")
    if content.get("lesson") != path.stem:
        raise damaged("다른 레슨의 카세트입니다")
    if sealed and content.get("checksum") != checksum(content):
        raise damaged("내용이 봉인된 뒤에 바뀌었습니다")
    problem = structure_problem(content)
    if problem:
        raise damaged(problem)
    recorded = [
        Interaction(one["id"], one["origin"], one["request"], one["responses"], one.get("title", ""))
        for one in content["interactions"]
    ]
    staged = [Interaction(one["id"], one["origin"], None, one["responses"]) for one in content["staged"]]
    return Cassette(content["lesson"], content["model"], recorded, staged, content["live_calls"])


def save_cassette(cassette: Cassette, path: Path) -> None:
    """Write a cassette as readable JSON with its checksum, whole or not at all.

    Args:
        cassette: what to write.
        path: the file, replaced in one step.

    Raises:
        CassetteError: the content breaks a rule of cassettes (an origin missing, a header that is not kept, ...).
        OSError: the file cannot be written; the old one is untouched.
    """
    content = {
        "format": FORMAT,
        "lesson": cassette.lesson,
        "model": cassette.model,
        "live_calls": cassette.live_calls,
        "checksum": "",
        "interactions": [one.to_dict() for one in cassette.interactions],
        "staged": [one.to_dict() for one in cassette.staged],
    }
    problem = structure_problem(content)
    if problem:
        raise CassetteError(DAMAGED.format(path=path.name, problem=problem, lesson=cassette.lesson))
    content["checksum"] = checksum(content)
    aside = path.with_suffix(".json.new")
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    try:
        aside.write_bytes(encoded(text))
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def checksum(content: dict) -> str:
    """Return the sha256 of a cassette's content without its checksum, white space and key order left aside."""
    rest = {key: value for key, value in content.items() if key != "checksum"}
    return hashlib.sha256(encoded(json.dumps(rest, ensure_ascii=False, sort_keys=True))).hexdigest()


def encoded(text: str) -> bytes:
    """Return a text as UTF-8."""
    # Half a surrogate pair, which an answer cut inside an emoji holds, is no UTF-8: it becomes its JSON escape.
    return text.encode("utf-8", "backslashreplace")
