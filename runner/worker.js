// Python in a worker of its own: the page never waits for it, and Stop ends
// it. What a reader's program can reach is this worker; before the first
// program runs, everything that asks the network, starts another worker or
// keeps data is taken away from it.
const send = self.postMessage.bind(self);
const here = new URL(".", import.meta.url);

// The rest of the standard library, once a program imports it. An import
// cannot wait, so neither does this.
const Request = self.XMLHttpRequest;
let rest;
function fetchRest() {
  const request = new Request();
  request.open("GET", rest, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch {
    return undefined; // None, in Python: null is an object of its own.
  }
  return request.status === 200 ? new Uint8Array(request.response) : undefined;
}

// Tells the page how much of the download has come, a file at a time.
function counted(sizes) {
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  const come = new Set();
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      come.add(new URL(entry.name).pathname.split("/").at(-1));
    }
    let bytes = 0;
    for (const name of come) bytes += sizes[name] ?? 0;
    send({ type: "progress", bytes, total });
  });
  observer.observe({ type: "resource", buffered: true });
  return observer;
}

const TAKEN = [
  "BroadcastChannel", "CacheStorage", "EventSource", "FileReaderSync",
  "MessageChannel", "Notification", "SharedWorker", "WebSocket",
  "WebSocketStream", "WebTransport", "Worker", "XMLHttpRequest", "caches",
  "close", "cookieStore", "fetch", "importScripts", "indexedDB", "navigator",
  "postMessage", "queueLocalFonts", "requestAnimationFrame", "scheduler",
  "setInterval", "showDirectoryPicker",
];
function takeAway() {
  for (let owner = self; owner; owner = Object.getPrototypeOf(owner)) {
    for (const name of TAKEN) {
      if (Object.hasOwn(owner, name)) {
        Object.defineProperty(owner, name, { value: undefined });
      }
    }
  }
}

// Where this fails, Pyodide tells the console and waits for ever.
const instantiate = self.WebAssembly?.instantiateStreaming;
async function instantiated(...given) {
  try {
    return await instantiate.apply(WebAssembly, given);
  } catch (error) {
    send({ type: "failed", text: String(error?.message ?? error) });
    throw error;
  }
}

async function start() {
  try {
    // The smallest module there is: a header.
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch {
    // Pyodide would wait for ever.
    throw new Error("wasm");
  }
  WebAssembly.instantiateStreaming = instantiated;
  const made = await (await fetch(new URL("python.json", here))).json();
  const core = new URL(made.core, here);
  rest = new URL("rest.zip", core).href;
  const observer = counted(made.sizes);
  const lessons = fetch(new URL("lessons.zip", here));
  // Pyodide asks for its second script once the first one is here.
  import(new URL("pyodide.asm.mjs", core)).catch(() => {});
  const { loadPyodide } = await import(new URL("pyodide.mjs", core));
  const python = await loadPyodide({
    indexURL: core.href,
    stdLibURL: new URL("boot.zip", core).href,
    lockFileContents: made.lock,
    jsglobals: Object.create(null),
    enableRunUntilComplete: false,
  });
  const answer = await lessons;
  if (!answer.ok) throw new Error(`lessons.zip: ${answer.status}`);
  python.FS.writeFile("/lessons.zip", new Uint8Array(await answer.arrayBuffer()));
  observer.disconnect();
  WebAssembly.instantiateStreaming = instantiate;
  takeAway();
  const run = python.runPython(`
import sys
sys.path.insert(0, "/lessons.zip")
from runner import session
session.prepare
`)(fetchRest);
  send({ type: "ready" });
  return run;
}

const starting = start();
starting.catch((error) => {
  send({ type: "failed", text: String(error?.message ?? error) });
});

self.onmessage = async ({ data }) => {
  const { id, request } = data;
  let run;
  try {
    run = await starting;
  } catch {
    return;
  }
  send({ type: "begun", id });
  const post = (kind, text, more) => send({ type: "output", id, kind, text, more });
  try {
    send({ type: "done", id, answer: JSON.parse(run(JSON.stringify(request), post)) });
  } catch (error) {
    // Python itself has ended: a fatal error, or `os._exit`.
    send({ type: "ended", id, text: String(error?.message ?? error) });
  }
};
