"""What maintainers run; `start.py` calls it."""
