// Shows the rows of a page's tables that hold all the words a reader types.
// The words stand in the address (?filter=...), so that a link carries them.
(() => {
  const host = document.querySelector("[data-filter]");
  if (!host) return;

  const rows = [...document.querySelectorAll("table.cases tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const tables = [...document.querySelectorAll("table.cases")];

  const label = document.createElement("label");
  const input = document.createElement("input");
  const told = document.createElement("output");
  label.append(host.dataset.filter, input);
  input.type = "search";
  input.spellcheck = false;
  told.setAttribute("aria-live", "polite");
  host.append(label, told);

  function heading(table) {
    let before = table;
    while (before && before.tagName !== "H2") {
      before = before.previousElementSibling;
    }
    return before;
  }

  function show() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      if (!row.hidden) found += 1;
    });
    for (const table of tables) {
      const empty = !table.querySelector("tbody tr:not([hidden])");
      const wrap = table.closest(".md-typeset__scrollwrap") ?? table;
      wrap.hidden = empty;
      const title = heading(wrap);
      if (title) title.hidden = empty;
    }
    told.value = `${found} / ${rows.length}`;
    const address = new URL(location.href);
    if (input.value) address.searchParams.set("filter", input.value);
    else address.searchParams.delete("filter");
    history.replaceState(history.state, "", address);
  }

  input.value = new URL(location.href).searchParams.get("filter") ?? "";
  input.addEventListener("input", show);
  show();
})();
