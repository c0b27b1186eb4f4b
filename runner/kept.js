// What a reader typed on this page: for each block a list of texts, of which the
// last one is shown. Edited code that came with a link follows the reader's own
// text. `of` tells which version of the page's code was edited. Besides, the
// names of solved exercises. A browser may block its storage, or have no room.
const name = (key) => `kept ${location.pathname} ${key}`;
const SOLVED = "solved exercises";

// A short name for a text; other text has another one, most likely.
export function digest(text) {
  let found = 5381;
  for (const one of text) found = (found * 33 + one.codePointAt(0)) % 0xffffffff;
  return found.toString(36);
}

function read(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key));
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

// Whether a list was written.
function write(key, list) {
  try {
    if (!list.length) {
      localStorage.removeItem(key);
      return true;
    }
    const content = JSON.stringify(list);
    localStorage.setItem(key, content);
    return localStorage.getItem(key) === content;
  } catch {
    return false;
  }
}

export const kept = (key) => read(name(key)).filter((one) => typeof one?.text === "string");
export const keep = (key, texts) => write(name(key), texts);

export const solved = () => read(SOLVED);
export const solve = (exercise) => write(SOLVED, [...new Set([...solved(), exercise])]);
