// What the learner saved in this browser: JupyterLite keeps files in IndexedDB, and one of them hides the site's own.
const STORE = "files";
// Which edition of each lesson a saved copy came from: what it said, by the lesson's name.
const LAID = "chat-api-lab laid";

// What a notebook says: kind and source of its cells in order.
const sources = (notebook) =>
  JSON.stringify(notebook.cells.map((cell) => [cell.cell_type, [cell.source].flat().join("").replaceAll("\r\n", "\n")]));

// Open the storage without making it: JupyterLite makes it, at the first file that is saved.
const open = (name) =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open(name);
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => (asked.error.name === "AbortError" ? resolve(null) : reject(asked.error));
  });

const inStore = async (course, mode, act) => {
  const database = await open(course.storage);
  if (!database) return undefined;
  try {
    if (!database.objectStoreNames.contains(STORE)) return undefined;
    const transaction = database.transaction(STORE, mode);
    const asked = act(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return asked.result;
  } finally {
    database.close();
  }
};

const read = (course, path) => inStore(course, "readonly", (store) => store.get(path));
const remove = (course, path) => inStore(course, "readwrite", (store) => store.delete(path));
const write = (course, model) => inStore(course, "readwrite", (store) => store.put(model, model.path));

const laid = () => JSON.parse(localStorage.getItem(LAID) ?? "{}");
const note = (lesson, said) => localStorage.setItem(LAID, JSON.stringify({ ...laid(), [lesson.name]: said }));

const published = async (course, lesson) => (await fetch(`${course.edition}/files/${lesson.file}`)).json();

// Save a notebook under a name that nothing has yet, and return it.
const keepBeside = async (course, lesson, model, content, word) => {
  for (let number = 1; ; number += 1) {
    const path = `${lesson.name}.${word}${number > 1 ? `-${number}` : ""}.ipynb`;
    if (!(await read(course, path))) {
      await write(course, { ...model, name: path, path, content, last_modified: new Date().toISOString() });
      return path;
    }
  }
};

// Say what there is of a lesson: "fresh", "hers", or "beside" where a newer edition lies beside hers.
export const saved = async (course, lesson) => {
  const mine = await read(course, lesson.file);
  if (!mine || sources(mine.content) === sources(await published(course, lesson))) return "fresh";
  return (await read(course, `${lesson.name}.new.ipynb`)) ? "beside" : "hers";
};

// Renew every copy that she never changed; lay the new edition beside one that she did. Returns what was done.
export const bringUpToDate = async (course) => {
  const told = [];
  for (const lesson of course.lessons) {
    const fresh = await published(course, lesson);
    const now = sources(fresh);
    const before = laid()[lesson.name];
    const mine = await read(course, lesson.file);
    const hers = mine && sources(mine.content);
    if (mine && hers !== now && hers === before) {
      await remove(course, lesson.file);
      told.push(`${lesson.heading}: 코스가 바뀌어 새 판으로 바꾸었습니다. 고친 적이 없는 노트북입니다.`);
    } else if (mine && hers !== now && before !== now) {
      const path = await keepBeside(course, lesson, mine, fresh, "new");
      told.push(`${lesson.heading}: 코스가 바뀌었습니다. 고친 노트북은 그대로 두고, 새 판을 ${path}에 두었습니다.`);
    }
    note(lesson, now);
  }
  return told;
};

// Take a saved copy away, so that the site's own shows again, and return where the old one is kept.
export const restore = async (course, lesson) => {
  const mine = await read(course, lesson.file);
  const kept = await keepBeside(course, lesson, mine, mine.content, "mine");
  await remove(course, lesson.file);
  return kept;
};
