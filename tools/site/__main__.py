"""Carries out `start.py site`."""

import argparse
import shutil
import sys
from importlib.util import find_spec

from tools.site import tab
from tools.site.building import BuildError
from tools.site.lock import write_locks
from tools.trouble import ROOT

SITE = ROOT / "_site"
READY = "{folder}: python -m http.server --bind 127.0.0.1 -d _site, then open http://127.0.0.1:8000/lab/"


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="start.py site", description="Build _site/: the course in a browser tab."
    )
    parser.add_argument(
        "--lock", action="store_true", help="write requirements-site.lock and requirements-tab.lock"
    )
    arguments = parser.parse_args()
    try:
        if arguments.lock:
            write_locks()
            return 0
        shutil.rmtree(SITE, ignore_errors=True)
        tab.build(SITE / "lab")
        if find_spec("tools.site.pages"):
            from tools.site import pages

            pages.build(SITE)
        print(READY.format(folder=SITE))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
