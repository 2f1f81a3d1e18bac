"""Measures the course in a browser tab: what the first lesson fetches, when its first cell answers, how much memory it takes."""

import gzip
import os
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psutil
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from helpers.course import ROOT
from tests.browser import VIEWPORT, Watch, find_chromium, launch
from tests.tab import Tab, TabDesk, running_tab
from tools.site.building import BuildError

LESSON, LONG = "01_roles", "03_tokens"
TURNS = 3
FETCHED_AIM_MB, COLD_AIM_S, WARM_AIM_S, TOKENS_AIM_S = 25, 12, 8, 1
MEGABYTE = 1_000_000
MEBIBYTE = 1 << 20
COUNT = """
import time, tiktoken
encoding = tiktoken.get_encoding("o200k_base")
begun = time.perf_counter()
found = len(encoding.encode_ordinary("ㅋ" * 100_000))
print(time.perf_counter() - begun)
"""


def reached(value: float, aim: float) -> str:
    """Say whether a value is at most what was aimed at."""
    return f"aim ≤ {aim}; {'reached' if value <= aim else 'not reached'}"


def first_answer(context: BrowserContext, tab: Tab) -> tuple[float, TabDesk]:
    """Return how many seconds it takes from opening the tab to the first cell's answer, and the desk."""
    begun = time.monotonic()
    desk = TabDesk(context.new_page(), tab)
    desk.open(LESSON)
    desk.run(desk.find("open_lesson("))
    return time.monotonic() - begun, desk


def fetched_bytes(watch: Watch, tab: Tab) -> tuple[int, int]:
    """Return the size of all files that were asked for, as they are and compressed by gzip."""
    names = {
        unquote(urlsplit(one).path).lstrip("/") for one in watch.addresses if one.startswith(tab.address)
    }
    files = [tab.folder / name for name in names if (tab.folder / name).is_file()]
    return sum(one.stat().st_size for one in files), sum(
        len(gzip.compress(one.read_bytes(), 6)) for one in files
    )


def memory(browser_processes: list[psutil.Process]) -> float:
    """Return the memory of a whole browser in MiB: pages shared between processes are counted in parts (Linux)."""
    total = 0
    for process in browser_processes:
        try:
            found = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        total += getattr(found, "pss", found.uss)
    return total / MEBIBYTE


def chromium_processes() -> list[psutil.Process]:
    """Return the processes of the browser that this process has started."""
    return [one for one in psutil.Process().children(recursive=True) if "chrom" in one.name().lower()]


def measured(browser: Browser, tab: Tab) -> list[str]:
    """Return the lines that say what was measured in one browser."""
    empty = browser.new_context(viewport=VIEWPORT, locale="ko-KR")
    empty.new_page()
    blank = memory(chromium_processes())
    empty.close()
    cold, warm, first, whole, sizes = [], [], [], [], (0, 0)
    for _ in range(TURNS):
        context = browser.new_context(viewport=VIEWPORT, locale="ko-KR")
        context.add_init_script(path=ROOT / "tests" / "browser.js")
        watch = Watch(context)
        seconds, desk = first_answer(context, tab)
        cold.append(seconds)
        sizes = fetched_bytes(watch, tab)
        first.append(memory(chromium_processes()))
        desk.run_all()
        whole.append(memory(chromium_processes()))
        desk.close()
        desk.page.close()
        seconds, desk = first_answer(context, tab)
        warm.append(seconds)
        desk.close()
        desk.open(LONG)
        desk.run(desk.find("open_lesson("))
        place = desk.add(COUNT)
        counted = float(desk.state()["cells"][place]["outputs"][0]["text"])
        context.close()
    raw, compressed = (size / MEGABYTE for size in sizes)
    cold_s, warm_s = statistics.median(cold), statistics.median(warm)
    return [
        f"The course in a browser tab (headless Chromium, medians of {TURNS}, load {os.getloadavg()[0]:.1f} on "
        f"{os.cpu_count()} cores at the end):"
        if hasattr(os, "getloadavg")
        else f"The course in a browser tab (headless Chromium, medians of {TURNS}):",
        "",
        f"- fetched until the first cell of {LESSON} answers: {raw:.1f} MB, gzipped {compressed:.1f}; "
        f"{reached(compressed, FETCHED_AIM_MB)}",
        f"- from opening the tab to that answer, nothing cached: {cold_s:.1f} s; {reached(cold_s, COLD_AIM_S)}",
        f"- the same again in the same browser: {warm_s:.1f} s; {reached(warm_s, WARM_AIM_S)}",
        f"- 100,000 × ㅋ encoded in the tab: {counted:.2f} s; {reached(counted, TOKENS_AIM_S)}",
        f"- memory of the whole browser: {blank:.0f} MiB with an empty page, {statistics.median(first):.0f} after the "
        f"first cell, {statistics.median(whole):.0f} after the whole lesson",
    ]


def tab_lines() -> list[str]:
    """Measure the tab and return the lines that say so."""
    program = find_chromium()
    if program is None:
        return ["", "The browser tab was not measured: no Chromium or Chrome was found."]
    with tempfile.TemporaryDirectory() as folder:
        try:
            with running_tab(Path(folder)) as tab, sync_playwright() as playwright:
                browser = launch(playwright, program)
                lines = measured(browser, tab)
                browser.close()
        except BuildError as error:
            return ["", f"The browser tab was not measured: {str(error).splitlines()[-1]}"]
    return ["", *lines]
