// What a reader typed on this page, until the tab is closed: for each block a
// list of texts, of which the last one is shown. Edited code that came with a
// link follows the reader's own text. Where storage is blocked, its name throws.
const name = (key) => `kept ${location.pathname} ${key}`;

export function kept(key) {
  try {
    const texts = JSON.parse(sessionStorage.getItem(name(key)));
    return texts.filter(({ text }) => typeof text === "string");
  } catch {
    return [];
  }
}

export function keep(key, texts) {
  try {
    if (texts.length) sessionStorage.setItem(name(key), JSON.stringify(texts));
    else sessionStorage.removeItem(name(key));
  } catch {
    // The texts are in the page until it goes.
  }
}

// Whether there is anything of this page.
export function any() {
  try {
    return Object.keys(sessionStorage).some((key) => key.startsWith(name("")));
  } catch {
    return false;
  }
}
