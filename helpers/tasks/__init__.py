"""One task a lesson, written from an empty file before it and after it; each module holds a lesson's."""
