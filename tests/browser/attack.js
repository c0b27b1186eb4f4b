// Stands in for worker.js in test_isolation.py, so that nothing has been taken
// away from it. Each attempt says what became of it. PLACES is filled in.
self.onmessage = async ({ ports: [port] }) => {
  const found = {};
  const late = () => new Promise((_, no) => setTimeout(() => no(new Error("late")), 1500));
  const attempt = async (name, act) => {
    try {
      found[name] = `did: ${await Promise.race([act(), late()])}`;
    } catch (error) {
      found[name] = `refused: ${error?.name ?? error}`;
    }
  };
  const told = (one, yes, no) => new Promise((done, failed) => {
    one.addEventListener(yes, done);
    one.addEventListener(no, (event) => {
      event.preventDefault();
      failed(new Error(no));
    });
  });
  const nested = (code) => {
    const made = new Worker(URL.createObjectURL(new Blob([code])));
    return told(made, "message", "error");
  };
  for (const [who, place] of Object.entries(PLACES)) {
    const leak = (how) => `${place}assets/leak.js?${how}`;
    const socket = leak("socket").replace("http", "ws");
    await attempt(`${who} fetch`, () => fetch(leak("fetch"), { mode: "no-cors" }));
    await attempt(`${who} XMLHttpRequest`, () => {
      const request = new XMLHttpRequest();
      request.open("GET", leak("xhr"));
      request.send();
      return told(request, "load", "error");
    });
    await attempt(`${who} WebSocket`, () => told(new WebSocket(socket), "open", "error"));
    await attempt(`${who} EventSource`, () => told(new EventSource(leak("events")), "open", "error"));
    await attempt(`${who} import()`, () => import(leak("import")));
    await attempt(`${who} importScripts`, () => importScripts(leak("scripts")));
    await attempt(`${who} FontFace`, () => new FontFace("x", `url(${leak("font")})`).load());
    await attempt(`${who} Worker`, () => told(new Worker(leak("worker")), "message", "error"));
    await attempt(`${who} nested`, () =>
      nested(`importScripts("${leak("nested")}"); postMessage(1)`));
    await attempt(`${who} nested fetch`, () =>
      nested(`fetch("${leak("nested-fetch")}", {mode: "no-cors"}).then(() => postMessage(1))`));
  }
  await attempt("IndexedDB", () => new Promise((done, failed) => {
    const request = indexedDB.open("left");
    request.onsuccess = () => done();
    request.onerror = () => failed(request.error);
  }));
  await attempt("caches", async () => (await caches.open("left")).put("/left", new Response("x")));
  await attempt("files", async () =>
    (await navigator.storage.getDirectory()).getFileHandle("left", { create: true }));
  await attempt("older files", () => webkitRequestFileSystemSync(TEMPORARY, 9));
  await attempt("cookies", () => cookieStore.set("left", "x"));
  new BroadcastChannel("left").postMessage("heard");
  port.postMessage({ type: "failed", text: JSON.stringify(found) });
};
