// The steps of a run: the current line, which exception is being
// handled, and which one the helper keeps.
import { bare, coloured } from "./editor.js";
import { WORDS, element } from "./words.js";

const words = WORDS[document.documentElement.lang] ?? WORDS.en;

const BEGINS = /^\s*(?:async\s+)?(?:def|class)\s+([^\s([:]+)/;

// The number of the last line of the function or class that begins in a line:
// its head, which may have several lines in brackets, and all that is indented
// deeper.
function end(lines, begin) {
  const indent = (text) => text.search(/\S/);
  let last = begin;
  for (let open = 0; last <= lines.length; last++) {
    for (const sign of bare(lines[last - 1])) {
      if ("([{".includes(sign)) open++;
      else if (")]}".includes(sign)) open--;
    }
    if (open <= 0) break;
  }
  while (
    last < lines.length
    && (!lines[last].trim() || indent(lines[last]) > indent(lines[begin - 1]))
  ) last++;
  return Math.min(last, lines.length);
}

// The lines of the function that a step is in, without its docstring. A
// program may give its code any name and number: what does not fit shows the
// whole file.
function excerpt(lines, { line, function: name }) {
  let first = 1;
  let last = lines.length;
  let below = Math.min(line, lines.length);
  // A call begins at the first decorator.
  if (/^\s*@/.test(lines[below - 1])) {
    while (below < lines.length && !BEGINS.test(lines[below - 1])) below++;
  }
  for (let n = below; n >= 1; n--) {
    if (BEGINS.exec(lines[n - 1])?.[1].normalize("NFKC") !== name) continue;
    const found = end(lines, n);
    if (found < line) continue;
    first = Math.min(n, line);
    last = found;
    break;
  }
  while (last > first && !lines[last - 1].trim()) last--;
  const found = [];
  let quoted = false;
  for (let n = first; n <= last; n++) {
    const text = lines[n - 1];
    const quotes = text.match(/"""/g)?.length ?? 0;
    const begins = /^\s*r?"""/.test(text);
    if (quoted || begins) {
      if (quotes % 2) quoted = !quoted;
      if (n !== line) continue;
    }
    found.push({ number: n, text });
  }
  return found;
}

export function stepper(trace, sources, pieces, add) {
  const { steps, exceptions, files } = trace;
  const made = element("div", "run-steps");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", words.steps);

  const controls = element("div", "run-controls");
  const button = (label, act) => {
    const one = element("button", "", label);
    one.type = "button";
    one.addEventListener("click", act);
    return one;
  };
  const slider = element("input");
  slider.type = "range";
  slider.min = 1;
  slider.max = Math.max(steps.length, 1);
  slider.value = 1;
  slider.setAttribute("aria-label", words.slider);
  const back = button(words.back, () => go(Number(slider.value) - 1));
  const forward = button(words.forward, () => go(Number(slider.value) + 1));
  const position = element("span", "run-position");
  slider.addEventListener("input", () => go(Number(slider.value)));
  made.addEventListener("keydown", (event) => {
    if (event.target === slider || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    go(Number(slider.value) + (event.key === "ArrowRight" ? 1 : -1));
  });
  controls.append(back, slider, forward, position);

  const says = element("p", "run-says");
  says.setAttribute("role", "status");
  const code = element("pre", "run-code");
  code.tabIndex = 0;
  code.setAttribute("role", "region");
  code.setAttribute("aria-label", words.code);
  const facts = element("dl", "run-facts");
  const view = element("div", "run-view");
  view.append(code, facts);
  made.append(controls, says, view);

  // What is on its way out, at the steps that tell of it.
  const raised = [];
  const last = new Map();
  for (const { event, exception, frame } of steps) {
    if (event === "exception") last.set(frame, exception);
    raised.push(["exception", "unwind"].includes(event) ? (last.get(frame) ?? null) : null);
  }

  const title = (number) => {
    const { type, message } = exceptions[number];
    return message ? `${type}: ${message}` : type;
  };
  // An exception with a number: the same number is the same object.
  function exception(number) {
    const one = element("span", "run-exception");
    one.append(element("b", "", `#${number + 1}`), ` ${title(number)}`);
    const { context } = exceptions[number];
    if (context !== null) {
      one.append(element("small", "", words.context(`#${context + 1}`)));
    }
    return one;
  }

  function fact(name, kind, ...content) {
    const value = element("dd", kind);
    const group = element("div");
    value.append(...content);
    group.append(element("dt", "", name), value);
    facts.append(group);
  }

  function lines(step) {
    const source = sources[files[step.file]] ?? "";
    return excerpt(source.split("\n"), step);
  }

  // A program begins before its first line.
  for (const step of steps) step.line ||= 1;

  function printed(length) {
    const found = element("div", "run-printed");
    let left = length;
    for (const { kind, text } of pieces) {
      if (left <= 0) break;
      if (["out", "err", "log"].includes(kind)) {
        add(found, { kind, text: text.slice(0, left) });
      }
      if (kind !== "same" && kind !== "differs" && kind !== "cut") left -= text.length;
    }
    return found;
  }

  function go(to) {
    const at = Math.min(Math.max(to, 1), steps.length);
    const step = steps[at - 1];
    slider.value = at;
    slider.setAttribute("aria-valuetext", words.position(at, steps.length));
    position.textContent = words.position(at, steps.length);
    back.disabled = at === 1;
    forward.disabled = at === steps.length;
    if (!step) return;

    const name = step.function === "<module>" ? words.module : step.function;
    const error = raised[at - 1];
    const what = error === null ? words.anException : title(error);
    const before = steps[at - 2];
    const after = steps[at];
    let event = step.event;
    if (event === "exception" && before?.event === "unwind") event = "arrives";
    if (event === "line" && after?.event === "call" && after.function === "__exit__") {
      event = "ends";
    }
    const note = at === steps.length ? trace.notes.map((one) => words.notes[one]) : [];
    says.textContent = [words.events[event](name, what), ...note].join(" ");
    made.dataset.event = step.event;

    code.replaceChildren();
    let current;
    for (const { number, text } of lines(step)) {
      const line = element("span", "run-line");
      line.append(coloured(`${text}\n`));
      if (number === step.line) {
        line.setAttribute("aria-current", "step");
        current = line;
      }
      code.append(line);
    }
    if (current) {
      const middle = current.offsetTop - code.clientHeight / 2;
      code.scrollTop = Math.max(middle, 0);
    }

    facts.replaceChildren();
    const none = () => element("i", "", words.none);
    fact(words.raised, "run-raised", error === null ? none() : exception(error));
    fact(
      words.handled,
      "run-handled",
      step.handled === null ? none() : exception(step.handled),
    );
    const saved = step.helpers.map(({ saved, reraise }) => {
      const one = element("div");
      one.append(
        saved === null ? none() : exception(saved),
        element("code", reraise ? "run-on" : "run-off", `${words.reraise} = ${reraise ? "True" : "False"}`),
      );
      return one;
    });
    fact(
      words.saved,
      "run-saved",
      ...(saved.length ? saved.reverse() : [element("i", "", words.noHelper)]),
    );
    const calls = element("ol");
    for (const call of step.stack) {
      const text = (sources[files[call.file]] ?? "").split("\n")[call.line - 1] ?? "";
      const one = element("li", "", call.function === "<module>" ? words.module : call.function);
      one.append(element("code", "", text.trim()));
      calls.append(one);
    }
    fact(words.stack, "run-calls", calls);
    const logs = trace.logs.slice(0, step.logs);
    if (logs.length) {
      fact(
        words.logged,
        "run-logs",
        ...logs.map((log) => element("pre", "run-log", `${log.level} ${log.logger}: ${log.message}`)),
      );
    }
    const output = printed(step.output);
    if (output.childNodes.length) fact(words.printed, "", output);
  }

  go(1);
  return {
    element: made,
    focus: () => {
      go(1);
      slider.focus({ preventScroll: true });
      made.scrollIntoView({ block: "start" });
    },
  };
}
