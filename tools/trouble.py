"""What can go wrong while the course is set up, and how it is said; standard library only."""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

MESSAGES = {
    "installing": (
        "필요한 패키지를 .venv 폴더에 설치합니다. 처음에는 몇 분 걸립니다.",
        "Installing what is needed into the folder .venv. The first time takes a few minutes.",
    ),
    "rebuilding": (
        ".venv 폴더를 다시 만듭니다(설치가 끊겼거나, 패키지가 없어졌거나, 폴더를 옮겼거나, Python이 바뀌었습니다).",
        "Making the folder .venv anew (set-up was interrupted, a package is missing, the folder moved, or Python"
        " changed).",
    ),
    "ready": ("설치를 확인했습니다.", "The installation has been checked."),
    "no_ensurepip": (
        "이 Python에는 가상 환경을 만드는 데 필요한 ensurepip가 없습니다. Debian이나 Ubuntu에서는"
        " 다음을 실행한 뒤 다시 시작하세요: sudo apt install python{version}-venv",
        "This Python lacks ensurepip, which virtual environments need. On Debian or Ubuntu run this"
        " and start again: sudo apt install python{version}-venv",
    ),
    "not_ours": (
        "이 프로그램이 만든 가상 환경이 아니므로 건드리지 않습니다. 이름을 바꾸고 다시 시작하세요: {path}",
        "Not a virtual environment of this program, so it is left alone. Rename it and start again: {path}",
    ),
    "path_too_long": (
        "폴더 경로가 너무 깁니다({path}). 코스 폴더를 C:\\lab처럼 짧은 경로로 옮기고 다시 시작하세요."
        " Windows 설정에서 긴 경로(LongPathsEnabled)를 켜도 됩니다.",
        "The folder's path is too long ({path}). Move the course to a short path such as C:\\lab and start"
        " again, or turn on long paths (LongPathsEnabled) in Windows.",
    ),
    "disk_full": (
        "디스크에 남은 공간이 없습니다. 1GB 정도를 비우고 다시 시작하세요: {path}",
        "The disk is full. Free about 1 GB and start again: {path}",
    ),
    "not_permitted": (
        "이 폴더에 쓸 수 없습니다({path}). 열려 있는 JupyterLab을 닫거나, 코스를 홈 폴더 아래로 옮기고"
        " 다시 시작하세요.",
        "This folder cannot be written to ({path}). Close any open JupyterLab, or move the course into"
        " your home folder, and start again.",
    ),
    "certificate": (
        "패키지 서버의 인증서를 확인하지 못했습니다. 학교나 회사의 보안 장비가 연결을 검사하면 이렇게 됩니다."
        " 관리자에게 인증서 파일(.pem)을 받아 환경 변수 PIP_CERT에 그 경로를 넣고 다시 시작하세요. 그러면 pip으로"
        " 설치합니다. uv로 설치하려면 대신 SSL_CERT_FILE에 넣으세요.",
        "The package index's certificate could not be verified, as happens where a school or company inspects"
        " connections. Ask for its certificate file (.pem), put the path into the environment variable PIP_CERT,"
        " and start again: pip will install. For uv to install, put it into SSL_CERT_FILE instead.",
    ),
    "no_network": (
        "패키지 서버에 연결하지 못했습니다. 인터넷 연결을 확인하세요. 프록시가 있으면 환경 변수 HTTPS_PROXY에 주소를"
        " 넣고 다시 시작하세요(pip과 uv가 함께 씁니다). 따로 쓰는 패키지 서버가 있으면 PIP_INDEX_URL에 주소를"
        " 넣으세요. uv로 설치하려면 대신 UV_DEFAULT_INDEX에 넣으세요.",
        "The package index cannot be reached. Check the connection. Put the address of a proxy into the"
        " environment variable HTTPS_PROXY (pip and uv both read it) and start again. Put the address of an index of"
        " your own into PIP_INDEX_URL, or, for uv to install, into UV_DEFAULT_INDEX.",
    ),
    "no_package": (
        "이 컴퓨터와 Python {version}에 맞는 패키지를 찾지 못했습니다. 64비트 Python 3.11~3.14로 실행하고,"
        " PIP_INDEX_URL이나 UV_DEFAULT_INDEX를 설정했다면 그 서버에 패키지가 있는지 확인하세요.",
        "No package was found that fits this computer and Python {version}. Use a 64-bit Python 3.11 to 3.14, and"
        " if PIP_INDEX_URL or UV_DEFAULT_INDEX is set make sure that this index has the package.",
    ),
    "wrong_hash": (
        "패키지 서버가 준 파일이 시험한 파일과 다릅니다. 그래서 설치하지 않았습니다. 다시 시작해도 같으면 패키지"
        " 서버의 관리자나 선생님에게 아래 출력을 보여 주세요.",
        "The package index gave a file that is not the one that was tested, so it was not installed. If starting"
        " again does not help, show the output below to whoever runs the index, or to your teacher.",
    ),
    "pip_settings": (
        "pip의 설정을 읽지 못했습니다: {path}. 이 파일을 바로잡거나, 필요 없으면 이름을 바꾸고 다시 시작하세요.",
        "The settings of pip cannot be read: {path}. Correct this file, or rename it if it is not needed, and start"
        " again.",
    ),
    "uv_settings": (
        "uv의 설정을 읽지 못했습니다. 아래에 나온 파일을 바로잡거나, 필요 없으면 이름을 바꾸고 다시 시작하세요.",
        "The settings of uv cannot be read. Correct the file that is named below, or rename it if it is not needed,"
        " and start again.",
    ),
    "still_running": (
        "앞서 끊긴 설치가 아직 끝나지 않은 것 같습니다. 1분쯤 기다렸다가 다시 시작하세요: {path}",
        "An installation that was cut short seems to be still at work. Wait a minute and start again: {path}",
    ),
    "path_separator": (
        "폴더 이름에 {sign} 글자가 있어서 가상 환경을 만들 수 없습니다. 이름에서 빼고 다시 시작하세요: {path}",
        "The folder's path has a {sign} in it, so no virtual environment can be made there. Take it out and start"
        " again: {path}",
    ),
    "install_failed": (
        "설치를 마치지 못했습니다. 아래의 마지막 출력을 확인하고 다시 시작하세요.",
        "The installation did not finish. See the last lines of output below and start again.",
    ),
}

# What the output of pip, uv and venv, or an OSError, says when one of these is the cause; the first that fits.
CAUSES = (
    ("path_separator", r"PATH separator"),
    ("no_ensurepip", r"ensurepip is not available|No module named '?ensurepip"),
    (
        "disk_full",
        r"\[Errno (28|122)\]|\[WinError 112\]|os error (28|122|112)\)|No space left|Disk quota exceeded",
    ),
    (
        "path_too_long",
        r"\[Errno (36|63)\]|\[WinError 206\]|os error (36|63|206)\)|File name too long|Long Path support",
    ),
    ("wrong_hash", r"DO NOT MATCH THE HASHES|Hash mismatch for"),
    (
        "certificate",
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|confirming the ssl certificate"
        r"|invalid peer certificate|UnknownIssuer",
    ),
    (
        "no_network",
        r"getaddrinfo failed|name resolution|NameResolutionError|Name or service not known"
        r"|nodename nor servname|NewConnectionError|Failed to establish a new connection"
        r"|ConnectTimeout|[Tt]imed out|ProxyError|Connection refused|ConnectionResetError"
        r"|Connection aborted|Network is unreachable|SSLError|connection broken"
        r"|error sending request|dns error|tunnel error|Request failed after|Network connectivity is disabled"
        r"|the network was disabled|HTTP status (client|server) error",
    ),
    (
        "not_permitted",
        r"\[Errno (1|13|30)\]|\[WinError (5|32)\]|os error (1|13|30|5|32)\)|Permission denied"
        r"|Read-only file system",
    ),
    ("still_running", r"\[Errno (39|66)\]|\[WinError 145\]|Directory not empty"),
    ("uv_settings", r"Failed to parse: .*\.toml|TOML parse error"),
    (
        "no_package",
        r"No matching distribution|Failed building wheel|Failed to build|Microsoft Visual C\+\+|No solution found"
        r"|no wheel with a matching|doesn't have a source distribution or wheel|is not a supported wheel",
    ),
)


def message(key: str, **values: object) -> str:
    """Return one message of the table, Korean on the first line and English on the second."""
    return "\n".join(MESSAGES[key]).format(**values)


class StartError(Exception):
    """Something that the learner can put right, named by its key in MESSAGES; output is what a program said."""

    def __init__(self, key: str, output: str = "", **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.output = output
        self.values = values


def cause(text: str) -> str:
    """Return which of the CAUSES the output of pip, uv or venv names; empty where it names none."""
    return next((key for key, pattern in CAUSES if re.search(pattern, text)), "")


def explain(text: str, otherwise: str) -> StartError:
    """Return the StartError for the output of a program, or an OSError; otherwise names the last resort."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return StartError(cause(text) or otherwise, output=text, path=ROOT, version=version, sign=os.pathsep)


def mask(text: str) -> str:
    """Hide what stands between :// and @, where an index or proxy address holds a password."""
    return re.sub(r"(?<=://)\S+@", "***@", text)


def last_lines(text: str, count: int = 12) -> str:
    """Return the last lines of a program's output, passwords masked and very long lines cut."""
    return "\n".join("    " + mask(line)[:300] for line in text.rstrip().splitlines()[-count:])
