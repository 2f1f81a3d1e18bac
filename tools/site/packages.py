"""Writes Pyodide's own lock over our wheels: which package a cell's import brings, and what comes with it."""

import ast
import hashlib
import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

from helpers.course import PACKAGE
from tools.site.building import PYTHON
from tools.site.wheels import ON_DEMAND

LOCK = "pyodide-lock.json"
# A tab, as environment markers see it.
ENVIRONMENT = {
    "python_version": PYTHON,
    "python_full_version": f"{PYTHON}.2",
    "sys_platform": "emscripten",
    "platform_system": "Emscripten",
    "platform_machine": "wasm32",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "os_name": "posix",
    "extra": "",
}


def normalised(name: str) -> str:
    """Return a distribution's name as lock files spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def describe(wheel: Path, known: Iterable[str]) -> dict:
    """Return a wheel's entry in Pyodide's lock.

    Args:
        wheel: its file.
        known: the names of all distributions that a tab can load; what else a wheel asks for, a tab does without.
    """
    name, version = wheel.name.split("-")[:2]
    with zipfile.ZipFile(wheel) as archive:
        paths = archive.namelist()
        metadata = archive.read(next(path for path in paths if path.endswith(".dist-info/METADATA"))).decode()
    needs = [
        Requirement(line.partition(":")[2].strip())
        for line in metadata.partition("\n\n")[0].splitlines()
        if line.startswith("Requires-Dist:")
    ]
    needed = {normalised(one.name) for one in needs if one.marker is None or one.marker.evaluate(ENVIRONMENT)}
    modules = {
        path.partition("/")[0].removesuffix(".py")
        for path in paths
        if path.endswith((".py", ".so")) and ".dist-info/" not in path and ".data/" not in path
    }
    return {
        "name": normalised(name),
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(modules),
        "depends": sorted(needed & set(known)),
        "unvendored_tests": False,
    }


def modules_that_need(package: str) -> list[str]:
    """Return the modules of the course's package that import another one, themselves or by what they import."""
    imported = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        imported[".".join(parts).removesuffix(".__init__")] = _imports(path.read_text(encoding="utf-8"))
    found = {package}
    while more := {one for one, names in imported.items() if one not in found and names & found}:
        found |= more
    return sorted(found - {package})


def _imports(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return names | {name.partition(".")[0] for name in names if not name.startswith("helpers")}


def write_lock(folder: Path, wheels: Iterable[Path]) -> list[str]:
    """Put wheels into the folder of Pyodide and write its lock anew.

    Returns:
        The names of the packages that a kernel loads as it starts.
    """
    wheels = list(wheels)
    known = [normalised(wheel.name.partition("-")[0]) for wheel in wheels]
    packages = {entry["name"]: entry for entry in (describe(wheel, known) for wheel in wheels)}
    for name in ON_DEMAND:
        packages[name]["imports"] += modules_that_need(name)
    for wheel in wheels:
        (folder / wheel.name).write_bytes(wheel.read_bytes())
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    lock["packages"] = packages
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    later = set(ON_DEMAND)
    for name in ON_DEMAND:
        later |= set(packages[name]["depends"])
    return sorted(packages.keys() - later)
