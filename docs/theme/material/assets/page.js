// A table that is wider than its place is scrolled; with the keyboard, too.
const wide = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const place = target.closest(".md-typeset__scrollwrap");
    if (!place) continue;
    if (place.scrollWidth > place.clientWidth) place.tabIndex = 0;
    else place.removeAttribute("tabindex");
  }
});

document$.subscribe(() => {
  wide.disconnect();
  // The theme has put each of these into a place of its own when they are seen.
  for (const table of document.querySelectorAll("article table:not([class])")) {
    wide.observe(table);
  }
});

// The other language shows the same part of the page, with the same filters.
for (const kind of ["click", "auxclick"]) {
  document.addEventListener(kind, ({ target }) => {
    const twin = target.closest?.("[data-twin]");
    if (!twin) return;
    twin.search = location.search;
    twin.hash = location.hash;
  }, true);
}
