// Chinese words in the search, on both ways between the page and its worker.
// The index has a zero-width space between two words. What a reader types has
// none: the worker cuts it at words of the index, but for the last one, which
// it never looks up; a sign behind it makes another the last. What comes back
// is shown and copied without the spaces.
window.Worker = class extends Worker {
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
    if (typeof message.data === "string") {
      const data = message.data.replace(/\p{Script=Han}+/gu, "$&\u3007");
      message = { ...message, data };
    }
    super.postMessage(message, ...more);
  }
};
