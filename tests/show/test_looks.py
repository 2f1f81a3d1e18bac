"""Verdicts, errors, misses and information look different at a glance, legibly, and never by colour alone."""

import re

import openai
import pytest

from helpers.errors import LessonError
from helpers.replay import Cassette, Player, replay_connection
from helpers.show.looks import LOOKS
from helpers.show.tables import table, verdict
from helpers.show.trouble import explain
from helpers.show.views import notice
from tests.show.raising import error_body

# What JupyterLab draws text with and on: the page, a widget's or every second row's ground, in both themes.
GROUNDS = {
    "light": ((33, 33, 33), [(255, 255, 255), (245, 245, 245)]),
    "dark": ((255, 255, 255), [(17, 17, 17), (33, 33, 33)]),
}
TEXT, GRAPHICS = 4.5, 3  # the least contrast of WCAG 2.2, 1.4.3 and 1.4.11


def rgba(colour: str) -> tuple[float, ...]:
    if colour == "transparent":
        return (0, 0, 0, 0)
    if colour.startswith("#"):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
        return (*bytes.fromhex(digits), 1)
    return tuple(float(one) for one in re.findall(r"[\d.]+", colour))


def over(colour: str, ground: tuple) -> tuple[float, ...]:
    *front, share = rgba(colour)
    return tuple(share * one + (1 - share) * other for one, other in zip(front, ground, strict=True))


def luminance(colour: tuple) -> float:
    parts = [one / 255 for one in colour]
    parts = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: tuple, other: tuple) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", GROUNDS)
@pytest.mark.parametrize("name", LOOKS)
def test_a_look_is_legible_in_both_themes(name, theme):
    text, grounds = GROUNDS[theme]
    for ground in grounds:
        tint = over(LOOKS[name].tint, ground)
        assert contrast(text, tint) >= TEXT
        assert contrast(over(LOOKS[name].edge, ground), ground) >= GRAPHICS
        assert contrast(over(LOOKS[name].edge, ground), tint) >= GRAPHICS


def test_no_look_differs_from_another_by_its_colours_alone():
    told = {name: (look.sign, look.word) for name, look in LOOKS.items()}
    # What stands unreadable in a table has a word of its own; a miss is a box and says so in its title.
    assert len(set(told.values())) == len(told)
    assert all(look.sign for look in LOOKS.values())
    colours = {name: (look.edge, look.tint) for name, look in LOOKS.items() if name not in ("error", "wrong")}
    assert len(set(colours.values())) == len(colours)


@pytest.mark.parametrize("name", LOOKS)
def test_a_box_shows_its_look_in_html_and_its_sign_in_text(name):
    box = notice("제목", ["줄"], look=name)
    assert box.text == f"{LOOKS[name].sign} 제목\n줄"
    assert LOOKS[name].edge in box.html and LOOKS[name].tint in box.html
    assert f"<b>{LOOKS[name].sign} 제목</b>" in box.html


@pytest.mark.parametrize(
    ("look", "text"),
    [
        ("right", "✓ 맞음"),
        ("wrong", "✗ 틀림"),
        ("unfinished", "△ 끝까지 계산하지 않음"),
        ("unreadable", "? 읽지 못함"),
    ],
)
def test_a_verdict_has_a_sign_and_a_word(look, text):
    assert verdict(look).text == text and text in verdict(look).html
    assert verdict(look, "같음 <b>").text == f"{text[0]} 같음 <b>"
    assert "같음 &lt;b&gt;" in verdict(look, "같음 <b>").html


def test_a_row_has_its_look():
    rows = [["1단계", "2x = 8", verdict("right")], ["2단계", "x = 5", verdict("wrong")]]
    page = table(["곳", "식", "판정"], rows, looks=["right", "wrong"])
    assert page.text.splitlines()[1:] == ["1단계 | 2x = 8 | ✓ 맞음", "2단계 | x = 5 | ✗ 틀림"]
    first, second = re.findall(r"<tr style.*?</tr>", page.html)
    assert LOOKS["right"].tint in first and f"border-left:5px solid {LOOKS['right'].edge}" in first
    assert LOOKS["wrong"].tint in second and LOOKS["right"].tint not in second
    assert "<tr style" not in table(["곳", "식", "판정"], rows).html


def test_a_row_with_a_look_has_its_sign_even_without_a_verdict():
    page = table(["곳", "식"], [["<1>", "2x = 8"], ["2단계", "✗ 하지 마세요"]], looks=["right", "wrong"])
    assert page.text.splitlines()[1:] == ["✓ <1> | 2x = 8", "✗ 2단계 | ✗ 하지 마세요"]
    assert "✓ &lt;1&gt;</th>" in page.html


def test_every_row_needs_a_look():
    with pytest.raises(ValueError):
        table(["곳"], [["1단계"], ["2단계"]], looks=["right"])


def test_errors_and_misses_look_like_ones():
    client = openai.OpenAI(**replay_connection(Player(Cassette("04_seeds", "m", []), "m").answer))
    with pytest.raises(openai.NotFoundError) as missed:
        client.chat.completions.create(model="m", messages=[{"role": "user", "content": "가"}])
    with pytest.raises(openai.BadRequestError) as wrong:
        client.chat.completions.create(model="m", messages="가")
    errors = (error_body(400), LessonError("그런 녹화가 없습니다."), wrong.value)
    boxes = {"error": list(map(explain, errors)), "miss": [explain(missed.value)]}
    for look, some in boxes.items():
        for box in some:
            assert box.text.startswith(f"{LOOKS[look].sign} ")
            assert LOOKS[look].edge in box.html and LOOKS[look].tint in box.html
    assert boxes["miss"][0].text.startswith("? 녹화에 없는 요청입니다.")


def test_a_name_that_was_mistyped_is_no_alarm():
    assert (
        explain(LessonError("그런 녹화가 없습니다.")).text.splitlines()[0] == "! 끝까지 실행하지 못했습니다."
    )
