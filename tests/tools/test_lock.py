"""The locks agree with what is wanted, with one another, and with constraints.txt; and how they are made."""

import re

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.course import ROOT
from tools import lock

LOCKS = (lock.COURSE, lock.SERVING, lock.TESTS, lock.INSTALLER)


def pins(name):
    return lock.read_pins((ROOT / name).read_text(encoding="utf-8"))


def constraints():
    lines = (ROOT / lock.CONSTRAINTS).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (lock.COURSE, lock.wanted_by_course()),
        (lock.SERVING, lock.wanted_by_group("local")),
        (lock.TESTS, lock.wanted_by_group("test")),
    ],
)
def test_every_requirement_is_satisfied_everywhere(name, wanted):
    for line in wanted:
        asked = Requirement(line)
        for environment in lock.environments():
            if asked.marker and not asked.marker.evaluate(environment):
                continue
            found = [
                pin
                for pin in pins(name)
                if canonicalize_name(pin.name) == canonicalize_name(asked.name)
                and (pin.requirement.marker is None or pin.requirement.marker.evaluate(environment))
            ]
            assert len(found) == 1, (line, environment)
            assert asked.specifier.contains(found[0].version, prereleases=True), line


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_one_version_with_its_hashes(name):
    assert pins(name)
    for pin in pins(name):
        assert [one.operator for one in pin.requirement.specifier] == ["=="] and "*" not in pin.version
        assert pin.hashes and all(re.fullmatch("[0-9a-f]{64}", one) for one in pin.hashes), pin.name
        assert lock.is_for_us(pin.requirement), pin.name


@pytest.mark.parametrize("name", [*LOCKS, lock.CONSTRAINTS])
def test_a_lock_names_no_machine_no_index_and_not_the_course_itself(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|^-|file:|\.whl|chat-api-lab|[^ -~\n]", text, re.M)


def test_the_constraints_are_the_locks_without_hashes():
    assert constraints() == [pin.requirement for pin in pins(lock.TESTS)]


def test_the_tests_add_packages_and_change_no_version():
    tests = {pin.name: (pin.version, pin.hashes) for pin in pins(lock.TESTS)}
    for name in (lock.COURSE, lock.SERVING, lock.INSTALLER):
        assert {pin.name: (pin.version, pin.hashes) for pin in pins(name)}.items() <= tests.items()
    assert [pin.name for pin in pins(lock.INSTALLER)] == ["uv"]


def test_what_only_some_systems_need_keeps_its_marker():
    markers = {pin.name: str(pin.requirement.marker) for pin in pins(lock.COURSE)}
    assert markers["appnope"] == 'sys_platform == "darwin"'
    assert markers["pywinpty"] == 'os_name == "nt"'
    assert "win32" in markers["colorama"] and markers["openai"] == "None"


# ---------------------------------------------------------------- how they are made


COMPILED = """\
b-package==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:bb
in-a-tab==1.0 ; sys_platform == 'emscripten' \\
    --hash=sha256:ee
uv==0.13.9 \\
    --hash=sha256:c1 \\
    --hash=sha256:c2
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A course with few requirements, and a uv that always finds the same; holds what it was asked."""
    (tmp_path / "requirements.txt").write_text("# why\nb-package>=1\n-e .\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["builder>=7"]\n[project.optional-dependencies]\nlocal = ["server>=3"]\ntest = ["uv>=0.13"]\n',
        encoding="utf-8",
    )
    asked = []

    def run_quietly(command, environment):
        command = [str(part) for part in command]
        ranges, output = command[3], command[command.index("--output-file") + 1]
        with open(ranges, encoding="utf-8") as one, open(output, encoding="utf-8") as two:
            asked.append((one.read().splitlines(), two.read(), command))
        with open(output, "w", encoding="utf-8") as file:
            file.write(COMPILED)
        return 0, ""

    monkeypatch.setattr(lock, "run_quietly", run_quietly)
    return tmp_path, asked


def test_the_ranges_are_asked_for_without_the_course_itself(small):
    folder, asked = small
    lock.make_locks("uv", False, folder)
    assert asked[0][0] == ["b-package>=1", "builder>=7", "server>=3", "uv>=0.13"]
    assert asked[1][0] == ["b-package>=1", "builder>=7"]
    assert asked[2][0] == ["b-package>=1", "builder>=7", "server>=3"]


def test_pins_stay_unless_the_newest_are_asked_for(small):
    folder, asked = small
    (folder / lock.TESTS).write_text("b-package==1.0\n", encoding="utf-8")
    lock.make_locks("uv", False, folder)
    lock.make_locks("uv", True, folder)
    assert [before for _, before, _ in asked[::3]] == ["b-package==1.0\n"] * 2
    assert ["--upgrade" in command for _, _, command in asked] == [False, False, False, True, False, False]


def test_the_course_gets_the_versions_of_the_tests(small):
    folder, asked = small
    lock.make_locks("uv", True, folder)
    assert "b-package==2.0" in asked[1][1]


def test_what_only_a_browser_tab_needs_is_left_out(small):
    texts = lock.make_locks("uv", False, small[0])
    assert [pin.name for pin in lock.read_pins(texts[lock.TESTS])] == ["b-package", "uv"]
    assert texts[lock.INSTALLER].endswith("uv==0.13.9 \\\n    --hash=sha256:c1 \\\n    --hash=sha256:c2\n")
    assert 'b-package==2.0; sys_platform == "win32"\nuv==0.13.9\n' in texts[lock.CONSTRAINTS]


def test_a_set_that_does_not_fit_together_writes_nothing(small, monkeypatch):
    monkeypatch.setattr(lock, "run_quietly", lambda *arguments: (1, "No solution found"))
    with pytest.raises(SystemExit, match="No solution found"):
        lock.make_locks("uv", False, small[0])
    assert not (small[0] / lock.COURSE).exists()


def test_the_weekly_job_that_installs_may_not_write():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "newest.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    runs = {
        name: " ".join(step.get("run", "") for step in job["steps"]) for name, job in workflow["jobs"].items()
    }
    installing = {name for name, commands in runs.items() if commands.strip().startswith("python start.py")}
    writing = {name for name, job in workflow["jobs"].items() if "write" in job["permissions"].values()}
    assert (installing, writing) == ({"test", "lock"}, {"propose"})
    assert "python start.py lock --upgrade" in runs["lock"]
    assert all(name in runs["propose"] for name in (*LOCKS, lock.CONSTRAINTS))
