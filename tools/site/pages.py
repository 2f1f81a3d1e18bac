"""Builds the rendered site: each lesson and each document as a page, with nothing executed and no other host asked."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from tools.site.pages_source import OWN, Page, pages, write_source
from tools.trouble import ROOT

# Where the site and the repository are published; the workflow that publishes them knows.
SITE_VARIABLE = "CHAT_API_LAB_SITE"
REPOSITORY_VARIABLE = "CHAT_API_LAB_REPOSITORY"
# Where a lesson opens in the browser tab, from the root of the site.
TAB = "lab/index.html?lesson={lesson}"
# What GitHub Pages answers at an address that there is not, however deep.
LOST = "404.html"
FAILED = "사이트를 만들지 못했습니다.\n{output}"


class SiteError(Exception):
    """The site could not be built; the text says why."""


@dataclass(frozen=True)
class Addresses:
    """Where a button or a search engine is led; without the first two the site has no canonical address, and no button
    that would need the repository's.

    Args:
        site: the published site, or an empty text where nobody said.
        repository: the public repository, or an empty text.
        tab: a lesson in the browser tab, from the root of the site, with `{lesson}` for its name.
    """

    site: str = ""
    repository: str = ""
    tab: str = TAB

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], tab: str = TAB) -> "Addresses":
        """Return what the variables of the workflow say."""
        site, repository = (environment.get(name, "") for name in (SITE_VARIABLE, REPOSITORY_VARIABLE))
        return cls(site.rstrip("/"), repository.rstrip("/"), tab)


def build(target: Path, addresses: Addresses | None = None, python: Path | None = None) -> None:
    """Write the pages into a folder; what else is in it stays.

    Args:
        target: the root of the site.
        addresses: where it will be published; what the environment says where None.
        python: the Python that has Sphinx; this one where None.

    Raises:
        SiteError: a page could not be made, or a link leads nowhere.
    """
    addresses = addresses or Addresses.from_environment(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        source, built = Path(folder, "source"), Path(folder, "built")
        write_source(source, vars(addresses))
        command = [python or sys.executable, "-m", "sphinx", "--builder", "html", source, built]
        command += ["--quiet", "--fail-on-warning", "--keep-going", "--doctree-dir", Path(folder, "doctrees")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        done = subprocess.run(
            list(map(str, command)), cwd=ROOT, env=environment, capture_output=True, encoding="utf-8"
        )
        if done.returncode != 0:
            raise SiteError(FAILED.format(output=done.stdout + done.stderr))
        # myst-nb puts a folder beside what is built, and Sphinx notes of its own into it.
        shutil.copytree(
            built, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".buildinfo", "_sources")
        )
    if addresses.site:
        (target / LOST).write_text(not_found(addresses.site), encoding="utf-8", newline="\n")
    for name, text in for_robots(pages(), addresses.site).items():
        (target / name).write_text(text, encoding="utf-8", newline="\n")


def not_found(site: str) -> str:
    """Return the page for addresses that there are not, such as those of old editions.

    Args:
        site: where the site is published; a relative link would lead somewhere else from every folder.
    """
    return (OWN / LOST).read_text(encoding="utf-8").replace("{site}", escape(site, {'"': "&quot;"}))


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
