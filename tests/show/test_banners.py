"""What the first cell says of mode, recordings, cost and the end of a model."""

from datetime import date

import pytest

from helpers.live import LiveSession, Meter, ceiling_for
from helpers.replay import KINDS, Cassette, Interaction
from helpers.settings import Settings
from helpers.show import banners, views
from helpers.show.banners import live_banner, replay_banner
from helpers.ways import way_on


def test_every_kind_of_origin_has_its_sentences():
    assert set(banners.KIND_NAMES) == set(KINDS)
    assert set(views.ORIGIN_LINES) == {*KINDS, "live", "unknown"}


def interaction(id: str, kind: str, day: str, **more: str) -> Interaction:
    request = {
        "method": "POST",
        "path": "chat/completions",
        "body": {"model": "{lesson.model}", "messages": []},
    }
    usage = {"prompt_tokens": 1000, "completion_tokens": 200}
    return Interaction(
        id, {"kind": kind, "date": day, **more}, request, [{"status": 200, "body": {"usage": usage}}]
    )


def cassette(*interactions: Interaction) -> Cassette:
    live_calls = {interactions[0].id: 2} if interactions else {}
    return Cassette("04_seeds", "gpt-4o-mini", list(interactions), live_calls=live_calls)


def live(model: str, base_url: str | None = None, *notices: str) -> str:
    settings = Settings("live", None, base_url, model)
    session = LiveSession(settings, Meter(ceiling_for(settings)), lambda line: None)
    return live_banner(
        session, cassette(interaction("a", "api", "2026-11-01", host="api.openai.com")), notices
    ).text


def test_a_replay_counts_its_recordings_by_kind_and_day():
    text = replay_banner(
        cassette(
            interaction("a", "api", "2026-11-01", host="api.openai.com"),
            interaction("b", "api", "2026-11-01", host="api.openai.com"),
            interaction("e", "api", "2026-11-01", host="localhost:11434"),
            interaction("f", "open-model", "2026-11-03", model="small-1b"),
            interaction("c", "written", "2026-11-02"),
            interaction("d", "original-notebook", "2025-02-01"),
        ),
        ["알림 한 줄"],
    ).text
    assert text.splitlines()[0] == "· 재생 모드 · 04_seeds · 모델 gpt-4o-mini"
    for part in (
        "2026-11-01 OpenAI API의 응답 2개",
        "2026-11-01 호환 서버의 응답 1개",
        "2026-11-03 공개 모델의 응답 1개",
        "물은 모델(gpt-4o-mini)이 아니라 작은 공개 모델(small-1b)",
        "2026-11-02 저자가 쓴 예시 1개",
        "2025-02-01 원본 노트북의 응답 1개",
    ):
        assert part in text
    assert text.endswith("알림 한 줄")


def test_a_replay_without_recordings_says_so():
    assert banners.NOTHING_RECORDED in replay_banner(cassette(), []).text


def test_live_says_what_the_whole_notebook_costs_at_todays_price():
    # Two calls of 1,000 tokens in at $0.10 and 200 out at $0.50 a million.
    assert "요청 2번에 약 0.00040달러" in live("gpt-6-luna")


@pytest.mark.parametrize(
    ("today", "said"),
    [(date(2027, 1, 13), "종료일은 2027-01-14"), (date(2027, 1, 14), "종료일이 지났습니다(2027-01-14)")],
)
def test_the_end_of_a_model_is_announced_and_then_stated(monkeypatch, today, said):
    class Calendar(date):
        @classmethod
        def today(cls):
            return today

    monkeypatch.setattr(banners, "date", Calendar)
    text = live("gpt-4o-mini")
    assert said in text and "gpt-6-luna" in text


def test_where_no_successor_is_published_none_is_named():
    said = live("o3")
    assert "2026-12-11" in said and "None" not in said and way_on("no_successor") in said


def test_a_model_without_a_price_is_said_to_count_as_the_dearest():
    assert banners.UNPRICED in live("some-new-model")
    assert banners.UNPRICED not in live("gpt-6-luna")
    assert banners.UNPRICED not in live("qwen3", "http://localhost:11434/v1")


@pytest.mark.parametrize(
    ("base_url", "budget", "key", "said", "unsaid"),
    [
        (
            "http://192.168.0.7:4000/v1",
            None,
            "sk-x",
            [banners.IN_CLEAR, "192.168.0.7:4000"],
            [banners.CEILING_ANYWAY],
        ),
        ("http://192.168.0.7:4000/v1", 0.01, "sk-x", [banners.CEILING_ANYWAY, "$0.01"], []),
        ("http://192.168.0.7:4000/v1", None, None, [], [banners.IN_CLEAR, "보냅니다. http"]),
        ("https://gateway.example/v1", None, "sk-x", ["gateway.example"], [banners.IN_CLEAR]),
        (None, 0.01, "sk-x", ["$0.01"], [banners.IN_CLEAR, banners.CEILING_ANYWAY, "설정의 키를"]),
    ],
)
def test_it_is_said_where_the_key_goes_and_why_there_is_a_ceiling(base_url, budget, key, said, unsaid):
    settings = Settings("live", key, base_url, "gpt-6-luna", budget)
    session = LiveSession(settings, Meter(ceiling_for(settings)), lambda line: None)
    text = live_banner(session, cassette(), ()).text
    assert all(one in text for one in said) and not any(one in text for one in unsaid)
    assert ("설정의 키를" in text) is bool(key and base_url)
