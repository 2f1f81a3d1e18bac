import copy
import os
import pickle
import traceback
from dataclasses import asdict
from pathlib import Path

import pytest

from helpers.env_file import NAMES, PLACEHOLDER
from helpers.errors import SettingsError
from helpers.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]
# Put together here, so that no file of the course holds anything that looks like a key.
KEY = "sk-" + "proj-" + "Zq7xW2" * 6
SECRET = "Zq7x"


@pytest.fixture
def env(tmp_path):
    def write(content: str | bytes, name: str = ".env") -> Path:
        raw = content if isinstance(content, bytes) else content.encode("utf-8")
        (tmp_path / name).write_bytes(raw)
        return tmp_path

    return write


def refused(folder: Path, environ: dict[str, str] | None = None) -> str:
    """Return the message of the refusal, after making sure that nothing of the key shows anywhere."""
    with pytest.raises(SettingsError) as caught:
        read_settings(folder, environ or {})
    everything = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert SECRET not in everything
    assert (
        "다시 시작" in str(caught.value)
        or "다시 저장" in str(caught.value)
        or "지우세요" in str(caught.value)
    )
    return str(caught.value)


def keeps_quiet(settings: Settings) -> None:
    assert SECRET not in repr(settings) + str(settings) + "".join(settings.notices)


LINE = f"OPENAI_API_KEY={KEY}"
COMMENT = "# 제 키입니다. 아무에게도 보이지 마세요.\n"
ACCIDENTS = {
    "plain": LINE,
    "no line end": LINE.rstrip(),
    "byte-order mark": b"\xef\xbb\xbf" + LINE.encode(),
    "CRLF": f"{COMMENT}\r\n{LINE}\r\nLESSON_MODEL=m\r\n",
    "CR": f"{COMMENT}\r{LINE}\r",
    "double quotes": f'OPENAI_API_KEY="{KEY}"\n',
    "single quotes": f"OPENAI_API_KEY='{KEY}'\n",
    "spaces round =": f"  OPENAI_API_KEY  =  {KEY}  \n",
    "tabs": f"\tOPENAI_API_KEY\t=\t{KEY}\t\n",
    "no-break space behind": f"OPENAI_API_KEY={KEY}\u00a0\n",
    "spaces in quotes": f'OPENAI_API_KEY=" {KEY} "\n',
    "export": f"export OPENAI_API_KEY={KEY}\n",
    "comment behind": f"OPENAI_API_KEY={KEY} # 제 키\n",
    "blank lines": f"\n\n{LINE}\n\n",
    "key twice, alike": f"{LINE}\n{LINE}\n",
    "UTF-8 comment": COMMENT + LINE,
    "cp949 comment": (COMMENT + LINE).encode("cp949"),
    "cp949 comment and CRLF": (COMMENT + LINE).replace("\n", "\r\n").encode("cp949"),
    "UTF-16 with mark": (COMMENT + LINE).encode("utf-16"),
    "UTF-16 LE with mark, CRLF": b"\xff\xfe"
    + (COMMENT + LINE + "\n").replace("\n", "\r\n").encode("utf-16-le"),
    "UTF-16 BE with mark": b"\xfe\xff" + (COMMENT + LINE).encode("utf-16-be"),
    "UTF-16 LE without mark": (LINE + "\n" + COMMENT).encode("utf-16-le"),
    "UTF-16 BE without mark": (LINE + "\n" + COMMENT).encode("utf-16-be"),
}


@pytest.mark.parametrize("case", ACCIDENTS)
def test_a_key_is_read_whatever_the_editor_did(env, case):
    settings = read_settings(env(ACCIDENTS[case]), {})
    assert (settings.mode, settings.api_key) == ("live", KEY)
    assert settings.notices == ()
    keeps_quiet(settings)


@pytest.mark.parametrize(("first", "second"), [("old", KEY), (KEY, ""), (KEY, "old")])
def test_two_lines_for_one_setting_are_noticed_and_the_last_counts(env, first, second):
    settings = read_settings(env(f"OPENAI_API_KEY={first}\n\nOPENAI_API_KEY={second}\n"), {})
    assert settings.api_key == (second or None)
    assert [("1번째" in one, "3번째" in one, "두 번" in one) for one in settings.notices] == [(True,) * 3]
    keeps_quiet(settings)


SHAPES = {
    "http://localhost:11434/v1/chat/completions": ("http://localhost:11434/v1", "/chat/completions"),
    "http://localhost:11434/v1/chat/completions/": ("http://localhost:11434/v1", "/chat/completions"),
    "https://api.openai.com/v1/chat/completions": ("https://api.openai.com/v1", "/chat/completions"),
    "https://api.openai.com/v1/responses": ("https://api.openai.com/v1", "/responses"),
    "http://localhost:1234/v1/models": ("http://localhost:1234/v1", "/models"),
    "http://localhost:1234/v1/chat": ("http://localhost:1234/v1", "/chat"),
    "https://server.example/v1/v1": ("https://server.example/v1", "/v1"),
    "https://server.example/v1/v1/v1/chat/completions": ("https://server.example/v1", "/v1/v1"),
    "https://api.openai.com": ("https://api.openai.com/v1", "/v1이 없어"),
    "https://api.openai.com/": ("https://api.openai.com/v1", "/v1이 없어"),
    "https://eu.api.openai.com/chat/completions": ("https://eu.api.openai.com/v1", "/v1이 없어"),
    "http://localhost:11434": ("http://localhost:11434", "404"),
    "http://localhost:11434/api/chat": ("http://localhost:11434/api", "404"),
    "http://localhost:11434/v1": ("http://localhost:11434/v1", None),
    "https://server.example/v1beta/openai/": ("https://server.example/v1beta/openai/", None),
    "https://server.example/models/v1": ("https://server.example/models/v1", None),
    "https://server.example/openai/deployments/chat-1": (
        "https://server.example/openai/deployments/chat-1",
        None,
    ),
}


@pytest.mark.parametrize("url", SHAPES)
def test_an_address_with_too_much_or_too_little_is_mended_or_noticed(env, url):
    used, told = SHAPES[url]
    settings = read_settings(env(f"OPENAI_BASE_URL={url}\nLESSON_MODEL=m\n"), {})
    assert settings.base_url == used
    assert any(told in one for one in settings.notices) if told else settings.notices == ()


@pytest.mark.parametrize(
    ("url", "variables", "between"),
    [
        ("http://localhost:11434/v1", {"HTTP_PROXY": "http://proxy:3128"}, True),
        ("http://192.168.0.5:8000/v1", {"ALL_PROXY": "http://proxy:3128"}, True),
        (
            "http://localhost:11434/v1",
            {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "localhost,127.0.0.1"},
            False,
        ),
        ("http://127.0.0.1:11434/v1", {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "localhost"}, True),
        ("http://localhost:11434/v1", {"HTTPS_PROXY": "http://proxy:3128"}, False),
        ("https://server.example/v1", {"HTTPS_PROXY": "http://proxy:3128"}, False),
        ("http://localhost:11434/v1", {}, False),
    ],
)
def test_a_proxy_between_here_and_a_local_server_is_noticed(env, monkeypatch, url, variables, between):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        for one in (name, name.lower()):
            monkeypatch.delenv(one, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings = read_settings(env(f"OPENAI_BASE_URL={url}\nLESSON_MODEL=m\n"), {})
    assert any("NO_PROXY" in one for one in settings.notices) == between


def test_the_other_settings_are_read(env):
    folder = env(
        f"{LINE}\nOPENAI_BASE_URL=http://localhost:11434/v1\nLESSON_MODEL=gpt-6-luna\n"
        "LESSON_MODE=record\nLESSON_BUDGET_USD=0.5\nLESSON_KRW_PER_USD=1450\n"
    )
    assert read_settings(folder, {}) == Settings(
        "record",
        KEY,
        "http://localhost:11434/v1",
        "gpt-6-luna",
        0.5,
        1450.0,
        (),
        "설정: 작업 폴더의 .env를 읽었습니다.",
    )


def test_without_a_file_the_lessons_replay(tmp_path):
    assert read_settings(tmp_path, {}) == Settings("replay")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", ["", "\n\n", COMMENT, "OPENAI_API_KEY=\n", 'OPENAI_API_KEY=""\n', "OTHER=x\n"]
)
def test_a_file_without_a_key_replays_in_silence(env, content):
    settings = read_settings(env(content), {})
    assert (settings.mode, settings.api_key, settings.notices) == ("replay", None, ())


def test_the_example_file_replays_and_lists_every_setting(env):
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert read_settings(env(example), {}).mode == "replay"
    assert all(f"# {name}=" in example for name in NAMES)
    assert f"OPENAI_API_KEY={PLACEHOLDER}" in example


@pytest.mark.parametrize("form", ["{}", '"{}"', " {} "])
def test_the_placeholder_is_no_key(env, form):
    settings = read_settings(env("OPENAI_API_KEY=" + form.format(PLACEHOLDER)), {})
    assert (settings.mode, settings.api_key) == ("replay", None)
    assert len(settings.notices) == 1 and "예시 글자" in settings.notices[0]


def test_env_txt_is_read_and_said(env):
    settings = read_settings(env(LINE, ".env.txt"), {})
    assert (settings.mode, settings.api_key) == ("live", KEY)
    assert len(settings.notices) == 1 and ".env.txt" in settings.notices[0]
    keeps_quiet(settings)


def test_env_goes_before_env_txt(env):
    env("LESSON_MODEL=right")
    settings = read_settings(env(f"LESSON_MODEL=wrong\n{LINE}", ".env.txt"), {})
    assert (settings.mode, settings.model) == ("replay", "right")
    assert len(settings.notices) == 1 and ".env만" in settings.notices[0]


@pytest.mark.parametrize(
    "name", ["OPENAI_APIKEY", "openai_api_key", "OPENAI_KEY", "LESSON_BUGDET_USD", "OPENAI_ORG_ID"]
)
def test_a_misspelt_setting_is_named_by_its_line(env, name):
    settings = read_settings(env(f"# 가\n\n{name}={KEY}\n"), {})
    assert settings.mode == "replay"
    assert len(settings.notices) == 1 and ".env의 3번째 줄" in settings.notices[0]
    keeps_quiet(settings)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (KEY, 1),
        (f"# 가\n\n{KEY}\n", 3),
        (f"LESSON_MODEL=m\nOPENAI_API_KEY {KEY}\n", 2),
        (f"OPENAI_API_KEY: {KEY}\n", 1),
        (f"OPENAI_API_KEY＝{KEY}\n", 1),
        ("LESSON_MODEL=m\n\n# 가\nOPENAI_API_KEY\n", 4),
        (f'LESSON_MODEL=m\nOPENAI_API_KEY="{KEY}\n', 2),
        (f"\n\n\nOPENAI_API_KEY='{KEY}\n", 4),
        (f"LESSON_MODEL=m\r\n\r\n{KEY}\r\n", 3),
        (f"LESSON_MODEL=m\r\r{KEY}\r", 3),
        (f'OPENAI_API_KEY="{KEY}" extra\n', 1),
    ],
)
def test_a_line_that_is_not_understood_is_named_by_number_never_by_content(env, content, line):
    assert f".env의 {line}번째 줄" in refused(env(content))


@pytest.mark.parametrize(
    "key",
    [
        f"“{KEY}”",
        f"‘{KEY}’",
        f"{KEY}키",
        f"한글{KEY}",
        f"{KEY}\u200b",
        f"{KEY} {KEY}",
        f"{KEY}é",
        f'"{KEY}\\n1"',
        f"{KEY}…",
        f"{KEY},",
        f"{KEY};",
        f"{KEY}>",
        f"{KEY}.",
        f"`{KEY}`",
        f"[{KEY}]",
    ],
)
def test_a_key_with_other_letters_is_refused_by_line(env, key):
    message = refused(env(f"# 가\nOPENAI_API_KEY={key}\n"))
    assert "OPENAI_API_KEY" in message and ".env의 2번째 줄" in message


def test_the_file_is_named_as_it_is_called(env):
    assert ".env.txt의 1번째 줄" in refused(env("OPENAI_API_KEY=한글\n", ".env.txt"))


def test_a_file_that_is_no_text_is_refused(env):
    assert ".env" in refused(env(b"\xff\x81\x9f" + LINE.encode()))
    assert ".env" in refused(env(LINE.encode("utf-16-le") + b"\x00"))


def test_a_file_that_cannot_be_opened_is_refused(env, monkeypatch):
    folder = env(LINE)

    def locked(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert ".env" in refused(folder)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:11434",
        "ftp://host/v1",
        f"https://user:{KEY}@host/v1",
        f"https://host/{KEY} x",
        "http://",
        "http://localhost:port/v1",
        "http://localhost:114344/v1",
        "http://localhost:0/v1",
        "http://:8080/v1",
        "http://localhost/v1?a=b",
        "http://localhost/v1#a",
        "http://[::1/v1",
        KEY,
    ],
)
def test_an_address_that_is_none_or_holds_a_password_is_refused(env, url):
    assert "OPENAI_BASE_URL" in refused(env(f"OPENAI_BASE_URL={url}\n"))


@pytest.mark.parametrize("name", ["LESSON_BUDGET_USD", "LESSON_KRW_PER_USD"])
@pytest.mark.parametrize("value", ["-1", "nan", "inf", "1e999", "0,05", "5센트", KEY])
def test_an_amount_that_is_no_number_is_refused(env, name, value):
    assert name in refused(env(f"{name}={value}\n{LINE}"))


def test_a_budget_of_nothing_is_a_budget(env):
    assert read_settings(env(f"LESSON_BUDGET_USD=0\n{LINE}"), {}).budget_usd == 0


@pytest.mark.parametrize("mode", ["offline", "replay live", KEY, "라이브"])
def test_an_unknown_mode_is_refused(env, tmp_path, mode):
    assert "1번째 줄" in refused(env(f"LESSON_MODE={mode}\n"))
    assert "환경 변수" in refused(tmp_path, {"LESSON_MODE": mode})


@pytest.mark.parametrize(
    ("asked", "content", "mode"),
    [
        ("", LINE, "live"),
        ("auto", LINE, "live"),
        ("auto", "", "replay"),
        ("auto", f"LESSON_MODE=replay\n{LINE}", "live"),
        ("", f"LESSON_MODE=replay\n{LINE}", "replay"),
        ("", "OPENAI_BASE_URL=http://localhost:1/v1", "live"),
        ("record", LINE, "record"),
        (" LIVE ", LINE, "live"),
        ("live", f"LESSON_MODE=replay\n{LINE}", "live"),
    ],
)
def test_the_mode_follows_the_environment_then_the_file_then_the_key(env, asked, content, mode):
    assert read_settings(env(content), {"LESSON_MODE": asked}).mode == mode


def test_asking_for_replay_does_not_open_the_file(env, monkeypatch):
    folder = env(f"{KEY}\nOPENAI_API_KEY=한글\nLESSON_MODE=nonsense\n")

    def opened(*arguments, **named):
        raise AssertionError("the learner's .env was touched")

    for name in ("open", "read_bytes", "read_text", "is_file", "exists", "stat"):
        monkeypatch.setattr(Path, name, opened)
    monkeypatch.setattr("builtins.open", opened)
    for asked in ("replay", " Replay "):
        assert read_settings(folder, {"LESSON_MODE": asked, "OPENAI_API_KEY": KEY}) == Settings("replay")


def test_a_key_in_the_environment_is_named_and_not_used(tmp_path):
    settings = read_settings(tmp_path, {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://elsewhere/v1"})
    assert (settings.mode, settings.api_key, settings.base_url) == ("replay", None, None)
    assert len(settings.notices) == 1 and "LESSON_MODE=live" in settings.notices[0]
    keeps_quiet(settings)


@pytest.mark.parametrize("mode", ["live", "record"])
def test_a_key_in_the_environment_is_used_where_live_was_asked_for(tmp_path, mode):
    settings = read_settings(tmp_path, {"OPENAI_API_KEY": f" {KEY}\n", "LESSON_MODE": mode})
    assert (settings.mode, settings.api_key) == (mode, KEY)
    keeps_quiet(settings)


def test_a_bad_key_in_the_environment_is_refused_as_such(tmp_path):
    assert "환경 변수" in refused(tmp_path, {"OPENAI_API_KEY": f"“{KEY}”", "LESSON_MODE": "live"})


def test_a_key_in_the_environment_never_goes_to_another_server(env):
    folder = env("OPENAI_BASE_URL=http://localhost:11434/v1\n")
    for mode in ("", "live"):
        settings = read_settings(folder, {"OPENAI_API_KEY": KEY, "LESSON_MODE": mode})
        assert (settings.mode, settings.api_key) == ("live", None)


def test_live_without_a_key_says_so(tmp_path):
    assert "LESSON_MODE=live" in refused(tmp_path, {"LESSON_MODE": "live"})
    assert "녹화하려면" in refused(tmp_path, {"LESSON_MODE": "record"})


@pytest.mark.parametrize("name", ["OPENAI_APIKEY", "OPEN_AI_KEY", "OPENAPI_KEY", "API_KEY", "OPEN_API_KEY"])
def test_a_name_that_was_meant_for_the_key_is_noticed(env, name):
    settings = read_settings(env(f"{name}={KEY}\n"), {})
    keeps_quiet(settings)
    assert settings.mode == "replay" and ".env의 1번째 줄" in settings.notices[0]


def test_a_key_pasted_behind_the_placeholder_is_refused(env):
    assert "예시 글자" in refused(env(f"OPENAI_API_KEY={PLACEHOLDER}{KEY}\n"))


@pytest.mark.parametrize("model", [KEY, "sk-other", '"gpt-6-luna\n\nx"', '"two words"'])
def test_a_model_that_is_none_is_refused_by_line(env, model):
    assert ".env의 2번째 줄" in refused(env(f"{LINE}\nLESSON_MODEL={model}\n"))


@pytest.mark.parametrize("budget", ["1e300", "10001", "-1", "nan", "inf", "많이"])
def test_a_budget_out_of_reason_is_refused(env, budget):
    assert "LESSON_BUDGET_USD" in refused(env(f"{LINE}\nLESSON_BUDGET_USD={budget}\n"))


def test_nothing_is_written_to_the_environment_or_the_folder(env):
    before = dict(os.environ)
    folder = env(LINE)
    read_settings(folder, {})
    assert dict(os.environ) == before
    assert [one.name for one in folder.iterdir()] == [".env"]
    assert (folder / ".env").read_bytes() == LINE.encode()


@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.openai.com/v1",
        "http://8.8.8.8/v1",
        "http://134744072/v1",
        "http://0x8080808/v1",
        "http://[2001:4860:4860::8888]/v1",
        "http://gateway.school.example/v1",
    ],
)
def test_nothing_goes_to_a_public_address_in_clear(env, base_url):
    told = refused(env(f"{LINE}\nOPENAI_BASE_URL={base_url}\nLESSON_MODEL=m\n"))
    assert "암호화되지" in told and "https://" in told and "2번째 줄" in told
    secure = base_url.lower().replace("http://", "https://")
    assert read_settings(env(f"{LINE}\nOPENAI_BASE_URL={secure}\nLESSON_MODEL=m\n"), {}).base_url == secure


@pytest.mark.parametrize(
    "base_url",
    ["http://localhost:1234/v1", "http://192.168.0.7/v1", "http://litellm:4000", "http://[::1]:1/v1"],
)
def test_an_address_of_this_network_may_be_in_clear(env, base_url):
    assert read_settings(env(f"OPENAI_BASE_URL={base_url}\nLESSON_MODEL=m\n"), {}).base_url == base_url


def test_a_budget_is_none_where_nobody_set_one(env):
    assert read_settings(env(LINE), {}).budget_usd is None
    assert read_settings(env(f"{LINE}\nLESSON_BUDGET_USD=0.05\n"), {}).budget_usd == 0.05


def test_the_settings_hold_the_key_in_no_way_that_writes_it_out(env):
    settings = read_settings(env(LINE), {})
    written = [repr(vars(settings)), repr(asdict(settings)), repr(copy.deepcopy(settings)), str(settings)]
    written += [repr(getattr(settings.api_key, name)) for name in dir(settings.api_key)]
    assert not [one for one in written if SECRET in one]
    for thing in (settings, settings.api_key):
        with pytest.raises(TypeError, match="pickled"):
            pickle.dumps(thing)
