"""Measures the figures of docs/benchmarks.md, each as a ratio within one run, and writes them there.

The two sides of a ratio take turns, so that a busy moment of the machine hits both; the figure is the ratio of medians.
"""

import argparse
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile

import openai

from helpers import course, vocabulary
from helpers.course import NOTEBOOKS, ROOT
from helpers.live import LiveSession, Meter
from helpers.replay import REPLAY_BASE_URL, load_cassette
from helpers.settings import Settings
from helpers.tokens import count_message_tokens, load_encoding
from tests.loopback import KEY, Loopback
from tools.bench_browser import key_to_repaint
from tools.bench_figure import CALLS, LESSON, Figure, figure, take_turns
from tools.bench_model import local_model_lines
from tools.bench_replay import many_over_few, replay_over_floor, replay_over_vcrpy, stream_over_floor
from tools.bench_setup import SET_UPS, second_start_medians, set_up_medians
from tools.bench_tab import tab_lines
from tools.notebooks import execute_all, lesson_paths, read

PROCESSES = 20
PAGE = ROOT / "docs" / "benchmarks.md"
REPAINT_AIM_MS = 100
START_AIM_S = 0.3
SET_UP_AIM = 0.4
PACKAGES = ("openai", "httpx2", "vcrpy", "tiktoken", "nbclient", "nbval", "ipykernel")


PLAIN_CELL = 'from openai import OpenAI\nclient = OpenAI(api_key="none")'
IN_IPYTHON = """
import sys, time
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
shell = InteractiveShell.instance()
sys.stdout = open(sys.argv[2], "w", encoding="utf-8")
start = time.perf_counter()
result = shell.run_cell(sys.argv[1])
took = time.perf_counter() - start
assert result.success
print(took, file=sys.__stdout__)
"""


def lesson_cells() -> list[str]:
    """Return the source of each code cell of the lesson."""
    return [cell.source for cell in read(NOTEBOOKS / f"{LESSON}.ipynb").cells if cell.cell_type == "code"]


def first_cell() -> Figure:
    """A lesson's whole first cell over the plain SDK's, each in a new process that already holds IPython."""
    with tempfile.TemporaryDirectory() as folder:
        # Compiled modules are part of an installation: a shell's PYTHONDONTWRITEBYTECODE would measure the compiler.
        env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        env |= {"IPYTHONDIR": folder, "LESSON_MODE": "replay"}

        def run(cell: str) -> float:
            command = [sys.executable, "-c", IN_IPYTHON, cell, os.devnull]
            done = subprocess.run(
                command, env=env, cwd=NOTEBOOKS, capture_output=True, encoding="utf-8", check=True
            )
            return float(done.stdout)

        first = lesson_cells()[0]
        run(first), run(PLAIN_CELL)
        pairs = [(run(first), run(PLAIN_CELL)) for _ in range(PROCESSES)]
    medians = tuple(statistics.median(side) for side in zip(*pairs, strict=True))
    return figure("a lesson's first cell ÷ importing openai and making a client", 1.0, medians)


MOCKED_CALL = f"""
import httpx2, json, openai
http = openai.DefaultHttpxClient(transport=httpx2.MockTransport(lambda request: httpx2.Response(200, json={{"choices": []}})))
client = openai.OpenAI(api_key="none", base_url="{REPLAY_BASE_URL}", http_client=http)
client.chat.completions.create(model="none", messages=[])
"""


def kernel_memory() -> Figure:
    """A kernel's memory after a lesson over that of a kernel that imported openai and made one call."""
    cells = lesson_cells()
    pairs = [(_memory_after(cells), _memory_after([MOCKED_CALL])) for _ in range(5)]
    medians = tuple(statistics.median(side) for side in zip(*pairs, strict=True))
    return figure("a kernel's memory after 01_roles ÷ after one mocked call", 1.05, medians, "MiB", 1.0)


def _memory_after(cells: list[str]) -> float:
    import psutil
    from jupyter_client.manager import start_new_kernel

    with tempfile.TemporaryDirectory() as profile:
        env = {**os.environ, "LESSON_MODE": "replay", "IPYTHONDIR": profile}
        manager, kernel = start_new_kernel(
            kernel_name="python3",
            env=env,
            cwd=str(NOTEBOOKS),
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
        )
        try:
            for cell in cells:
                kernel.execute_interactive(cell, timeout=60, output_hook=lambda message: None)
            memory = psutil.Process(manager.provisioner.pid).memory_full_info()
            # Pages shared with other processes counted in parts where the system tells (Linux), else the own ones.
            return getattr(memory, "pss", memory.uss) / 2**20
        finally:
            kernel.stop_channels()
            manager.shutdown_kernel(now=True)


def counting() -> Figure:
    """Counting a message list of 100,000 characters over encoding its contents."""
    vocabulary.use_bundled()
    encoding = load_encoding("o200k_base")
    sentence = "토큰은 글을 나누는 단위입니다. A token is a piece of text. "
    content = (sentence * (1000 // len(sentence) + 1))[:1000]
    messages = [{"role": "user", "content": content} for _ in range(100)]
    medians = take_turns(
        lambda: count_message_tokens(messages, encoding),
        lambda: [encoding.encode_ordinary(message["content"]) for message in messages],
        200,
    )
    return figure("counting 100,000 characters of messages ÷ encoding their contents", 1.05, medians)


def notebook_tests() -> Figure:
    """The notebook part of the tests over plain nbclient, one notebook after another."""
    command = [sys.executable, str(ROOT / "start.py"), "test", "notebooks", "-q"]

    def ours() -> None:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    def theirs() -> None:
        for path in lesson_paths():
            execute_all([read(path)])

    return figure(
        "notebook part of start.py test ÷ nbclient one after another",
        0.8,
        take_turns(ours, theirs, 5),
        "s",
        1.0,
    )


def live_over_plain() -> Figure:
    """A live call, adapted and metered, over the plain SDK's, both to the same server on this machine."""
    messages = [
        {"role": "developer", "content": "짧게 답하세요."},
        {"role": "user", "content": "안녕하세요?"},
    ]
    call = {"model": "gpt-6-luna", "messages": messages, "max_completion_tokens": 100}
    with Loopback() as server:
        settings = Settings("live", KEY, server.base_url, "gpt-6-luna")
        session = LiveSession(settings, Meter(0.05), lambda line: None)
        with (
            openai.OpenAI(**session.connection) as ours,
            openai.OpenAI(api_key=KEY, base_url=server.base_url) as theirs,
        ):
            medians = take_turns(
                lambda: ours.chat.completions.create(**call),
                lambda: theirs.chat.completions.create(**call),
                CALLS,
            )
    return figure("a live call ÷ the plain SDK's, same server on this machine", 1.10, medians)


def set_up_lines() -> list[str]:
    """Measure the set-up and return the lines that say so."""
    start, lab = second_start_medians(take_turns)
    reached = "reached" if start - lab <= START_AIM_S else "not reached"
    second = (
        f"A second `start.py --version` takes {start:.2f} s and `jupyter lab --version` {lab:.2f} s: the set-up adds "
        f"{start - lab:.2f} s; aim ≤ {START_AIM_S}; {reached}."
    )
    medians = set_up_medians()
    if medians is None:
        first = "A new set-up was not measured: without settings of pip the package index was not reached."
    else:
        ratio = medians[0] / medians[1]
        reached = "reached" if ratio <= SET_UP_AIM else "not reached"
        first = (
            f"A new set-up with nothing cached, uv fetched by pip included, takes {medians[0]:.1f} s; the same packages "
            f"by pip {medians[1]:.1f} s (medians of {SET_UPS} each, taking turns): {ratio:.2f}; aim ≤ {SET_UP_AIM}; {reached}."
        )
    return ["", first, "", second]


def repaint_lines() -> list[str]:
    """Measure the playgrounds in a real browser and return the lines that say so."""
    playgrounds = key_to_repaint()
    if playgrounds is None:
        return ["Key to repaint was not measured: no Chromium or Chrome was found."]
    lines = [
        f"Key to repaint in JupyterLab, in milliseconds; aim ≤ {REPAINT_AIM_MS} for texts up to 2,000 characters:",
        "",
    ]
    for name, times in playgrounds.items():
        middle = statistics.median(one for some in times.values() for one in some)
        reached = "reached" if middle <= REPAINT_AIM_MS else "not reached"
        parts = ", ".join(
            f"{f'{length:,} characters' if length else 'slider'} {statistics.median(some):.0f}"
            for length, some in times.items()
        )
        keys = sum(map(len, times.values()))
        lines.append(f"- {name}: median {middle:.0f} over {keys} keys ({parts}); {reached}")
    return lines


def measure() -> list[Figure]:
    """Measure every figure."""
    cassette = load_cassette(course.cassette_path(LESSON))
    size = len(cassette.interactions) + len(cassette.staged)
    return [
        replay_over_floor(cassette),
        stream_over_floor(),
        replay_over_vcrpy(cassette, 1, 0, 0.85),
        replay_over_vcrpy(cassette, size, size // 2, 0.6),
        # vcrpy looks through its interactions one after another, so the place of the request counts.
        replay_over_vcrpy(cassette, 20, 10, 0.3),
        replay_over_vcrpy(cassette, 20, 19, 0.3),
        many_over_few(cassette),
        first_cell(),
        kernel_memory(),
        counting(),
        live_over_plain(),
        notebook_tests(),
    ]


def page(figures: list[Figure], others: list[str]) -> str:
    """Return the text of docs/benchmarks.md."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    rows = [
        f"| {one.name} | {one.ratio:.2f} | ≤ {one.aim:.2f} | {'yes' if one.ratio <= one.aim else 'no'} "
        f"| {one.ours:.3f} {one.unit} ÷ {one.theirs:.3f} {one.unit} |"
        for one in figures
    ]
    lines = [
        "# Benchmarks",
        "",
        "Written by `python start.py bench`. Each figure is a ratio of medians measured in one run, both sides taking",
        f"turns: {CALLS} calls, {PROCESSES} processes, 5 kernels, 5 runs of the notebook tests.",
        "",
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores; {versions}.",
        "",
        "| figure | ratio | aim | reached | medians |",
        "|---|---|---|---|---|",
        *rows,
        "",
        *others,
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="start.py bench", description=__doc__)
    parser.parse_args()
    text = page(measure(), local_model_lines() + repaint_lines() + tab_lines() + set_up_lines())
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
