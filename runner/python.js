// The one Python of a visit. It outlives the page that started it, because the
// site changes pages without loading anew.

let worker;
let number = 0;
let current; // The run: its number, who is told, and how it is answered.

function end(answer) {
  const { resolve } = current ?? {};
  current = undefined;
  resolve?.(answer);
}

function start() {
  const made = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  made.onmessage = ({ data }) => {
    if (made !== worker || !data || typeof data !== "object") return;
    if (data.type === "failed" || data.type === "ended") {
      kill();
      end({ [data.type]: String(data.text) });
    } else if (data.type === "progress" || data.type === "ready") {
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
    end({ ended: event.message ?? "" });
  };
  return made;
}

function kill() {
  worker?.terminate();
  worker = undefined;
}

export const python = {
  // Runs what is asked for; `told` gets each message on the way.
  run(request, told) {
    if (current) this.stop();
    worker ??= start();
    const id = ++number;
    return new Promise((resolve) => {
      current = { id, told, resolve };
      worker.postMessage({ id, request });
    });
  },

  // Ends the run, and Python with it: the next run starts a new one.
  stop() {
    kill();
    end({ stopped: true });
  },
};
