// A text field over its own text in colours, with the numbers of its lines. Tab
// leaves it, as it leaves any other field, unless lines are selected: then it
// indents them. Enter keeps the indentation.
import { element } from "./words.js";

// The classes of the page's colours: those that its own highlighter gives.
const KINDS = {
  kc: "False|None|True",
  kn: "import|from",
  ow: "and|in|is|not|or",
  k: "as|assert|async|await|break|case(?=[ ].*:)|class|continue|def|del|elif|else|except|finally|for|global|if|lambda|match(?=[ ].*:)|nonlocal|pass|raise|return|try|while|with|yield",
  ne: "\\w*(?:Error|Exception|Warning)|ExceptionGroup|BaseExceptionGroup|GeneratorExit|KeyboardInterrupt|StopAsyncIteration|StopIteration|SystemExit",
  nb: "__import__|abs|all|any|bool|breakpoint|bytes|callable|chr|classmethod|compile|dict|dir|enumerate|eval|exec|filter|float|format|frozenset|getattr|globals|hasattr|hash|id|input|int|isinstance|issubclass|iter|len|list|locals|map|max|min|next|object|open|ord|print|property|range|repr|reversed|round|set|setattr|slice|sorted|staticmethod|str|sum|super|tuple|type|vars|zip",
  bp: "self|cls",
};
const END = "(?![^])"; // Of the text: `$` would also be the end of a line.
const LONG = `"""(?:\\\\[^]|[^\\\\])*?(?:"""|${END})|'''(?:\\\\[^]|[^\\\\])*?(?:'''|${END})`;
const SHORT = `"(?:\\\\[^]|[^"\\\\\\n])*"?|'(?:\\\\[^]|[^'\\\\\\n])*'?`;
const TOKEN = new RegExp(
  [
    "(?<c1>#.*)",
    `(?<sd>(?<=^[ \\t]*)(?:${LONG}))`, // A docstring is in the colour of a comment.
    `(?<s2>${LONG}|${SHORT})`,
    `(?<sa>(?<!\\w)[rbfutRBFUT]{1,2}(?=["']))`,
    "(?<gp>^(?:>>>|\\.\\.\\.)(?: |$))",
    "(?<nd>^[ \\t]*@[\\w.]+)",
    "(?<=\\bdef\\s+)(?<nf>[^\\W\\d]\\w*)",
    "(?<=\\bclass\\s+)(?<nc>[^\\W\\d]\\w*)",
    ...Object.entries(KINDS).map(([kind, words]) => `(?<![\\w.])(?<${kind}>${words})(?!\\w)`),
    "(?<mi>(?<!\\w)\\d[\\w.]*)",
    "(?<o>[-+*/%@&|^~<>=!:]=|->|[-+*/%&|^~<>=.])",
  ].join("|"),
  "gm",
);

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

// Where the lines of a selection begin and end.
function lines({ value, selectionStart, selectionEnd }) {
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  // A line that is only touched by the end of the selection is not in it.
  const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n"
    ? selectionEnd - 1 : selectionEnd;
  const end = value.indexOf("\n", last);
  return [from, end < 0 ? value.length : end];
}

export function editor(text, label, run, changed) {
  const field = element("textarea");
  const colours = element("pre");
  const numbers = element("div", "run-numbers");
  const made = element("div", "run-editor");
  field.value = text.replace(/\n$/, "");
  field.setSelectionRange(0, 0); // The focus brings the first line into view.
  field.setAttribute("aria-label", label);
  field.spellcheck = false;
  field.autocapitalize = "off";
  field.setAttribute("autocorrect", "off");
  field.wrap = "off";
  numbers.setAttribute("aria-hidden", "true");
  made.append(numbers, colours, field);

  function show() {
    const text = `${field.value}\n`;
    colours.replaceChildren(text.length > MOST ? marked(text) : coloured(text));
    const count = text.split("\n").length - 1;
    while (numbers.childElementCount > count) numbers.lastElementChild.remove();
    for (let n = numbers.childElementCount; n < count; n++) numbers.append(element("span"));
  }
  // A text that is put in tells of each of its lines: all are taken as one.
  let showing, telling;
  function tell() {
    clearTimeout(telling);
    telling = undefined;
    changed();
  }
  field.addEventListener("input", () => {
    showing ??= requestAnimationFrame(() => {
      showing = undefined;
      show();
    });
    telling ??= setTimeout(tell);
    mark();
  });
  addEventListener("pagehide", () => telling && made.isConnected && tell());
  field.addEventListener("scroll", () => {
    colours.scrollLeft = field.scrollLeft;
  });

  // The one way to change a field's text that Undo knows of.
  const insert = (text) => document.execCommand("insertText", false, text);

  // Moves the selected lines by four columns; the selection stays on them.
  function indent(back) {
    const [from, end] = lines(field);
    const before = field.value.slice(from, end);
    const after = back
      ? before.replace(/^(>>> ?|\.\.\. ?)? {1,4}/gm, "$1")
      : before.replace(/^(>>> |\.\.\. )?(?=.)/gm, "$1    ");
    if (after === before) return;
    field.setSelectionRange(from, end);
    insert(after);
    field.setSelectionRange(from, from + after.length);
  }

  field.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (event.isComposing) return;
    const { selectionStart: start, selectionEnd: end, value } = field;
    const before = value.slice(0, start);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const command = (ctrlKey || metaKey) && !altKey;
    if (key === "Tab" && !command && value.slice(start, end).includes("\n")) {
      event.preventDefault();
      indent(shiftKey);
    } else if (command && (key === "]" || key === "[")) {
      event.preventDefault();
      indent(key === "[");
    } else if (key === "Backspace" && start === end && !command && /^ +$/.test(line)) {
      // To the column before, as one step.
      event.preventDefault();
      field.setSelectionRange(start - ((line.length - 1) % 4) - 1, start);
      document.execCommand("delete");
    } else if (key === "Enter") {
      event.preventDefault();
      if (command) return run();
      const [indent] = line.match(/^(?:(?:>>>|\.\.\.) ?)?\s*/);
      const inner = /:\s*(#.*)?$/.test(line) ? "    " : "";
      insert(`\n${indent.replace(">>>", "...")}${inner}`);
    }
  });

  // Marks the line that an exception came from; without a number, none.
  function mark(number) {
    numbers.querySelector(".run-wrong")?.classList.remove("run-wrong");
    numbers.children[number - 1]?.classList.add("run-wrong");
  }

  show();
  return {
    element: made,
    mark,
    focus: () => field.focus(),
    // Selects a line and brings it into view.
    go(number) {
      const all = field.value.split("\n");
      const from = all.slice(0, number - 1).join("\n").length + (number > 1);
      field.focus({ preventScroll: true });
      field.setSelectionRange(from, from + (all[number - 1] ?? "").length);
      numbers.children[number - 1]?.scrollIntoView({ block: "center" });
    },
    get value() {
      return field.value && `${field.value}\n`;
    },
    // Puts another text in place of the reader's, who can undo that.
    replace(text) {
      const { activeElement } = document;
      field.focus({ preventScroll: true });
      field.select();
      insert(text.replace(/\n$/, ""));
      activeElement?.focus({ preventScroll: true });
    },
  };
}
