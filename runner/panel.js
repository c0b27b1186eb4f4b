// What opens below a block of code at the first click: the editor, what a run
// printed, and its steps. Everything a program says is shown as text.
import { python } from "./python.js";
import { editor, hidden } from "./editor.js";
import { keep, kept } from "./kept.js";
import { MOST, able, asked, carries, framed, packed, size, unpacked } from "./link.js";
import { WORDS, element } from "./words.js";

const style = element("link");
style.rel = "stylesheet";
style.href = new URL("panel.css", import.meta.url);
const styled = new Promise((done) => {
  style.onload = style.onerror = done;
});
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
  for (const one of found.values()) {
    if (kept(one.key).length) panel(one).reopen();
  }
  const playground = found.get("playground");
  if (playground) choices(playground);
  if (asked()) await follow(found);
  else await invite(found);
}

// An address may name a step; its code runs when the reader asks for it.
async function invite(found) {
  const { searchParams } = new URL(location.href);
  const step = Number(searchParams.get("step"));
  const one = found.get(searchParams.get("of")) ?? [...found.values()][0];
  if (!(step > 0) || framed()) return;
  const opened = panel(one);
  opened.unfold();
  opened.say(words.toStep(step));
  await styled;
  one.bar.scrollIntoView({ block: "center" });
}

// Shows the code in the address; what the reader had typed stays kept.
async function follow(found) {
  const named = [...found.values()].find(({ key }) => carries(key));
  const opened = panel(named ?? [...found.values()][0]);
  let problem;
  if (framed()) problem = words.framed;
  else if (!able()) problem = words.cannotLink;
  else {
    try {
      await opened.receive(await unpacked(opened.one.key));
    } catch {
      problem = words.badLink;
    }
  }
  if (problem) opened.say(problem, "bad");
  await styled;
  const { notice, status } = opened;
  if (problem) status.scrollIntoView({ block: "center" });
  else notice?.scrollIntoView({ block: "start" });
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

// The playground's programs are on the page; a case's is asked of Python.
function choices(one) {
  const { choice } = one;
  const opened = panel(one);
  if (!opened.editor) opened.open(one.original);
  async function begin(name) {
    const block = document.querySelector(`[data-start="${CSS.escape(name)}"] code`);
    if (block) return opened.load(block.textContent);
    await opened.halt();
    opened.say(words.starting);
    // Of a name that Python does not know, its traceback is the runner's own.
    const told = (event) => event.type !== "output" && opened.told(event);
    const answer = await ask({ kind: "case", name, step: false }, told);
    if (answer.stopped) return;
    if (answer.done?.text) opened.load(answer.done.text);
    else opened.say(answer.done ? words.noCase(name) : unanswered(answer), "bad");
  }
  choice.addEventListener("change", () => choice.value && begin(choice.value));
  choice.disabled = false;
  const chosen = new URL(location.href).searchParams.get("begin");
  if (chosen && !carries(one.key)) {
    choice.value = chosen;
    begin(chosen);
  }
}

// Why a run has no answer.
function unanswered({ ended, failed, flooded }) {
  if (flooded) return words.flooded;
  return ended === undefined ? words.failures(failed) : words.ended(ended);
}

class Panel {
  constructor(one) {
    this.one = one;
    this.texts = kept(one.key); // See kept.js.
    this.linked = false; // Whether the text that is shown came with a link,
    this.saved = false; // and whether it is the last one of `texts`.
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

  edit() {
    if (!this.editor) this.open(this.one.original);
    this.editor.focus();
  }

  unfold() {
    const fold = this.one.block.closest("details");
    if (fold) fold.open = true;
  }

  // Opens a new editor for a text, so that Undo does not bring another back.
  open(text, linked = false, saved = false) {
    this.unfold();
    Object.assign(this, { linked, saved });
    const label = words.editing(this.one.name);
    const made = editor(text, label, this.run, () => this.changed());
    if (this.editor) this.editor.element.replaceWith(made.element);
    else {
      const shown = this.one.block.querySelector("pre");
      shown.hidden = true;
      shown.after(made.element);
      this.one.buttons.edit.hidden = true;
    }
    this.editor = made;
    this.update();
  }

  // Opens the last text that is kept.
  reopen() {
    const { text, linked } = this.texts.at(-1);
    this.open(text, linked, true);
  }

  // Shows code from the address, unless the address was made of what is shown.
  async receive(text) {
    if (text === this.texts.at(-1)?.text) return;
    await this.halt();
    this.clear();
    this.say("");
    this.open(text, true);
  }

  // Puts a program of the page in place of the text.
  async load(text) {
    await this.halt();
    this.clear();
    this.say("");
    if (this.linked) {
      this.save();
      this.open(text);
    } else this.editor.replace(text);
    this.changed();
  }

  changed() {
    this.dropAddress();
    this.save();
    this.update();
    if (this.steps) {
      this.steps.element.classList.add("run-old");
      this.say(words.old);
    }
  }

  // Without this, the page would open with older code than what was typed.
  dropAddress() {
    const address = new URL(location.href);
    if (carries(this.one.key)) address.hash = "";
    if (this.one.choice) address.searchParams.delete("begin");
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }

  save() {
    if (this.saved) this.texts.pop();
    this.saved = this.linked || this.edited;
    if (this.saved) this.texts.push({ text: this.code, linked: this.linked });
    keep(this.one.key, this.texts);
  }

  // Says where the text came from, and offers what can be done with it.
  update() {
    this.buttons.reset.hidden = !this.editor;
    this.buttons.link.hidden = !this.edited;
    if (!this.linked) {
      this.notice?.remove();
      this.notice = undefined;
      return;
    }
    if (!this.notice) {
      this.notice = element("p", "run-notice");
      this.editor.element.before(this.notice);
    }
    const below = this.texts.length > (this.saved ? 1 : 0);
    this.notice.textContent = words.notice(below, hidden(this.code));
  }

  // Takes the text away, and shows the one that was kept before it, or the
  // page's code.
  async reset() {
    await this.halt();
    this.clear();
    this.dropAddress();
    if (this.saved) this.texts.pop();
    this.saved = false;
    keep(this.one.key, this.texts);
    const { choice, buttons } = this.one;
    if (choice) choice.value = "";
    if (this.texts.length) {
      this.reopen();
      return this.say(words.textBack);
    }
    if (choice) {
      if (this.linked) this.open("");
      return this.load("");
    }
    this.editor.element.remove();
    this.editor = undefined;
    this.linked = false;
    this.one.block.querySelector("pre").hidden = false;
    buttons.edit.hidden = false;
    this.update();
    this.say(words.isReset);
    buttons.edit.focus();
  }

  async link() {
    const { code, one } = this;
    if (size(code) > MOST) return this.say(words.tooLong(size(code), MOST), "bad");
    if (!able()) return this.say(words.cannotLink, "bad");
    const address = new URL(location.href);
    address.hash = await packed(one.key, code);
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
    const { one, code } = this;
    if (one.kind === "compare") {
      const programs = [...one.block.querySelectorAll("[data-program]")].map((block) => ({
        name: block.dataset.program, code: block.querySelector("code").textContent,
      }));
      return { kind: "compare", programs, language: lang };
    }
    if (one.kind === "program" || one.kind === "challenge") {
      return { kind: one.kind, name: one.name, code, step, language: lang };
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
      language: lang,
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
    else await this.finished(answer.done, step);
  }

  async finished(done, step) {
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
    if (done.runs) await this.comparing(done);
    else if (step && trace?.steps.length) await this.stepping(done);
  }

  // Shows the steps of a run, by a module that is fetched for the first ones.
  async stepping(done) {
    const { pieces, one } = this;
    const { styled } = await import("./parts.js");
    const { stepper, linkedStep } = await import("./stepper.js");
    await styled;
    if (pieces !== this.pieces) return; // Another run has begun meanwhile.
    const [group, number] = one.kind === "lesson" ? one.main : one.at ?? [];
    const told = one.groups?.[group]?.[number]?.nextElementSibling;
    this.steps = stepper(done, {
      pieces,
      add,
      name: one.name,
      start: linkedStep(one.key),
      address: () => this.address(),
      list: told?.matches(".history") ? told : undefined,
      notes: done.trace.notes.map((name) => words.notes[name]),
    });
    const { kind } = this.status.dataset;
    this.say(`${this.status.textContent} ${words.recorded(done.trace.steps.length)}`, kind);
    this.output.hidden = true;
    this.output.after(this.steps.element);
    this.steps.focus();
  }

  // Shows two runs beside each other.
  async comparing(done) {
    const { pieces, one } = this;
    const { styled } = await import("./parts.js");
    const { compare } = await import("./compare.js");
    await styled;
    if (pieces !== this.pieces) return;
    const table = one.block.querySelector("table");
    const captions = [...table.tHead.querySelectorAll("th + th")].map((cell) => cell.textContent);
    this.steps = compare(done, { table, captions, add, words: done.runs[0].told.compare });
    this.output.after(this.steps.element);
    this.steps.focus();
  }

  // The address of this page with what is shown here.
  async address() {
    const { one, code, edited } = this;
    const found = new URL(location.href);
    const long = size(code) > MOST || !able();
    found.hash = edited && !long ? await packed(one.key, code) : "";
    found.searchParams.set("of", one.key);
    return found;
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
    this.steps?.remove();
    this.steps = undefined;
    this.output.replaceChildren();
    this.output.hidden = true;
    this.pieces = [];
    this.waiting = undefined;
  }

  told({ type, kind, text, more, bytes, total }) {
    if (type === "progress") this.say(words.progress(bytes, total));
    else if (type === "begun") {
      this.clear(); // A run may begin again, with the rest of the library.
      this.say(words.running);
    }
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
