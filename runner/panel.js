// What opens below a block of code at the first click: the editor, what a run
// printed, and its steps. Everything a program says is shown as text.
import { python } from "./python.js";
import { editor } from "./editor.js";
import { stepper } from "./stepper.js";
import { WORDS, element } from "./words.js";

const style = element("link");
style.rel = "stylesheet";
style.href = new URL("panel.css", import.meta.url);
document.head.append(style);

const { lang } = document.documentElement;
const words = WORDS[lang] ?? WORDS.en;
const panels = new WeakMap();

// A run ends with its page: nobody could stop it from another one.
document$.subscribe(() => python.leave());

// The panel of a block, made when it is first asked for.
export function panel(one) {
  if (!panels.has(one)) panels.set(one, new Panel(one));
  return panels.get(one);
}

// Opens what a reader had typed on this page, and what came with the address.
export async function restore(found) {
  for (const [key, one] of found) {
    const kept = sessionStorage.getItem(`run ${location.pathname} ${key}`);
    if (kept !== null && kept !== one.original) panel(one).edit(kept);
  }
  const playground = found.get("playground");
  if (playground) choices(playground);
  if (!location.hash.startsWith("#run=") || !found.size) return;
  const [key, packed] = location.hash.slice(5).split("~");
  let [one] = found.values();
  try {
    const named = found.get(decodeURIComponent(key));
    if (!named) throw new RangeError("no such block");
    one = named;
    const text = await unpacked(packed);
    panel(one).edit(text, words.stranger);
  } catch {
    panel(one).say(words.badLink, "bad");
  }
  one.block.scrollIntoView({ block: "center" });
}

// Asks Python. A browser may have no workers, or refuse to start one.
async function ask(request, told) {
  if (!window.Worker) return { failed: "Worker" };
  try {
    return await python.run(request, told);
  } catch (error) {
    return { failed: String(error?.message ?? error) };
  }
}

// The playground's programs are on the page; a situation's is asked of Python.
function choices(one) {
  const { choice } = one;
  const opened = panel(one);
  if (!opened.editor) opened.edit(one.original);
  async function begin(name) {
    const block = document.querySelector(`[data-start="${CSS.escape(name)}"] code`);
    if (block) return opened.load(block.textContent);
    await opened.halt();
    opened.say(words.starting);
    // Of a name that Python does not know, its traceback is the runner's own.
    const told = (event) => event.type !== "output" && opened.told(event);
    const answer = await ask({ kind: "situation", name, step: false }, told);
    if (answer.stopped) return;
    if (answer.done?.text) opened.load(answer.done.text);
    else opened.say(answer.done ? words.noSituation(name) : unanswered(answer), "bad");
  }
  choice.addEventListener("change", () => choice.value && begin(choice.value));
  choice.disabled = false;
  const chosen = new URL(location.href).searchParams.get("begin");
  if (chosen) {
    choice.value = chosen;
    begin(chosen);
  }
}

// Why a run has no answer.
function unanswered({ ended, failed }) {
  return ended === undefined ? words.failures(failed) : words.ended(ended);
}

const MOST = 50_000; // Characters that an address may bring.

async function through(stream, bytes) {
  const done = new Blob([bytes]).stream().pipeThrough(stream);
  const reader = done.getReader();
  const parts = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST) throw new RangeError("too long");
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function packed(text) {
  const bytes = await through(new CompressionStream("deflate-raw"), text);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpacked(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(plain, (one) => one.charCodeAt(0));
  const found = await through(new DecompressionStream("deflate-raw"), bytes);
  return new TextDecoder("utf-8", { fatal: true }).decode(found);
}

class Panel {
  constructor(one) {
    this.one = one;
    this.run = this.run.bind(this);
    this.status = element("p", "run-status");
    this.status.setAttribute("role", "status");
    this.output = element("div", "run-output");
    this.output.tabIndex = 0;
    this.output.setAttribute("role", "region");
    this.output.setAttribute("aria-label", words.output);
    this.output.hidden = true;
    this.buttons = {
      reset: this.button(words.reset, () => this.reset()),
      link: this.button(words.link, () => this.link()),
      // Last: when it goes, no other button comes under a second click.
      stop: this.button(words.stop, () => python.stop()),
    };
    for (const made of Object.values(this.buttons)) made.hidden = true;
    one.bar.append(...Object.values(this.buttons));
    one.bar.after(this.status, this.output);
  }

  button(label, act) {
    const made = element("button", "", label);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  get code() {
    return this.editor ? this.editor.value : this.one.original;
  }

  get edited() {
    return this.code !== this.one.original;
  }

  say(text, kind = "") {
    this.status.textContent = text;
    this.status.dataset.kind = kind;
  }

  edit(text, notice = "") {
    if (!this.editor) {
      const label = words.editing(this.one.name);
      const begun = text ?? this.one.original;
      this.editor = editor(begun, label, this.run, () => this.changed());
      const shown = this.one.block.querySelector("pre");
      shown.hidden = true;
      shown.after(this.editor.element);
      this.one.buttons.edit.hidden = true;
      // Whoever comes to a page is not taken to a field.
      if (text === undefined) this.editor.focus();
    } else if (notice) this.editor.value = text;
    if (notice && !this.notice) {
      this.notice = element("p", "run-notice", notice);
      this.editor.element.before(this.notice);
    }
    this.changed(false);
  }

  async load(text) {
    await this.halt();
    this.clear();
    this.say("");
    this.notice?.remove();
    this.notice = undefined;
    this.editor.replace(text);
    this.changed();
  }

  changed(keep = true) {
    const { edited } = this;
    this.buttons.reset.hidden = !this.editor;
    this.buttons.link.hidden = !edited;
    if (!keep) return;
    if (this.steps) {
      this.steps.element.classList.add("run-old");
      this.say(words.old);
    }
    const key = `run ${location.pathname} ${this.one.key}`;
    try {
      if (edited) sessionStorage.setItem(key, this.code);
      else sessionStorage.removeItem(key);
    } catch {
      // A browser that keeps nothing: the text is in the page until it goes.
    }
  }

  async reset() {
    await this.halt();
    if (this.one.choice) {
      this.one.choice.value = "";
      return this.load("");
    }
    this.editor?.element.remove();
    this.notice?.remove();
    this.editor = this.notice = undefined;
    this.one.block.querySelector("pre").hidden = false;
    this.one.buttons.edit.hidden = false;
    this.changed();
    if (location.hash.startsWith("#run=")) {
      history.replaceState(history.state, "", location.pathname + location.search);
    }
    this.clear();
    this.say(words.isReset);
    this.one.buttons.edit.focus();
  }

  async link() {
    const address = new URL(location.href);
    address.hash = `run=${encodeURIComponent(this.one.key)}~${await packed(this.code)}`;
    history.replaceState(history.state, "", address);
    try {
      await navigator.clipboard.writeText(address.href);
      this.say(words.linkCopied);
    } catch {
      this.say(words.linkShown);
    }
  }

  // What the worker is asked to run: of a lesson, its program and its sessions.
  request(step) {
    const { one, code, edited } = this;
    if (one.kind === "program" || one.kind === "challenge") {
      return { kind: one.kind, name: one.name, code, edited, step, language: lang };
    }
    const whole = one.kind === "lesson";
    // A reader's program is used by the sessions below it.
    const program = whole ? this : panel.existing(one.all.get("program"));
    const sessions = one.groups.map((blocks, i) =>
      blocks.map((block, j) => {
        const other = one.all.get(`${i}.${j}`);
        const chosen = whole ? !step || (i === one.main[0] && j === one.main[1])
          : i === one.at[0] && j === one.at[1];
        const text = other === one ? code
          : panel.existing(other)?.code ?? other.original;
        return { text, show: chosen };
      }),
    );
    const last = (list) => list.slice(0, list.findLastIndex((s) => s.show) + 1);
    return {
      kind: "lesson",
      name: one.name,
      code: program?.code ?? one.all.get("program").original,
      edited: program?.edited ?? false,
      step,
      sessions: sessions.map(last),
    };
  }

  step() {
    return this.run(true);
  }

  async run(step = false) {
    step = step === true;
    if (this.answer) await this.halt();
    this.clear();
    this.running(true);
    const began = performance.now();
    const told = (event) => this.told(event);
    this.say(words.starting);
    this.answer = ask(this.request(step), told);
    const answer = await this.answer;
    this.answer = undefined;
    this.running(false);
    this.show();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    if (answer.stopped) this.say(words.stopped(seconds), "stopped");
    else if (!answer.done) this.say(unanswered(answer), "bad");
    else this.finished(answer.done, step);
  }

  finished(done, step) {
    const { same, differ, missing, failed, status, trace } = done;
    const examples = same + differ;
    if (missing !== null && !failed) {
      this.say(missing || words.solved, missing ? "bad" : "good");
    } else if (failed) this.say(words.inException, "bad");
    else if (status) this.say(words.exited(status), "bad");
    else if (trace?.notes.includes("limit")) this.say(words.notes.limit);
    else if (!examples && this.one.kind === "session") this.say(words.noPrompt, "bad");
    else if (!examples) this.say(words.finished, "good");
    else if (differ) this.say(words.differ(differ, examples), "bad");
    else this.say(words.same(examples), "good");
    if (this.one.kind === "lesson" && !examples && !failed && !status) this.say(words.loaded);
    if (step && trace) {
      this.steps = stepper(trace, done.sources, this.pieces, add);
      const { kind } = this.status.dataset;
      this.say(`${this.status.textContent} ${words.recorded(trace.steps.length)}`, kind);
      this.output.hidden = true;
      this.output.after(this.steps.element);
      this.steps.focus();
    }
  }

  // Ends this panel's run, if there is one, and waits until that is shown.
  async halt() {
    if (!this.answer) return;
    python.leave();
    await this.answer;
  }

  running(on) {
    const focused = document.activeElement;
    const { run, step } = this.one.buttons;
    this.buttons.stop.hidden = !on;
    run.disabled = step.disabled = on;
    // A button that is gone must not take the keyboard's place with it.
    if (on && (focused === run || focused === step)) this.buttons.stop.focus();
    if (!on && focused === this.buttons.stop) run.focus();
  }

  clear() {
    this.steps?.element.remove();
    this.steps = undefined;
    this.output.replaceChildren();
    this.output.hidden = true;
    this.pieces = [];
    this.waiting = undefined;
  }

  told({ type, kind, text, more, bytes, total }) {
    if (type === "progress") this.say(words.progress(bytes, total));
    else if (type === "begun") this.say(words.running);
    else if (type === "output") {
      this.pieces.push({ kind, text, more });
      this.waiting ??= requestAnimationFrame(() => this.show());
    }
  }

  // Adds what came since the last time.
  show() {
    cancelAnimationFrame(this.waiting);
    this.waiting = undefined;
    const atEnd = this.output.scrollTop + this.output.clientHeight
      >= this.output.scrollHeight - 20;
    for (const piece of this.pieces) {
      if (!piece.shown) add(this.output, piece);
      piece.shown = true;
    }
    this.output.hidden = !this.pieces.length || Boolean(this.steps);
    if (atEnd) this.output.scrollTop = this.output.scrollHeight;
  }
}

panel.existing = (one) => panels.get(one);

// Adds a piece of output. Where it was parted in the middle of a line, the line
// is put together again.
function add(output, piece) {
  const last = output.lastElementChild;
  const { kind, more = "" } = piece;
  if (last?.matches(`pre.run-${kind}`) && (last.dataset.from ?? "") === more) {
    last.append(piece.text);
  } else output.append(shown(piece));
}

// A piece of output as an element.
function shown({ kind, text, more }) {
  if (kind === "cut") return element("p", "run-cut", words.cut);
  if (kind === "note") return element("p", "run-note", words.beside[text](more));
  if (kind === "same") return document.createTextNode("");
  if (kind === "differs") {
    const made = element("div", "run-differs", words.pageShows);
    made.append(element("pre", "", text || words.nothing));
    return made;
  }
  const made = element("pre", `run-${kind}`, text);
  if (more) made.dataset.from = more;
  return made;
}
