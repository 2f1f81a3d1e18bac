"""What axe-core finds wrong in the lessons as exported pages: nothing."""

import pytest
from nbconvert import HTMLExporter

from tests.browser import VIEWPORT
from tests.lessons.pages import LESSONS, violations
from tools.notebooks import NOTEBOOKS

# What the template of nbconvert does, and no content of ours can change.
TEMPLATE_EXCLUDED = [
    [".jp-InputPrompt"],  # pale grey on white
    [".jp-OutputPrompt"],
    [".highlight"],  # the colours of code
]
TEMPLATE_RULES = {"link-in-text-block": {"enabled": False}}  # links are not underlined


@pytest.mark.parametrize("name", LESSONS)
def test_the_exported_page_is_accessible(chromium, tmp_path, name):
    text, _ = HTMLExporter(language_code="ko").from_filename(str(NOTEBOOKS / f"{name}.ipynb"))
    file = tmp_path / f"{name}.html"
    file.write_text(text, encoding="utf-8")
    with chromium.new_page(viewport=VIEWPORT) as page:
        # The template asks for MathJax on another host, which no lesson needs.
        page.route("http*://**", lambda route: route.abort())
        page.goto(file.as_uri())
        assert violations(page, "html", TEMPLATE_EXCLUDED, TEMPLATE_RULES) == []


def test_what_axe_is_asked_finds_faults(chromium):
    with chromium.new_page() as page:
        page.set_content("<html lang=ko><title>t</title><main><h1>t</h1><img src=x><input></main>")
        found = violations(page, "html", TEMPLATE_EXCLUDED, TEMPLATE_RULES)
    assert {rule for rule, *_ in found} >= {"image-alt", "label"}
