"""Pytest plugin: do without jsonschema's URI grammar, which takes every worker over a second to compile."""

import sys

sys.modules["rfc3987_syntax"] = None
