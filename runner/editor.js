// A text field over its own text in colours. Tab leaves it, as it leaves any
// other field; Enter keeps the indentation.
import { element } from "./words.js";

const KEYWORDS =
  "False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|match|nonlocal|not|or|pass|raise|return|try|while|with|yield";
const STRING =
  /[rbfuRBFU]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)/;
const TOKEN = new RegExp(
  `(?<c1>#.*)|(?<s1>${STRING.source})|(?<gp>^(?:>>>|\\.\\.\\.)(?: |$))|\\b(?<k>${KEYWORDS})\\b|(?<mi>\\b\\d[\\w.]*)|(?<nd>@[\\w.]+)`,
  "gm",
);

// A text without its comments and strings.
export const bare = (text) =>
  text.replace(TOKEN, (found, comment, string) => (comment || string ? "" : found));

// A longer text would take too long to colour at each key.
const MOST = 10_000;

// Characters that nobody sees, and those that change the order of others.
const HIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

// The code points of a text's hidden characters, U+202E.
export const hidden = (text) =>
  (text.match(HIDDEN) ?? []).map(
    (one) => `U+${one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );

// The text with a mark in place of each hidden character: what is seen is in
// the order in which Python reads it.
function marked(text) {
  const made = document.createDocumentFragment();
  let at = 0;
  for (const { 0: found, index } of text.matchAll(HIDDEN)) {
    made.append(text.slice(at, index), element("span", "run-hidden"));
    at = index + found.length;
  }
  made.append(text.slice(at));
  return made;
}

// The text in pieces with the classes of the page's colours.
export function coloured(text) {
  const made = document.createDocumentFragment();
  let at = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [kind] = Object.entries(found.groups).find(([, value]) => value !== undefined);
    const piece = element("span", kind);
    piece.append(marked(found[0]));
    made.append(marked(text.slice(at, found.index)), piece);
    at = found.index + found[0].length;
  }
  made.append(marked(text.slice(at)));
  return made;
}

export function editor(text, label, run, changed) {
  const field = element("textarea");
  const colours = element("pre");
  const made = element("div", "run-editor");
  field.value = text.replace(/\n$/, "");
  field.setAttribute("aria-label", label);
  field.spellcheck = false;
  field.autocapitalize = "off";
  field.setAttribute("autocorrect", "off");
  field.wrap = "off";
  made.append(colours, field);

  function show() {
    const text = `${field.value}\n`;
    colours.replaceChildren(text.length > MOST ? marked(text) : coloured(text));
  }
  let waiting;
  field.addEventListener("input", () => {
    // A text that is put in tells of each of its lines.
    waiting ??= requestAnimationFrame(() => {
      waiting = undefined;
      show();
    });
    changed();
  });
  field.addEventListener("scroll", () => {
    colours.scrollLeft = field.scrollLeft;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) return run();
    const before = field.value.slice(0, field.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const [indent] = line.match(/^(?:(?:>>>|\.\.\.) ?)?\s*/);
    const inner = /:\s*(#.*)?$/.test(line) ? "    " : "";
    // The one way to change a field's text that Undo knows of.
    document.execCommand("insertText", false, `\n${indent.replace(">>>", "...")}${inner}`);
  });
  show();
  return {
    element: made,
    focus: () => field.focus(),
    get value() {
      return field.value && `${field.value}\n`;
    },
    // Puts another text in place of the reader's, who can undo that.
    replace(text) {
      const { activeElement } = document;
      field.focus({ preventScroll: true });
      field.select();
      document.execCommand("insertText", false, text.replace(/\n$/, ""));
      activeElement?.focus({ preventScroll: true });
    },
  };
}
