"""The sentences that speak of a terminal, a folder or `.env`, as they read where the course runs."""

import sys

# The learner's own computer, with a terminal and files.
ON_A_COMPUTER = {
    "another_address": ".env의 OPENAI_BASE_URL을 확인하고 커널을 다시 시작하세요.",
    "another_model": "다른 모델은 .env의 LESSON_MODEL로 고릅니다.",
    "record": "녹화는 `python start.py record`로 합니다. LESSON_MODE를 지우거나 live로 바꾸세요.",
    "course_damaged": "코스를 다시 내려받거나, Git으로 받았다면 `git checkout -- {path}`를 실행하세요.",
    "course_env_not_permitted": "코스 폴더의 {file}는 읽을 권한이 없어 없는 것으로 봅니다.",
    "env_is_no_file": "{place}의 .env가 파일이 아닙니다(폴더이거나 끊어진 링크). 지우거나 이름을 바꾼 뒤 커널을 다시 시작하세요.",
    "env_not_permitted": "{place}의 {file} 파일을 읽을 권한이 없습니다. 파일의 권한을 고친 뒤 커널을 다시 시작하세요.",
    "from_course": "설정: 작업 폴더에 .env가 없어 코스 폴더의 {file}를 읽었습니다.",
    "from_learner": "설정: 작업 폴더의 {file}를 읽었습니다.",
    "ignored_txt": ".env와 .env.txt가 모두 있어 .env만 읽었습니다.",
    "installation": (
        "실패한 항목이 있습니다. 터미널에서 `python start.py doctor`를 실행하면 자세한 내용이 나옵니다. "
        "`python start.py`를 다시 실행하면 빠진 패키지를 설치합니다. "
        "패키지의 버전이 맞지 않으면 .venv 폴더를 지우고 다시 실행하세요."
    ),
    "key_elsewhere": "{place}의 {file}에 키가 적혀 있는 것 같지만 그 파일은 읽지 않습니다. 키를 .env로 옮기세요.",
    "key_in_example": (
        "{place}의 {file}에 키가 적혀 있는 것 같습니다. 이 파일은 Git에 올라가 공개될 수 있습니다. "
        "거기서 키를 지우고 .env에 적으세요. 이미 올렸다면 그 키를 지우고 새로 만드세요."
    ),
    "key_outside": "환경 변수에 OPENAI_API_KEY가 있지만 쓰지 않습니다. 쓰려면 .env에 적거나 LESSON_MODE=live로 실행하세요.",
    "larger_budget": (
        "max_completion_tokens나 메시지를 줄이거나, .env의 LESSON_BUDGET_USD를 늘리고 첫 셀을 다시 실행하세요."
    ),
    "local_gone": (
        "로컬 모델의 서버가 저절로 다시 시작되고 있을 수 있습니다. 10초쯤 기다렸다가 이 셀부터 다시 실행하세요. "
        "계속되면 터미널에서 Ctrl+C로 멈추고 `python start.py local`을 다시 실행하세요."
    ),
    "live": (
        ".env에 키를 넣고 라이브 모드로 실행하거나, 키 없이 `python start.py local`로 이 컴퓨터의 작은 모델에 묻습니다. "
        "(00_start_here 참고)"
    ),
    "live_now": ".env에 키를 넣고 라이브 모드로 실행하거나, 키 없이 `python start.py local`로 다시 시작하세요.",
    "name_a_model": ".env에 LESSON_MODEL=모델이름을 적고 커널을 다시 시작하세요. 이름은 서버가 아는 것이어야 합니다.",
    "new_key": "키를 새로 만들어 .env의 OPENAI_API_KEY에 넣고 커널을 다시 시작하세요.",
    "no_credit": "결제 화면에서 잔액과 한도를 확인하거나, .env에서 키를 빼고 재생 모드로 계속하세요.",
    "no_key": "LESSON_MODE={mode}인데 키가 없습니다. .env에 OPENAI_API_KEY를 적거나 LESSON_MODE를 지우세요.",
    "no_key_to_record": (
        "녹화하려면 .env에 OPENAI_API_KEY를(로컬 서버라면 OPENAI_BASE_URL과 LESSON_MODEL을) 적고 다시 시작하세요."
    ),
    "no_successor": ".env의 LESSON_MODEL에 다른 모델을 적으세요.",
    "not_found": "모델 이름을 확인하세요. 종료된 모델이라면 .env의 LESSON_MODEL에 후속 모델을 적습니다.",
    "own_client": "이 코스에서는 OpenAI(**lesson.connection)로 만드세요. 자신의 프로젝트에서는 .env에 키를 둡니다.",
    "open_the_task": (
        "왼쪽의 파일 목록에서 tasks 폴더를 열고 파일을 두 번 클릭합니다. "
        "다 쓰면 Ctrl+S(macOS는 Cmd+S)로 저장하세요."
    ),
    "page": "브라우저로 로그인해야 하는 네트워크인지 보고, HTTPS_PROXY와 .env의 OPENAI_BASE_URL(대개 /v1로 끝남)을 확인하세요.",
    "successor": "후속 모델은 {successor}이며, .env의 LESSON_MODEL로 바꿉니다.",
    "unreachable": "연결과 HTTPS_PROXY, .env의 OPENAI_BASE_URL을 확인하세요. 재생 모드는 네트워크 없이 됩니다.",
    "write_the_task": "작업 폴더의 {file}에 쓰세요.",
    "wrong_name": "파일 이름이 .env.txt입니다. 그대로 읽었지만, 이름을 .env로 바꾸세요.",
}

# A tab of a browser, where nothing is installed: neither a terminal nor `.env`, and no key is ever typed into it.
IN_A_TAB = {
    "another_model": "다른 모델은 코스를 컴퓨터에 설치하면 고를 수 있습니다.",
    "course_damaged": "실습실의 첫 화면으로 돌아가 레슨을 다시 여세요. 계속되면 브라우저에 저장된 이 사이트의 캐시를 지우세요.",
    "installation": "실패한 항목이 있습니다. 실습실의 첫 화면으로 돌아가 레슨을 다시 여세요.",
    "larger_budget": "max_completion_tokens나 메시지를 줄이고 셀을 다시 실행하세요.",
    "live": "녹화에 없는 질문을 하려면 코스를 컴퓨터에 설치하세요. 키가 없어도 그 컴퓨터의 작은 모델에 물을 수 있습니다.",
    "live_now": "새 답변을 받으려면 코스를 컴퓨터에 설치하세요. 이 탭은 녹화된 답변만 보여 줍니다.",
    "new_key": "키를 새로 만들어 바꿔 넣어야 합니다. 이 탭에는 키를 적지 않습니다.",
    "no_credit": "결제 화면에서 잔액과 한도를 확인해야 합니다. 이 탭은 녹화된 답변을 보여 주므로 비용이 들지 않습니다.",
    "not_found": "모델 이름을 확인하세요. 종료된 모델이라면 후속 모델의 이름을 적습니다.",
    "own_client": "이 코스에서는 OpenAI(**lesson.connection)로 만드세요. 자신의 프로젝트에서는 키를 .env라는 파일에 둡니다.",
    "unreachable": "연결과 프록시, 서버 주소를 확인해야 합니다. 이 탭의 재생 모드는 서버에 연결하지 않습니다.",
}
IS_A_TAB = sys.platform == "emscripten"


def way_on(sentence: str, /, **values: object) -> str:
    """Return one of the sentences, as it reads where the course runs.

    Args:
        sentence: its name.
        values: what stands in its gaps.
    """
    return (ON_A_COMPUTER | IN_A_TAB if IS_A_TAB else ON_A_COMPUTER)[sentence].format(**values)
