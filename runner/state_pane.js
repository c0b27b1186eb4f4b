// What is known at a step: three exceptions in fixed places, and the calls with
// their variables.
import { chip, colour, filled } from "./parts.js";
import { element } from "./words.js";

export function statePane({ trace, library, words, of = "" }) {
  const { steps, exceptions, files } = trace;
  const made = element("div", "step-right");
  const slots = element("dl", "step-slots");
  const slot = (name) => {
    const group = element("div", "step-slot");
    const content = element("dd");
    group.append(element("dt", "", name), content);
    slots.append(group);
    return { group, content };
  };
  const propagating = slot(words.propagating);
  const handled = slot(words.handled);
  const saved = slot(words.saved);
  const frames = element("div", "step-frames");
  frames.tabIndex = 0;
  frames.setAttribute("role", "region");
  frames.setAttribute("aria-label", words.frames + of);
  made.append(slots, frames);

  const links = ({ context, cause, parts, notes }) => {
    const found = [];
    const link = (name, ...numbers) => {
      const one = element("span", "step-link", `${name} `);
      one.append(...numbers.map((number) => chip(number, exceptions, false)));
      found.push(one);
    };
    if (cause !== null) link(words.cause, cause);
    if (context !== null && context !== cause) link(words.context, context);
    if (parts.length) link(words.parts, ...parts);
    if (notes.length) found.push(element("span", "step-link", `${words.notes}: ${notes.join("; ")}`));
    return found;
  };

  function put({ group, content }, number, none, ...more) {
    group.className = number === null ? "step-slot" : `step-slot step-full ${colour(number)}`;
    if (number === null) {
      content.replaceChildren(element("i", "", none), ...more);
      return;
    }
    const found = exceptions[number];
    const name = element("span", "step-type");
    name.append(chip(number, exceptions, false), ` ${found.type}`);
    const message = element("span", "step-message", found.message);
    message.title = found.message;
    content.replaceChildren(name, ...more, ...links(found), message);
  }

  const flag = (reraise) =>
    element("code", reraise ? "step-on" : "step-off", `reraise = ${reraise ? "True" : "False"}`);

  function helpers({ helpers: open, waiting }) {
    const around = [...open].reverse();
    const inner = around.shift();
    const outer = around.map((one) => {
      const made = element("span", "step-link", `${words.outer} `);
      if (one.saved !== null) made.append(chip(one.saved, exceptions, false), " ");
      return made;
    });
    const suspended = waiting.filter((one) => one.saved !== null).map((one) => {
      const made = element("span", "step-link");
      made.append(chip(one.saved, exceptions, false), ` ${words.suspended}`);
      return made;
    });
    if (inner) put(saved, inner.saved, words.nothing, flag(inner.reraise), ...outer, ...suspended);
    else put(saved, null, suspended.length ? "" : words.no_helper, ...suspended);
  }

  // The variables of all calls, after the steps up to one.
  function variables(until) {
    const calls = new Map();
    for (let at = 0; at <= until; at++) {
      const { frame, changed } = steps[at];
      if (!calls.has(frame)) calls.set(frame, new Map());
      const known = calls.get(frame);
      for (const [name, value] of Object.entries(changed)) {
        if (value === null) known.delete(name);
        else known.set(name, value);
      }
    }
    return calls;
  }

  const value = (shown) =>
    typeof shown === "number" ? chip(shown, exceptions, false) : element("code", "", shown);

  function variable(name, shown, isNew) {
    const one = element("span", isNew ? "step-var step-new" : "step-var");
    one.append(element("code", "", `${name} = `), value(shown));
    if (isNew) one.append(element("span", "step-spoken", ` (${words.changed})`));
    return one;
  }

  function calls(at) {
    const step = steps[at];
    const known = variables(at);
    frames.replaceChildren(...[...step.stack].reverse().map((call, depth) => {
      const one = element("div", depth ? "step-frame" : "step-frame step-top");
      const name = call.function === "<module>" ? words.program : call.function;
      const file = files[call.file].replace(/^<doctest .*>$/, "").split("/").at(-1);
      const place = [file && `${file}:${call.line}`, library[call.file] && words.library];
      one.append(
        element("code", "step-name", name),
        element("span", "step-place", ` ${place.filter(Boolean).join(", ")}`),
      );
      const now = depth ? {} : step.changed;
      const shown = [...(known.get(call.frame) ?? [])]
        .map(([own, value]) => variable(own, value, Object.hasOwn(now, own)));
      if (!depth && step.value !== null) {
        const back = element("span", "step-var step-new");
        const verb = step.event === "yield" ? words.yields : words.returns;
        back.append(element("b", "", `${verb} `), value(step.value));
        shown.push(back);
      }
      if (shown.length) {
        const vars = element("div", "step-vars");
        vars.append(...shown);
        one.append(vars);
      }
      return one;
    }));
    const more = step.depth - step.stack.length;
    if (more) frames.append(element("div", "step-place", filled(words.more_calls, { count: more })));
    frames.scrollTop = 0;
  }

  return {
    element: made,
    show(at, onWay) {
      put(propagating, onWay, words.none);
      put(handled, steps[at].handled, words.none);
      helpers(steps[at]);
      calls(at);
    },
  };
}
