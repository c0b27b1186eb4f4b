// Chinese words in the search, on the ways between the page and its worker.
// The index has a zero-width space between two words. What a reader types has
// none, and the worker's own cuts lose the last word, and all words behind one
// that the index does not have: cut here, a word alone is found. What comes
// back is shown and copied without the spaces.
const COMMON = new Set("的了吗呢是在和与或被把给对会能要有这那个");

window.Worker = class extends Worker {
  #words = new Set();
  #longest = 0;

  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data: { data } }) => {
      for (const hit of data?.items?.flat() ?? []) {
        hit.title = hit.title.replaceAll("\u200b", "");
        hit.text = hit.text.replaceAll("\u200b", "");
      }
    });
  }

  postMessage(message, ...more) {
    const { data } = message;
    if (data?.docs) this.#learn(data.docs);
    if (typeof data === "string") {
      const cut = data.replace(/\p{Script=Han}+/gu, (run) => this.#cut(run));
      message = { ...message, data: cut };
    }
    super.postMessage(message, ...more);
  }

  #learn(docs) {
    for (const { title, text } of docs) {
      for (const [word] of `${title} ${text}`.matchAll(/\p{Script=Han}+/gu)) {
        this.#words.add(word);
        this.#longest = Math.max(this.#longest, word.length);
      }
    }
  }

  // The longest words, and the words in them. The worker never looks up the
  // last letter: a sign behind a word makes it whole. What is no word is being
  // typed yet.
  #cut(run) {
    const found = [];
    let cut = 0;
    let unknown = "";
    for (let start = 0; start < run.length; start += 1) {
      let end = Math.min(run.length, start + this.#longest);
      while (end > start && !this.#words.has(run.slice(start, end))) end -= 1;
      if (end - start > (start < cut ? 1 : 0)) {
        found.push(run.slice(start, end));
        cut = Math.max(cut, end);
      }
      unknown = start < cut ? "" : unknown + run[start];
    }
    const words = found.filter((word) => !COMMON.has(word));
    const whole = (words.length ? words : found).map((word) => `${word}\u3007`);
    return ` ${[...whole, unknown].join(" ")} `;
  }
};
