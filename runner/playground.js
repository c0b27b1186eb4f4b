// The programs and cases that the playground begins with.
import { carries } from "./link.js";
import { WORDS } from "./words.js";

const words = WORDS[document.documentElement.lang] ?? WORDS.en;

// The cases of the table of behaviour as programs, by their names.
let loading;
function cases() {
  loading ??= fetch(new URL("cases.json", import.meta.url)).then((answer) => {
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  });
  loading.catch(() => {
    loading = undefined; // The next choice tries again.
  });
  return loading;
}

// The text of a program, or undefined if there is none of that name.
async function program(name) {
  const block = document.querySelector(`[data-start="${CSS.escape(name)}"] code`);
  if (block) return block.textContent;
  const all = await cases();
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

// Shows the rows of a list that have all words of a search.
function search(list, wanted, status) {
  const parts = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const row of list.querySelectorAll("li")) {
    const text = row.textContent.toLowerCase();
    row.hidden = !parts.every((part) => text.includes(part));
    count += !row.hidden;
  }
  for (const group of list.querySelectorAll("section")) {
    group.hidden = !group.querySelector("li:not([hidden])");
  }
  status.textContent = parts.length ? words.found(count) : "";
}

// Lets a reader choose; begins with what the address names.
export async function choices(one, opened) {
  const { choice } = one;
  const chosen = choice.querySelector("summary b");
  const first = [...chosen.childNodes];
  async function begin(name) {
    let text;
    try {
      text = await program(name);
    } catch {
      return opened.say(words.noCases, "bad");
    }
    if (text === undefined) return opened.say(words.noCase(name), "bad");
    await opened.load(text);
    const button = choice.querySelector(`[data-begin="${CSS.escape(name)}"]`);
    const { childNodes } = button.cloneNode(true);
    chosen.replaceChildren(...childNodes);
    choice.open = false;
  }
  opened.begun = () => chosen.replaceChildren(...first.map((node) => node.cloneNode(true)));
  for (const button of choice.querySelectorAll("[data-begin]")) {
    button.addEventListener("click", async () => {
      await begin(button.dataset.begin);
      choice.querySelector("summary").focus();
    });
  }
  const status = choice.querySelector("[role=status]");
  const field = choice.querySelector("input");
  field.addEventListener("input", () => search(choice, field.value, status));
  choice.hidden = false; // From now on, it does what it says.
  const named = new URL(location.href).searchParams.get("begin");
  if (named && !carries(one.key)) await begin(named);
}
