"""Measures the local model: how long until it answers, what the live client adds to it, and its memory."""

import os
import platform
import statistics
import tempfile
import time
from pathlib import Path

import openai
import psutil

from helpers.live import LiveSession, Meter
from helpers.models import local_models
from helpers.settings import Settings
from tools.model_file import FOLDER
from tools.model_runner import ModelRunner

# Of each side, taking turns; the model writes so many tokens in each.
RUNS, TOKENS = 6, 32
READY_AIM_S = 10
CLIENT_AIM = 1.05

NOT_MEASURED = "The local model was not measured: its file is not in the user's cache."
CALL = {
    "messages": [{"role": "user", "content": "바다 밑의 도시에 관한 짧은 이야기를 들려주세요."}],
    "temperature": 0,
    "max_completion_tokens": TOKENS,
    "stream": True,
}


def local_model_lines() -> list[str]:
    """Measure the local model and return the lines that say so."""
    model = next(one for one in local_models() if one.tried)
    path = FOLDER / model.file
    if not path.is_file():
        return [NOT_MEASURED, ""]
    # Read before anything else runs: what is absolute hangs on the machine and on what else it does.
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    threads = max(1, (os.cpu_count() or 2) - 1)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        runner = ModelRunner(path, model.name, threads, Path(folder, "model.log"))
        try:
            ready = time.perf_counter() - start
            firsts, rates = _through_both(runner)
            memory = psutil.Process(runner.process_id).memory_info().rss / 2**20
        finally:
            runner.close()
    reached = "reached" if ready <= READY_AIM_S else "not reached"
    said = "unknown" if load is None else f"{load:.2f}"
    return [
        f"Local model ({model.title}, {threads} of {os.cpu_count()} cores, {platform.machine()}, load before {said}):",
        "",
        f"- ready to answer {ready:.1f} s after it was asked for; aim ≤ {READY_AIM_S}; {reached}",
        f"- first piece of a stream, live client ÷ bare SDK: {_ratio(firsts, 1000, 'ms')}",
        f"- time for a token, live client ÷ bare SDK: {_ratio(rates, 1000, 'ms')}, {1 / rates[1]:.1f} tokens a second",
        f"- memory of its server {memory:,.0f} MiB; models.toml says {model.memory_mb:,}",
        "",
    ]


def _ratio(medians: tuple[float, float], scale: float, unit: str) -> str:
    ours, theirs = medians
    reached = "reached" if ours / theirs <= CLIENT_AIM else "not reached"
    return f"{ours / theirs:.2f} ({ours * scale:.1f} ÷ {theirs * scale:.1f} {unit}); aim ≤ {CLIENT_AIM}; {reached}"


def _through_both(runner: ModelRunner) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return medians of both clients, ours first: seconds to the first piece, and seconds a token after it."""
    settings = Settings("live", runner.api_key, runner.base_url, runner.name)
    session = LiveSession(settings, Meter(), lambda line: None)
    with (
        openai.OpenAI(**session.connection) as ours,
        openai.OpenAI(api_key=runner.api_key, base_url=runner.base_url) as theirs,
    ):
        taken = [[], []]
        for turn in range(RUNS + 1):
            for side, client in enumerate((ours, theirs)):
                once = _stream(client, runner.name)
                if turn:  # the first fills the server's memory of the prompt
                    taken[side].append(once)
    firsts, rates = zip(
        *([statistics.median(one) for one in zip(*some, strict=True)] for some in taken), strict=True
    )
    return firsts, rates


def _stream(client: openai.OpenAI, model: str) -> tuple[float, float]:
    start, pieces = time.perf_counter(), 0
    first = None
    for chunk in client.chat.completions.create(model=model, **CALL):
        if chunk.choices and chunk.choices[0].delta.content:
            first = first or time.perf_counter() - start
            pieces += 1
    return first, (time.perf_counter() - start - first) / max(1, pieces - 1)
