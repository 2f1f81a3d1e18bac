"""What a playground needs of the page and ipywidgets has no trait for: keys that stay inside, names, a live region."""

import html

BOX, RESULT = "lesson-playground", "lesson-result"
GONE = "커널이 다시 시작되어 이 칸은 멈추었습니다. 첫 셀과 이 셀을 다시 실행하세요."

# Keys in a text box stay there, as ipywidgets sees to; on a list or a button JupyterLab takes `d` `d` for "delete the cell".
# Only saving (Ctrl+S) goes on. After Shift+Enter JupyterLab shows the next cell, below what was just opened. Names and roles are set again whenever a part is drawn, which changes none of its nodes.
SCRIPT = """
const box = this.closest('.BOX');
box.addEventListener('keydown', (event) => {
  const saves = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's';
  if (!saves) event.stopPropagation();
});
const mend = () => {
  for (const handle of box.querySelectorAll('.noUi-handle'))
    handle.setAttribute('aria-label', handle.closest('.widget-slider').querySelector('label').textContent);
  for (const result of box.querySelectorAll('.RESULT')) result.setAttribute('role', 'status');
};
new MutationObserver(mend).observe(box, { childList: true, subtree: true });
mend();
setTimeout(() => {
  const cell = box.closest('.jp-Cell');
  if (cell?.nextElementSibling?.classList.contains('jp-mod-active')) box.scrollIntoView();
}, 300);
""".replace("BOX", BOX).replace("RESULT", RESULT)

# One blue that stands out 3:1 from the page in the light and the dark theme; the gap keeps it off the control's own colour.
RING = "#1976d2"
# In a font that holds Hangul and blanks alike a long text is laid out in a tenth of the time that JupyterLab's takes.
FONTS = "'Malgun Gothic', 'Apple SD Gothic Neo', 'Noto Sans CJK KR', 'Noto Sans KR', sans-serif"
STYLE = """
.BOX { padding: 4px; }
.BOX, .BOX .widget-box { overflow: visible; }
.BOX textarea { font-family: FONTS; }
.BOX :is(button, select, input, textarea, [tabindex], [contenteditable]):focus { outline: 2px solid RING !important; outline-offset: 2px; }
.BOX.jupyter-widgets-disconnected::after { content: 'GONE'; order: -1; padding: 6px 10px; border-left: 5px solid #d9534f; }
"""
for name, value in {"BOX": BOX, "RING": RING, "FONTS": FONTS, "GONE": GONE}.items():
    STYLE = STYLE.replace(name, value)

# A style that is put into a page tells so, and is the one element of a widget's HTML that both looks and acts.
PAGE = f'<style onload="{html.escape(SCRIPT)}">{STYLE}</style>'
