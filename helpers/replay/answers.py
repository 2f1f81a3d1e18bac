"""What an answer says, whichever form it has: a chat completion, a stream of its pieces, or one of the Responses API."""

from dataclasses import dataclass

from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response

from helpers.replay.matching import RESPONSES


@dataclass(frozen=True)
class Said:
    """The text of an answer, its refusal, why it was cut off, and its reasoning, each None where there is none."""

    text: str | None
    refusal: str | None = None
    cut: str | None = None
    thought: str | None = None


def read_answer(response: dict, path: str | None) -> ChatCompletion | Response | list[ChatCompletionChunk]:
    """Return a recorded response as the SDK gives it.

    Args:
        response: as a cassette holds it, with a `body` or with the `events` of a stream.
        path: of the request; None for a staged answer.

    Returns:
        The SDK's object, or of a stream the list of its chunks; fields that the recording does not hold are None.
    """
    if "events" in response:
        return [ChatCompletionChunk.construct(**one) for one in response["events"]]
    kind = Response if path == RESPONSES else ChatCompletion
    return kind.construct(**response["body"])


def said(answer: object) -> Said:
    """Return what an answer of the SDK's says: that of its first choice."""
    if isinstance(answer, Response):
        parts = [
            part for item in answer.output or [] for part in getattr(item, "content", None) or [] if part
        ]
        refusal = next((part.refusal for part in parts if part.type == "refusal"), None) or None
        text = "".join(part.text for part in parts if part.type == "output_text")
        reason = answer.incomplete_details.reason if answer.incomplete_details else None
        return Said(text if parts else None, refusal, f"incomplete_details: {reason}" if reason else None)
    chunks = answer if isinstance(answer, list | tuple) else [answer]
    # Of several answers that are streamed at once, each chunk holds a piece of one.
    choices = [one.choices[0] for one in chunks if one.choices and not one.choices[0].index]
    # A filter, a tool call or a server of its own mind can leave a response without any text.
    messages = [getattr(one, "delta", None) or getattr(one, "message", None) for one in choices]
    reasons = [one.finish_reason for one in choices if one.finish_reason in ("length", "content_filter")]
    # The SDK has no name for the reasoning that compatible servers send.
    thoughts = [getattr(one, name, None) for one in messages for name in ("reasoning", "reasoning_content")]
    return Said(
        _joined(one.content for one in messages if one),
        _joined(one.refusal for one in messages if one) or None,  # some servers send an empty one with all
        f"finish_reason: {reasons[0]}" if reasons else None,
        _joined(thoughts) or None,
    )


def _joined(pieces) -> str | None:
    pieces = [_text(one) for one in pieces if one is not None]
    return "".join(pieces) if pieces else None


def _text(piece: object) -> str:
    """Return a piece of text; a server of its own mind may send a list of parts, some of them no text."""
    if not isinstance(piece, list):
        return str(piece)
    parts = [one.get("text") if isinstance(one, dict) else one for one in piece]
    return "".join(one for one in parts if isinstance(one, str))


def identity(answer: object) -> tuple:
    """Return by what an answer is recognised: its id, its model and what it says; of a chunk only the first two."""
    if isinstance(answer, list | tuple):
        # A stream that was read once has nothing more to give.
        answer = answer[0] if answer else ChatCompletion.construct()
    if isinstance(answer, ChatCompletionChunk):
        return answer.id, answer.model
    words = said(answer)
    return answer.id, answer.model, words.text, words.refusal


def identities(response: dict, path: str | None) -> set[tuple]:
    """Return by what a recorded response is recognised: a stream by a chunk or by what the SDK makes of them all."""
    answer = read_answer(response, path)
    if not isinstance(answer, list):
        return {identity(answer)}
    words, first = said(answer), answer[0]
    return {identity(first), (first.id, first.model, words.text, words.refusal)}
