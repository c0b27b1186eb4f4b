// What a run printed, beside what the page shows. Everything is shown as text.
import { coloured } from "./editor.js";
import { WORDS, element } from "./words.js";

const words = WORDS[document.documentElement.lang] ?? WORDS.en;
const PRINTED = ["out", "err", "log"];
// Lines of two texts that are compared one by one.
const MOST = 400;

// Adds a piece of output. Where it was parted in the middle of a line, the line
// is put together again.
export function add(output, piece) {
  const last = output.lastElementChild;
  const { kind, more = "" } = piece;
  if (last?.matches(`pre.run-${kind}`) && (last.dataset.from ?? "") === more) {
    last.append(kind === "in" ? coloured(piece.text) : piece.text);
  } else output.append(shown(piece));
}

// A piece of output as an element.
function shown({ kind, text, more }) {
  if (kind === "cut") return element("p", "run-cut", words.cut);
  if (kind === "note") return element("p", "run-note", words.beside[text](more));
  if (kind === "same" || kind === "added") return document.createTextNode("");
  if (kind === "differs") return page(text);
  const made = element("pre", `run-${kind}`);
  if (kind === "in") made.append(coloured(text));
  else made.textContent = text;
  if (more) made.dataset.from = more;
  return made;
}

// What the page shows in place of what was printed.
function page(text) {
  const made = element("div", "run-differs", words.pageShows);
  made.append(element("pre", "", text || words.nothing));
  return made;
}

// The lines of a text that another one lacks, by their numbers.
function added(text, other) {
  if (text.length > MOST || other.length > MOST) return new Set();
  const common = Array.from({ length: text.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = text.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      common[i][j] = text[i] === other[j]
        ? common[i + 1][j + 1] + 1
        : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const found = new Set();
  for (let i = 0, j = 0; i < text.length; ) {
    if (j < other.length && text[i] === other[j]) {
      i++;
      j++;
    } else if (j >= other.length || common[i + 1][j] >= common[i][j + 1]) found.add(i++);
    else j++;
  }
  return found;
}

const split = (text) => text.replace(/\n$/, "").split("\n");

export const printed = (pieces) =>
  pieces.filter(({ kind }) => PRINTED.includes(kind)).map(({ text }) => text).join("");

// Marks the printed lines that the page's output lacks.
export function compare(output, wanted) {
  const parts = [...output.querySelectorAll(PRINTED.map((kind) => `pre.run-${kind}`))];
  const texts = parts.map((part) => split(part.textContent));
  const differ = added(texts.flat(), split(wanted.trimEnd()));
  let at = 0;
  for (const [i, part] of parts.entries()) {
    const lines = texts[i].map((line) =>
      differ.has(at++) ? element("mark", "", `${line}\n`) : `${line}\n`);
    part.replaceChildren(...lines);
  }
}

// Marks the page's own session: each output that is the same, and in place of
// each that differs, what was printed. Returns what takes the marks away.
export function inPlace(code, pieces) {
  const ran = [];
  let own = [];
  for (const piece of pieces) {
    if (piece.kind === "in") own = [];
    else if (piece.kind === "same" || piece.kind === "differs") ran.push({ ...piece, own });
    else own.push(piece);
  }
  const nodes = [...code.childNodes];
  const first = (node) => node.matches?.(".gp") && node.textContent.startsWith(">>>");
  const begins = nodes.flatMap((node, i) => (first(node) ? [i] : []));
  if (begins.length !== ran.length) return undefined;
  const made = [];
  const marked = [];
  for (const [i, { kind, text, own }] of ran.entries()) {
    const inside = nodes.slice(begins[i], begins[i + 1]);
    const output = inside.find((node) => node.matches?.(".go"));
    if (kind === "same" && output) {
      output.classList.add("run-same");
      marked.push(output);
    }
    if (kind === "same" && !own.some((piece) => piece.kind === "note")) continue;
    const box = element("span", "go run-got");
    for (const piece of own) {
      if (kind === "differs" || piece.kind === "note") add(box, piece);
    }
    if (kind === "differs") {
      if (output) output.hidden = true;
      marked.push(output);
      box.append(page(text));
    }
    inside.at(-1).after(box);
    made.push(box);
  }
  return () => {
    for (const one of made) one.remove();
    for (const one of marked) {
      one?.classList.remove("run-same");
      if (one) one.hidden = false;
    }
  };
}

// Makes each line of the reader's file that a traceback names a button.
export function linked(output, file, go) {
  const entry = `  File "${file}", line `;
  for (const part of output.querySelectorAll("pre.run-err")) {
    const text = part.textContent;
    if (!text.includes(entry)) continue;
    const made = text.split(/^/m).flatMap((line) => {
      const number = line.startsWith(entry) && parseInt(line.slice(entry.length), 10);
      if (!number) return [line];
      const end = entry.length + String(number).length;
      const button = element("button", "run-goto", line.slice(2, end));
      button.type = "button";
      button.addEventListener("click", () => go(number));
      return ["  ", button, line.slice(end)];
    });
    part.replaceChildren(...made);
  }
}

// What the check of an exercise called, with what was expected and what came.
export function trials(rows, missing) {
  const made = element("ol", "run-trials");
  // The check ends with the first call that is wrong.
  const last = rows.findLastIndex(([, , got]) => got !== null);
  for (const [i, [call, wanted, got]] of rows.entries()) {
    const state = got === null ? "open" : missing && i === last ? "bad" : "good";
    const one = element("li", `run-${state}`);
    one.append(element("code", "", call));
    const facts = element("dl");
    const fact = (name, text) => facts.append(element("dt", "", name), element("dd", "", text));
    fact(words.expected, wanted);
    if (got !== null && (got !== wanted || state === "bad")) fact(words.got, got);
    one.setAttribute("aria-label", words.states[state]);
    one.append(facts);
    made.append(one);
  }
  return made;
}
