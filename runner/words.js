// What the panel says, in the languages of the site.

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

export const WORDS = {
  en: {
    output: "What it printed",
    stop: "Stop",
    reset: "Reset",
    link: "Copy link",
    editing: (name) => `Code of ${name}. Ctrl+Enter runs it.`,
    stranger: "This code came with the link, not from this site. Read it before you run it.",
    badLink: "The code in this address is damaged, too long, or for another page. Here is the page's.",
    isReset: "The page's code is back.",
    linkCopied: "A link to this code is in the clipboard and in the address bar.",
    linkShown: "The address bar has a link to this code.",
    starting: "Starting Python …",
    progress: (bytes, total) =>
      `Getting Python, once: ${megabytes(bytes)} of ${megabytes(total)} MB …`,
    running: "Running …",
    stopped: (seconds) => `Stopped after ${seconds} s. Your code is as it was.`,
    ended: (why) =>
      `Python itself ended: ${why || "no reason given"}. The next run starts a new one.`,
    unanswered: ({ ended, failed }) =>
      ended !== undefined ? WORDS.en.ended(ended) : WORDS.en.failures(failed),
    failures: (why) =>
      why === "wasm"
        ? "This browser does not run WebAssembly here: a policy of the site or of the browser forbids it."
        : `Python did not start: ${why}. Try again when the network is back.`,
    raised: "The program ended in an exception.",
    finished: "The program ended.",
    noPrompt: "Nothing ran: no line begins with >>> and a blank.",
    loaded: "The program is loaded; its examples are below.",
    solved: "Solved.",
    same: (count) =>
      count === 1 ? "1 example, as on the page." : `${count} examples, all as on the page.`,
    differ: (count, all) => `${count} of ${all} examples differ from the page.`,
    cut: "… The rest of the output is left out.",
    exit: (code) => `The program ended itself: SystemExit(${code})`,
    pageShows: "The page shows:",
    nothing: "(nothing)",
    noSituation: (name) => `There is no situation called ${name}.`,
    steps: "Steps of the run",
    first: "First step",
    back: "Back",
    forward: "Forward",
    slider: "Step",
    position: (at, all) => `Step ${at} of ${all}`,
    code: "Where the program stands",
    handled: "Being handled",
    saved: "Saved by the helper",
    none: "none",
    noHelper: "no helper is open",
    reraise: "reraise",
    stack: "Calls",
    logged: "Logged",
    printed: "Printed",
    context: (text) => `context: ${text}`,
    events: {
      call: (name) => `${name} is called.`,
      resume: (name) => `${name} goes on.`,
      line: () => "This line runs next.",
      exception: (_, error) => `${error} is raised here.`,
      yield: (name) => `${name} yields.`,
      return: (name) => `${name} returns.`,
      unwind: (name, error) => `${error} leaves ${name}.`,
    },
    anException: "An exception",
    module: "the program",
    notes: {
      limit: "The run was ended here: it took more steps than are recorded.",
      thread: "What other threads did is not recorded.",
      settrace: "The program set a trace function of its own: what followed is not recorded.",
    },
  },
};

// An element with a class and a text.
export function element(name, kind = "", text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}
