// The one Python of a visit. It outlives the page that started it, because the
// site changes pages without loading anew.

let worker;
let ready = false; // Whether the worker takes requests.
let number = 0;
let current; // The run: what is asked, who is told, and how it is answered.

function end(answer) {
  const { resolve } = current ?? {};
  current = undefined;
  resolve?.(answer);
}

function ask() {
  const { id, request } = current;
  worker.postMessage({ id, request });
}

function start() {
  const made = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  made.onmessage = ({ data }) => {
    if (made !== worker || !data || typeof data !== "object") return;
    if (data.type === "failed" || data.type === "ended") {
      kill();
      end({ [data.type]: String(data.text) });
    } else if (data.type === "ready") {
      ready = true;
      if (current) ask();
    } else if (data.type === "progress") {
      current?.told(data);
    } else if (data.id === current?.id) {
      if (data.type === "done") end({ done: data.answer });
      else current.told(data);
    }
  };
  made.onerror = (event) => {
    event.preventDefault();
    if (made !== worker) return;
    kill();
    // An event without a message: there is no such file, or no network.
    end(event.message ? { ended: event.message } : { failed: "worker.js" });
  };
  return made;
}

function kill() {
  worker?.terminate();
  worker = undefined;
  ready = false;
}

export const python = {
  // Runs what is asked for; `told` gets each message on the way.
  run(request, told) {
    this.leave();
    worker ??= start();
    const id = ++number;
    return new Promise((resolve) => {
      current = { id, request, told, resolve };
      if (ready) ask();
    });
  },

  // Ends the run, and Python with it: the next run starts a new one.
  stop() {
    kill();
    end({ stopped: true });
  },

  // Nobody waits for the run any more. A download goes on.
  leave() {
    if (current && ready) kill();
    end({ stopped: true });
  },
};
