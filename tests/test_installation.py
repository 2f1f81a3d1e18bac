"""The check of the installation: what passes, what fails, and what a learner is told."""

import importlib.metadata
import shutil

import pytest

from helpers import course, vocabulary
from helpers.installation import DISTRIBUTION, FAILED, PASSED, REMEDY, check_installation, installation_table
from tools import doctor
from tools.notebooks import NOTEBOOKS
from tools.work import lay_out


def verdicts():
    return {check.name: check.passed for check in check_installation()}


def test_everything_passes_here():
    assert all(verdicts().values())
    shown = installation_table().text
    assert shown.count(PASSED) == 4 and FAILED not in shown and REMEDY not in shown


@pytest.mark.parametrize(
    ("line", "said"),
    [("openai>=99", "필요: >=99"), ("no-such-package-of-the-course", "설치되지 않음")],
)
def test_a_package_out_of_range_or_missing_fails(line, said, monkeypatch):
    stated = importlib.metadata.requires(DISTRIBUTION)
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: [*stated, line])
    check = next(check for check in check_installation() if check.name == "패키지 버전")
    assert not check.passed and said in check.detail


def test_a_damaged_vocabulary_fails(monkeypatch):
    def damaged():
        raise vocabulary.VocabularyError("어휘 사전 파일 시험")

    monkeypatch.setattr(vocabulary, "check_bundled", damaged)
    assert verdicts()["어휘 사전"] is False


def test_a_missing_cassette_fails_and_the_table_names_the_way_on(monkeypatch, tmp_path):
    monkeypatch.setattr(course, "CASSETTES", tmp_path)
    check = check_installation()[3]
    assert (
        not check.passed
        and "01_roles" in check.detail
        and "git checkout -- helpers/cassettes" in check.detail
    )
    shown = installation_table()
    assert FAILED in shown.text and REMEDY in shown.text and REMEDY in shown.html


def test_the_doctor_says_what_is_set_and_never_its_value(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "planted-value-of-the-test")
    text, passed = doctor.report()
    assert passed, text
    assert "OPENAI_API_KEY" in text and "planted-value" not in text


def test_the_doctor_fails_where_a_setting_cannot_be_used(monkeypatch, tmp_path):
    monkeypatch.delenv("LESSON_MODE", raising=False)
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    (tmp_path / ".env").write_text("this is no setting\n", encoding="utf-8")
    text, passed = doctor.report()
    assert not passed and "1번째 줄" in text and "this is no" not in text


@pytest.fixture
def checkup(tmp_path, monkeypatch):
    """A course folder of the test's own for doctor to look at; the installation is the real one."""
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    monkeypatch.delenv("LESSON_MODE", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("LESSON_WORK", str(tmp_path / "work"))
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(course.CASSETTES, tmp_path / "helpers" / "cassettes")
    return tmp_path


def test_doctor_passes_a_course_that_is_whole(checkup):
    text, passed = doctor.report()
    assert passed and "없는 노트북" not in text


@pytest.mark.parametrize(
    "settings", ["OPENAI_BASE_URL=http://localhost:11434/v1", "LESSON_MODE=record\nOPENAI_API_KEY=ollama"]
)
def test_doctor_fails_settings_with_which_no_lesson_opens(checkup, settings):
    (checkup / ".env").write_text(settings, encoding="utf-8")
    text, passed = doctor.report()
    assert not passed and "[실패] 설정" in text


def test_doctor_blames_the_settings_for_no_cassette(checkup, monkeypatch):
    (checkup / "helpers" / "cassettes" / "01_roles.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr(course, "CASSETTES", checkup / "helpers" / "cassettes")
    text, passed = doctor.report()
    assert not passed and "[실패] 카세트" in text and "[통과] 설정" in text


def test_doctor_names_the_learners_folder_and_what_she_changed_in_it(checkup):
    lay_out(checkup, checkup / "work", "3.11.7")
    assert "고친 노트북: 없음" in doctor.report()[0]
    (checkup / "work" / "02_structured_outputs.ipynb").write_text("{}", encoding="utf-8")
    text, passed = doctor.report()
    assert passed, "a changed notebook is no fault"
    assert f"작업 폴더 {checkup / 'work'}, 고친 노트북: 02_structured_outputs" in text and "restore" in text


def test_doctor_fails_where_the_course_lacks_a_notebook(checkup):
    (checkup / "notebooks" / "01_roles.ipynb").unlink()
    text, passed = doctor.report()
    assert not passed and "[실패] 파일: 코스에 없는 노트북: 01_roles.ipynb" in text
