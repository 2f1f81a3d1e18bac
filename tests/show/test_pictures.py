"""Pictures: true to their figures, legible, the same bytes everywhere, and nothing in them that was not drawn by us."""

import hashlib
import math
import os
import random
import re
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from helpers.sampling import draw_many, keep_top_p, softmax
from helpers.show.draws import paired_draws, unit_line
from helpers.show.lines import GROUND, crossing, number_line
from helpers.show.pictures import bars, curves, stacked, staircase
from helpers.show.svg import PALE, SHADES, WIDTH, room_for
from tests.show.test_looks import GRAPHICS, GROUNDS, TEXT, contrast, over, rgba
from tests.show.test_views import HOSTILE, flat, readable

SCORES = {"붉었다": 2.0, "고요했다": 1.0, "맑았다": 0.0, "노래했다": -1.0}
NUDGED = {**SCORES, "고요했다": 1.1}
PROBABILITIES = softmax(SCORES)
TEMPERATURES = [step / 20 for step in range(41)]
ROLE = [
    (role, {"경계": 3, "역할": 1, "본문": text})
    for role, text in zip(("developer", "user", "assistant", "user"), (6, 18, 28, 10), strict=True)
]


def numbers(seed: int, count: int) -> list[float]:
    generator = random.Random(seed)
    return [generator.random() for _ in range(count)]


def draws(seed: int, count: int = 100, scores: dict = SCORES) -> list[str]:
    return draw_many(scores, count, seed)


PICTURES = {
    "curves": lambda: curves(TEMPERATURES, [softmax(SCORES, one) for one in TEMPERATURES], "확률", "온도"),
    "staircase": lambda: staircase(PROBABILITIES, 0.8, "더하기", 4),
    "stacked": lambda: stacked([*ROLE, ("끝", {"답할 차례": 3})], "81개"),
    "unit line": lambda: unit_line({"온도 1": PROBABILITIES}, numbers(123, 5), "다섯 수"),
    "moved borders": lambda: unit_line({"전": PROBABILITIES, "후": softmax(NUDGED)}, numbers(124, 12)),
    "enlarged": lambda: unit_line(
        {"전": PROBABILITIES, "후": softmax(NUDGED)}, numbers(124, 12), span=(0.94, 1)
    ),
    "draws": lambda: paired_draws(draws(123), draws(124), "시드 123", "시드 124"),
    "crossing": lambda: crossing((6, 5), (2, -9), ["6x + 5", "2x - 9"], "양변"),
    "parallel": lambda: crossing((1, 0), (1, 3)),
    "number line": lambda: number_line(
        {"x² = 3x": [0, 3], "x로 나눈 뒤": [3], "구간": [(None, 3, "(]")], "빈": []}
    ),
}
# Every word of a picture that may come from a learner or a model.
PLACES = {
    "curves": lambda text: curves([0, 1], [{text: 0.5}, {text: 1}], text, text),
    "staircase": lambda text: staircase({text: 0.6, "b": 0.4}, 0.5, text),
    "stacked": lambda text: stacked([(text, {text + "x": 3})], text),
    "unit line": lambda text: unit_line({text: {text: 0.5, "b": 0.5}}, [0.2], text),
    "draws": lambda text: paired_draws([text, "b"], ["b", "b"], text, text, text),
    "crossing": lambda text: crossing((1, 2), (3, 4), [text, text + "x"], text, text),
    "number line": lambda text: number_line({text: [1, 2], "b": [1]}, text, text, {1: text}),
}
ELEMENTS = {"svg", "g", "line", "rect", "circle", "polyline", "text"}
COLOURS = {"none", "currentColor", "#888", GROUND, *SHADES}


def drawing(view) -> ElementTree.Element:
    """Return the picture, which must be well-formed, so that nothing in it can close it early."""
    (page,) = re.findall(r"<svg.*</svg>", view.html, flags=re.S)
    return ElementTree.fromstring(page)


def attribute(node, name: str) -> float:
    return float(node.get(name))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_ours_and_can_be_heard_and_selected(name):
    view = PICTURES[name]()
    root = drawing(view)
    assert root.get("role") == "img" and re.search("[가-힣]", root.get("aria-label"))
    assert root.get("class") == "mathjax_ignore"
    for node in root.iter():
        assert node.tag in ELEMENTS
        assert not {"id", "href"} & set(node.attrib) and not [
            one for one in node.attrib if one.startswith("on")
        ]
        assert {node.get("fill", "none"), node.get("stroke", "none")} <= COLOURS
    assert all(node.get("fill") == "currentColor" for node in root.iter("text"))


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_heard_has_the_figures_of_the_plain_text(name):
    view = PICTURES[name]()
    heard = drawing(view).get("aria-label")
    if name != "draws":  # 200 words; it names the places instead
        assert heard == ". ".join(view.text.splitlines())
    assert set(re.findall(r"\d+", heard)) <= set(re.findall(r"\d+", view.text))


@pytest.mark.parametrize("name", PICTURES)
def test_no_words_overlap_or_are_cut_off(name):
    root = drawing(PICTURES[name]())
    height = float(root.get("viewBox").split()[3])
    boxes = []

    def collect(node, down):
        moved = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", node.get("transform", ""))
        down += float(moved[2]) if moved else 0
        if node.tag == "text" and node.text:
            size = attribute(node, "font-size")
            wide, x, y = room_for(node.text, size), attribute(node, "x"), attribute(node, "y") + down
            left = x - {"start": 0, "middle": wide / 2, "end": wide}[node.get("text-anchor")]
            boxes.append((left, left + wide, y - size * 0.8, y + size * 0.1, node.text))
        for child in node:
            collect(child, down)

    collect(root, 0)
    assert boxes
    for place, (left, right, top, bottom, text) in enumerate(boxes):
        assert left >= -1 and right <= WIDTH + 1 and top >= -1 and bottom <= height, text
        for other in boxes[:place]:
            apart = left >= other[1] or other[0] >= right or top >= other[3] or other[2] >= bottom
            assert apart, (text, other[4])


@pytest.mark.parametrize("theme", GROUNDS)
def test_shades_hold_in_both_themes(theme):
    text, grounds = GROUNDS[theme]
    for ground in grounds:
        for shade in SHADES:
            assert contrast(rgba(shade)[:3], ground) >= GRAPHICS
            pale = over(f"rgba({', '.join(str(one) for one in rgba(shade)[:3])}, {PALE})", ground)
            assert contrast(text, pale) >= TEXT


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_text_is_text_in_every_picture(place, case):
    text = HOSTILE[case]
    view = PLACES[place](text)
    root = drawing(view)
    assert {node.tag for node in root.iter()} <= ELEMENTS
    harmless = {name for node in drawing(PLACES[place]("x")).iter() for name in node.attrib}
    assert {name for node in root.iter() for name in node.attrib} <= harmless
    assert flat(readable(text)).strip() in flat(view.text)
    for shown in (view.html, view.text):
        assert not re.search(
            "[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", shown
        )


BYTES = """
from tests.show.test_pictures import PICTURES
import hashlib
print(hashlib.sha256("".join(make().html + make().text for make in PICTURES.values()).encode()).hexdigest())
"""


def test_pictures_are_the_same_bytes_in_every_process():
    here = hashlib.sha256(
        "".join(make().html + make().text for make in PICTURES.values()).encode()
    ).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    run = subprocess.run(
        [sys.executable, "-c", BYTES],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert run.stdout.strip() == here


def widths(view) -> list[float]:
    return [float(one) for one in re.findall(r'width="([\d.]+)" height="13" fill="#', view.html)]


def test_probabilities_are_drawn_on_one_scale():
    whole, kept = bars(PROBABILITIES, most=1), bars(keep_top_p(PROBABILITIES, 0.8), most=1)
    assert widths(whole)[0] == pytest.approx(240 * 0.644, abs=0.1)
    assert widths(kept)[0] == pytest.approx(240 * 0.731, abs=0.1)
    blocks = [view.text.splitlines()[1].count("█") for view in (whole, kept)]
    assert blocks == [15, 18]
    assert "막대 (0~1)" in whole.text and "0~" not in bars({"가": 3}).text


def test_curves_go_through_their_points():
    root = drawing(PICTURES["curves"]())
    lines = [node for node in root.iter("polyline")]
    assert len({node.get("stroke-dasharray") for node in lines}) == len(SCORES)
    for node, chance in zip(lines, softmax(SCORES, 2).values(), strict=True):
        points = [tuple(map(float, one.split(","))) for one in node.get("points").split()]
        assert len(points) == len(TEMPERATURES)
        assert points[-1][1] == pytest.approx(240 - 228 * chance, abs=0.06)
    assert "붉었다: 온도 0에서 1.000, 온도 0.5에서 0.865, 온도 1에서 0.644" in PICTURES["curves"]().text


def test_names_of_curves_that_end_together_make_room():
    root = drawing(curves([0, 1], [{"가": 0.5, "나": 0.5, "다": 0.5}] * 2, "", "온도"))
    names = [attribute(node, "y") for node in root.iter("text") if node.text in ("가", "나", "다")]
    assert len(names) == 3 and min(abs(one - other) for one, other in pairwise(names)) >= 15


def test_words_in_a_crowd_make_room():
    view = unit_line({"가": {"나": 1.0}}, [0.5, 0.501, 0.502, 0.999, 1.0, 0.0, 0.001])
    places = [
        attribute(node, "x")
        for node in drawing(view).iter("text")
        if re.fullmatch(r"[01]\.\d+", node.text or "")
    ]
    assert len(places) == 7 and places == sorted(places)
    assert min(after - before for before, after in pairwise(places)) >= 36
    assert places[0] >= 18 and places[-1] <= WIDTH - 18


def test_a_staircase_cuts_where_the_sampler_does():
    assert staircase(PROBABILITIES, 0.8, digits=4).text.splitlines() == [
        "붉었다까지 0.6439 (남음)",
        "고요했다까지 0.8808 (남음)",
        "맑았다까지 0.9679 (잘림)",
        "노래했다까지 1.0000 (잘림)",
        "top_p 0.8",
    ]
    for top_p in (0.01, 0.644, 0.881, 0.97, 1):
        assert staircase(PROBABILITIES, top_p).text.count("(남음)") == len(keep_top_p(PROBABILITIES, top_p))


def test_parts_add_up_to_the_whole():
    view = PICTURES["stacked"]()
    parts = [node for node in drawing(view).iter("rect")][:-4]  # the last four are the legend
    amounts = [attribute(node, "width") * 81 / WIDTH for node in parts]
    assert [round(one) for one in amounts] == [3, 1, 6, 3, 1, 18, 3, 1, 28, 3, 1, 10, 3]
    assert view.text.splitlines()[-1] == "경계 12, 역할 4, 본문 62, 답할 차례 3, 합 81"
    assert "user 22: 경계 3, 역할 1, 본문 18" in view.text


def test_a_number_falls_into_the_stretch_that_the_sampler_draws():
    for seed in (123, 124, 456):
        lines = unit_line({"온도 1": PROBABILITIES}, numbers(seed, 40)).text.splitlines()[1:]
        assert [one.split(" → ")[1] for one in lines] == draws(seed, 40)


def test_ticks_stand_where_their_numbers_are():
    ticks = [
        node for node in drawing(PICTURES["unit line"]()).iter("line") if node.get("stroke-width") == "2"
    ]
    places = [(attribute(node, "x1") - 4) / (WIDTH - 8) for node in ticks]
    assert places == pytest.approx(sorted(numbers(123, 5)), abs=1e-3)


def test_only_numbers_that_change_their_stretch_are_marked():
    view = PICTURES["enlarged"]()
    assert [line for line in view.text.splitlines() if "다름" in line] == [
        "0.9680 → 노래했다 / 맑았다 (다름)"
    ]
    bold = [node.text for node in drawing(view).iter("text") if node.get("font-weight") == "bold"]
    assert bold == ["0.9680"]
    thick = [node for node in drawing(view).iter("line") if node.get("stroke-width") == "4"]
    assert len(thick) == 2 and all(node.get("stroke") == SHADES[1] for node in thick)
    assert "0.5" not in [node.text for node in drawing(view).iter("text")]


def test_draws_are_compared_place_by_place():
    view = PICTURES["draws"]()
    different = [
        place + 1 for place, pair in enumerate(zip(draws(123), draws(124), strict=True)) if len(set(pair)) > 1
    ]
    assert f"100번 가운데 {len(different)}번이 다릅니다." in view.text and len(different) == 43
    assert f"다른 곳: {', '.join(map(str, different))}번째" in view.text
    texts = [node.text for node in drawing(view).iter("text")]
    assert texts.count("▲") == 43
    assert texts.count("붉") == draws(123).count("붉었다") + draws(124).count("붉었다") + 1
    assert (
        "모두 같습니다" in paired_draws(["가"], ["가"]).text and "▲" not in paired_draws(["가"], ["가"]).html
    )
    with pytest.raises(ValueError):
        paired_draws(["가"], [])


def test_words_that_begin_alike_are_told_apart():
    texts = [node.text for node in drawing(paired_draws(["사과", "사진"], ["사과", "바나나"])).iter("text")]
    assert texts.count("1") >= 3 and "사" not in texts


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ((6, 5), (2, -9), "x = -7/2에서 만나고, 그때 두 값은 -16입니다."),
        ((0.1, 0), (0, 0.3), "x = 3에서 만나고, 그때 두 값은 3/10입니다."),
        ((Fraction(1, 2), 250), (3, 0), "x = 100에서 만나고, 그때 두 값은 300입니다."),
        ((1, 0), (1, 3), "만나지 않습니다."),
        ((2, 1), (2, 1), "두 직선이 같습니다."),
        ((0, 1), (0, 1), "두 직선이 같습니다."),
        ((1000, 1), (-1000, 2), "x = 1/2000에서"),
    ],
)
def test_two_sides_cross_at_the_solution(left, right, said):
    view = crossing(left, right)
    assert said in view.text
    rings = list(drawing(view).iter("circle"))
    assert len(rings) == ("만나고" in view.text)
    if rings:
        ends = [
            node.get("points").split() for node in drawing(view).iter("polyline") if node.get("stroke-width")
        ]
        for first, last in ends:
            (x1, y1), (x2, y2) = (map(float, one.split(",")) for one in (first, last))
            share = (attribute(rings[0], "cx") - x1) / (x2 - x1)
            assert attribute(rings[0], "cy") == pytest.approx(y1 + share * (y2 - y1), abs=0.2)


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (3, "x = 3"),
        (Fraction(-7, 2), "x = -7/2"),
        ((2, 5, "(]"), "2 < x ≤ 5"),
        ((2, 5, "[)"), "2 ≤ x < 5"),
        ((None, 3, "()"), "x < 3"),
        ((None, 3, "(]"), "x ≤ 3"),
        ((-3, None, "()"), "x > -3"),
        ((-3, None, "[)"), "x ≥ -3"),
        ((None, None, "()"), "모든 실수"),
    ],
)
def test_solutions_are_told_in_words(piece, said):
    assert number_line({"줄": [piece]}).text == f"줄: {said}"


def test_open_ends_are_rings_and_closed_ones_are_full():
    def fills(ends):
        return [node.get("fill") for node in drawing(number_line({"줄": [(2, 5, ends)]})).iter("circle")]

    assert fills("[]") == ["currentColor"] * 2 and fills("()") == [GROUND] * 2
    assert fills("(]") == [GROUND, "currentColor"]


def test_lost_and_gained_roots_are_marked():
    assert number_line({"앞": [0, 3], "뒤": [3]}).text.splitlines()[1] == "뒤: x = 3, 잃은 해: 0"
    assert number_line({"앞": [4], "뒤": [1, 4]}).text.splitlines()[1] == "뒤: x = 1, x = 4, 늘어난 해: 1"
    kept = number_line({"앞": [0, 3], "뒤": [(0, None, "[)")]})
    assert "잃은" not in kept.text
    assert "잃은 해: 0" in number_line({"앞": [0, 3], "뒤": [(0, None, "()")]}).text
    root = math.sqrt(2)
    named = number_line({"앞": [root, -root], "뒤": [root]}, spelled={root: "√2", -root: "-√2"})
    assert named.text.splitlines()[1] == "뒤: x = √2, 잃은 해: -√2"
    assert "-√2 (잃은 해)" in [node.text for node in drawing(named).iter("text")]
    assert "해 없음" in number_line({"줄": []}).text
