"""Shuts the learner's own settings out of every test and of every kernel that a test starts."""

import os
import tempfile

# A profile and a folder of its own: a start-up file in the author's must not reach a lesson, nor a test her work.
_profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
os.environ.update(
    LESSON_MODE="replay", IPYTHONDIR=_profile.name, LESSON_WORK=os.path.join(_profile.name, "work")
)


def pytest_unconfigure() -> None:
    """Remove the throw-away profile."""
    _profile.cleanup()
