"""What an answer says and by what it is recognised, whichever form it has."""

import itertools

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response

from helpers.replay.answers import Said, identities, identity, read_answer, said
from helpers.replay.cassette import Cassette, Interaction
from tests.replay.cassettes import API, MODEL, cassette, completion

CHAT, RESPONSES = "chat/completions", "responses"


def event(index=0, finish_reason=None, id="chatcmpl-7", model=MODEL, **delta):
    head = {"id": id, "object": "chat.completion.chunk", "created": 1, "model": model}
    return {**head, "choices": [{"index": index, "delta": delta, "finish_reason": finish_reason}]}


EVENTS = [
    event(role="assistant", content=None),
    event(content="하"),
    event(content="나"),
    event(finish_reason="stop"),
    {**event(), "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}},
]


def response(*parts, **more):
    message = {"type": "message", "role": "assistant", "content": list(parts)}
    return {"id": "resp_1", "object": "response", "model": MODEL, "output": [message], **more}


def text_part(text):
    return {"type": "output_text", "text": text, "annotations": []}


def read(body=None, path=CHAT, **held):
    return read_answer({"status": 200, **({"body": body} if body else held)}, path)


def choices(*messages, reason="stop"):
    return [{"index": i, "finish_reason": reason, "message": one} for i, one in enumerate(messages)]


def test_each_form_is_read_as_the_sdk_gives_it():
    assert type(read(completion("네"))) is ChatCompletion
    assert type(read(completion("네"), None)) is ChatCompletion  # a staged answer has no path
    assert type(read(response(text_part("네")), RESPONSES)) is Response
    chunks = read(events=EVENTS)
    assert [type(one) for one in chunks] == [ChatCompletionChunk] * 5
    assert [one.to_dict() for one in chunks] == EVENTS
    assert chunks[-1].usage.prompt_tokens == 3 and chunks[0].system_fingerprint is None


SPEECHES = {
    "a text": (read(completion("네")), Said("네")),
    "a stream": (read(events=EVENTS), Said("하나")),
    "a stream as a tuple": (tuple(read(events=EVENTS)), Said("하나")),
    "one chunk": (read(events=EVENTS)[1], Said("하")),
    "nothing of a stream": ([], Said(None)),
    "a chunk without choices": (read(events=EVENTS)[-1], Said(None)),
    "a refusal": (
        read({**completion(""), "choices": choices({"content": None, "refusal": "못 합니다"})}),
        Said(None, "못 합니다"),
    ),
    "a refusal in pieces": (
        read(events=[event(refusal="못 "), event(refusal="합니다"), event(finish_reason="stop")]),
        Said(None, "못 합니다"),
    ),
    "cut off": (
        read({**completion(""), "choices": choices({"content": "반"}, reason="length")}),
        Said("반", None, "finish_reason: length"),
    ),
    "a stream cut off": (
        read(events=[event(content="반"), event(finish_reason="length")]),
        Said("반", None, "finish_reason: length"),
    ),
    "the first of several": (
        read({**completion(""), "choices": choices({"content": "하나"}, {"content": "둘"})}),
        Said("하나"),
    ),
    "the first of several in pieces": (
        read(
            events=[
                event(0, content="하"),
                event(1, content="둘"),
                event(0, content="나"),
                event(1, finish_reason="length"),
                event(0, finish_reason="stop"),
            ]
        ),
        Said("하나"),
    ),
    "a tool call": (
        read(
            {**completion(""), "choices": choices({"content": None, "tool_calls": []}, reason="tool_calls")}
        ),
        Said(None),
    ),
    "no choices": (read({**completion(""), "choices": None}), Said(None)),
    "no message": (read({**completion(""), "choices": [{"index": 0}]}), Said(None)),
    "a response": (read(response(text_part("하나"), text_part(" 둘")), RESPONSES), Said("하나 둘")),
    "a response that refuses": (
        read(response({"type": "refusal", "refusal": "못 합니다"}), RESPONSES),
        Said("", "못 합니다"),
    ),
    "a response cut off": (
        read(
            response(
                text_part("반"), incomplete_details={"reason": "max_output_tokens"}, status="incomplete"
            ),
            RESPONSES,
        ),
        Said("반", None, "incomplete_details: max_output_tokens"),
    ),
    "a response that only reasoned": (
        read({**response(), "output": [{"type": "reasoning", "id": "r", "summary": []}]}, RESPONSES),
        Said(None),
    ),
    "a response without output": (read({**response(), "output": None}, RESPONSES), Said(None)),
}


@pytest.mark.parametrize("case", SPEECHES)
def test_what_an_answer_says(case):
    answer, expected = SPEECHES[case]
    assert said(answer) == expected
    identity(answer)


def test_a_whole_answer_is_recognised_by_its_words_and_a_chunk_cannot_be():
    assert identity(read(completion("네", "a"))) == ("a", MODEL, "네", None)
    assert identity(read(response(text_part("네")), RESPONSES)) == ("resp_1", MODEL, "네", None)
    chunks = read(events=EVENTS)
    assert identity(chunks) == identity(chunks[2]) == ("chatcmpl-7", MODEL)


def test_a_stream_is_recognised_by_a_chunk_by_all_and_by_what_the_sdk_makes_of_them():
    held = {"status": 200, "events": EVENTS}
    whole = read(completion("하나", "chatcmpl-7"))
    known = identities(held, CHAT)
    assert {identity(read(events=EVENTS)), identity(whole)} == known
    assert identity(read(completion("하니", "chatcmpl-7"))) not in known
    assert identity(read(completion("하나", "chatcmpl-8"))) not in known


def recorded(id, path=CHAT, **response_held):
    request = {"method": "POST", "path": path, "body": {"model": "{lesson.model}", "id": id}}
    return Interaction(id, API, request, [{"status": 200, **response_held}])


SOURCES = Cassette(
    "04_seeds",
    MODEL,
    [
        recorded("whole", body=completion("네", "1")),
        recorded("same-id", body=completion("아니요", "1")),
        recorded("stream", events=EVENTS),
        recorded("responses", RESPONSES, body=response(text_part("네"))),
        Interaction("failing", API, {"path": CHAT}, [{"fault": "refused"}, {"status": 500, "body": {}}]),
    ],
    cassette().staged,
)


def test_a_cassette_knows_in_which_of_its_interactions_an_answer_stands():
    for one in SOURCES.interactions[:4]:
        answer = read_answer(one.responses[0], one.request["path"])
        assert SOURCES.source(identity(answer)) is one
    example = read_answer(SOURCES.staged[2].responses[0], None)
    assert SOURCES.source(identity(example)) is SOURCES.staged[2]
    assert SOURCES.source(identity(read(completion("네", "chatcmpl-7")))) is None
    assert SOURCES.source(identity([])) is None


def test_a_title_is_kept_and_none_is_not_written(tmp_path):
    from helpers.replay.cassette import load_cassette, save_cassette

    titled = Interaction("t", API, SOURCES.interactions[0].request, SOURCES.interactions[0].responses, "제목")
    path = tmp_path / "04_seeds.json"
    save_cassette(Cassette("04_seeds", MODEL, [titled, SOURCES.interactions[2]], live_calls={"t": 2}), path)
    loaded = load_cassette(path)
    assert [one.title for one in loaded.interactions] == ["제목", ""] and loaded.live_calls == {"t": 2}
    assert path.read_text(encoding="utf-8").count('"title"') == 1
    assert loaded.interactions[1].responses == SOURCES.interactions[2].responses


def test_every_form_can_be_told_from_every_other():
    keys = [identities(one.responses[0], one.request["path"]) for one in SOURCES.interactions[:4]]
    assert all(not left & right for left, right in itertools.combinations(keys, 2))
