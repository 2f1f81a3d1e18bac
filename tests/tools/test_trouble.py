"""What a failed set-up says: the cause that the output of pip, uv and venv names, in two languages."""

import os
import sys

import pytest

from tools import trouble

PIP = [
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk_full"),
    ("OSError: [WinError 112] 디스크 공간이 부족합니다", "disk_full"),
    ("[WinError 206] 파일 이름이나 확장명이 너무 깁니다", "path_too_long"),
    ("OSError: [Errno 36] File name too long: 'x'", "path_too_long"),
    (
        "ERROR: [Errno 2] No such file or directory: 'C:\\\\x'\nHINT: This error might have occurred"
        " since this system does not have Windows Long Path support enabled.",
        "path_too_long",
    ),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate", "certificate"),
    ("WARNING: Retrying (Retry(total=4)) after connection broken by 'ProxyError('Cannot", "no_network"),
    ("[Errno 11001] getaddrinfo failed\nERROR: No matching distribution found for openai", "no_network"),
    ("[Errno -3] Temporary failure in name resolution", "no_network"),
    ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "no_network"),
    ("ERROR: [Errno 13] Permission denied: '/x'", "not_permitted"),
    ("PermissionError: [WinError 5] 액세스가 거부되었습니다", "not_permitted"),
    ("ERROR: No matching distribution found for tiktoken<1,>=0.14", "no_package"),
    ("ERROR: Failed building wheel for regex", "no_package"),
    (
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated",
        "wrong_hash",
    ),
    ("The virtual environment was not created because ensurepip is not available.", "no_ensurepip"),
    ("[Errno 39] Directory not empty: '_vendor'", "still_running"),
    ("[WinError 145] 디렉터리가 비어 있지 않습니다: '_vendor'", "still_running"),
    ("something else", "install_failed"),
]
CONNECT = """error: Request failed after 3 retries in 4.7s
  cause: Failed to fetch: https://packages.example/simple/six/
  cause: error sending request for url (https://packages.example/simple/six/)
  cause: client error (Connect)
  cause: """
UV = [
    (
        CONNECT + "tunnel error: failed to create underlying connection\n  cause: tcp connect error",
        "no_network",
    ),
    (CONNECT + "dns error\n  cause: error resolving DNS", "no_network"),
    (CONNECT + "invalid peer certificate: UnknownIssuer", "certificate"),
    (
        "error: Failed to download `babel==2.18.0`\n  cause: Failed to extract archive: babel-2.18.0-py3-none-any.whl\n"
        "  cause: failed to write to file `/x/global.dat`: No space left on device (os error 28)",
        "disk_full",
    ),
    ("error: Failed to install: babel\n  cause: 디스크 공간이 부족합니다. (os error 112)", "disk_full"),
    ("error: Failed to install: babel\n  cause: 액세스가 거부되었습니다. (os error 5)", "not_permitted"),
    ("error: Failed to install: babel\n  cause: 이름이 너무 깁니다. (os error 206)", "path_too_long"),
    ("error: Failed to download `babel==2.18.0`\n  cause: Hash mismatch for `babel==2.18.0`", "wrong_hash"),
    (
        "error: No solution found when resolving dependencies\n  cause: Because six was not found in the package registry",
        "no_package",
    ),
    (
        "error: Failed to parse: `/home/a/uv.toml`\n  cause: TOML parse error at line 1, column 5",
        "uv_settings",
    ),
]


@pytest.mark.parametrize(("output", "key"), PIP + UV)
def test_the_cause_of_a_failure_is_named(output, key):
    assert trouble.explain(output, "install_failed").key == key


def test_every_cause_has_a_sentence_in_korean_and_in_english():
    assert {key for key, pattern in trouble.CAUSES} <= trouble.MESSAGES.keys()
    for key, (korean, english) in trouble.MESSAGES.items():
        assert any("가" <= letter <= "힣" for letter in korean), key
        assert not any("가" <= letter <= "힣" for letter in english), key


def test_a_refused_certificate_and_an_unreachable_index_say_what_helps_with_pip_and_with_uv():
    for key, names in (
        ("certificate", ("PIP_CERT", "SSL_CERT_FILE")),
        ("no_network", ("PIP_INDEX_URL", "UV_DEFAULT_INDEX")),
    ):
        assert all(name in text for name in names for text in trouble.MESSAGES[key])


def test_the_debian_package_carries_the_version():
    error = trouble.explain("ensurepip is not available", "install_failed")
    expected = f"sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert expected in trouble.message(error.key, **error.values)


def test_passwords_in_addresses_are_masked():
    for secret in ("user:hunter2@", "hunter2@", "user:hun@ter2@", "user:hunter2%40@"):
        shown = trouble.last_lines("Looking in indexes: https://" + secret + "pypi.example/simple\nend")
        assert "hun" not in shown and "ter2" not in shown
        assert "https://***@pypi.example/simple" in shown and shown.endswith("end")


def test_what_venv_says_of_a_separator_in_the_path_is_named():
    said = "Error: Refusing to create a venv in /a:b/.venv because it contains the PATH separator :."
    error = trouble.explain(said, "install_failed")
    assert error.key == "path_separator" and os.pathsep in trouble.message(error.key, **error.values)
