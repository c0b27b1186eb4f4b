// Sentences and chips: what the steps of a run are told with.
import { element } from "./words.js";

// The style of all that shows steps, once it is there.
export const styled = new Promise((done) => {
  const style = element("link");
  style.rel = "stylesheet";
  style.href = new URL("stepper.css", import.meta.url);
  style.onload = style.onerror = done;
  document.head.append(style);
});

const COLOURS = 6; // In stepper.css.

// The class that gives an exception its colour and the form of its chip.
export const colour = (number) => `exc-${(number % COLOURS) + 1}`;

export const title = ({ type, message }) => (message ? `${type}: ${message}` : type);

// An exception as its number: the same number is the same object. A screen
// reader says its class as well.
export function chip(number, exceptions, spoken = true) {
  const made = element("span", `exc ${colour(number)}`, `#${number + 1}`);
  const found = exceptions[number];
  if (found) {
    made.title = title(found);
    if (spoken) made.append(element("span", "step-spoken", ` ${found.type}`));
  }
  return made;
}

// A sentence, from the parts that runner/story.py makes.
export function sentence(parts, exceptions) {
  const made = document.createDocumentFragment();
  for (const part of parts) {
    if (typeof part === "number") made.append(chip(part, exceptions));
    else if (Array.isArray(part)) made.append(element("code", "", part[0]));
    else made.append(part);
  }
  return made;
}

// Makes the steps of a run ready to be shown.
export function readied(steps, events) {
  // A program begins before its first line.
  for (const step of steps) for (const call of [step, ...step.stack]) call.line ||= 1;
  // What the helper logs and what `reraise` is set to show a step later, when the
  // statement has ended.
  for (const { kind, step, spine } of events) {
    if (!["logged", "flag"].includes(kind) || !spine || !step) continue;
    const { file, line, stack } = steps[step - 1];
    Object.assign(steps[step], { file, line, stack });
  }
  return steps;
}

// Keeps as much room as the longest of the sentences needs: what is below stays
// where it is. To be called once the elements are in the page.
export function reserve(places, sentences, exceptions) {
  const length = (parts) => parts.reduce((sum, part) => sum + String(part).length, 0);
  const [longest = []] = [...sentences].sort((a, b) => length(b) - length(a));
  const heights = places.map((place) => {
    place.replaceChildren(sentence(longest, exceptions));
    return place.offsetHeight;
  });
  for (const place of places) place.style.minHeight = `${Math.max(...heights)}px`;
}

// Scrolls a positioned output to what was printed last, from its beginning.
export function scrollToLast(output) {
  const last = output.lastElementChild;
  output.scrollTop = last ? last.offsetTop : 0;
}

// Words with their holes filled.
export const filled = (text, given) =>
  text.replace(/\{(\w+)\}/g, (_, name) => given[name]);

export function button(label, act, kind = "") {
  const made = element("button", kind, label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

const PLAY = 2000; // Milliseconds for a move, while they are played.

// A button that makes moves by itself, until it is pressed again, `move` returns
// false, or the element is gone. `rewind` is called first.
export function player(made, words, rewind, move) {
  let playing;
  function pause() {
    clearInterval(playing);
    playing = undefined;
    one.textContent = `▶ ${words.play}`;
  }
  function play() {
    if (playing) return pause();
    rewind();
    one.textContent = `❚❚ ${words.pause}`;
    playing = setInterval(() => {
      if (!made.isConnected || !move()) pause();
    }, PLAY);
  }
  const one = button("", play);
  pause();
  return { button: one, pause, play };
}

// Lets keys move. `known` names moves by keys; Space plays, unless it presses a
// button that has the focus. Where nothing has it, n and p would lead to the next
// and the previous page: they move here.
export function keys(made, known, moves, play) {
  function press(pressed) {
    if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return;
    const { key, target } = pressed;
    const move = known[(pressed.shiftKey && key.startsWith("Arrow") ? "Shift" : "") + key];
    if (key === " " && !target.closest("button")) play();
    else if (move) moves[move]();
    else return;
    pressed.preventDefault();
    pressed.stopImmediatePropagation();
  }
  function outside(pressed) {
    if (!made.isConnected) removeEventListener("keydown", outside, true);
    else if (pressed.target === document.body && ["n", "p"].includes(pressed.key)) press(pressed);
  }
  made.addEventListener("keydown", press);
  addEventListener("keydown", outside, true);
}
