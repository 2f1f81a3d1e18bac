"""The rooms of the package: imports run one way, and through doors."""

import ast
import re
from graphlib import TopologicalSorter

import pytest

from helpers.course import ROOT
from tools.notebooks import lesson_paths, read

# From what knows least to what knows most; a room may import from those before it.
ORDER = (
    {"errors", "ways"},
    {"course", "env_file", "key", "sampling", "maths"},
    {"models"},
    {"settings", "vocabulary"},
    {"tokens"},
    {"replay"},
    {"live"},
    {"show"},
    {"progress", "installation"},
    {"lesson"},
    {""},  # helpers/__init__.py
    {"exercises", "playgrounds"},
    {"tasks"},
)
DOORS = {"replay", "live", "show", "maths"}
# Rooms without a door: each of their modules is one.
OPEN = {"exercises", "playgrounds", "tasks"}
FOR_LESSONS = {"tokens", "sampling", "models", "maths", "show"}
ALONE = {"maths", "sampling"}


def imports(source, package=""):
    """Return every module of the course that a source imports, wherever the import stands, with its names."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(one.name, ()) for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports of the course are absolute"
            names = tuple(one.name for one in node.names)
            # `from helpers import course` imports a module, `from helpers import open_lesson` does not.
            if node.module == "helpers":
                found += [("helpers" if one == "open_lesson" else f"helpers.{one}", ()) for one in names]
            else:
                found.append((node.module, names))
    return [(name, names) for name, names in found if name.partition(".")[0] == "helpers"]


def module_of(path):
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module):
    return ([*module.split("."), ""])[1]


def python_files(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


HELPERS = {module_of(path): path.read_text(encoding="utf-8") for path in python_files("helpers")}
RANK = {room: number for number, rooms in enumerate(ORDER) for room in rooms}


def test_every_module_of_the_package_has_its_place():
    assert {room_of(module) for module in HELPERS} == set(RANK)


@pytest.mark.parametrize("module", HELPERS)
def test_imports_run_one_way_and_through_doors(module):
    here = room_of(module)
    for name, _ in imports(HELPERS[module]):
        there = room_of(name)
        if there == here:
            continue
        assert RANK[there] < RANK[here], f"{module} must not import {name}: it knows more"
        assert here not in ALONE or there == "errors", f"{module} stands alone and imports {name}"
        through_the_door = name == f"helpers.{there}" or there in OPEN
        assert through_the_door, (
            f"{module} imports {name}: take it from the door, helpers/{there}/__init__.py"
        )


def test_there_is_no_circle_inside_a_room():
    graph = {}
    for module, source in HELPERS.items():
        graph[module] = {name for name, _ in imports(source) if name in HELPERS and name != room(module)}
    list(TopologicalSorter(graph).static_order())


def room(module):
    return module.rpartition(".")[0]


def outside():
    """Return every file outside the package that imports from it, with the room whose inside it may use."""
    for path in python_files("tools", "tests"):
        parts = path.relative_to(ROOT).parts
        own = parts[1] if parts[0] == "tests" and len(parts) > 2 else None
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"), own
    for path in lesson_paths():
        cells = [cell.source for cell in read(path).cells if cell.cell_type == "code"]
        yield path.name, "\n".join(cells), None


def test_tools_lessons_and_tests_of_other_rooms_use_the_doors():
    wrong = [
        f"{where}: {name}"
        for where, source, own in outside()
        for name, _ in imports(source)
        if room_of(name) in DOORS and name.count(".") > 1 and room_of(name) != own
    ]
    assert wrong == []


def test_lessons_import_only_what_is_meant_for_them():
    for path in lesson_paths():
        cells = [cell.source for cell in read(path).cells if cell.cell_type == "code"]
        for name, _ in imports("\n".join(cells)):
            assert room_of(name) in FOR_LESSONS | OPEN | {""}, f"{path.name} imports {name}"


@pytest.mark.parametrize("door", sorted(DOORS))
def test_a_door_leads_only_to_what_somebody_outside_uses(door):
    offered = {one for _, names in imports(HELPERS[f"helpers.{door}"]) for one in names}
    used = set()
    sources = [(module, source, room_of(module)) for module, source in HELPERS.items()]
    for _, source, own in [*sources, *outside()]:
        if own != door:
            used |= {one for name, names in imports(source) if name == f"helpers.{door}" for one in names}
            # What `start.py record` puts into a notebook it imports in a text.
            used |= set(re.findall(rf"from helpers\.{door} import (\w+)", source))
    assert offered - used == set(), f"nobody outside uses these of helpers/{door}/__init__.py"


@pytest.mark.parametrize(
    "source",
    [
        "from helpers.show import View",
        "def later():\n    from helpers.live import Meter",
        "import helpers.lesson",
        "from helpers import lesson",
    ],
)
def test_an_import_is_found_wherever_it_stands(source):
    assert [room_of(name) for name, _ in imports(source)] in (["show"], ["live"], ["lesson"])


def test_the_heart_stays_small():
    sizes = {module: len(source.splitlines()) for module, source in HELPERS.items()}
    heart = {"lesson", "replay", "tokens", "sampling"}
    assert sum(size for module, size in sizes.items() if room_of(module) in heart) <= 1300
    assert sum(size for module, size in sizes.items() if room_of(module) not in OPEN) <= 9000
    assert sum(size for module, size in sizes.items() if room_of(module) == "maths") <= 2550


GUIDE = (ROOT / "helpers" / "README.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([\w./]+\.(?:py|toml|md|ipynb|example))`", GUIDE))


def test_the_guide_to_the_package_is_short_and_names_only_files_that_are_there():
    assert len(GUIDE.splitlines()) <= 60
    assert len([line for line in GUIDE.splitlines() if line.startswith("| ")]) >= 15
    assert len(NAMED) > 30
    for name in NAMED:
        assert (ROOT / "helpers" / name).exists(), name


def test_the_guide_names_every_module_but_the_parts_of_open_rooms():
    paths = [path.relative_to(ROOT / "helpers").as_posix() for path in python_files("helpers")]
    wanted = {
        path for path in paths if not path.endswith("__init__.py") and path.partition("/")[0] not in OPEN
    }
    assert wanted - NAMED == set()
