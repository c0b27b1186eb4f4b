// The code of a run: a file with its line numbers, the current line marked.
import { coloured } from "./editor.js";
import { button, chip, filled } from "./parts.js";
import { element } from "./words.js";

// A longer text would take too long to colour.
const MOST = 100_000;

// A text in colours, row by row.
function rows(text) {
  const found = [document.createDocumentFragment()];
  const add = (node, kind) => {
    for (const [at, part] of node.textContent.split("\n").entries()) {
      if (at) found.push(document.createDocumentFragment());
      if (part) found.at(-1).append(kind ? element("span", kind, part) : part);
    }
  };
  const whole = text.length > MOST ? new Text(text) : coloured(text);
  for (const node of whole.childNodes.length ? whole.childNodes : [whole]) {
    // A hidden character is a mark without a text.
    if (node.nodeType === Node.ELEMENT_NODE && !node.textContent) found.at(-1).append(node.cloneNode(true));
    else add(node, node.className);
  }
  return found;
}

// A file's name as a tab shows it.
function short(name, words) {
  const statement = /^<doctest .*\[(\d+)\]>$/.exec(name);
  if (statement) return filled(words.statement, { number: Number(statement[1]) + 1 });
  return name.split("/").at(-1);
}

// `of` is added to its name, where there are two.
export function codePane({ files, sources, folds, library, exceptions, words, of = "" }) {
  const made = element("div", "step-left");
  const tabs = element("div", "step-tabs");
  const code = element("pre", "step-code");
  code.tabIndex = 0;
  code.setAttribute("role", "region");
  code.setAttribute("aria-label", words.code + of);
  made.append(tabs, code);

  const shown = new Map(); // Of each file, its rows; made when it is first shown.
  function file(number) {
    if (shown.has(number)) return shown.get(number);
    const whole = element("code");
    const text = (sources[files[number]] ?? "").replace(/\n$/, "");
    const found = rows(text).map((content, at) => {
      const row = element("span", "step-row");
      row.dataset.n = at + 1;
      row.append(content);
      return row;
    });
    for (const [first, last] of folds?.[files[number]] ?? []) {
      found[first - 1]?.classList.add("step-fold");
      for (let n = first; n < last; n++) found[n]?.setAttribute("hidden", "");
    }
    whole.append(...found);
    whole.style.setProperty("--digits", String(found.length).length);
    shown.set(number, { whole, found, marked: [] });
    return shown.get(number);
  }

  const calls = new Map(); // Of each file, the line that a tab leads to.
  let current;
  function open(number, line) {
    const one = file(number);
    if (code.firstChild !== one.whole) {
      code.replaceChildren(one.whole);
      code.scrollTop = code.scrollLeft = 0;
    }
    for (const tab of tabs.children) {
      tab.setAttribute("aria-pressed", String(Number(tab.dataset.file) === number));
    }
    const row = one.found[Math.min(line, one.found.length) - 1];
    if (!row) return;
    const height = row.offsetHeight;
    const above = row.offsetTop - 2 * height;
    const below = row.offsetTop + 3 * height - code.clientHeight;
    if (code.scrollTop > above || code.scrollTop < below) {
      code.scrollTop = Math.max(row.offsetTop - code.clientHeight / 2.5, 0);
    }
  }

  return {
    element: made,
    // Shows a step: the line of each call, and where an exception was raised.
    show(step, propagating, origins) {
      for (const one of shown.values()) {
        for (const row of one.marked) {
          row.className = row.classList.contains("step-fold") ? "step-row step-fold" : "step-row";
          row.removeAttribute("aria-current");
          row.querySelector(".step-origin")?.remove();
        }
        one.marked = [];
      }
      calls.clear();
      for (const call of step.stack) calls.set(call.file, call.line);
      const wanted = [...calls.keys()];
      if (wanted.join() !== [...tabs.children].map((tab) => tab.dataset.file).join()) {
        tabs.replaceChildren(...wanted.map((number) => {
          const tab = button(short(files[number], words), () => open(number, calls.get(number)));
          tab.dataset.file = number;
          tab.title = files[number];
          if (library[number]) tab.append(element("small", "", ` ${words.library}`));
          return tab;
        }));
      }
      const mark = (number, line, kind) => {
        const one = file(number);
        const row = one.found[Math.min(line, one.found.length) - 1];
        if (!row) return undefined;
        row.hidden = false;
        row.classList.add(kind);
        one.marked.push(row);
        return row;
      };
      for (const call of step.stack.slice(0, -1)) mark(call.file, call.line, "step-caller");
      const origin = propagating === null ? undefined : origins.get(propagating);
      if (origin) {
        const row = mark(origin.file, origin.line, "step-raised");
        const label = element("span", "step-origin");
        label.append(chip(propagating, exceptions, false), ` ${words.raised_here}`);
        row?.append(label);
      }
      current = mark(step.file, step.line, "step-here");
      current?.setAttribute("aria-current", "step");
      current?.classList.toggle("step-error", propagating !== null);
      open(step.file, step.line);
    },
  };
}
