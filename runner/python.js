// The one Python of a visit. It outlives the page that started it, because the
// site changes pages without loading anew.
//
// It runs in a worker of a sandboxed frame, where nothing can be fetched; this
// module fetches its files and hands them in.

const address = (name) => new URL(name, import.meta.url);

// What a run may send to the page. Python itself stops printing long before; a
// program that gets around it is ended here.
const MOST = { pieces: 5000, characters: 200_000 };
// Seconds that the worker may take to answer once a program has ended. Without
// an answer, something of the program is still running.
const PATIENCE = 3;

let interpreter; // The frame, the port to its worker, and whether it takes requests.
let ahead; // A download that began before anybody asked for Python.
let number = 0;
let current; // The run: what is asked, who is told, and how it is answered.

function end(answer) {
  const { resolve } = current ?? {};
  current = undefined;
  resolve?.(answer);
}

function ask() {
  const { id, request, rest } = current;
  current.pieces = current.characters = 0;
  interpreter.port.postMessage({ id, request, rest }, rest ? [rest] : []);
}

// One file, with a word on each part of it that came.
async function fetched(name, { signal }, told = () => {}) {
  const file = name.split("/").at(-1);
  const response = await fetch(address(name), { signal }).catch(() => {
    throw new Error(file); // What a browser says of it isn't for readers.
  });
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  const count = new TransformStream({
    transform(chunk, controller) {
      told(chunk.length);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(count)).arrayBuffer();
}

// What Python needs, on its way: `content` has the files once all are here.
// Which of them is told of its progress, `bytes` of `total` on the wire.
function download() {
  const controller = new AbortController();
  const { signal } = controller;
  const made = { controller, bytes: 0, total: 0, told() {} };
  const files = async () => {
    const about = JSON.parse(new TextDecoder().decode(await fetched("python.json", made)));
    made.rest = about.rest;
    made.total = about.files.reduce((sum, { sent }) => sum + sent, 0);
    const all = about.files.map(async ({ name, path, size, sent }) => {
      const content = await fetched(path, made, (length) => {
        // The reader waits for what is sent, which may be compressed.
        made.bytes = Math.min(made.bytes + (length / size) * sent, made.total);
        made.told();
      });
      return [name, content];
    });
    return Object.fromEntries(await Promise.all(all));
  };
  made.signal = signal;
  made.content = files();
  return made;
}

// The frame, once it says that it is there.
function framed(made) {
  const { frame, signal } = made;
  return new Promise((resolve, reject) => {
    addEventListener("message", ({ source, data }) => {
      if (source !== frame.contentWindow || !data || typeof data !== "object") return;
      if (data.type === "open") resolve();
      if (data.type === "failed") lose(made, { failed: String(data.text) });
    }, { signal });
    // A host may forbid frames; what is loaded then says nothing.
    frame.onload = () => setTimeout(() => reject(new Error("frame")), 5000);
    frame.src = address("frame.htm");
    document.body.append(frame);
  });
}

function start() {
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts"; // And nothing else: an origin of its own.
  frame.hidden = true;
  frame.title = "Python";
  const { port1: port, port2: its } = new MessageChannel();
  const got = ahead ?? download();
  ahead = undefined;
  const { controller, signal } = got;
  const made = { frame, port, got, controller, signal, ready: false };
  port.onmessage = ({ data }) => made === interpreter && heard(data);
  got.told = () => report(made);
  Promise.all([got.content, framed(made)]).then(([content]) => {
    if (made === interpreter) current?.told({ type: "starting" });
    frame.contentWindow.postMessage(content, "*", [its, ...Object.values(content)]);
  }).catch((error) => lose(made, { failed: String(error?.message ?? error) }));
  return made;
}

// Says how much of Python is here.
function report({ got }) {
  const { bytes, total } = got;
  if (total) current?.told({ type: "progress", bytes, total });
}

function heard(data) {
  if (!data || typeof data !== "object") return;
  if (data.type === "failed" || data.type === "ended") {
    lose(interpreter, { [data.type]: String(data.text) });
  } else if (data.type === "ready") {
    interpreter.ready = true;
    if (current) ask();
  } else if (data.type === "pong") {
    clearTimeout(interpreter.waiting);
  } else if (data.id === current?.id) {
    if (data.type === "done") done(data.answer);
    else if (data.type === "output" && overflows(data)) {
      lose(interpreter, { flooded: true });
    } else current.told(data);
  }
}

function overflows({ text, more }) {
  current.pieces += 1;
  current.characters += text.length + more.length;
  return current.pieces > MOST.pieces || current.characters > MOST.characters;
}

async function done(answer) {
  const made = interpreter;
  if (answer.rest && !current.rest) {
    // The program imports what the first half of the library lacks. It had no
    // effect outside its worker, so it can run once more from its beginning.
    const { id } = current;
    const rest = await fetched(made.got.rest, made).catch(() => new ArrayBuffer(0));
    if (current?.id !== id) return;
    current.rest = rest;
    return ask();
  }
  end({ done: answer });
  clearTimeout(made.waiting);
  made.waiting = setTimeout(() => lose(made), PATIENCE * 1000);
  made.port.postMessage({ ping: true });
}

// Ends a Python that is of no use any more. Who has asked it meanwhile, and is
// not told how it ended, is answered by a new one.
function lose(made, answer) {
  if (made !== interpreter) return;
  kill();
  if (answer) end(answer);
  else if (current) {
    current.rest = undefined; // It went with the worker.
    interpreter = start();
  }
}

function kill() {
  if (!interpreter) return;
  clearTimeout(interpreter.waiting);
  interpreter.controller.abort();
  interpreter.port.close();
  interpreter.frame.remove(); // And its worker with it.
  interpreter = undefined;
}

export const python = {
  // Downloads Python before it is asked for. What fails now is tried again then.
  fetch() {
    if (interpreter || ahead) return;
    const made = download();
    ahead = made;
    made.content.catch(() => {
      if (ahead === made) ahead = undefined;
    });
  },

  // Runs what is asked for; `told` gets each message on the way.
  run(request, told) {
    this.leave();
    interpreter ??= start();
    const id = ++number;
    return new Promise((resolve) => {
      current = { id, request, told, resolve };
      if (interpreter.ready) ask();
      else report(interpreter);
    });
  },

  // Ends the run, and Python with it: the next run starts a new one.
  stop() {
    kill();
    end({ stopped: true });
  },

  // Nobody waits for the run any more. A download continues.
  leave() {
    if (current && interpreter?.ready) kill();
    end({ stopped: true });
  },
};
