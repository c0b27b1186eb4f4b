// Filters and sorts the list of the helper's uses. The page has the first ones;
// all are loaded, from the page that has them as text, once a reader asks. The
// filters are kept in the address (?project=nova&body=logs&words=...).
(() => {
  const form = document.querySelector("form.pick");
  if (!form) return;

  const table = document.querySelector("table.sites");
  const [rows] = table.tBodies;
  const told = document.querySelector(".told");
  const clear = form.querySelector("button");
  const more = document.querySelector("button.more");
  const controls = [...form.querySelectorAll("input, select")];
  const words = controls[0];
  const step = rows.rows.length;
  const columns = ["place", "function", "catches", "body", "raise", "finding"];
  // Where long names may break: as `breakable` in render/html.py.
  const PART = /\S{4,}?([./](?!py\b)(?=_*[^\W_])|(?<![._/])_(?=[^\W_]))/g;
  const SHORT_PART = /\S{4,}?([./](?!py\b)(?=_*[^\W_])|(?<![._/])_(?=[^\W_])|[a-z](?=[A-Z]))/g;
  const parts = (name) => name.replace(/[A-Za-z]{16}/.test(name) ? SHORT_PART : PART, "$&\n");
  let limit = step;
  let order = null; // The index of a column, and whether it goes up.
  let loading = null;

  function label(name, value) {
    const select = form.elements[name];
    const option = select && [...select.options].find((one) => one.value === value);
    return option?.dataset.label ?? value;
  }

  function read(page) {
    const uses = [];
    for (const code of page.querySelectorAll("article pre code")) {
      const link = code.closest("div").previousElementSibling;
      for (const line of code.textContent.split("\n").filter(Boolean)) {
        const use = { project: link.previousElementSibling.id };
        line.split(" | ").forEach((value, i) => { use[columns[i]] = value; });
        use.codes = use.finding.split(", ").filter(Boolean);
        const [file, number] = use.place.split(":");
        use.link = `${link.textContent}${file}#L${number}`;
        use.cells = columns.map((name) => label(name, use[name]));
        use.cells[5] = use.codes.map((code) => label("finding", code)).join(", ");
        use.text = use.cells.join(" ").toLowerCase();
        uses.push(use);
      }
    }
    if (!uses.length) throw new Error("not the page with the list");
    return uses;
  }

  async function load() {
    const text = await (await fetch(new URL(form.dataset.source, location))).text();
    return read(new DOMParser().parseFromString(text, "text/html"));
  }

  function row(use) {
    const made = document.createElement("tr");
    use.cells.forEach((text, i) => {
      const cell = made.appendChild(document.createElement(i ? "td" : "th"));
      const inside = i ? cell : cell.appendChild(document.createElement("a"));
      for (const part of text.replace(/\S+/g, parts).split("\n")) {
        if (inside.firstChild) inside.append(document.createElement("wbr"));
        inside.append(part);
      }
    });
    made.cells[0].scope = "row";
    made.querySelector("a").href = use.link;
    return made;
  }

  function fits(use, asked, typed) {
    return typed.every((word) => use.text.includes(word)) &&
      asked.every(({ name, value }) => {
        if (name !== "finding") return use[name] === value;
        return value === "*" ? use.codes.length > 0 : use.codes.includes(value);
      });
  }

  function compare(a, b) {
    const [column, up] = order;
    const [one, other] = [a.cells[column], b.cells[column]];
    if (!one || !other) return Number(!one) - Number(!other); // Empty ones last.
    return (up ? 1 : -1) * one.localeCompare(other, undefined, { numeric: true });
  }

  async function show() {
    table.ariaBusy = "true";
    let uses;
    try {
      uses = await (loading ??= load());
    } catch {
      loading = table.ariaBusy = null;
      told.textContent = told.dataset.failed;
      return;
    }
    const typed = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const asked = controls.slice(1).filter((each) => each.value);
    const found = uses.filter((use) => fits(use, asked, typed));
    if (order) found.sort(compare);
    const shown = found.slice(0, limit);
    rows.replaceChildren(...shown.map(row));
    table.ariaBusy = null;
    clear.hidden = found.length > 0;
    more.hidden = shown.length === found.length;
    const numbers = { found: found.length, all: uses.length, shown: shown.length };
    told.textContent = told.dataset.told.replace(/{(\w+)}/g, (_, name) => numbers[name]);
  }

  function changed() {
    limit = step;
    const address = new URL(location.href);
    for (const { name, value } of controls) {
      address.searchParams.delete(name); // Then set: always in this order.
      if (value) address.searchParams.set(name, value);
    }
    history.replaceState(history.state, "", address);
    show();
  }

  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      order = [column, heading.ariaSort !== "ascending"];
      for (const each of headings) each.ariaSort = null;
      heading.ariaSort = order[1] ? "ascending" : "descending";
      show();
    });
  });
  more.addEventListener("click", async () => {
    const before = rows.rows.length;
    limit += step;
    await show();
    rows.rows[before]?.querySelector("a").focus();
  });
  clear.addEventListener("click", () => {
    for (const control of controls) control.value = "";
    words.focus();
    changed();
  });
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  const given = new URL(location.href).searchParams;
  for (const control of controls) {
    control.value = given.get(control.name) ?? "";
    // A value that no row has: all rows, and not none without a reason.
    if (control.selectedIndex === -1) control.value = "";
  }
  if (controls.some((control) => control.value)) show();
})();
