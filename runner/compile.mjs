// Splits the standard library of the browser's Python in two and compiles it:
// what the first run needs, and the rest, which is fetched when a program
// imports it. Called by pack.py:
//
//   node compile.mjs PYODIDE_FOLDER OWN_ZIP OUT_FOLDER
//
// Python's own compiler has to do it: bytecode belongs to one version, and
// this is not the version that builds the site.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, own, out] = process.argv.slice(2).map((p) => resolve(p));
const { loadPyodide } = await import(
  pathToFileURL(join(pyodide, "pyodide.mjs"))
);
const python = await loadPyodide({ indexURL: pyodide });
python.FS.writeFile("/own.zip", readFileSync(own));
python.runPython(`
import sys

sys.path.insert(0, "/own.zip")
from runner import split

split.split("/lib/python314.zip", "/own.zip", "/boot.zip", "/rest.zip")
`);
for (const name of ["boot.zip", "rest.zip"]) {
  writeFileSync(join(out, name), python.FS.readFile(`/${name}`));
}
