"""Measures replay against the SDK's floor and against vcrpy."""

import json
import tempfile
from pathlib import Path

import httpx2
import openai
import vcr

from helpers import course
from helpers.replay import REPLAY_BASE_URL, Cassette, Interaction, Player, ReplayTransport, load_cassette
from tools.bench_figure import CALLS, LESSON, Figure, figure, take_turns


def client(transport: httpx2.BaseTransport) -> openai.OpenAI:
    """Return a client of the SDK on a transport."""
    http = openai.DefaultHttpxClient(transport=transport, trust_env=False)
    return openai.OpenAI(api_key="none", base_url=REPLAY_BASE_URL, http_client=http)


def the_call(cassette: Cassette) -> dict:
    """Return the arguments of the lesson's recorded request."""
    return {**cassette.interactions[0].request["body"], "model": cassette.model}


def replayed(cassette: Cassette) -> openai.OpenAI:
    """Return a client that replays a cassette."""
    return client(ReplayTransport(Player(cassette, cassette.model).answer, "/v1/"))


def floor(cassette: Cassette) -> openai.OpenAI:
    """Return a client on the SDK's floor: a MockTransport that returns the lesson's recorded body."""
    body = json.dumps(cassette.interactions[0].responses[0]["body"], ensure_ascii=False).encode()
    headers = {"content-type": "application/json"}
    return client(httpx2.MockTransport(lambda request: httpx2.Response(200, headers=headers, content=body)))


def with_more(cassette: Cassette, count: int, place: int) -> Cassette:
    """Return a cassette of `count` interactions: the lesson's first at `place`, and others with other questions."""
    first = cassette.interactions[0]
    others = []
    for number in range(count - 1):
        messages = [
            *first.request["body"]["messages"][:-1],
            {"role": "user", "content": f"{number}번째 다른 질문입니다."},
        ]
        request = {**first.request, "body": {**first.request["body"], "messages": messages}}
        others.append(Interaction(f"other-{number}", first.origin, request, first.responses))
    return Cassette(cassette.lesson, cassette.model, [*others[:place], first, *others[place:]])


def replay_over_floor(cassette: Cassette) -> Figure:
    """A replayed call over the same through the SDK's floor."""
    ours, theirs, call = replayed(cassette), floor(cassette), the_call(cassette)
    medians = take_turns(
        lambda: ours.chat.completions.create(**call), lambda: theirs.chat.completions.create(**call), CALLS
    )
    return figure("replayed create() ÷ the same through httpx2.MockTransport", 1.10, medians)


def replay_over_vcrpy(cassette: Cassette, count: int, place: int, aim: float) -> Figure:
    """A replayed call over vcrpy's, both with a cassette of `count` interactions, the request's own at `place`."""
    full = with_more(cassette, count, place)
    ours, call = replayed(full), the_call(cassette)
    recorder = vcr.VCR(match_on=["method", "uri", "body"])
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "cassette.yaml"))
        theirs = floor(cassette)
        with recorder.use_cassette(path, record_mode="new_episodes"):
            for one in full.interactions:
                theirs.chat.completions.create(**{**one.request["body"], "model": cassette.model})
        # Ours may run within vcrpy's context: it patches httpx2's own transports and not a new one.
        with recorder.use_cassette(path, record_mode="none", allow_playback_repeats=True):
            medians = take_turns(
                lambda: ours.chat.completions.create(**call),
                lambda: theirs.chat.completions.create(**call),
                CALLS,
            )
    name = f"replayed create() ÷ vcrpy, cassettes of {count}, the request at place {place + 1}"
    return figure(name, aim, medians)


def many_over_few(cassette: Cassette) -> Figure:
    """A replayed call with 10,000 interactions over one with ten."""
    many, few, call = (
        replayed(with_more(cassette, 10_000, 5_000)),
        replayed(with_more(cassette, 10, 5)),
        the_call(cassette),
    )
    medians = take_turns(
        lambda: many.chat.completions.create(**call), lambda: few.chat.completions.create(**call), CALLS
    )
    return figure("replayed create() with 10,000 interactions ÷ with ten", 1.25, medians)


def stream_over_floor() -> Figure:
    """A replayed stream, read to its end, over the same through the SDK's floor."""
    cassette = load_cassette(course.cassette_path(LESSON))
    one = next(one for one in cassette.interactions if "events" in one.responses[0])
    alone = Cassette(cassette.lesson, cassette.model, [one])
    lines = [f"data: {json.dumps(event, ensure_ascii=False)}\n\n" for event in one.responses[0]["events"]]
    body, headers = "".join([*lines, "data: [DONE]\n\n"]).encode(), {"content-type": "text/event-stream"}
    theirs = client(httpx2.MockTransport(lambda request: httpx2.Response(200, headers=headers, content=body)))
    ours, call = replayed(alone), the_call(alone)
    medians = take_turns(
        lambda: list(ours.chat.completions.create(**call)),
        lambda: list(theirs.chat.completions.create(**call)),
        CALLS,
    )
    return figure("a replayed stream ÷ the same through httpx2.MockTransport", 1.10, medians)
