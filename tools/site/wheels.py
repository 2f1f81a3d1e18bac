"""Makes the wheels of our own that a browser tab loads: the course's package, and tiktoken without compiled code."""

import hashlib
import importlib.metadata
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path

from helpers.course import PACKAGE
from helpers.installation import DISTRIBUTION, needed

# What a tab does not have: its JupyterLab is the page itself, and nothing is tested there.
NOT_IN_A_TAB = ("jupyterlab", "jupyterlab-language-pack-ko-kr", "nbval")
# What takes long to load and few lessons ask for: it comes when a cell imports it, or a module of ours that needs it.
ON_DEMAND = ("sympy",)
# The same bytes whenever they are built; no archive can say an earlier day.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
# Without jedi, which a tab does not load, names are completed from what the kernel holds; a slip before the first
# cell is explained as in start.py's JupyterLab.
IPYTHON_CONFIG = """
c.InteractiveShellApp.extensions = ["helpers.show.trouble_box"]
c.InteractiveShellApp.exec_lines = ["get_ipython().Completer.use_jedi = False"]
"""


def write_wheel(
    folder: Path, name: str, version: str, files: Mapping[str, bytes], needs: Iterable[str] = ()
) -> Path:
    """Write a wheel of pure Python, the same bytes for the same content.

    Args:
        folder: where it is put.
        name: of the distribution.
        version: of it.
        files: their content by the path inside the wheel.
        needs: requirements, as in `Requires-Dist`.
    """
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    metadata += [f"Requires-Dist: {one}" for one in needs]
    tags = "Wheel-Version: 1.0\nGenerator: chat-api-lab\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {path.replace("{stem}", stem): content for path, content in files.items()}
    files |= {f"{info}/METADATA": ("\n".join(metadata) + "\n").encode(), f"{info}/WHEEL": tags.encode()}
    record = "".join(f"{path},sha256={_digest(content)},{len(content)}\n" for path, content in files.items())
    files |= {f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}
    target = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, LONG_AGO)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return target


def _digest(content: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def course_wheel(folder: Path) -> Path:
    """Write the wheel of the course's own package; its metadata ask for what a tab can have."""
    files = {
        path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes()
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md"
    }
    files["{stem}.data/data/etc/ipython/ipython_config.py"] = IPYTHON_CONFIG.encode()
    needs = [one for one in needed() if not one.lower().startswith((*NOT_IN_A_TAB, *ON_DEMAND))]
    return write_wheel(folder, DISTRIBUTION, importlib.metadata.version(DISTRIBUTION), files, needs)


def tiktoken_wheel(folder: Path) -> Path:
    """Write a wheel of the installed tiktoken, with our encoder in the place of its compiled one."""
    installed = importlib.metadata.distribution("tiktoken")
    files = {
        path.as_posix(): path.locate().read_bytes()
        for path in installed.files or []
        if path.suffix == ".py" and path.parts[0] in ("tiktoken", "tiktoken_ext")
    }
    files["tiktoken/_tiktoken.py"] = Path(__file__).with_name("byte_pairs.py").read_bytes()
    license = next(path for path in installed.files or [] if path.name == "LICENSE")
    files["{stem}.dist-info/licenses/LICENSE"] = license.locate().read_bytes()
    return write_wheel(folder, "tiktoken", installed.version, files)


def empty_wheel(folder: Path, name: str) -> Path:
    """Write a wheel without a module, for what the kernel loads by name and a tab does without."""
    return write_wheel(folder, name, "0", {})
