"""Settings of the rendered site; tools/site/pages.py lays out what they are used on."""

import json
from pathlib import Path

NOTES = json.loads(Path(__file__).with_name("pages.json").read_text(encoding="utf-8"))
project = "챗 API 실습실"
html_title = "챗 API 실습실"
author = copyright = ""
language = "ko"
# Quotation marks stay as they are written: {"role": "user"} is code in some tables.
smartquotes = False
locale_dirs = ["locale"]
extensions = ["myst_nb", "tools.site.pages_html"]
exclude_patterns = ["files", "locale"]

# The committed outputs are shown; nothing is executed.
nb_execution_mode = "off"
myst_heading_anchors = 4

html_theme = "sphinx_book_theme"
html_baseurl = NOTES["site"] and NOTES["site"] + "/"
html_static_path = ["static"]
html_extra_path = ["files"]
html_css_files = ["site.css"]
html_favicon = "static/favicon.svg"
html_copy_source = False
html_use_index = False
html_context = {"default_mode": "auto"}
html_show_sphinx = False
html_theme_options = {
    "search_bar_text": "찾기",
    "toc_title": "이 페이지에서",
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "footer_content_items": [],
    "navbar_persistent": [],
}
