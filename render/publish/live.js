// Loads a served page anew when it has changed, and shows what is wrong while
// it cannot be rendered. `make serve` and `mkdocs serve` add it to each page.
(() => {
  let { since, error } = document.currentScript.dataset;
  let box;

  const show = () => {
    box?.remove();
    if (!error) return;
    box = document.createElement("pre");
    box.setAttribute("role", "alert");
    box.textContent = error;
    // The page's policy forbids style in HTML, not by script.
    Object.assign(box.style, {
      position: "fixed",
      inset: "auto 0 0 0",
      zIndex: 1000,
      margin: 0,
      padding: "1rem",
      maxHeight: "50vh",
      overflow: "auto",
      whiteSpace: "pre-wrap",
      font: "14px/1.5 monospace",
      color: "#fff",
      background: "#a11",
    });
    document.documentElement.append(box);
  };

  const turned = (wanted) =>
    new Promise((resolve) => {
      const look = () => document.hidden === wanted && resolve();
      document.addEventListener("visibilitychange", look);
      look();
    });

  const listen = async () => {
    for (;;) {
      show();
      // A browser has few connections to a server: only the tab in front asks.
      await turned(false);
      const stop = new AbortController();
      turned(true).then(() => stop.abort());
      try {
        const page = encodeURIComponent(location.pathname);
        const answer = await fetch(`/livereload?since=${since}&page=${page}`, {
          signal: stop.signal,
        });
        const told = await answer.json();
        if (told.reload) return location.reload();
        ({ since, error } = told);
      } catch {
        // The tab was left, or the server starts again or is gone.
        await new Promise((again) => setTimeout(again, 500));
      }
    }
  };
  listen();
})();
