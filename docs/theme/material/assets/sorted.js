// Tables that a click on a heading sorts, the largest numbers first.
(() => {
  const number = (text) => Number.parseFloat(text.replace(/,/g, ""));

  for (const table of document.querySelectorAll("table.sorted")) {
    const body = table.tBodies[0];
    const headings = [...table.tHead.rows[0].cells];

    function sort(column) {
      const heading = headings[column];
      const was = heading.ariaSort;
      const key = (row) => row.cells[column].textContent;
      const rows = [...body.rows];
      const numeric = rows.every((row) => !key(row) || !Number.isNaN(number(key(row))));
      const down = was ? was === "ascending" : numeric;
      rows.sort((a, b) => {
        const order = numeric
          ? (number(key(a)) || 0) - (number(key(b)) || 0)
          : key(a).localeCompare(key(b), document.documentElement.lang);
        return down ? -order : order;
      });
      body.append(...rows);
      for (const each of headings) each.ariaSort = null;
      heading.ariaSort = down ? "descending" : "ascending";
    }

    headings.forEach((heading, column) => {
      const button = document.createElement("button");
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(column));
      heading.append(button);
    });
  }
})();
