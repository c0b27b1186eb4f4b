// What opens below a block of code at the first click: the editor, what a run
// printed, and its steps. Everything a program says is shown as text.
import { python } from "./python.js";
import { editor, hidden } from "./editor.js";
import { digest, keep, kept, solve, solved } from "./kept.js";
import { MOST, able, asked, carries, framed, packed, size, unpacked } from "./link.js";
import { add, compare, inPlace, linked, printed, trials } from "./output.js";
import { choices } from "./playground.js";
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

// Milliseconds that a run may take before its output takes the place of the
// page's: most end sooner, and print the same.
const SOON = 500;

// A run ends with its page: nobody could stop it from another one.
document$.subscribe(() => python.leave());

// The panel of a block, made when it is first asked for.
export function panel(one) {
  if (!panels.has(one)) panels.set(one, new Panel(one));
  return panels.get(one);
}

// Opens what a reader had typed on this page, and what came with the address.
export async function restore(found) {
  await styled; // Without its style, the editor has another height.
  for (const one of found.values()) {
    if (kept(one.key).length) panel(one).reopen();
  }
  const playground = found.get("playground");
  if (playground) {
    const opened = panel(playground);
    if (!opened.editor) opened.open(playground.original);
    await choices(playground, opened);
  }
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
export async function follow(found) {
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
  const { notice, one, status } = opened;
  if (problem) status.scrollIntoView({ block: "center" });
  else if (notice) {
    // All of it if there is room; otherwise the notice, with Run below it.
    const { height } = one.block.getBoundingClientRect();
    if (height < innerHeight - 150) one.block.scrollIntoView({ block: "center" });
    else one.bar.scrollIntoView({ block: "end" });
  }
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

// Why a run has no answer.
function unanswered({ ended, failed, flooded }) {
  if (flooded) return words.flooded;
  return ended === undefined ? words.failures(failed) : words.ended(ended);
}

class Panel {
  constructor(one) {
    this.one = one;
    this.texts = kept(one.key); // See kept.js.
    this.of = digest(one.original);
    this.linked = false; // Whether the text that is shown came with a link,
    this.saved = false; // and whether it is the last one of `texts`.
    this.undone = []; // What Reset and a choice took away.
    this.pieces = []; // What the run has printed.
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
      undo: this.button(words.undo, () => this.undo()),
      link: this.button(words.link, () => this.link()),
      // Last: when it goes, no other button comes under a second click.
      stop: this.button(words.stop, () => python.stop()),
    };
    this.keys = element("span", "run-keys");
    this.keys.textContent = one.kind === "challenge" ? words.keysCheck : words.keys;
    for (const made of [...Object.values(this.buttons), this.keys]) made.hidden = true;
    one.bar.append(...Object.values(this.buttons), this.keys);
    one.bar.after(this.status);
    // What a program prints takes the place of what the page says it prints.
    const next = one.block.nextElementSibling;
    const output = one.kind === "program" && next?.matches(".language-output") && next;
    this.printed = output ? output.querySelector("pre") : undefined;
    (this.printed ?? this.status).after(this.output);
    if (one.kind === "challenge" && solved().includes(one.name)) {
      this.say(words.solvedBefore, "good");
    }
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

  // The file that tracebacks name, if its lines are numbered as they are shown.
  get file() {
    const { kind, name } = this.one;
    if (kind === "program") return name;
    if (kind === "challenge") return `examples/challenges/${name}/answer.py`;
    return kind === "lesson" && this.edited ? `${name.replaceAll(".", "/")}.py` : "";
  }

  // Whether the page shows what the code prints, where it can be marked.
  get placed() {
    return Boolean(this.printed) || (this.one.kind === "session" && !this.editor);
  }

  say(text, kind = "") {
    // The same words again would be read out again.
    if (this.status.textContent !== text) this.status.textContent = text;
    this.status.dataset.kind = kind;
  }

  // Opens the editor, and leaves the focus where it is.
  begin() {
    if (!this.editor) this.open(this.one.original);
  }

  edit() {
    this.begin();
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
    if (this.edited) this.remember();
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
    const { code: text, linked, of } = this;
    if (this.saved) this.texts.push({ text, linked, of });
    this.keep();
  }

  keep() {
    this.unkept = !keep(this.one.key, this.texts);
  }

  // Says where the text came from, and offers what can be done with it.
  update() {
    const { buttons, editor, linked, undone, unkept } = this;
    const below = this.texts.length > (this.saved ? 1 : 0);
    // Where the editor stays, a second click must find nothing to do.
    buttons.reset.disabled = !editor || (this.stays && !this.edited && !linked && !below);
    buttons.reset.hidden = !editor && !undone.length;
    buttons.undo.hidden = !undone.length;
    buttons.link.hidden = !this.edited;
    this.keys.hidden = !editor;
    const text = editor && words.notice({
      linked,
      below: linked && below,
      hidden: linked ? hidden(this.code) : [],
      changed: this.saved && !linked && this.texts.at(-1).of !== this.of,
      unkept: unkept && this.saved,
    });
    if (!text) {
      this.notice?.remove();
      this.notice = undefined;
      return;
    }
    if (!this.notice) {
      this.notice = element("p", "run-notice");
      this.one.bar.before(this.notice);
    }
    this.notice.textContent = text;
  }

  // Whether the block is shown in an editor from the beginning.
  get stays() {
    return Boolean(this.one.choice) || this.one.kind === "challenge";
  }

  // What Undo brings back.
  remember() {
    const { code, linked, saved, texts } = this;
    this.undone.push({ code, linked, saved, texts: [...texts] });
  }

  // Brings back what Reset or a choice took away. What was typed since then is
  // what Undo brings back next.
  async undo() {
    await this.halt();
    this.clear();
    const { code, linked, saved, texts } = this.undone.pop();
    if (this.edited) this.remember();
    this.texts = texts;
    this.open(code, linked, saved);
    this.keep();
    this.update();
    this.say(words.undone);
    if (this.buttons.undo.hidden) this.editor.focus();
  }

  // Takes the text away, and shows the one that was kept before it, or the
  // page's code.
  async reset() {
    await this.halt();
    this.clear();
    this.dropAddress();
    if (this.edited || this.linked) this.remember();
    if (this.saved) this.texts.pop();
    this.saved = false;
    this.keep();
    const { one } = this;
    if (this.texts.length) {
      this.reopen();
      return this.say(words.textBack);
    }
    this.begun?.();
    if (this.stays) this.open(one.original);
    else {
      this.editor.element.remove();
      this.editor = undefined;
      this.linked = false;
      one.block.querySelector("pre").hidden = false;
      one.buttons.edit.hidden = false;
      this.update();
      one.buttons.edit.focus();
    }
    this.say(words.isReset);
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
        const given = text === other.original ? undefined : other.original;
        return { text, given, show: chosen };
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
    const seconds = (digits) => ((performance.now() - began) / 1000).toFixed(digits);
    const ticking = setInterval(() => {
      this.status.dataset.seconds = `${seconds(0)} s`;
    }, 1000);
    const told = (event) => this.told(event);
    this.say(words.starting);
    this.answer = ask(this.request(step), told);
    const answer = await this.answer;
    this.answer = undefined;
    clearInterval(ticking);
    delete this.status.dataset.seconds;
    this.running(false);
    if (answer.stopped) this.say(words.stopped(seconds(1)), "stopped");
    else if (!answer.done) this.say(unanswered(answer), "bad");
    this.soon = false;
    if (answer.done && !step) this.settle(answer.done);
    else this.show();
    if (answer.done) await this.finished(answer.done, step);
  }

  // Puts what was printed to where the page shows it, and brings the first
  // difference into view.
  settle(done) {
    const { one, output, pieces } = this;
    cancelAnimationFrame(this.waiting);
    this.waiting = undefined;
    if (done.trials) {
      output.append(trials(done.trials, done.missing));
      output.hidden = false;
    }
    const clean = !done.failed && !done.status;
    const notes = pieces.some(({ kind }) => kind === "note" || kind === "cut");
    if (this.printed) {
      const wanted = this.printed.textContent;
      this.same = clean && printed(pieces).trim() === wanted.trim();
      if (this.same && !notes) {
        this.hide();
        this.printed.classList.add("run-same");
        return;
      }
      this.show();
      if (!pieces.length) output.append(element("p", "run-note", words.nothing));
      output.hidden = false;
      this.printed.hidden = true;
      if (clean && !this.same) compare(output, wanted);
    } else if (this.placed && clean) {
      this.unplace = inPlace(one.block.querySelector("pre > code"), pieces);
      if (this.unplace) {
        this.hide();
        return one.block.querySelector(".run-got")?.scrollIntoView({ block: "nearest" });
      }
    }
    this.show();
    if (this.file) linked(output, this.file, (line) => this.goto(line));
    this.editor?.mark(done.line);
    const first = output.querySelector(".run-differs, mark, .run-bad");
    if (first) {
      output.scrollTop = 0;
      (first.matches(".run-differs") && first.previousElementSibling || first)
        .scrollIntoView({ block: "nearest" });
    } else if (!done.failed && !done.status) output.scrollTop = 0;
  }

  // Shows a line that a traceback names.
  goto(line) {
    this.begin();
    this.editor.mark(line);
    this.editor.go(line);
  }

  async finished(done, step) {
    const { same, differ, added, missing, failed, status, trace } = done;
    const { kind } = this.one;
    const examples = same + differ;
    if (missing !== null && !failed) {
      if (!missing) solve(this.one.name);
      const passed = done.trials.filter(([, , got]) => got !== null).length;
      this.say(missing || words.solved, missing ? "bad" : "good");
      if (missing && passed && !step) {
        this.say(`${words.checks(passed - 1, done.trials.length)} ${missing}`, "bad");
      }
    } else if (failed) this.say(words.inException, "bad");
    else if (status) this.say(words.exited(status), "bad");
    else if (trace?.notes.includes("limit")) this.say(words.notes.limit);
    else if (!examples && !added && kind === "session") this.say(words.noPrompt, "bad");
    else if (!examples && added) this.say(words.added(added), "good");
    else if (!examples && this.printed && !step && !this.edited) {
      this.say(this.same ? words.finishedSame : words.finishedDiffers, this.same ? "good" : "bad");
    } else if (!examples) this.say(words.finished, "good");
    else if (differ) this.say(words.differ(differ, examples), "bad");
    else this.say(words.same(examples), "good");
    if (examples && added) {
      this.say(`${this.status.textContent} ${words.added(added)}`, this.status.dataset.kind);
    }
    if (kind === "lesson" && !examples && !failed && !status) this.say(words.loaded);
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
    if (one.kind === "lesson") this.tellWhich();
    this.hide();
    this.status.after(this.steps.element);
    this.steps.focus();
  }

  // Shows two runs beside each other.
  async comparing(done) {
    const { pieces, one } = this;
    const { styled } = await import("./parts.js");
    const { compare: sideBySide } = await import("./compare.js");
    await styled;
    if (pieces !== this.pieces) return;
    const table = one.block.querySelector("table");
    const captions = [...table.tHead.querySelectorAll("th + th")].map((cell) => cell.textContent);
    this.steps = sideBySide(done, { table, captions, add, words: done.runs[0].told.compare });
    this.hide();
    this.status.after(this.steps.element);
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

  // Of a lesson, the steps are those of one of its examples.
  tellWhich() {
    const { main, all } = this.one;
    const { original } = all.get(main.join("."));
    const calls = original.match(/^(?:>>>|\.\.\.) .*\S/gm) ?? [];
    const text = calls.map((line) => line.slice(4)).find((line) => /^\s*[\w.]+\(/.test(line) && !/basicConfig/.test(line));
    if (text) this.say(`${this.status.textContent} ${words.stepped(text.trim())}`, this.status.dataset.kind);
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

  // Shows what the page shows, as it was before a run.
  hide() {
    this.output.hidden = true;
    if (this.printed) this.printed.hidden = false;
  }

  clear() {
    this.steps?.remove();
    this.steps = undefined;
    this.unplace?.();
    this.unplace = undefined;
    this.printed?.classList.remove("run-same");
    this.editor?.mark();
    this.output.replaceChildren();
    this.hide();
    this.pieces = [];
    cancelAnimationFrame(this.waiting);
    this.waiting = undefined;
  }

  told({ type, kind, text, more, bytes, total }) {
    if (type === "progress") this.say(words.progress(bytes, total));
    else if (type === "starting") this.say(words.starting);
    else if (type === "begun") {
      this.clear(); // A run may begin again, with the rest of the library.
      this.say(words.running);
      clearTimeout(this.later);
      this.soon = this.placed;
      this.later = setTimeout(() => {
        if (this.soon && this.answer) this.show();
        this.soon = false;
      }, SOON);
    }
    else if (type === "output") {
      this.pieces.push({ kind, text, more });
      if (!this.soon) this.waiting ??= requestAnimationFrame(() => this.show());
    }
  }

  // Adds what came since the last time.
  show() {
    cancelAnimationFrame(this.waiting);
    this.waiting = undefined;
    const { output } = this;
    const atEnd = output.scrollTop + output.clientHeight >= output.scrollHeight - 20;
    for (const piece of this.pieces) {
      if (!piece.shown) add(output, piece);
      piece.shown = true;
    }
    output.hidden = !output.childNodes.length || Boolean(this.steps);
    if (this.printed) this.printed.hidden = !output.hidden;
    if (atEnd) output.scrollTop = output.scrollHeight;
  }
}

panel.existing = (one) => panels.get(one);
