"""Reads the elements of a built page."""

from html.parser import HTMLParser


class Elements(HTMLParser):
    """All elements of a page: their names and attributes."""

    def __init__(self, file):
        super().__init__()
        self.found = []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def all(self, tag, name):
        return [attributes[name] for one, attributes in self.found if one == tag and attributes.get(name)]
