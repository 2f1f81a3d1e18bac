// The first page: brings the saved notebooks up to the edition, as start.py does on a computer, and opens lessons.
import { bringUpToDate, restore, saved } from "./copies.js";

const STATES = {
  fresh: "처음 상태",
  hers: "고친 사본이 있습니다",
  beside: "고친 사본이 있고, 새 판을 옆에 두었습니다",
};
const UNSAFE =
  "이 주소로는 고친 노트북과 푼 문제가 저장되지 않습니다. https로 시작하는 주소나 이 컴퓨터의 주소(127.0.0.1)로 여세요.";
const NO_STORAGE =
  "이 브라우저가 저장을 막고 있어, 고친 노트북과 푼 문제가 남지 않습니다. 시크릿 창이라면 보통 창에서 여세요.";
const NOT_LOADED = "레슨의 목록을 받지 못했습니다. 연결을 확인하고 이 페이지를 새로 고치세요.";

const element = (name, text, attributes = {}) => {
  const node = document.createElement(name);
  node.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  return node;
};

const tell = (text) => {
  document.getElementById("told").textContent = text;
};

const trouble = (text) => {
  const list = document.getElementById("troubles");
  list.append(element("li", text));
  list.hidden = false;
};

const addressOf = (course, lesson) => `${course.edition}/lab/index.html?path=${encodeURIComponent(lesson.file)}`;

const show = async (course) => {
  const rows = [];
  for (const lesson of course.lessons) {
    const state = await saved(course, lesson);
    const row = document.createElement("tr");
    const cells = [1, 2, 3].map(() => row.appendChild(document.createElement("td")));
    cells[0].append(element("a", lesson.heading, { href: addressOf(course, lesson) }));
    cells[1].append(STATES[state]);
    if (state !== "fresh") {
      const button = element("button", "처음 상태로", { "aria-label": `${lesson.heading}: 처음 상태로` });
      button.addEventListener("click", async () => {
        const kept = await restore(course, lesson);
        await show(course);
        tell(`${lesson.heading}: 처음 상태로 되돌렸습니다. 쓰던 노트북은 ${kept}에 있습니다. JupyterLab에 열려 있다면 닫고 다시 여세요.`);
      });
      cells[2].append(button);
    }
    rows.push(row);
  }
  document.getElementById("lessons").replaceChildren(...rows);
};

const start = async () => {
  if (!window.isSecureContext) trouble(UNSAFE);
  else if (!navigator.serviceWorker || !window.indexedDB) trouble(NO_STORAGE);
  // What the browser has kept may be of an older edition: the address of everything else carries the edition.
  const response = await fetch("lessons.json", { cache: "no-cache" });
  if (!response.ok) throw new Error(response.status);
  const course = await response.json();
  document.getElementById("replay-only").hidden = course.local;
  document.getElementById("local-model").hidden = !course.local;
  const told = window.indexedDB ? await bringUpToDate(course) : [];
  // Other pages lead to a lesson by index.html?lesson=01_roles; where there is something to read, it is read first.
  const asked = new URLSearchParams(window.location.search).get("lesson");
  const lesson = course.lessons.find(({ name }) => name === asked);
  if (lesson && !told.length && document.getElementById("troubles").hidden) {
    window.location.replace(addressOf(course, lesson));
    return;
  }
  tell(told.join(" "));
  await show(course);
  document.body.dataset.ready = course.edition;
};

start().catch((error) => {
  trouble(NOT_LOADED);
  throw error;
});
