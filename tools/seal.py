"""Seals cassettes that an author has edited by hand: checks their rules and writes the new checksum."""

import argparse
import json
import sys

from helpers.cassettes import Cassette, Interaction, load_cassette, save_cassette
from tools.notebooks import NOTEBOOKS


def seal(name: str) -> None:
    """Check and seal the cassette of one lesson.

    Args:
        name: the lesson, such as "01_roles".

    Raises:
        CassetteError: the content breaks a rule of cassettes.
    """
    path = NOTEBOOKS / "cassettes" / f"{name}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    recorded = [
        Interaction(one["id"], one["origin"], one["request"], one["responses"])
        for one in content["interactions"]
    ]
    staged = [Interaction(one["id"], one["origin"], None, one["responses"]) for one in content["staged"]]
    save_cassette(Cassette(content["lesson"], content["model"], recorded, staged), path)
    load_cassette(path)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="start.py seal", description=__doc__)
    parser.add_argument("lessons", nargs="+", help="such as 01_roles")
    for name in parser.parse_args().lessons:
        seal(name)
        print(f"sealed: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
