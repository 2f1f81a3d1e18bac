"""What a tab loads, and when: the locks, our own wheels, and Pyodide's lock over all of them."""

import json
import zipfile

import pytest
from packaging.requirements import Requirement

from helpers.course import ROOT, lessons
from tools.lock import read_pins, wanted_by_course
from tools.site import building, packages
from tools.site.lock import KERNEL, NOT_LOADED
from tools.site.wheels import NOT_IN_A_TAB, ON_DEMAND, course_wheel, empty_wheel, tiktoken_wheel, write_wheel


def pins(path):
    return {pin.name: pin for pin in read_pins(path.read_text(encoding="utf-8"))}


def constraints():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    asked = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {one.name: {str(two.specifier) for two in asked if two.name == one.name} for one in asked}


@pytest.mark.parametrize("lock", [building.TAB_LOCK, building.BUILDER_LOCK], ids=lambda path: path.name)
def test_a_lock_pins_the_versions_that_everybody_has_with_hashes(lock):
    known = constraints()
    for name, pin in pins(lock).items():
        assert pin.hashes, name
        assert name not in known or str(pin.requirement.specifier) in known[name], name


def test_the_lock_of_the_tab_holds_what_the_course_needs_and_one_file_each():
    locked = pins(building.TAB_LOCK)
    assert all(len(pin.hashes) == 1 for pin in locked.values())
    needed = [Requirement(one).name for one in wanted_by_course()] + list(KERNEL)
    left_out = {*NOT_IN_A_TAB, "tiktoken", "setuptools"}
    assert {packages.normalised(name) for name in needed} - left_out <= locked.keys()
    assert not NOT_LOADED & locked.keys()


def test_our_wheels_are_the_same_bytes_each_time_and_hold_the_course(tmp_path):
    for make in (course_wheel, tiktoken_wheel):
        folders = [tmp_path / make.__name__ / one for one in "ab"]
        for folder in folders:
            folder.mkdir(parents=True)
        first, second = (make(folder).read_bytes() for folder in folders)
        assert first == second
    names = zipfile.ZipFile(course_wheel(tmp_path)).namelist()
    assert {f"helpers/cassettes/{name}.json" for name in lessons()} <= set(names)
    assert any(name.endswith(".data/data/etc/ipython/ipython_config.py") for name in names)
    assert not [name for name in names if "__pycache__" in name]
    encoder = zipfile.ZipFile(tiktoken_wheel(tmp_path))
    assert b"class CoreBPE" in encoder.read("tiktoken/_tiktoken.py")
    assert not [name for name in encoder.namelist() if name.endswith((".so", ".pyd"))]


def test_the_wheel_of_the_course_asks_for_nothing_that_a_tab_has_not(tmp_path):
    entry = packages.describe(course_wheel(tmp_path), known=("openai", "sympy", "ipywidgets", "jupyterlab"))
    assert entry["depends"] == ["ipywidgets", "openai"]
    assert entry["imports"] == ["helpers"]


def test_what_is_loaded_on_demand_comes_with_every_module_that_needs_it():
    found = packages.modules_that_need("sympy")
    assert {"helpers.maths", "helpers.playgrounds.math", "helpers.exercises.math_helper"} <= set(found)
    # A lesson's first cell imports these.
    assert not {"helpers", "helpers.lesson", "helpers.show"} & set(found)


def test_pyodides_lock_says_what_a_kernel_loads_at_once(tmp_path):
    core = tmp_path / "core"
    core.mkdir()
    (core / packages.LOCK).write_text('{"info": {}, "packages": {"numpy": {}}}', encoding="utf-8")
    sympy = write_wheel(
        tmp_path, "sympy", "1", {"sympy/__init__.py": b""}, ["mpmath", "gmpy2; extra == 'fast'"]
    )
    mpmath = write_wheel(tmp_path, "mpmath", "1", {"mpmath.py": b""})
    other = write_wheel(
        tmp_path, "other.one", "2", {"one/a.py": b""}, ["pexpect; sys_platform != 'emscripten'"]
    )
    assert packages.write_lock(core, [sympy, mpmath, other, empty_wheel(tmp_path, "jedi")]) == [
        "jedi",
        "other-one",
    ]
    lock = json.loads((core / packages.LOCK).read_text(encoding="utf-8"))["packages"]
    assert set(lock) == {"sympy", "mpmath", "other-one", "jedi"}
    assert lock["sympy"]["depends"] == ["mpmath"] and "helpers.maths" in lock["sympy"]["imports"]
    assert lock["other-one"]["imports"] == ["one"] and lock["other-one"]["depends"] == []
    assert {path.name for path in core.glob("*.whl")} == {one["file_name"] for one in lock.values()}
    assert set(ON_DEMAND) <= set(lock)


def test_another_file_of_pyodides_is_refused_and_no_npm_is_explained(tmp_path, monkeypatch):
    monkeypatch.setattr(building, "FETCHED", tmp_path)
    monkeypatch.setattr(building.shutil, "which", lambda name: None)
    with pytest.raises(building.BuildError, match="npm"):
        building.pyodide(tmp_path / "core")
    archive = tmp_path / f"pyodide-{building.PYODIDE}.tgz"
    archive.write_bytes(b"another one")
    with pytest.raises(building.BuildError, match=archive.name):
        building.pyodide(tmp_path / "core")
    assert not archive.exists()


def test_a_program_that_fails_is_told_with_the_end_of_what_it_said(tmp_path):
    with pytest.raises(building.BuildError, match="no such thing"):
        building.run([building.sys.executable, "-c", "raise SystemExit('no such thing')"])
