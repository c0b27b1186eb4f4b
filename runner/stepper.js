// The steps of a run, with the events of its exceptions as their spine: which
// exception propagates, which is handled, which one the helper has saved, and
// the calls with their variables.
import { codePane } from "./code_pane.js";
import { button, filled, keys, player, readied, reserve, scrollToLast, sentence } from "./parts.js";
import { statePane } from "./state_pane.js";
import { timeline } from "./timeline.js";
import { element } from "./words.js";

// The step that the address names for a block, or none.
export function linkedStep(key) {
  const { searchParams } = new URL(location.href);
  const of = searchParams.get("of");
  if (of !== null && of !== key) return undefined;
  const step = Number(searchParams.get("step"));
  return Number.isInteger(step) && step > 0 ? step : undefined;
}

// Shows a run. `done` is what Python answered, `pieces` its output and `add`
// shows a piece; `name` is the program's, `address` makes the address of its
// code, and `list` the page's own list of the events, if it has one.
export function stepper(done, { pieces, add, name, start, address, list, notes = [] }) {
  const { trace, sources, folds, told } = done;
  const { exceptions, files } = trace;
  const { words, library, propagating } = told;
  const steps = readied(trace.steps, told.events);
  const spine = told.events.filter((one) => one.spine);
  const origins = new Map();
  for (const { kind, exception, file, line } of told.events) {
    if (kind === "raised" && !origins.has(exception)) origins.set(exception, { file, line });
  }
  const last = steps.length - 1;

  const made = element("div", "stepper");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", filled(words.steps, { name }));
  made.tabIndex = 0;

  let at = 0; // The step,
  let event = -1; // and the last event of the timeline that has come.
  const eventAt = (step) => spine.findLastIndex((one) => one.step <= step);

  // Moves. Each returns whether there was a move to make.
  const moves = {
    forward: () => at < last && go(at + 1),
    back: () => at > 0 && go(at - 1),
    next() {
      if (event + 1 < spine.length) return go(spine[event + 1].step, event + 1);
      return at < last && go(last);
    },
    previous() {
      const here = event >= 0 && spine[event].step === at;
      const to = here ? event - 1 : event;
      if (to >= 0) return go(spine[to].step, to);
      return at > 0 && go(0);
    },
    // An event inside the library is not passed over.
    over() {
      let to = at + 1;
      const told = new Set(spine.map((one) => one.step));
      while (to < last && library[steps[to].file] && !told.has(to)) to++;
      return to <= last && go(to);
    },
    first: () => go(0),
    last: () => go(last),
  };
  const { pause, play, button: playing } = player(
    made,
    words,
    () => at === last && go(0),
    () => moves.next() && at < last,
  );
  const act = (move) => () => {
    pause();
    move();
  };

  const controls = element("div", "step-controls");
  const buttons = {
    previous: button(`◀ ${words.previous}`, act(moves.previous)),
    next: button(`${words.next} ▶`, act(moves.next), "step-primary"),
    back: button("←", act(moves.back), "step-small"),
    forward: button(`${words.forward} →`, act(moves.forward), "step-narrow"),
    over: button(words.over, act(moves.over)),
    play: playing,
  };
  playing.className = "step-narrow";
  buttons.previous.setAttribute("aria-label", words.previous_long);
  buttons.back.setAttribute("aria-label", words.back);
  const slider = element("input", "step-slider");
  slider.type = "range";
  slider.min = 1;
  slider.max = Math.max(steps.length, 1);
  slider.setAttribute("aria-label", words.slider);
  slider.addEventListener("input", () => {
    pause();
    go(Number(slider.value) - 1);
  });
  const position = element("span", "step-position");
  const where = element("div", "step-where");
  where.append(slider, position);
  controls.append(...Object.values(buttons), where);

  const says = element("p", "step-says");
  says.setAttribute("role", "status");
  const line = timeline(spine, exceptions, words, (one) => {
    pause();
    go(spine[one].step, one);
  });
  const code = codePane({ files, sources, folds, library, exceptions, words });
  const state = statePane({ trace, library, words });
  const panes = element("div", "step-panes");
  panes.append(code.element, state.element);
  const output = element("div", "step-output");
  const printed = element("div", "step-printed");
  printed.tabIndex = 0;
  printed.setAttribute("role", "region");
  printed.setAttribute("aria-label", words.output);
  output.append(element("div", "step-title", words.output), printed);
  const foot = element("div", "step-foot");
  const copied = element("span", "");
  copied.setAttribute("role", "status");
  foot.append(button(words.link, copy), copied, element("span", "step-keys", words.keys));
  made.append(controls, line.element, says, panes, output, foot);

  async function copy() {
    const found = await address();
    found.searchParams.set("step", at + 1);
    history.replaceState(history.state, "", found);
    try {
      await navigator.clipboard.writeText(found.href);
      copied.textContent = words.linked;
    } catch {
      copied.textContent = words.linked_bar;
    }
  }

  const KEYS = {
    ArrowRight: "forward", ArrowLeft: "back", n: "next", p: "previous",
    Home: "first", End: "last", ShiftArrowRight: "next", ShiftArrowLeft: "previous",
  };
  const paused = Object.entries(moves).map(([name, move]) => [name, act(move)]);
  keys(made, KEYS, Object.fromEntries(paused), play);

  let shown = -1; // Characters of output.
  function print(length) {
    if (length === shown) return;
    shown = length;
    printed.replaceChildren();
    let left = length;
    for (const { kind, text, more } of pieces) {
      if (left <= 0) break;
      if (length === Infinity || ["out", "err", "log"].includes(kind)) {
        if (kind !== "in" && kind !== "same" && kind !== "differs") {
          add(printed, { kind, text: text.slice(0, left), more });
        }
      }
      if (kind !== "same" && kind !== "differs" && kind !== "cut") left -= text.length;
    }
    if (!printed.childNodes.length) printed.append(element("i", "", words.empty));
    scrollToLast(printed);
  }

  function go(to, chosen) {
    at = Math.min(Math.max(to, 0), last);
    event = chosen ?? eventAt(at);
    const step = steps[at];
    if (!step) return false;
    const here = event >= 0 && spine[event].step === at;
    const given = { event: event + 1, events: spine.length, step: at + 1, steps: steps.length };
    slider.value = at + 1;
    const place = filled(words.position, given);
    slider.setAttribute("aria-valuetext", place);
    const count = event < 0 ? words.before : filled(words.at_event, given);
    position.textContent = spine.length ? `${count} · ${place}` : place;
    for (const [name, off] of [
      ["previous", at === 0], ["back", at === 0],
      ["next", at === last], ["forward", at === last], ["over", at === last],
    ]) buttons[name].setAttribute("aria-disabled", String(off));

    made.dataset.event = here ? spine[event].kind : "";
    const what = sentence(here ? spine[event].say : told.says[at] ?? [], exceptions);
    says.replaceChildren(what);
    if (at === last) for (const note of notes) says.append(` ${note}`);
    line.show(event);
    code.show(step, propagating[at], origins);
    state.show(at, propagating[at]);
    print(at === last ? Infinity : step.output);
    linked.show(at);
    return true;
  }
  const linked = link(list, told.events, (step) => {
    pause();
    go(step);
    made.focus({ preventScroll: true });
    made.scrollIntoView({ block: "start" });
  });
  return {
    element: made,
    // To be called once the element is in the page: what is scrolled needs it.
    focus() {
      reserve([says], [...told.says, ...spine.map((one) => one.say)], exceptions);
      go((start ?? 1) - 1);
      made.focus({ preventScroll: true });
      made.scrollIntoView({ block: "start" });
    },
    remove() {
      pause();
      linked.undo();
      made.remove();
    },
  };
}

// Lets the entries of a page's own list lead to the steps of their events. The
// list is of one statement; the run may have had others before it.
function link(list, events, choose) {
  const none = { show() {}, undo() {} };
  const verbs = [...(list?.querySelectorAll("li > b") ?? [])];
  const wanted = verbs.map((verb) => verb.textContent);
  const offset = events.findIndex((_, from) =>
    wanted.length && wanted.every((word, at) => events[from + at]?.label === word));
  if (offset < 0) return none;
  const all = verbs.map((verb, at) => {
    const { step } = events[offset + at];
    const one = button(wanted[at], () => choose(step), "step-jump");
    verb.replaceChildren(one);
    return { verb, one, step };
  });
  return {
    show(at) {
      const now = all.findLastIndex(({ step }) => step <= at);
      for (const [number, { one }] of all.entries()) {
        if (number === now) one.setAttribute("aria-current", "step");
        else one.removeAttribute("aria-current");
      }
    },
    undo() {
      for (const { verb, one } of all) verb.textContent = one.textContent;
    },
  };
}
