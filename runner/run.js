// Puts Run, Step through and Edit below code that can run. This is all that a
// plain page loads; the panel and Python come with the first click.

const WORDS = {
  en: {
    run: "Run",
    check: "Check",
    step: "Step through",
    edit: "Edit",
    open: "Open in the playground",
    solved: "solved",
    lost: "The files for running Python did not load. Try again; if that fails too, reload the page.",
  },
  zh: {
    run: "运行",
    check: "检查",
    step: "逐步执行",
    edit: "编辑",
    open: "在演练场中打开",
    solved: "已做对",
    lost: "运行 Python 所需的文件没能加载。请重试；如果还是不行，请重新加载页面。",
  },
};

// A session's text as doctest reads it: an empty line of output is written
// <BLANKLINE>.
function session(code) {
  return [...code.childNodes]
    .map((node) =>
      node.classList?.contains("go")
        ? node.textContent.replace(/^$(?=\n)/gm, "<BLANKLINE>")
        : node.textContent,
    )
    .join("");
}

const text = (block) => block.querySelector("code").textContent;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// What can run on this page, in order: `key` names it in addresses.
function* runnables() {
  for (const lesson of all(".lesson[data-module]")) {
    const name = lesson.dataset.module;
    const program = lesson.querySelector(".language-python");
    if (!program) continue;
    // Sessions may be anywhere on the page, each where the text speaks of it.
    const proofs = all(`.proof[data-module="${CSS.escape(name)}"]`);
    const groups = proofs.map((proof) => all(".language-pycon", proof));
    // The statement that the page tells the events of.
    const flat = groups.flatMap((blocks, i) => blocks.map((block, j) => ({ block, at: [i, j] })));
    const main = flat.find(({ block }) => block.nextElementSibling?.matches(".history")) ?? flat[0];
    const shared = { program, groups, main: main?.at };
    yield { kind: "lesson", key: "program", name, block: program, ...shared };
    for (const { block, at } of flat) {
      yield { kind: "session", key: at.join("."), name, block, at, ...shared };
    }
  }
  for (const [i, block] of all("[data-run]").entries()) {
    yield { kind: "program", key: `p${i}`, name: block.dataset.run, block };
  }
  for (const host of all("div[data-challenge]")) {
    const name = host.dataset.challenge;
    yield { kind: "challenge", key: `c-${name}`, name, block: host.querySelector(".language-python") };
  }
  for (const [i, block] of document.querySelectorAll("[data-compare]").entries()) {
    yield { kind: "compare", key: `x${i}`, name: "", block };
  }
  const playground = document.querySelector("[data-playground]");
  if (playground) {
    const block = playground.querySelector(".language-python");
    const choice = playground.querySelector("details");
    playground.nextElementSibling.remove(); // That there is no editor.
    yield { kind: "program", key: "playground", name: "playground.py", block, choice };
  }
}

// Each case of the table of behaviour can be tried.
function cases() {
  for (const one of all(".case[id]")) {
    const group = location.pathname.split("/").at(-2);
    const link = element("a", "run-open", words().open);
    link.href = `../../../playground/?begin=${group}.${one.id}`;
    one.append(link);
  }
}

// What is kept of this page, and which exercises were solved; see kept.js.
function stored(found) {
  const rows = all("li[data-challenge]");
  try {
    const solved = JSON.parse(localStorage["solved exercises"] ?? "[]");
    for (const row of rows) {
      if (!solved.includes(row.dataset.challenge)) continue;
      row.classList.add("run-solved");
      row.append(element("small", "", words().solved));
    }
  } catch {
    // A browser may block it.
  }
  try {
    return [...found.keys()].some((key) => localStorage[`kept ${location.pathname} ${key}`]);
  } catch {
    return false;
  }
}

const words = () => WORDS[document.documentElement.lang] ?? WORDS.en;

function element(name, kind = "", text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
}

function button(label, act) {
  const made = element("button", "", label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

// A browser may keep in mind that a module failed: the next try has another
// address.
let tries = 0;
async function load() {
  try {
    return await import(tries ? `./panel.js?${tries}` : "./panel.js");
  } catch (error) {
    tries++;
    throw error;
  }
}

// Who stays on a button will press it. Python is large: not where every byte is
// paid for.
let waiting;
function prepare({ type, pointerType }) {
  clearTimeout(waiting);
  if (type === "pointerout" || type === "focusout") return;
  if (pointerType === "touch" || navigator.connection?.saveData) return;
  waiting = setTimeout(() => {
    load().catch(() => {});
    import("./python.js").then(({ python }) => python.fetch(), () => {});
  }, 200);
}

let follow = () => {};
addEventListener("hashchange", () => follow());

function begin() {
  const found = new Map();
  const lost = element("p", "run-status");
  lost.setAttribute("role", "status");
  let restored;
  // The panel's module, once it shows what was kept.
  async function open(one) {
    lost.remove();
    try {
      const loaded = await load();
      restored ??= loaded.restore(found);
      await restored;
      return loaded;
    } catch {
      one.block.append(lost);
      lost.textContent = words().lost;
    }
  }
  // An exercise is open when a reader comes to it.
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      const one = [...found.values()].find(({ block }) => block === target);
      open(one).then((loaded) => loaded?.panel(one).begin());
    }
  }, { rootMargin: "300px" });
  for (const one of runnables()) {
    one.all = found;
    one.original = one.kind === "session"
      ? session(one.block.querySelector("code"))
      : text(one.block);
    one.bar = element("div", "run-bar");
    const act = (name) => async () => (await open(one))?.panel(one)[name]();
    const check = one.kind === "challenge";
    one.buttons = {
      run: button(words()[check ? "check" : "run"], act("run")),
      step: button(words().step, act("step")),
      edit: button(words().edit, act("edit")),
    };
    const { step } = one.buttons;
    one.bar.append(...(one.kind === "compare" ? [step] : Object.values(one.buttons)));
    for (const type of ["pointerover", "pointerout", "focusin", "focusout"]) {
      one.buttons.run.addEventListener(type, prepare);
      step.addEventListener(type, prepare);
    }
    if (one.kind === "compare") one.block.lastElementChild.before(one.bar);
    else one.block.append(one.bar);
    found.set(one.key, one);
    if (check) near.observe(one.block);
  }
  cases();
  const [first] = found.values();
  const kept = stored(found);
  follow = async () => {
    if (first && location.hash.startsWith("#run=")) {
      if (restored) (await open(first))?.follow(found);
      else open(first);
    }
  };
  const step = /[?&]step=/.test(location.search);
  if (first && (kept || step || found.has("playground"))) open(first);
  else follow();
}

document$.subscribe(begin);
