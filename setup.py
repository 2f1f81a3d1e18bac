"""Puts what requirements.txt lists into the package's metadata, so that a wheel needs the same as the course."""

from pathlib import Path

from setuptools import setup

LINES = Path(__file__).with_name("requirements.txt").read_text(encoding="utf-8").splitlines()

# Remarks, and the line that installs the course itself, are no requirements.
setup(install_requires=[line for line in LINES if line.strip() and not line.startswith(("#", "-"))])
