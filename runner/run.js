// Puts Run, Step through and Edit below code that can run. This is all that a
// plain page loads; the panel and Python come with the first click.

const WORDS = {
  en: {
    run: "Run",
    step: "Step through",
    edit: "Edit",
    begin: "Begin with: ",
    open: "Open in the playground",
    lost: "The files for running Python did not load. Try again; if that fails too, reload the page.",
  },
  zh: {
    run: "运行",
    step: "逐步执行",
    edit: "编辑",
    begin: "从这里开始：",
    open: "在演练场中打开",
    lost: "运行 Python 所需的文件没能加载。请再试一次；如果还是不行，请重新加载页面。",
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

// What can run on this page, in order: `key` names it in addresses.
function* runnables() {
  for (const lesson of document.querySelectorAll(".lesson[data-module]")) {
    const name = lesson.dataset.module;
    const program = lesson.querySelector(".language-python");
    if (!program) continue;
    // Sessions may be anywhere on the page, each where the text speaks of it.
    const proofs = document.querySelectorAll(`.proof[data-module="${CSS.escape(name)}"]`);
    const groups = [...proofs].map((proof) => [...proof.querySelectorAll(".language-pycon")]);
    // The statement that the page tells the events of.
    const flat = groups.flatMap((blocks, i) => blocks.map((block, j) => ({ block, at: [i, j] })));
    const main = flat.find(({ block }) => block.nextElementSibling?.matches(".history")) ?? flat[0];
    const shared = { program, groups, main: main?.at };
    yield { kind: "lesson", key: "program", name, block: program, ...shared };
    for (const [i, blocks] of groups.entries()) {
      for (const [j, block] of blocks.entries()) {
        yield { kind: "session", key: `${i}.${j}`, name, block, at: [i, j], ...shared };
      }
    }
  }
  for (const [i, block] of document.querySelectorAll("[data-run]").entries()) {
    yield { kind: "program", key: `p${i}`, name: block.dataset.run, block };
  }
  for (const host of document.querySelectorAll("[data-challenge]")) {
    const name = host.dataset.challenge;
    const block = host.querySelector(".language-python");
    yield { kind: "challenge", key: `c-${name}`, name, block };
  }
  for (const [i, block] of document.querySelectorAll("[data-compare]").entries()) {
    yield { kind: "compare", key: `x${i}`, name: "", block };
  }
  const playground = document.querySelector("[data-playground]");
  if (playground) {
    const block = element("div", "language-python highlight");
    const pre = element("pre");
    pre.append(element("code"));
    block.append(pre);
    const choice = playground.querySelector("select");
    choice.disabled = true; // Until the panel listens.
    const label = element("label", "", words().begin);
    label.append(choice);
    playground.append(label, block);
    playground.hidden = false;
    playground.previousElementSibling.remove(); // That there is no editor.
    yield { kind: "program", key: "playground", name: "playground.py", block, choice };
  }
}

// Each case of the table of behaviour can be tried.
function cases() {
  for (const one of document.querySelectorAll(".case[id]")) {
    const group = location.pathname.split("/").at(-2);
    const link = element("a", "run-open", words().open);
    link.href = `../../../playground/?begin=${group}.${one.id}`;
    one.append(link);
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
  for (const one of runnables()) {
    one.all = found;
    one.original = one.kind === "session"
      ? session(one.block.querySelector("code"))
      : text(one.block);
    one.bar = element("div", "run-bar");
    const act = (name) => async () => (await open(one))?.panel(one)[name]();
    one.buttons = {
      run: button(words().run, act("run")),
      step: button(words().step, act("step")),
      edit: button(words().edit, act("edit")),
    };
    const { step } = one.buttons;
    one.bar.append(...(one.kind === "compare" ? [step] : Object.values(one.buttons)));
    if (one.kind === "compare") one.block.lastElementChild.before(one.bar);
    else one.block.append(one.bar);
    found.set(one.key, one);
  }
  cases();
  const [first] = found.values();
  if (!first) return;
  const asked = location.hash.startsWith("#run=") || /[?&]step=/.test(location.search);
  if (found.has("playground") || asked) open(first);
  // Without it, what was kept is shown after the first click.
  else import("./kept.js").then(({ any }) => any() && open(first), () => {});
}

document$.subscribe(begin);
