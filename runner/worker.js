// Python in a worker of its own: the page never waits for it, and Stop ends
// it. The worker belongs to a sandboxed frame (frame.htm): whatever a program
// reaches here, the frame's policy allows no request to any host, and its
// origin has no storage. Before the first program runs, everything that Python
// doesn't need is taken away besides.
"use strict";

let port; // To the page. Only this module can reach it.
const send = (message) => port.postMessage(message);

// A program may replace what limits its output in Python; not this.
const LONGEST = 100_000; // Characters of one piece of output.
const LARGEST = 20_000_000; // Characters of an answer.

// What Python needs once it has started: the language itself and, by name, the
// little that is not part of it. A list of what may stay also covers what
// browsers add later.
const KEPT = new Set([
  ...["Infinity", "NaN", "globalThis", "undefined", "decodeURI", "encodeURI"],
  ...["decodeURIComponent", "encodeURIComponent", "isFinite", "isNaN"],
  ...["parseFloat", "parseInt", "AggregateError", "Array", "ArrayBuffer"],
  ...["AsyncDisposableStack", "Atomics", "BigInt", "BigInt64Array"],
  ...["BigUint64Array", "Boolean", "DataView", "Date", "DisposableStack"],
  ...["Error", "EvalError", "FinalizationRegistry", "Float16Array"],
  ...["Float32Array", "Float64Array", "Function", "Int16Array", "Int32Array"],
  ...["Int8Array", "Intl", "Iterator", "JSON", "Map", "Math", "Number"],
  ...["Object", "Promise", "Proxy", "RangeError", "ReferenceError", "Reflect"],
  ...["RegExp", "Set", "SharedArrayBuffer", "String", "SuppressedError"],
  ...["Symbol", "SyntaxError", "Temporal", "TypeError", "URIError"],
  ...["Uint16Array", "Uint32Array", "Uint8Array", "Uint8ClampedArray"],
  ...["WeakMap", "WeakRef", "WeakSet"],
  ...["WebAssembly", "TextDecoder", "TextEncoder", "console", "crypto"],
  ...["performance", "self", "URL"],
]);

function takeAway() {
  for (let owner = self; owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (KEPT.has(name) || name === "constructor") continue;
      const property = Object.getOwnPropertyDescriptor(owner, name);
      if (property.configurable) Object.defineProperty(owner, name, { value: undefined });
      else if (property.writable) owner[name] = undefined;
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

async function start(files) {
  try {
    // The smallest module there is: a header.
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch {
    // Pyodide would wait for ever.
    throw new Error("wasm");
  }
  WebAssembly.instantiateStreaming = instantiated;
  // By this, Pyodide recognises a worker that isn't a module and refuses it,
  // although it works in one.
  self.importScripts = undefined;
  // Pyodide would keep one to call functions after a program has ended.
  self.MessageChannel = undefined;
  const script = (name) => {
    const blob = new Blob([files[name]], { type: "text/javascript" });
    return import(URL.createObjectURL(blob));
  };
  // Pyodide asks for its files by address; the answers are here already.
  self.fetch = async (address) => {
    const name = String(address).split("/").at(-1);
    const type = name.endsWith(".wasm") ? "application/wasm" : "application/zip";
    return new Response(files[name], { headers: { "Content-Type": type } });
  };
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
    script("pyodide.mjs"), script("pyodide.asm.mjs"),
  ]);
  const place = "https://python.invalid/";
  const python = await loadPyodide({
    indexURL: place,
    stdLibURL: `${place}boot.zip`,
    lockFileContents: new TextDecoder().decode(files["lock.json"]),
    createPyodideModule,
    jsglobals: Object.create(null),
    enableRunUntilComplete: false,
  });
  python.FS.writeFile("/lessons.zip", new Uint8Array(files["lessons.zip"]));
  WebAssembly.instantiateStreaming = instantiate;
  takeAway();
  return python.runPython(`
import sys
sys.path.insert(0, "/lessons.zip")
from runner import session
session.prepare
`)();
}

function answered(starting) {
  return async ({ data: { id, request, rest, ping } }) => {
    if (ping) return send({ type: "pong" });
    let run;
    try {
      run = await starting;
    } catch {
      return;
    }
    send({ type: "begun", id });
    const short = (text) => String(text).slice(0, LONGEST);
    const post = (kind, text, more) =>
      send({ type: "output", id, kind: short(kind), text: short(text), more: short(more) });
    try {
      // undefined is None in Python: null is an object of its own.
      const answer = String(run(JSON.stringify(request), post, rest && new Uint8Array(rest)));
      if (answer.length > LARGEST) throw new RangeError("the answer is too long");
      send({ type: "done", id, answer: JSON.parse(answer) });
    } catch (error) {
      // Python itself has ended: a fatal error, or `os._exit`.
      send({ type: "ended", id, text: short(error?.message ?? error) });
    }
  };
}

self.onmessage = ({ data, ports }) => {
  self.onmessage = null;
  [port] = ports;
  const starting = start(data);
  starting.then(
    () => send({ type: "ready" }),
    (error) => send({ type: "failed", text: String(error?.message ?? error) }),
  );
  port.onmessage = answered(starting);
};
