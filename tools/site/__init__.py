"""Builds `_site/`: the course in a browser tab (JupyterLite), and the pages round it."""
