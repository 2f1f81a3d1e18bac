"""The repository as a whole: no secret, documents that agree, modules that stay small, a clean lint."""

import re
import shutil
import subprocess
import sys

import pytest

from helpers.course import ROOT
from tools.secrets import find_secrets

TEXT = {
    ".py",
    ".md",
    ".json",
    ".ipynb",
    ".toml",
    ".txt",
    ".yml",
    ".example",
    ".gitattributes",
    ".gitignore",
    ".css",
    "",
}
MODULES = [path for path in sorted((ROOT / "helpers").rglob("*.py")) if "exercises" not in path.parts]


def committed():
    """Return the files that git tracks or would add; without git, all but what is made here."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    made = {".venv", ".site", "_site", ".cache", "__pycache__", ".pytest_cache", ".ruff_cache", "screenshots"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.parts)]


def test_no_file_holds_a_secret():
    found = {}
    for path in committed():
        # The tests plant fakes; their data are recordings like others.
        planted = path.suffix == ".py" and "tests" in path.relative_to(ROOT).parts
        if path.suffix in TEXT and not planted:
            kinds = find_secrets(path.read_text(encoding="utf-8"))
            if path.suffix == ".py":
                # Code that takes such headers out has to name them.
                kinds = [kind for kind in kinds if kind != "a private header"]
            if kinds:
                found[path.name] = kinds
    assert found == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("OPENAI_API_KEY=sk-" + "proj-planted0123456789abcdef", "an API key"),
        ("authorization: Bearer " + "planted.0123456789-abcdef", "a bearer token"),
        ('"openai-organization": "planted"', "a private header"),
        ('"Set-Cookie": "planted"', "a private header"),
        ("org-" + "Planted0123456789abcdefgh", "an organisation"),
        ("proj_" + "Planted0123456789abcdefgh", "a project"),
        ("req_" + "0123456789abcdef0123456789abcdef", "a request id"),
    ],
)
def test_the_scan_finds_what_is_planted(text, kind):
    assert kind in find_secrets(f'{{"note": "before"}}\n{text}\nafter')


def test_the_scan_takes_no_words_for_secrets():
    assert not find_secrets("a task-oriented-dialogue, risk-management-plan; bearer authentication is used")


def test_the_scan_never_repeats_a_secret():
    secret = "sk-" + "proj-planted0123456789abcdef"
    assert not any(secret in kind for kind in find_secrets(secret))


def test_no_file_names_a_machine():
    pattern = re.compile(r"(?<![\w.])(/root/|/work/|/home/\w+/|/Users/\w+/|C:\\+Users)")
    for path in committed():
        if path.suffix in TEXT and "tests" not in path.relative_to(ROOT).parts:
            assert not pattern.search(path.read_text(encoding="utf-8")), path.name


def commands(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(r"^```\n(.*?)^```", text, re.S | re.M), sorted(
        re.findall(r"`(py\w* start\.py[^`]*)`", text)
    )


def test_both_readmes_give_the_same_commands():
    assert commands("README.md") == commands("README.ko.md")
    assert commands("README.md")[0] == ["python start.py\npython start.py test\n"]


@pytest.mark.parametrize(
    "path", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name
)
def test_links_of_the_documents_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


def test_every_setting_of_the_example_is_known():
    from helpers.env_file import NAMES

    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#? ?([A-Z_]+)=", text, re.M)) == set(NAMES)


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_ruff_has_nothing_to_say(arguments):
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
