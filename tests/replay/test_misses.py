import copy
import json
import unicodedata

import httpx2
import openai
import pytest
from pydantic import BaseModel

from helpers.replay.cassette import Cassette, Interaction
from helpers.replay.misses import miss_lines, miss_response, wrong_messages
from helpers.replay.player import Player, ReplayTransport
from helpers.show import TRACEBACK_HINT, explain

ORIGIN = {"kind": "api", "date": "2026-11-22", "model": "gpt-4o-mini", "host": "api.openai.com"}
ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "model": "gpt-4o-mini",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "네"}}],
}
BODY = {
    "model": "{lesson.model}",
    "messages": [
        {"role": "developer", "content": "당신은 친절한 선생님입니다."},
        {"role": "user", "content": "화성에 관한 짧은 이야기를 한국어로 쓰세요."},
    ],
    "temperature": 1.2,
    "seed": 123,
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "Event",
            "strict": True,
            "schema": {"properties": {"name": {"type": "string"}}},
        },
    },
}
MODEL = "gpt-4o-mini"


def miss_message(*asked) -> str:
    return miss_response(*asked)["body"]["error"]["message"]


def interaction(id: str, body: dict) -> Interaction:
    request = {"method": "POST", "path": "chat/completions", "body": body}
    return Interaction(id, ORIGIN, request, [{"status": 200, "body": ANSWER}])


class CountingTransport(ReplayTransport):
    calls = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.calls += 1
        return super().handle_request(request)


def client_for(*interactions: Interaction) -> tuple[openai.OpenAI, CountingTransport]:
    player = Player(Cassette("04_seeds", MODEL, list(interactions)), MODEL)
    transport = CountingTransport(player.answer, "/v1/")
    http = openai.DefaultHttpxClient(transport=transport, trust_env=False)
    return openai.OpenAI(api_key="none", base_url="https://replay.invalid/v1/", http_client=http), transport


def arguments(**changes) -> dict:
    """Arguments of create() as the recording has them, changed; a value of `...` takes the parameter away."""
    wanted = copy.deepcopy(BODY) | {"model": MODEL} | changes
    return {name: value for name, value in wanted.items() if value is not ...}


def missed(**changes) -> tuple[openai.NotFoundError, str]:
    client, transport = client_for(interaction("mars", BODY))
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(**arguments(**changes))
    assert transport.calls == 1, "a miss must not be retried"
    return caught.value, caught.value.body["message"]


def messages(place: int | None = None, **change) -> list[dict]:
    changed = copy.deepcopy(BODY["messages"])
    if place is not None:
        changed[place] |= change
    return changed


def schema(**change) -> dict:
    changed = copy.deepcopy(BODY["response_format"])
    changed["json_schema"] |= change
    return changed


CHANGES = {
    "another word": (
        {"messages": messages(1, content="금성에 관한 짧은 이야기를 한국어로 쓰세요.")},
        'messages[1].content: 녹화 "화성에',
    ),
    "a space": ({"messages": messages(0, content="당신은 친절한 선생님입니다. ")}, "messages[0].content"),
    "another role": (
        {"messages": messages(0, role="system")},
        'messages[0].role: 녹화 "developer" → 지금 "system"',
    ),
    "a name": ({"messages": messages(1, name="민지")}, 'messages[1].name: 녹화 없음 → 지금 "민지"'),
    "another number": ({"temperature": 0.7}, "temperature: 녹화 1.2 → 지금 0.7"),
    "a neighbouring number": ({"seed": 124}, "seed: 녹화 123 → 지금 124"),
    "true for a number": ({"seed": True}, "seed: 녹화 123 → 지금 true"),
    "null": ({"seed": None}, "seed: 녹화 123 → 지금 null"),
    "a message more": (
        {"messages": [*BODY["messages"], {"role": "user", "content": "더"}]},
        "messages: 녹화 2개 → 지금 3개 (3번째부터 다름)",
    ),
    "a message less": ({"messages": BODY["messages"][1:]}, "messages: 녹화 2개 → 지금 1개 (1번째부터 다름)"),
    "messages turned round": ({"messages": BODY["messages"][::-1]}, "messages[0].role"),
    "another model": ({"model": "gpt-6-luna"}, 'model: 녹화 "gpt-4o-mini" → 지금 "gpt-6-luna"'),
    "the placeholder": ({"model": "{lesson.model}"}, "model: 녹화"),
    "another schema": (
        {"response_format": schema(schema={"properties": {"name": {"type": "number"}}})},
        'response_format.json_schema.schema.properties.name.type: 녹화 "string" → 지금 "number"',
    ),
    "not strict": ({"response_format": schema(strict=False)}, "json_schema.strict: 녹화 true → 지금 false"),
    "a missing parameter": ({"temperature": ...}, "temperature: 녹화 1.2 → 지금 없음"),
    "a new parameter": ({"max_completion_tokens": 10}, "max_completion_tokens: 녹화 없음 → 지금 10"),
    "an unknown parameter": ({"extra_body": {"top_k": 4}}, "top_k: 녹화 없음 → 지금 4"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_each_kind_of_change_is_a_miss_that_names_the_field(case):
    changes, expected = CHANGES[case]
    error, message = missed(**changes)
    assert error.status_code == 404
    assert error.code == "recording_not_found"
    assert expected in message
    assert message.splitlines()[0] == "녹화에 없는 요청입니다. (레슨 04_seeds)"
    assert "'mars'" in message
    assert "라이브" in message and "같게 맞추고" in message
    assert 'lesson.show(lesson.recorded("mars"))' in message and error.body["nearest"] == "mars"
    assert not any("셀" in line or "라이브" in line for line in miss_lines(error))
    assert len(explain(error, TRACEBACK_HINT).text.splitlines()) <= 12


def test_the_recorded_request_itself_is_no_miss():
    client, _ = client_for(interaction("mars", BODY))
    assert client.chat.completions.create(**arguments()).choices[0].message.content == "네"
    assert client.chat.completions.create(**arguments(stream=False)).choices[0].message.content == "네"


def test_streaming_is_a_difference_that_says_so():
    _, message = missed(stream=True)
    assert "stream: 녹화 없음 → 지금 true" in message
    assert "스트림은 녹화되어 있지 않습니다" in message


def test_many_changes_and_streaming_fit_into_twelve_lines():
    error, message = missed(
        model="other",
        stream=True,
        temperature=0,
        seed=1,
        messages=messages(1, content="다른 말"),
        top_p=0.5,
        extra_body={"a\nb\n" * 90: "c\n" * 90},
    )
    assert "그 밖에" in message and "스트림" in message
    assert len(explain(error, TRACEBACK_HINT).text.splitlines()) <= 12
    assert max(map(len, message.splitlines())) < 250


def test_a_schema_changed_through_parse_is_named():
    class Event(BaseModel):
        name: str
        place: str

    client, _ = client_for(interaction("mars", BODY))
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.parse(**arguments(response_format=Event))
    assert "response_format.json_schema" in caught.value.body["message"]


def test_the_nearest_recording_is_the_one_with_the_fewest_and_smallest_differences():
    venus = copy.deepcopy(BODY)
    venus["messages"][1]["content"] = "금성에 관한 긴 편지를 영어로 번역해 주세요."
    client, _ = client_for(interaction("venus", venus), interaction("mars", BODY))
    near_mars = messages(1, content="목성에 관한 짧은 이야기를 한국어로 쓰세요.")
    near_venus = messages(1, content="금성에 관한 긴 편지를 한국어로 번역해 주세요.")
    for asked, nearest in ((near_mars, "'mars'"), (near_venus, "'venus'")):
        with pytest.raises(openai.NotFoundError) as caught:
            client.chat.completions.create(**arguments(messages=asked))
        assert nearest in caught.value.body["message"]


def test_fewer_fields_are_nearer_than_smaller_ones():
    other = copy.deepcopy(BODY) | {"temperature": 0.1, "seed": 1}
    client, _ = client_for(interaction("numbers", other), interaction("words", BODY))
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(
            **arguments(messages=messages(1, content="하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열"))
        )
    assert "'words'" in caught.value.body["message"]


def test_many_names_in_one_schema_are_one_parameter_that_differs():
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in "abcdefgh"}}
    other = {"type": "object", "properties": {name: {"type": "string"} for name in "stuvwxyz"}}
    near = interaction("near", BODY | {"response_format": schema})
    far = interaction("far", BODY | {"messages": [{"role": "user", "content": "다른 질문"}], "seed": 2})
    request = {"method": "POST", "path": "chat/completions", "body": BODY | {"response_format": other}}
    assert "'near'" in miss_message(Cassette("04_seeds", MODEL, [far, near]), MODEL, request)


@pytest.mark.parametrize("name", ["line\nbreaks\n" * 20, "x" * 5000])
def test_a_name_cannot_break_the_box(name):
    error, message = missed(extra_body={name: "c\n" * 90})
    assert len(explain(error, TRACEBACK_HINT).text.splitlines()) == 8
    assert max(map(len, message.splitlines())) < 250


def test_both_sides_are_cut_where_they_begin_to_differ():
    _, message = missed(messages=messages(1, content="가" * 500 + "끝"))
    assert max(map(len, message.splitlines())) < 200
    long = {**BODY, "messages": [{"role": "user", "content": "가" * 500 + "하나" + "나" * 500}]}
    request = {"method": "POST", "path": "chat/completions", "body": copy.deepcopy(long)}
    request["body"]["messages"][0]["content"] = "가" * 500 + "둘" + "나" * 500
    message = miss_message(Cassette("04_seeds", MODEL, [interaction("long", long)]), MODEL, request)
    assert "하나" in message and "둘" in message


def test_decomposed_hangul_is_never_shown_as_the_difference():
    decomposed = unicodedata.normalize("NFD", "당신은 친절한 선생님입니다.")
    body = BODY | {"metadata": {"이름": "가"}}
    request = {
        "method": "POST",
        "path": "chat/completions",
        "body": body
        | {
            "messages": [{"role": "developer", "content": decomposed + "!"}, BODY["messages"][1]],
            "metadata": {unicodedata.normalize("NFD", "이름"): "가"},
        },
    }
    message = miss_message(Cassette("04_seeds", MODEL, [interaction("mars", body)]), MODEL, request)
    assert "metadata" not in message
    assert '선생님입니다.!"' in message


def test_a_recording_that_says_stream_false_differs_in_nothing_by_that():
    request = {"method": "POST", "path": "chat/completions", "body": BODY | {"temperature": 0.1}}
    recording = interaction("mars", BODY | {"stream": False})
    message = miss_message(Cassette("04_seeds", MODEL, [recording]), MODEL, request)
    assert "temperature" in message and "stream" not in message


def test_another_endpoint_is_a_miss_too():
    client, transport = client_for(interaction("mars", BODY))
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.list()
    assert transport.calls == 1
    message = caught.value.body["message"]
    assert "client.responses뿐입니다" in message and "(models)" in message and len(message.splitlines()) == 2


def refused(messages) -> openai.BadRequestError:
    client, _ = client_for(interaction("mars", BODY))
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**arguments(messages=messages))
    return caught.value


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ("안녕", "문자열"),
        ({"role": "user", "content": "안녕"}, "딕셔너리 하나"),
        ([], "빈 리스트"),
        (["안녕"], "딕셔너리가 아닌 것이 든 리스트"),
        (None, "None"),
        (3, "다른 타입"),
    ],
)
def test_messages_of_a_wrong_type_are_refused_as_a_server_would(wrong, kind):
    error = refused(wrong)
    said = error.body["message"]
    assert f"지금은 {kind}입니다" in said and '[{"role": "user"' in said
    assert "가장 가까운" not in said and "녹화" not in said
    assert (error.code, error.param, error.body["nearest"]) == ("invalid_value", "messages", None)


@pytest.mark.parametrize("role", [{}, {"role": "users"}, {"role": ["user"]}, {"user": "안녕"}])
def test_a_message_without_a_role_that_the_api_knows_is_refused(role):
    error = refused([BODY["messages"][0], role | {"content": "안녕"}])
    assert error.body["message"].startswith("messages[1]에 role이 없거나")
    assert "developer, system, user, assistant, tool 가운데" in error.body["message"]


def test_wrong_messages_are_told_in_a_lesson_without_recordings_too():
    client, _ = client_for()
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(**arguments(messages="안녕"))


def test_a_request_of_another_kind_has_no_messages_to_be_wrong():
    assert wrong_messages({"input": "안녕"}) is wrong_messages(None) is wrong_messages([1]) is None


def test_a_recording_s_name_goes_into_the_ways_and_nowhere_else():
    _, message = missed(messages=messages(1, content="{id}"))
    assert '지금 "{id}"' in message


def test_a_cassette_without_recordings_says_so():
    client, _ = client_for()
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(**arguments())
    message = caught.value.body["message"]
    assert "녹화된 요청이 없습니다" in message and "라이브" in message
    assert "맞추고" not in message


def test_a_body_that_is_not_json_is_explained():
    player = Player(Cassette("04_seeds", MODEL, [interaction("mars", BODY)]), MODEL)
    for raw in (b"", b"{cut", b"\xff", json.dumps([1]).encode()):
        response = player.answer("POST", "chat/completions", raw)
        assert response["status"] == 404
        assert len(response["body"]["error"]["message"].splitlines()) <= 11


def test_of_recordings_that_differ_in_a_number_the_nearest_number_is_named():
    client, _ = client_for(
        *(interaction(f"t{value}", BODY | {"temperature": value}) for value in (0, 0.7, 1.2, 2))
    )
    for asked, nearest in ((1, "t1.2"), (0.1, "t0.7"), (1.9, "t2")):
        with pytest.raises(openai.NotFoundError) as caught:
            client.chat.completions.create(**arguments(temperature=asked))
        assert caught.value.body["nearest"] == nearest


def test_the_same_value_under_an_older_name_is_nearer_than_another_value():
    client, _ = client_for(
        *(interaction(f"cap{n}", BODY | {"max_completion_tokens": n}) for n in (5, 20, 200))
    )
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(**arguments(max_tokens=20))
    assert caught.value.body["nearest"] == "cap20"


def test_a_text_in_place_of_messages_is_put_into_the_example():
    assert 'messages=[{"role": "user", "content": "수도는?"}]' in refused("수도는?").body["message"]
