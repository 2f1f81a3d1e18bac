"""Builds the rendered site: each lesson and each document as a page, with nothing executed and no other host asked.

    python -m tools.site.pages FOLDER

The packages are those of site-requirements.txt.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from tools.site.pages_source import SETTINGS, Page, pages, write_source
from tools.trouble import ROOT

# Where the site and the repository are published; the workflow that publishes them knows. Without them the site has no
# canonical address, and no button that would need one.
SITE_VARIABLE = "CHAT_API_LAB_SITE"
REPOSITORY_VARIABLE = "CHAT_API_LAB_REPOSITORY"
FAILED = "사이트를 만들지 못했습니다.\n{output}"


class SiteError(Exception):
    """The site could not be built; the text says why."""


@dataclass(frozen=True)
class Addresses:
    """Where the site and the repository are published, without a slash at the end; empty where nobody said."""

    site: str = ""
    repository: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Addresses":
        """Return what the variables of the workflow say."""
        return cls(*(environment.get(name, "").rstrip("/") for name in (SITE_VARIABLE, REPOSITORY_VARIABLE)))


def build(target: Path, addresses: Addresses | None = None) -> None:
    """Write the pages into a folder; what else is in it stays.

    Args:
        target: the root of the site.
        addresses: where it will be published; read from the environment where None.

    Raises:
        SiteError: a page could not be made, or a link leads nowhere.
    """
    addresses = addresses or Addresses.from_environment(os.environ)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        write_source(source, addresses.repository)
        command = [sys.executable, "-m", "sphinx", "--builder", "html", "--quiet", "--fail-on-warning"]
        command += ["--keep-going", "--doctree-dir", str(Path(folder, "doctrees")), str(source), str(target)]
        environment = {
            **os.environ,
            SITE_VARIABLE: addresses.site,
            REPOSITORY_VARIABLE: addresses.repository,
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8")
    if done.returncode != 0:
        raise SiteError(FAILED.format(output=done.stdout + done.stderr))
    for name in SETTINGS:
        (target / name).unlink(missing_ok=True)
    for name, text in for_robots(pages(), addresses.site).items():
        (target / name).write_text(text, encoding="utf-8", newline="\n")


def for_robots(shown: list[Page], site: str) -> dict[str, str]:
    """Return the files that search engines ask for, by their names; a map needs whole addresses.

    Args:
        shown: all pages.
        site: where the site is published, or an empty text.
    """
    robots = "User-agent: *\nAllow: /\n"
    if not site:
        return {"robots.txt": robots}
    addresses = "".join(f"  <url><loc>{escape(f'{site}/{page.name}.html')}</loc></url>\n" for page in shown)
    sitemap = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{addresses}</urlset>\n'
    )
    return {"robots.txt": f"{robots}Sitemap: {site}/sitemap.xml\n", "sitemap.xml": sitemap}


if __name__ == "__main__":
    build(Path(sys.argv[1]))
