// What a reader types in the search, on its way to the theme's worker.
//
// Sections that answer nothing are left out, and whole words come first.
//
// A word that no page has, but for one letter, becomes that word: `save_and_rerase`
// finds save_and_reraise_exception.
//
// The index has a zero-width space between two Chinese words. What a reader types
// has none, and the worker's own cuts lose the last word, and all words behind one
// that the index does not have: cut here, a word alone is found. What comes back
// is shown and copied without the spaces.
const COMMON = new Set("的了吗呢是在和与或被把给对会能要有这那个");
const SHORTEST = 5; // Letters of a word that may be misspelled.

// Sections that answer nothing themselves: they link, or say what a test did. A
// heading has the same id in both languages.
const LEFT_OUT = /#(next-steps|how-this-was-tested)$/;

// English words that say little: they count only as they are written.
const SMALL = new Set((
  "a about after all also am an and any are as at be because been but by can could did do does "
  + "else ever every for from get got had has have he her him his how however i if in into is "
  + "it its just like may me might most my no not of off on only or other our own said say "
  + "says she should since so some than that the their them then there these they this to too "
  + "us vs was we were what when where which while who why will with would yet you your"
).split(" "));

// More words than a question has: a log message was pasted. The first ones count.
const PASTED = 14;
const ENOUGH = 60;

// Latin words in a Chinese query are mostly names of code, which many pages have:
// its Chinese words count more.
const CHINESE = 3;

// Most pages have this name: beside it, other words count twice.
const EVERYWHERE = /^(excutils\.)?save_and_reraise_exception\W*$/i;

const isWhole = (word) => word.length < 3 || SMALL.has(word.toLowerCase());

// What to look up. For the worker, `word` is the beginning of a word, and `word^1` a
// whole one. Both together put whole words first: `exception` begins many names.
function weighed(query) {
  const names = [...new Set(query.match(/[a-z_][\w.]*/gi))];
  if (names.length > PASTED && !/\p{Script=Han}/u.test(query)) {
    return names.slice(0, ENOUGH).map((name) => `${name}^1`).join(" ");
  }
  // The worker would take these for operators.
  const words = query.replace(/[-+~^:*]/g, " ").trim().split(/\s+/);
  if (words.every(isWhole)) return words.join(" ");
  return words.flatMap((word) => {
    if (!/^[a-z]/i.test(word)) return [word];
    const once = isWhole(word) || EVERYWHERE.test(word);
    return once ? [`${word}^1`] : [word, `${word}^1`];
  }).join(" ");
}

// Whether a word is the beginning of another one, with one letter wrong, missing,
// too many, or two of them swapped.
function nearly(typed, word) {
  let same = 0;
  while (same < typed.length && typed[same] === word[same]) same += 1;
  const rest = typed.slice(same);
  const swapped = (rest[1] ?? "") + (rest[0] ?? "") + rest.slice(2);
  return word.startsWith(rest.slice(1), same + 1)
    || word.startsWith(rest, same + 1)
    || word.startsWith(rest.slice(1), same)
    || word.startsWith(swapped, same);
}

export class SearchWorker extends Worker {
  #words = new Set(); // Chinese ones,
  #longest = 0; // and the letters of the longest;
  #others = new Map(); // all others, with the number of their places.

  constructor(address) {
    super(address);
    this.addEventListener("message", ({ data: { data } }) => {
      for (const hit of data?.items?.flat() ?? []) {
        hit.title = hit.title.replaceAll("\u200b", "");
        hit.text = hit.text.replaceAll("\u200b", "");
      }
    });
  }

  postMessage(message) {
    const { data } = message;
    if (data?.docs) {
      this.docs = data.docs.filter(({ location }) => !LEFT_OUT.test(location));
      // Small words are in the index: "forgot with" is a question. The plugin can't
      // be told so, because an empty pipeline is its default.
      const config = { ...data.config, pipeline: [] };
      message = { ...message, data: { ...data, config, docs: this.docs } };
    }
    if (typeof data === "string") {
      this.#learn();
      const spelled = data.replace(/[a-z_]{2,}/gi, (word) => this.#spelled(word));
      const cut = weighed(spelled).replace(/\p{Script=Han}+/gu, (run) => this.#cut(run));
      message = { ...message, data: cut };
    }
    super.postMessage(message);
  }

  #learn() {
    for (const { title, text } of this.docs ?? []) {
      const all = `${title} ${text}`;
      for (const [word] of all.matchAll(/\p{Script=Han}+/gu)) {
        this.#words.add(word);
        this.#longest = Math.max(this.#longest, word.length);
      }
      for (const [word] of all.toLowerCase().matchAll(/[a-z_]{4,}/g)) {
        this.#others.set(word, (this.#others.get(word) ?? 0) + 1);
      }
    }
    this.docs = undefined;
  }

  // The most frequent of the words that may be meant; what is typed if a word
  // begins with it.
  #spelled(typed) {
    const word = typed.toLowerCase();
    if (word.length < SHORTEST) return typed;
    const known = [...this.#others];
    if (known.some(([other]) => other.startsWith(word))) return typed;
    const [best] = known
      .filter(([other]) => nearly(word, other))
      .sort(([, one], [, other]) => other - one);
    return best ? best[0] : typed;
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
    const whole = (words.length ? words : found).map((word) => `${word}\u3007^${CHINESE}`);
    return ` ${[...whole, unknown].join(" ")} `;
  }
}
