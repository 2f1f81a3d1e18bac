"""What the tests in a browser share: the lessons, and how pages are pictured and checked."""

import os

from helpers.course import ROOT, lessons

LESSONS = list(lessons())
SCREENSHOTS = ROOT / os.environ.get("SCREENSHOTS_DIR", "screenshots")
# The page begins in the light theme, and after the pictures it is there again.
THEMES = {"dark": "JupyterLab Dark", "light": "JupyterLab Light"}
# For pictures: high enough that a lesson takes few of them, low enough that they can be read.
TALL = {"width": 1280, "height": 2000}
AXE = ROOT / "tests" / "data" / "axe.min.js"


def violations(page, within, excluded, rules=None, only=None):
    """Return what axe-core finds wrong in a part of a page: rule, place and reason; by all rules or one alone."""
    page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
    choice = {"include": [[within]], "exclude": excluded}
    options = {"rules": rules or {}} | ({"runOnly": [only]} if only else {})
    report = page.evaluate("([choice, options]) => axe.run(choice, options)", [choice, options])
    return [
        (rule["id"], node["html"], node["failureSummary"])
        for rule in report["violations"]
        for node in rule["nodes"]
    ]
