"""How each playground is used by mouse and by keyboard, and where its parts stand on the page."""

import re

from playwright.sync_api import expect

# Everything in a playground that can have the keyboard.
CONTROLS = "button:enabled, select, input, textarea, .noUi-handle"
# For each control of one kind: how far its focus ring stands out from what it is drawn on, as WCAG counts contrast.
RINGS = """(box, controls) => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((one) => {
      const share = one / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    return /, 0\\)$/.test(colour) ? ground(node.parentElement) : colour;
  };
  return [...box.querySelectorAll(controls)].filter((one) => one.checkVisibility()).map((control) => {
    control.focus();
    const { outlineStyle, outlineWidth, outlineOffset, outlineColor } = getComputedStyle(control);
    const [dark, light] = [outlineColor, ground(control.parentElement)].map(luminance).sort((a, b) => a - b);
    const wide = outlineStyle === "solid" && parseFloat(outlineWidth) >= 2 && parseFloat(outlineOffset) >= 1;
    return wide && document.activeElement === control ? (light + 0.05) / (dark + 0.05) : 0;
  });
}"""
# What of a playground and of the output round it would have to be scrolled sideways as a whole.
WIDER = """(box) => [box.closest(".jp-OutputArea-output"), box, ...box.querySelectorAll(".widget-vbox, .widget-hbox")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.className)"""


def seen(desk, *shown):
    """Say whether all of these stand in the part of the notebook that the window shows."""
    pane = desk.page.locator(".jp-Notebook .jp-WindowedPanel-outer").bounding_box()
    boxes = [one.bounding_box() for one in shown]
    return all(
        pane["y"] <= one["y"] and one["y"] + one["height"] <= pane["y"] + pane["height"] for one in boxes
    )


def type_over(desk, text):
    """Replace what stands in the focused control, with the keyboard."""
    desk.page.keyboard.press("ControlOrMeta+a")
    desk.page.keyboard.type(text)


def by_mouse_in_tokens(desk, box):
    box.get_by_label("글", exact=True).click()
    type_over(desk, "<img src=x onerror=alert(1)> 한글")
    expect(box.locator("table").first.locator("td").nth(1)).to_have_text("31")
    assert box.locator("img").count() == 0


def by_keyboard_in_tokens(desk, box):
    desk.tab_to(box.get_by_label("글", exact=True))
    type_over(desk, "hello world")
    expect(box.locator("table").first.locator("td").nth(1)).to_have_text("11")
    expect(box).to_contain_text("␣world")


def by_mouse_in_messages(desk, box):
    box.get_by_label("녹화된 대화").select_option("korean-series (응답 1개)")
    box.get_by_label("4번 본문").click()
    type_over(desk, "십 분 동안 적은 질문")
    # A click overtakes keys that wait for a busy kernel.
    expect(box.locator("pre").first).to_contain_text("십 분 동안 적은 질문")
    box.get_by_role("button", name="불러오기").click()
    expect(box).to_contain_text("입력 토큰: 81개")
    back = box.get_by_role("button", name="되돌리기")
    back.click()
    expect(box.get_by_label("4번 본문")).to_have_value("십 분 동안 적은 질문")
    back.click()
    expect(box).to_contain_text("입력 토큰: 81개")
    box.get_by_role("button", name="보내기").click()
    expect(box).to_contain_text("출처: 녹화")
    box.get_by_role("button", name="메시지 더하기").click()
    box.get_by_label("5번 본문").click()
    type_over(desk, "<b>몇 대 몇?</b>")
    expect(box).to_contain_text("고친 메시지는 아직 보내지 않았습니다.")
    expect(box.locator("pre").first).to_contain_text('"content": "<b>몇 대 몇?</b>"')
    box.get_by_role("button", name="보내기").click()
    expect(box).to_contain_text("녹화에 없는 요청입니다.")
    expect(box).not_to_contain_text("Traceback")
    nearest = box.get_by_role("button", name="가장 가까운 녹화 불러오기")
    nearest.click()
    expect(nearest).to_be_hidden()
    expect(box.get_by_role("button", name="보내기")).to_be_focused()
    box.get_by_role("button", name="보내기").click()
    expect(box).to_contain_text("출처: 녹화")


def by_keyboard_in_messages(desk, box):
    desk.tab_to(box.get_by_label("2번 본문"))
    type_over(desk, "hello")
    expect(box.locator("pre").first).to_contain_text('"content": "hello"')
    desk.tab_to(box.get_by_role("button", name="메시지 더하기"))
    desk.page.keyboard.press("Enter")
    fifth = box.get_by_label("5번 역할")
    fifth.wait_for()
    desk.tab_to(fifth, "Shift+Tab")
    desk.page.keyboard.press("d")
    expect(fifth).to_have_value("developer")
    desk.page.keyboard.press("ArrowDown")
    expect(fifth).to_have_value("system")
    desk.page.keyboard.press("ArrowUp")
    expect(fifth).to_have_value("developer")
    desk.tab_to(box.get_by_role("button", name="위로").last)
    desk.page.keyboard.press("Space")
    expect(box.get_by_label("4번 역할")).to_have_value("developer")
    expect(box.get_by_label("5번 본문")).to_have_value("마지막 게임이 어디에서 열렸어?")


def by_mouse_in_schema(desk, box):
    expect(box).to_contain_text("받아들이지 않습니다.")
    box.get_by_label("확인할 답변").click()
    type_over(desk, '{"name": "박람회", "date": "금요일", "participants": ["앨리스"]}')
    expect(box).to_contain_text("받아들입니다.")
    box.get_by_label("필드 2 자료형").select_option(label="정수")
    expect(box).to_contain_text("date: int")
    expect(box).to_contain_text("받아들이지 않습니다.")
    box.get_by_role("button", name="필드 더하기").click()
    box.get_by_label("필드 4 이름").click()
    type_over(desk, "place")
    expect(box).to_contain_text("place: str")


def by_keyboard_in_schema(desk, box):
    desk.tab_to(box.get_by_label("필드 3 이름"))
    type_over(desk, "people")
    expect(box).to_contain_text("people: list[str]")
    desk.tab_to(box.get_by_role("button", name="필드 더하기"))
    desk.page.keyboard.press("Enter")
    box.get_by_label("필드 4 이름").wait_for()
    desk.tab_to(box.get_by_label("확인할 답변"))
    type_over(desk, '{"name": "a", "date": "b", "people": []}')
    expect(box).to_contain_text("받아들입니다.")


def by_mouse_in_sampling(desk, box):
    handle = box.locator(".noUi-handle").first
    place = handle.bounding_box()
    middle = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    desk.page.mouse.move(*middle)
    desk.page.mouse.down()
    desk.page.mouse.move(middle[0] + 80, middle[1], steps=8)
    desk.page.mouse.up()
    expect(box).not_to_contain_text("후의 확률 (온도 1 ·")
    box.get_by_role("button", name="뽑기").click()
    expect(box).to_contain_text(re.compile(r"100번 가운데 \d+번이 다릅니다."))


def by_keyboard_in_sampling(desk, box):
    desk.tab_to(box.get_by_role("slider", name="온도"))
    desk.page.keyboard.press("ArrowLeft")
    expect(box).to_contain_text("후의 확률 (온도 0.9 ·")
    desk.tab_to(box.get_by_label("top_p 값"))
    type_over(desk, "0.8")
    desk.page.keyboard.press("Enter")
    expect(box).to_contain_text("top_p 0.8)")
    desk.tab_to(box.get_by_label("시드", exact=True))
    type_over(desk, "124")
    desk.tab_to(box.get_by_role("button", name="뽑기"))
    desk.page.keyboard.press("Space")
    expect(box).to_contain_text("시드 124")


def by_mouse_in_math(desk, box):
    expect(box).to_contain_text("틀림")
    box.get_by_label("풀이(한 줄에 한 단계)").click()
    type_over(desk, "8x = 2 - 31\n8x = -29\nx = -29/8")
    box.get_by_label("최종 답").click()
    type_over(desk, "x = -29/8")
    expect(box).to_contain_text("모든 단계와 최종 답이 맞습니다.")


def by_keyboard_in_math(desk, box):
    desk.tab_to(box.get_by_label("문제"))
    type_over(desk, "2x = 6")
    desk.tab_to(box.get_by_label("풀이(한 줄에 한 단계)"))
    type_over(desk, "x = 3")
    desk.tab_to(box.get_by_label("최종 답"))
    type_over(desk, "x = 4")
    expect(box).to_contain_text("맞지 않은 줄: 1개")


BY_MOUSE = {
    "01_roles": by_mouse_in_messages,
    "02_structured_outputs": by_mouse_in_schema,
    "03_tokens": by_mouse_in_tokens,
    "04_seeds": by_mouse_in_sampling,
    "05_math_helper": by_mouse_in_math,
}
BY_KEYBOARD = {
    "01_roles": by_keyboard_in_messages,
    "02_structured_outputs": by_keyboard_in_schema,
    "03_tokens": by_keyboard_in_tokens,
    "04_seeds": by_keyboard_in_sampling,
    "05_math_helper": by_keyboard_in_math,
}
