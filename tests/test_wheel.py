"""The package alone, as a wheel in an environment of its own: every lesson runs from any folder."""

import os
import subprocess
import sys
import zipfile

import nbformat
import pytest

from helpers.course import ROOT, lessons
from tools.notebooks import lesson_paths, normalise

# Runs in the other environment, which has nothing of the course but the wheel.
RUN = """
import sys
from pathlib import Path
import nbformat
from nbclient import NotebookClient
import helpers
folder = Path.cwd()
assert folder not in Path(helpers.__file__).parents and "site-packages" in helpers.__file__, helpers.__file__
for path in map(Path, sys.argv[1:]):
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    NotebookClient(notebook, kernel_name="python3", record_timing=False, timeout=120, startup_timeout=600,
                   extra_arguments=["--IPKernelApp.log_level=ERROR"]).execute()
    (folder / path.name).write_text(nbformat.writes(notebook), encoding="utf-8")
"""


def run(command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8", **options)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    # A copy, since setuptools builds in the folder of the sources.
    for name in ("pyproject.toml", "setup.py", "requirements.txt", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    copy_package(source)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    run([*build, "-w", folder, source], cwd=folder)
    return next(folder.glob("*.whl"))


def copy_package(folder):
    for path in sorted((ROOT / "helpers").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and ".mine" not in path.name:
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())


def test_the_wheel_holds_all_that_a_lesson_needs(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        "helpers/course.toml",
        "helpers/models.toml",
        "helpers/vocabulary/fb374d419588a4632f3f557e76b4b70aebbca790",
    }
    wanted |= {f"helpers/cassettes/{name}.json" for name in lessons()}
    assert wanted <= names
    assert not [name for name in names if name.startswith(("tools/", "tests/", "notebooks/"))]


def test_its_metadata_say_what_it_needs(wheel):
    archive = zipfile.ZipFile(wheel)
    name = next(name for name in archive.namelist() if name.endswith("METADATA"))
    needed = [line for line in archive.read(name).decode().splitlines() if line.startswith("Requires-Dist")]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    stated = [line for line in lines if line and line[0] not in "#-"]
    assert sum("extra ==" not in line for line in needed) == len(stated) > 5


def test_every_lesson_runs_from_any_folder_with_nothing_but_the_wheel(wheel, tmp_path):
    run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "other environment"])
    binaries = "Scripts" if os.name == "nt" else "bin"
    python = tmp_path / "other environment" / binaries / ("python.exe" if os.name == "nt" else "python")
    paths = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = run([python, "-c", paths]).strip()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # Other packages come from this environment; its link to the course does not work from there.
    others = run([sys.executable, "-c", paths]).strip()
    with open(os.path.join(site, "others.pth"), "w", encoding="utf-8") as file:
        file.write(others + "\n")
    folder = tmp_path / "어떤 폴더"
    folder.mkdir()
    (tmp_path / "home").mkdir()
    home = str(tmp_path / "home")
    left_out = ("PYTHONPATH", "TIKTOKEN_CACHE_DIR")
    environ = {name: value for name, value in os.environ.items() if name not in left_out}
    environ |= {"HOME": home, "USERPROFILE": home, "LESSON_MODE": "replay", "PYTHONUTF8": "1"}
    run([python, "-c", RUN, *lesson_paths()], cwd=folder, env=environ)
    for path in lesson_paths():
        ran = nbformat.reads((folder / path.name).read_text(encoding="utf-8"), as_version=4)
        assert normalise(ran) == path.read_text(encoding="utf-8"), path.stem
