// Two runs side by side, with one slider over the rows of their events.
import { codePane } from "./code_pane.js";
import { button, filled, keys, player, readied, reserve, scrollToLast, sentence } from "./parts.js";
import { statePane } from "./state_pane.js";
import { element } from "./words.js";

// One of the runs: its program, its exceptions and its output.
function side({ trace, sources, folds, told, pieces }, caption, add) {
  const { exceptions, files } = trace;
  const { words, library, propagating } = told;
  const steps = readied(trace.steps, told.events);
  const spine = told.events.filter((one) => one.spine);
  const origins = new Map();
  for (const { kind, exception, file, line } of told.events) {
    if (kind === "raised" && !origins.has(exception)) origins.set(exception, { file, line });
  }
  const made = element("div", "step-side");
  const says = element("p", "step-says");
  const of = `: ${caption}`;
  const code = codePane({ files, sources, folds, library, exceptions, words, of });
  const state = statePane({ trace, library, words, of });
  const output = element("div", "step-output");
  output.tabIndex = 0;
  output.setAttribute("role", "region");
  output.setAttribute("aria-label", words.output + of);
  made.append(element("div", "step-caption", caption), says, code.element, state.element, output);

  // Shows the last event up to a row; `own` says whether the row has one here.
  function show(event, own, none) {
    const { step, say } = spine[event] ?? { step: 0, say: told.says[0] };
    const last = event === spine.length - 1;
    made.classList.toggle("step-waits", !own);
    says.replaceChildren(own ? sentence(say, exceptions) : element("i", "", none));
    code.show(steps[step], propagating[step], origins);
    state.show(step, propagating[step]);
    output.replaceChildren();
    let left = last ? Infinity : steps[step].output;
    for (const { kind, text, more } of pieces) {
      if (left <= 0) break;
      add(output, { kind, text: text.slice(0, left), more });
      left -= text.length;
    }
    if (!output.childNodes.length) output.append(element("i", "", words.empty));
    scrollToLast(output);
  }
  return { element: made, show, says, exceptions, sentences: spine.map((one) => one.say) };
}

export function compare({ runs, rows }, { table, captions, add, words }) {
  const made = element("div", "stepper step-compare");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", words.title);
  made.tabIndex = 0;
  const sides = runs.map((run, at) => side(run, captions[at], add));
  const panes = element("div", "step-sides");
  panes.append(...sides.map((one) => one.element));

  const last = rows.length - 1;
  let at = 0;
  const { pause, play, button: playing } = player(
    made,
    words,
    () => at === last && go(0),
    () => {
      go(at + 1);
      return at < last;
    },
  );
  const moves = {
    next: () => go(at + 1),
    previous: () => go(at - 1),
    first: () => go(0),
    last: () => go(last),
  };
  const act = (move) => () => {
    pause();
    move();
  };
  const buttons = {
    previous: button(`◀ ${words.previous}`, act(moves.previous)),
    next: button(`${words.next} ▶`, act(moves.next), "step-primary"),
    play: playing,
  };
  buttons.previous.setAttribute("aria-label", words.previous_long);
  const slider = element("input", "step-slider");
  slider.type = "range";
  slider.min = 1;
  slider.max = rows.length;
  slider.setAttribute("aria-label", words.slider);
  slider.addEventListener("input", () => {
    pause();
    go(Number(slider.value) - 1);
  });
  const position = element("span", "step-position");
  position.setAttribute("role", "status");
  const where = element("div", "step-where");
  where.append(slider, position);
  const controls = element("div", "step-controls");
  controls.append(...Object.values(buttons), where);
  const foot = element("div", "step-foot");
  foot.append(element("span", "step-keys", words.keys));
  made.append(controls, panes, foot);

  const KEYS = {
    ArrowRight: "next", ArrowLeft: "previous", n: "next", p: "previous",
    Home: "first", End: "last",
  };
  const paused = Object.entries(moves).map(([name, move]) => [name, act(move)]);
  keys(made, KEYS, Object.fromEntries(paused), play);

  // The page's table: each row leads to its place.
  const lines = [...table.tBodies[0].rows].slice(0, rows.length);
  const verbs = lines.map((line, row) => [...line.querySelectorAll("td > b")].map((verb) => {
    const one = button(verb.textContent, () => {
      pause();
      go(row);
      made.focus({ preventScroll: true });
      made.scrollIntoView({ block: "start" });
    }, "step-jump");
    verb.replaceChildren(one);
    return { verb, one };
  }));

  function go(to) {
    at = Math.min(Math.max(to, 0), last);
    for (const [number, one] of sides.entries()) {
      const seen = rows.slice(0, at + 1).map((row) => row[number]).filter((event) => event !== null);
      one.show(seen.at(-1) ?? -1, rows[at][number] !== null, words.none);
    }
    slider.value = at + 1;
    const told = filled(words.position, { row: at + 1, rows: rows.length });
    slider.setAttribute("aria-valuetext", told);
    position.textContent = told;
    buttons.previous.setAttribute("aria-disabled", String(at === 0));
    buttons.next.setAttribute("aria-disabled", String(at === last));
    for (const [row, found] of verbs.entries()) {
      for (const { one } of found) {
        if (row === at) one.setAttribute("aria-current", "step");
        else one.removeAttribute("aria-current");
      }
    }
  }

  return {
    element: made,
    focus() {
      const places = sides.map((one) => one.says);
      for (const { sentences, exceptions } of sides) reserve(places, sentences, exceptions);
      go(0);
      made.focus({ preventScroll: true });
      made.scrollIntoView({ block: "start" });
    },
    remove() {
      pause();
      for (const { verb, one } of verbs.flat()) verb.textContent = one.textContent;
      made.remove();
    },
  };
}
