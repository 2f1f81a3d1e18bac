"""Recording asks before it spends, and stops first at what would stop it at the end."""

import builtins
import json
import os
import re
import sys

import pytest
import yaml

import tools.record
from helpers.course import ROOT
from tests.tools.small_course import files
from tools.notebooks import lesson_paths
from tools.swap import require_room


def run_main(monkeypatch, course, arguments, terminal=None):
    """Run the command line; `terminal` is what is typed, None where there is no terminal."""
    monkeypatch.setattr(tools.record, "ROOT", course)
    monkeypatch.setattr(tools.record, "lesson_paths", lambda root=course: lesson_paths(root))
    monkeypatch.setattr(sys, "argv", ["record", *arguments])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal is not None, raising=False)
    monkeypatch.setattr(builtins, "input", lambda question: terminal)
    return tools.record.main()


@pytest.mark.parametrize("typed", [None, "", "n", "아니요"])
def test_nothing_is_asked_of_the_server_before_somebody_agreed(bare_course, stand_in, monkeypatch, typed):
    before = files(bare_course)
    assert run_main(monkeypatch, bare_course, [], typed) == 2
    assert (stand_in.executed, files(bare_course)) == ([], before)


@pytest.mark.parametrize(("arguments", "typed"), [(["--yes"], None), ([], "y"), (["05"], "예")])
def test_it_records_once_somebody_agreed(
    bare_course, stand_in, monkeypatch, capsys, tmp_path, arguments, typed
):
    page = tmp_path / "report.md"
    assert run_main(monkeypatch, bare_course, [*arguments, "--report", str(page)], typed) == 0
    assert stand_in.executed[0] == "record"
    shown = capsys.readouterr().out
    assert page.read_text(encoding="utf-8") in shown
    assert "녹화할 요청 2개" in shown and "지출 한도" in shown


def test_a_lesson_that_there_is_not_is_named(bare_course, stand_in, monkeypatch, capsys):
    assert run_main(monkeypatch, bare_course, ["07_nothing", "--yes"]) == 1
    assert "01_roles, 05_math_helper" in capsys.readouterr().err
    assert stand_in.executed == []


@pytest.mark.parametrize("trouble", ["a notebook", "a cassette", "no room", "no report"])
def test_what_would_stop_it_at_the_end_stops_it_before_it_asks(
    bare_course, stand_in, monkeypatch, capsys, trouble
):
    arguments = ["--yes", "05"]
    if trouble == "a notebook":
        (bare_course / "notebooks" / "01_roles.ipynb").write_text("{ broken", encoding="utf-8")
    elif trouble == "a cassette":
        (bare_course / "helpers" / "cassettes" / "01_roles.json").write_text("{", encoding="utf-8")
    elif trouble == "no room":
        monkeypatch.setattr(
            "tools.swap._write", lambda path, content: (_ for _ in ()).throw(OSError(28, "full"))
        )
    else:
        arguments += ["--report", str(bare_course / "no such folder" / "report.md")]
    before = files(bare_course)
    assert run_main(monkeypatch, bare_course, arguments) == 1
    assert (stand_in.executed, files(bare_course)) == ([], before)
    assert re.search("[가-힣]", capsys.readouterr().err)


def test_a_course_spread_over_two_disks_is_refused_first(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    real = os.stat

    def stat(path, **options):
        found = list(real(path, **options))
        found[2] += str(path).endswith("notebooks")
        return os.stat_result(found)

    monkeypatch.setattr(os, "stat", stat)
    with pytest.raises(OSError, match="notebooks"):
        require_room(tmp_path, ["notebooks"], 1)
    assert [one.name for one in tmp_path.iterdir()] == ["notebooks"]


def test_without_a_key_there_is_no_recording(bare_course, stand_in, monkeypatch, capsys):
    (bare_course / ".env").unlink()
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert run_main(monkeypatch, bare_course, ["--yes"]) == 1
    assert "OPENAI_API_KEY" in capsys.readouterr().err


def test_no_job_of_the_workflow_has_both_the_key_and_the_right_to_write():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "record.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    jobs = workflow["jobs"]
    with_key = {name for name, job in jobs.items() if "secrets." in json.dumps(job)}
    writing = {name for name, job in jobs.items() if "write" in job.get("permissions", {}).values()}
    assert (with_key, writing) == ({"switch", "record"}, {"propose"})
    assert jobs["record"]["if"] == "needs.switch.outputs.enabled == 'yes'"
    assert jobs["propose"]["needs"] == "record"


def test_the_step_with_the_key_installs_nothing_and_runs_no_action():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "record.yml").read_text(encoding="utf-8"))
    assert "env" not in workflow and not [job for job in workflow["jobs"].values() if "env" in job]
    steps = workflow["jobs"]["record"]["steps"]
    (place,) = [number for number, step in enumerate(steps) if "secrets." in json.dumps(step)]
    # start.py would install first; what it installed stands in the step before, which has no key.
    assert steps[place]["run"] == ".venv/bin/python -m tools.record --yes --report report.md"
    assert steps[place - 1] == {"run": "python start.py doctor"}


# No commit of a version of theirs stands in the copies of their repositories that were at hand: a tag can be moved.
BY_TAG = {
    "actions/setup-python@v5",
    "actions/configure-pages@v5",
    "actions/upload-pages-artifact@v3",
    "actions/deploy-pages@v4",
}


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.name
)
def test_actions_are_pinned_by_commit(path):
    used = re.findall(r"uses:\s*(.+)", path.read_text(encoding="utf-8"))
    loose = {one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)}
    assert loose <= BY_TAG
