"""Every menu and button of JupyterLab is named as the installed language pack shows it."""

import re

import pytest

from tests.lessons.menus import MENTION, Named, mentions, texts, translations

PACK = translations()
TEXTS = texts()
MENUS = ("File", "Edit", "View", "Run", "Kernel", "Tabs", "Settings", "Help")
TOPS = {*MENUS, *(korean for menu in MENUS for korean in PACK[menu])}
# English labels of two words and more; a single word may be any word.
ENGLISH = [key for key in PACK if re.fullmatch(r"[A-Z]\w+(?: [\w-]+)+…?", key)]
ARROW = r"\W{0,4}(?:\([^)\n]*\))?\s*(?:→|->|>)\s*\S"


def faults(text, brackets_at_first_use=True):
    """Return what is wrong with the menus and buttons that a text names."""
    found, seen = [], set()
    for named in (one for path in mentions(text) for one in path):
        if named.english and named.korean not in PACK.get(named.english, ()):
            found.append(f"the pack does not call {named.english!r} {named.korean!r}")
        elif not any(named.korean in korean for korean in PACK.values()):
            found.append(f"{named.korean!r} is not in the pack")
        if brackets_at_first_use and not named.english and named.korean not in seen:
            found.append(f"{named.korean!r} has no English in brackets at first use")
        seen.add(named.korean)
    rest = MENTION.sub("", text)
    for sign in ("메뉴에서", "■"):
        found += [f"{sign!r} is not followed by the form of tests/lessons/menus.py"] * rest.count(sign)
    found += [f"{key!r} stands in English only" for key in ENGLISH if key in rest]
    for top in TOPS:
        found += [f"a path from {top!r} in another form"] * len(re.findall(rf"(?<!\w){top}{ARROW}", rest))
    return found


@pytest.mark.parametrize("name", TEXTS)
def test_menus_and_buttons_are_named_as_the_learner_sees_them(name):
    # A box stands alone on the screen, often for the second time.
    assert faults(TEXTS[name], brackets_at_first_use=not name.endswith(".py")) == []


def test_there_is_something_to_find():
    found = [path for text in TEXTS.values() for path in mentions(text)]
    assert [Named("커널", "Kernel"), Named("커널 재시작", "Restart Kernel…")] in found
    assert [Named("커널 중지", "Interrupt the kernel")] in found


@pytest.mark.parametrize(
    "text",
    [
        "메뉴에서 Kernel → Restart Kernel을 고르세요.",
        "메뉴에서 커널 → 커널 재시작을 고르세요.",
        "Restart Kernel을 고르세요.",
        "커널 → 커널 재시작을 고르세요.",
        "**커널**(Kernel) → **커널 재시작**(Restart Kernel…)을 고르세요.",
        "메뉴에서 **커널** → **커널 재시작**(Restart Kernel…)을 고르세요.",
        "메뉴에서 **커널**(Kernel) → **커널 다시 시작**(Restart Kernel…)을 고르세요.",
        "메뉴에서 **커널**(Kernel) → **커널 재시작**(Restart Everything)을 고르세요.",
        "메뉴에서 **커널**(Kernel) → **커널 재시작**(Restart Kernel…)을, 아니면 메뉴에서 **커널** → **없는 것**을 고르세요.",
        "위의 ■ 버튼을 누르세요.",
        "위의 ■ **멈춤**(Interrupt the kernel) 버튼을 누르세요.",
    ],
)
def test_a_wrong_name_is_found(text):
    assert faults(text)


def test_a_right_name_is_none():
    right = "메뉴에서 **커널**(Kernel) → **커널 재시작**(Restart Kernel…)을, 또 메뉴에서 **커널** → **커널 재시작**을 고르세요."
    assert faults(right) == []
    assert faults("(멈추려면 위의 ■ '커널 중지' 버튼을 누르세요)", brackets_at_first_use=False) == []
