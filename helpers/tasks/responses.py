"""Responses of the course's own, to try a learner's function on; no model wrote them."""

from openai.types.chat import ParsedChatCompletion
from pydantic import BaseModel


def response(
    content: str | None,
    finish_reason: str = "stop",
    refusal: str | None = None,
    parsed: BaseModel | None = None,
    model: str = "written-by-authors",
    fingerprint: str | None = None,
) -> ParsedChatCompletion:
    """Make a response in the shape that `create` and `parse` give."""
    message = {"role": "assistant", "content": content, "refusal": refusal, "parsed": parsed}
    choices = [{"index": 0, "finish_reason": finish_reason, "message": message}]
    return ParsedChatCompletion[BaseModel].construct(
        id="written-practice", model=model, choices=choices, system_fingerprint=fingerprint
    )
