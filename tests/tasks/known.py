"""The tasks that there are, by lesson; a lesson that somebody adds may have none."""

from importlib import import_module
from importlib.util import find_spec

from helpers.course import lessons

MODULES = {name: f"helpers.tasks.{lesson.exercises['module']}" for name, lesson in lessons().items()}
TASKS = {name: import_module(module).task for name, module in MODULES.items() if find_spec(module)}
