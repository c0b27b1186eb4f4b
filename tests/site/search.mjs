// Searches in a built site as its pages do: with the theme's worker, fed by the
// site's own search.js. Usage: node search.mjs SITE LANGUAGE < queries.json
// Prints the addresses of the first hits of each query, as JSON.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const [site, language] = process.argv.slice(2);
const scripts = join(site, "assets/javascripts");
const read = (...parts) => readFileSync(join(...parts), "utf8");

// The worker's side.
let handle;
let answer;
const worker = vm.createContext({
  console: { ...console, warn() {} },
  addEventListener: (_, listener) => { handle = listener; },
  postMessage: (message) => { answer(message); },
  importScripts: (...paths) => {
    for (const path of paths) vm.runInContext(read(scripts, "workers", path), worker);
  },
});
vm.runInContext("self = globalThis", worker);
const [name] = readdirSync(join(scripts, "workers")).filter((file) => /^search.*js$/.test(file));
vm.runInContext(read(scripts, "workers", name), worker);

// The page's side.
globalThis.Worker = class {
  #listeners = [];

  addEventListener(_, listener) {
    this.#listeners.push(listener);
  }

  postMessage(message) {
    this.answered = new Promise((done) => {
      answer = (data) => {
        for (const listener of this.#listeners) listener({ data });
        done(data.data);
      };
    });
    handle({ data: message });
  }
};
const script = Buffer.from(read(site, "assets/search.js")).toString("base64");
const { SearchWorker } = await import(`data:text/javascript;base64,${script}`);

const index = JSON.parse(read(site, language, "search/search_index.json"));
const search = new SearchWorker();
search.postMessage({ type: 0, data: { ...index, options: { suggest: false } } });
await search.answered;
const found = [];
for (const query of JSON.parse(readFileSync(0, "utf8"))) {
  search.postMessage({ type: 2, data: query });
  const { items } = await search.answered;
  found.push(items.slice(0, 3).flatMap((hits) => hits.slice(0, 2).map((hit) => hit.location)));
}
console.log(JSON.stringify(found));
