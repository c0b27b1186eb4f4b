// Filters the list of the helper's uses. The filter is kept in
// the address (?project=nova&body=logs&words=...), so that a link carries it.
(() => {
  const form = document.querySelector("form.pick");
  if (!form) return;

  const table = document.querySelector("table.sites");
  const files = [...table.tBodies];
  const several = (text) => text.split(/, |、/); // As render/blocks/wild/data.py joins them.
  const cells = {};
  table.querySelectorAll("thead th").forEach((th, i) => {
    if (th.dataset.by) cells[th.dataset.by] = [i, th.textContent];
  });

  const rows = files.flatMap((file) => {
    const link = file.querySelector("a");
    return [...file.rows].slice(1).map((row) => {
      const line = document.createElement("a");
      line.textContent = row.cells[0].textContent;
      line.href = `${link.href}#L${line.textContent}`;
      row.cells[0].replaceChildren(line);
      const facts = { project: link.href.split("/")[4] };
      for (const [name, [i]] of Object.entries(cells)) {
        facts[name] = row.cells[i].textContent;
      }
      const words = `${link.textContent}:${row.textContent}`;
      return { row, facts, text: words.toLowerCase() };
    });
  });

  function labelled(text, control, name) {
    const label = document.createElement("label");
    const both = document.createElement("div");
    control.name = name;
    control.id = `pick-${name}`;
    label.htmlFor = control.id;
    label.append(text);
    both.append(label, control);
    form.append(both);
    return control;
  }

  function select(text, name) {
    const counts = new Map();
    for (const { facts } of rows) {
      const values = name === "finding" ? several(facts[name]) : [facts[name]];
      for (const value of values.filter(Boolean)) {
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
    const made = labelled(text, document.createElement("select"), name);
    made.add(new Option(form.dataset.any, ""));
    if (name === "finding") made.add(new Option(form.dataset.some, "*"));
    const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    for (const [value, count] of sorted) {
      made.add(new Option(`${value} (${count})`, value));
    }
    return made;
  }

  const words = labelled(form.dataset.words, document.createElement("input"), "words");
  words.type = "search";
  words.spellcheck = false;
  const selects = [select(form.dataset.project, "project")];
  for (const [name, [, text]] of Object.entries(cells)) selects.push(select(text, name));
  const told = document.createElement("output");
  told.setAttribute("aria-live", "polite");
  form.append(told);

  const fits = {
    finding: (has, asked) => (asked === "*" ? has !== "" : several(has).includes(asked)),
  };

  function show() {
    const typed = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const asked = selects.filter((each) => each.value);
    let found = 0;
    for (const { row, facts, text } of rows) {
      row.hidden = !(
        asked.every(({ name, value }) =>
          (fits[name] ?? ((a, b) => a === b))(facts[name], value),
        ) && typed.every((word) => text.includes(word))
      );
      if (!row.hidden) found += 1;
    }
    for (const file of files) {
      file.hidden = !file.querySelector("tr[id]:not([hidden])");
    }
    told.value = `${found} / ${rows.length}`;
  }

  function changed() {
    show();
    const address = new URL(location.href);
    for (const { name, value } of [words, ...selects]) {
      address.searchParams.delete(name);  // Then set: always in this order.
      if (value) address.searchParams.set(name, value);
    }
    history.replaceState(history.state, "", address);
  }

  const given = new URL(location.href).searchParams;
  for (const control of [words, ...selects]) {
    control.value = given.get(control.name) ?? "";
    // A value that no row has: all rows, and not none without a reason.
    if (control.selectedIndex === -1) control.value = "";
  }
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
  // The rows have moved since the browser went to the one in the address.
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
})();
