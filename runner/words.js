// What the panel says, in the languages of the site.

const counted = (number) => number.toLocaleString("en");
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

const several = (points) => {
  const all = [...new Set(points)];
  return all.slice(0, 5).join(", ") + (all.length > 5 ? ", …" : "");
};

export const WORDS = {
  en: {
    output: "Output",
    stop: "Stop",
    reset: "Reset",
    undo: "Undo",
    link: "Copy link",
    keys: "Ctrl+Enter runs it",
    keysCheck: "Ctrl+Enter checks it",
    editing: (name) => `Code of ${name}. Press Ctrl+Enter to run it.`,
    notice: ({ linked, below, hidden, changed, unkept }) =>
      [
        linked &&
          "This code came with a link, not from this site. Read it before you run it.",
        below && "Your earlier text is kept. Reset brings it back.",
        hidden.length === 1 && `It has an invisible character, marked in red: ${hidden}.`,
        hidden.length > 1 &&
          `It has ${hidden.length} invisible characters, marked in red: ${several(hidden)}.`,
        changed && "The page's code has changed since you edited it. Reset shows the page's code.",
        unkept && "This browser stores nothing for this site, so your text is lost when this page closes.",
      ].filter(Boolean).join(" "),
    badLink: "The code in this address is damaged, too long, or for another page. It isn't shown.",
    framed:
      "This page is embedded in another site, so the code in the address isn't shown. Open the page itself to see it.",
    tooLong: (size, most) =>
      `This code is too long for a link. It has ${counted(size)} bytes; a link holds at most ${counted(most)}.`,
    cannotLink:
      "This browser cannot make or open links with code: it has no CompressionStream. Use a newer browser.",
    isReset: "The page's code is restored.",
    textBack: "Your earlier text is restored.",
    undone: "The text from before is restored.",
    linkCopied: "A link to this code is in the clipboard and in the address bar.",
    linkShown: "The address bar has a link to this code.",
    starting: "Starting Python …",
    progress: (bytes, total) =>
      `Downloading Python, once: ${megabytes(bytes)} of ${megabytes(total)} MB …`,
    running: "Running …",
    stopped: (seconds) => `Stopped after ${seconds} s. Your code is unchanged.`,
    ended: (why) =>
      `Python exited: ${why || "no reason given"}. The next run starts it again.`,
    flooded: "The program was stopped: it printed more than the page can show.",
    failures: (why) =>
      ({
        wasm: "This browser does not run WebAssembly here: a policy of the site or of the browser forbids it.",
        frame: "Python runs in a frame, and this host forbids frames: its header X-Frame-Options or Content-Security-Policy has to allow those of the site itself.",
        Worker: "This browser can't run Python: it has no web workers.",
      })[why] ?? `Python did not start: ${why}. Try again when the network is back.`,
    inException: "The program ended with an uncaught exception.",
    finished: "The program ended.",
    finishedSame: "The program ended: same output as on the page.",
    finishedDiffers: "The program ended: different output than on the page.",
    exited: (status) => `The program exited with status ${status}.`,
    noPrompt: "Nothing ran: no line starts with >>> and a space.",
    loaded: "The program is loaded. Its examples are below.",
    solved: "Solved.",
    solvedBefore: "You have solved this exercise.",
    checks: (passed, all) => `${passed} of ${all} calls are right.`,
    expected: "Expected",
    got: "Got",
    states: { good: "right", bad: "wrong", open: "not reached" },
    stepped: (call) => `The steps are those of this example: ${call}`,
    added: (count) =>
      count === 1 ? "1 line of yours ran." : `${count} lines of yours ran.`,
    same: (count) =>
      count === 1 ? "1 example: same output as on the page."
        : `${count} examples: same output as on the page.`,
    differ: (count, all) => `${count} of ${all} examples: different output than on the page.`,
    cut: "… The rest of the output isn't shown.",
    beside: {
      exit: (code) => `The program exited: SystemExit(${code})`,
      here: () => "Only the standard library, oslo_utils.excutils and examples can be imported here.",
      network: () =>
        "This part of the standard library could not be downloaded. Check the network connection.",
      keyboard: () => "Keyboard input doesn't work here. Write the value into the code.",
      debugger: () => "breakpoint() doesn't stop here, because keyboard input doesn't work. Use Step through.",
      threads: () => "Threads don't work here: a browser's Python has only one.",
      processes: () => "No other program can be started here: Python runs inside the browser.",
      hosts: () => "Nothing can be sent from here: the code on this page has no network.",
    },
    pageShows: "The page shows:",
    nothing: "(nothing)",
    noCase: (name) => `No case is called ${name}.`,
    noCases: "The list of cases did not load. Try again.",
    found: (count) => (count === 1 ? "1 found." : `${count} found.`),
    recorded: (count) => `${count} steps were recorded.`,
    toStep: (step) => `This link leads to step ${step}. Press Step through to open it.`,
    old: "The code has changed since these steps: step through it again.",
    notes: {
      limit: "The run was ended here: it took more steps than are recorded.",
      thread: "What other threads did is not recorded.",
      settrace: "What followed is not recorded: the program set a trace function of its own, or its calls were too deep.",
    },
  },
  zh: {
    output: "输出",
    stop: "停止",
    reset: "还原",
    undo: "撤销",
    link: "复制链接",
    keys: "按 Ctrl+Enter 运行",
    keysCheck: "按 Ctrl+Enter 检查",
    editing: (name) => `${name} 的代码。按 Ctrl+Enter 运行。`,
    notice: ({ linked, below, hidden, changed, unkept }) =>
      [
        linked && "这段代码来自链接，不是本站的。请先读一遍，再运行。",
        below && "你之前在这里写的代码还在，点“还原”就能恢复。",
        hidden.length &&
          `其中有 ${hidden.length} 个看不见的字符，已用红色标出：${several(hidden)}。`,
        changed && "你编辑之后，页面的代码有了变化。点“还原”就能看到页面的代码。",
        unkept && "这个浏览器不为本站保存任何内容，关闭页面后你写的代码就会丢失。",
      ].filter(Boolean).join(""),
    badLink: "这个地址里的代码已损坏、太长，或者属于另一页，因此没有显示。",
    framed: "本页嵌在另一个网站里，因此没有显示地址里的代码。要查看这段代码，请单独打开本页。",
    tooLong: (size, most) =>
      `这段代码太长，无法生成链接：它有 ${counted(size)} 字节，而链接最多容纳 ${counted(most)} 字节。`,
    cannotLink:
      "这个浏览器不支持 CompressionStream，无法生成或打开带代码的链接。请换用较新的浏览器。",
    isReset: "已还原为页面的代码。",
    textBack: "已恢复你之前在这里写的代码。",
    undone: "已恢复之前的代码。",
    linkCopied: "含这段代码的链接已复制到剪贴板，也在地址栏里。",
    linkShown: "地址栏里的链接含这段代码。",
    starting: "正在启动 Python……",
    progress: (bytes, total) =>
      `正在下载 Python，仅这一次：${megabytes(bytes)} / ${megabytes(total)} MB……`,
    running: "正在运行……",
    stopped: (seconds) => `运行 ${seconds} 秒后停止。代码还在。`,
    ended: (why) => `Python 自己退出了：${why || "原因不明"}。下次运行会重新启动。`,
    flooded: "程序输出的内容超过了页面能显示的上限，已被停止。",
    failures: (why) =>
      ({
        wasm: "浏览器不能在这里运行 WebAssembly：站点或浏览器的策略不允许。",
        frame: "Python 在一个框架（iframe）里运行，而这台主机禁止框架：响应头 X-Frame-Options 或 Content-Security-Policy 需要允许站点自己的框架。",
        Worker: "这个浏览器不支持 Web Worker，无法运行 Python。",
      })[why] ?? `Python 没能启动：${why}。网络恢复后再试。`,
    inException: "程序因未捕获的异常而结束。",
    finished: "程序结束。",
    finishedSame: "程序结束，输出与页面一致。",
    finishedDiffers: "程序结束，输出与页面不同。",
    exited: (status) => `程序退出，状态码为 ${status}。`,
    noPrompt: "什么也没有运行：没有一行以 >>> 加空格开头。",
    loaded: "程序已载入，示例在下面。",
    solved: "做对了。",
    solvedBefore: "你已经做对过这个练习。",
    checks: (passed, all) => `${all} 次调用中有 ${passed} 次正确。`,
    expected: "应为",
    got: "实际",
    states: { good: "正确", bad: "错误", open: "尚未检查" },
    stepped: (call) => `这些步骤属于这个示例：${call}`,
    added: (count) => `还运行了你加的 ${count} 行。`,
    same: (count) => `${count} 个示例，与页面一致。`,
    differ: (count, all) => `${all} 个示例中有 ${count} 个与页面不同。`,
    cut: "…… 其余输出略去。",
    beside: {
      exit: (code) => `程序自行结束：SystemExit(${code})`,
      here: () => "这里只能导入标准库、oslo_utils.excutils 和 examples。",
      network: () => "标准库的这一部分没能下载，请检查网络。",
      keyboard: () => "这里没有键盘输入，请把值直接写进代码。",
      debugger: () => "breakpoint() 在这里不会停下，因为没有键盘输入。请用“逐步执行”。",
      threads: () => "这里不能使用线程：浏览器里的 Python 只有一个线程。",
      processes: () => "这里不能启动其他程序：Python 在浏览器内部运行。",
      hosts: () => "这里不能发送任何请求：页面上的代码没有网络。",
    },
    pageShows: "页面上是：",
    nothing: "（无）",
    noCase: (name) => `没有名为 ${name} 的情形。`,
    noCases: "情形列表没能加载，请重试。",
    found: (count) => `找到 ${count} 个。`,
    recorded: (count) => `记录了 ${count} 步。`,
    toStep: (step) => `这个链接指向第 ${step} 步。点“逐步执行”打开它。`,
    old: "代码在这些步骤之后改过：请重新逐步执行。",
    notes: {
      limit: "运行在此中止：步数超过了记录的上限。",
      thread: "没有记录其他线程做了什么。",
      settrace: "之后的步骤没有记录：程序设置了自己的跟踪函数，或者调用嵌套太深。",
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
