"""The Korean twins of the documents: the same headings, tables, commands, links, names and figures as the English."""

import re

import pytest

from helpers.course import ROOT

DOCS = ROOT / "docs"
TWINS = sorted(path.name.removesuffix(".ko.md") for path in DOCS.glob("*.ko.md"))


def pages(name):
    return [(DOCS / f"{name}{language}.md").read_text(encoding="utf-8") for language in ("", ".ko")]


def headings(text):
    return re.findall(r"^(#+) ", prose(text), re.M)


def tables(text):
    """Return how many cells each row of each table has."""
    return [
        len(re.sub(r"`[^`]*`", "", line).strip("|").split("|"))
        for line in prose(text).splitlines()
        if line.startswith("|")
    ]


def steps(text):
    return [len(found) for found in re.findall(r"^( *)(?:\d\.|-) ", prose(text), re.M)]


def blocks(text):
    """Return the lines of the code blocks; the words of a comment may differ."""
    found = re.findall(r"^ *```(?:\w+)\n(.*?)^ *```", text, re.S | re.M)
    return [
        [re.sub(r"^# [^A-Z].*|^# .*[a-z가-힣] .*", "#", line.strip()) for line in one.splitlines()]
        for one in found
    ]


def prose(text):
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.S | re.M)


def links(text):
    return re.findall(r"\]\(([^)]+)\)", text)


def names(text):
    """Return what stands in inline code."""
    return {" ".join(one.split()) for one in re.findall(r"`([^`]+)`", prose(text))}


def figures(text):
    return set(re.findall(r"\d[\d,.:-]*\d|\d", re.sub(r"`[^`]+`|\([^)]*\.md\)", "", prose(text))))


def in_korean(target):
    name = target.removesuffix(".md")
    return f"{name}.ko.md" if name in TWINS else target


def test_there_are_twins():
    assert {"live", "servers", "teaching"} <= set(TWINS)


@pytest.mark.parametrize(
    "part", [headings, tables, steps, blocks, names, figures], ids=lambda part: part.__name__
)
@pytest.mark.parametrize("name", TWINS)
def test_twins_say_the_same(name, part):
    english, korean = map(part, pages(name))
    assert korean == english


@pytest.mark.parametrize("name", TWINS)
def test_twins_link_to_each_other_and_to_the_same_pages(name):
    (to_korean, *english), (to_english, *korean) = map(links, pages(name))
    assert (to_korean, to_english) == (f"{name}.ko.md", f"{name}.md")
    assert sorted(korean) == sorted(map(in_korean, english))


def test_the_korean_readme_leads_to_the_korean_pages():
    english, korean = (
        links((ROOT / name).read_text(encoding="utf-8")) for name in ("README.md", "README.ko.md")
    )
    for name in TWINS:
        assert f"docs/{name}.md" in english
        assert f"docs/{name}.ko.md" in korean
        assert f"docs/{name}.md" not in korean
