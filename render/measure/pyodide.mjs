// Runs a module of this project in Pyodide, the browser's Python, under node.
// Called by pyodide.py:
//
//   node pyodide.mjs PYODIDE_FOLDER PROJECT PACKAGES MODULE
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, project, packages] = process.argv
  .slice(2, 5)
  .map((path) => resolve(path));
const { loadPyodide } = await import(
  pathToFileURL(join(pyodide, "pyodide.mjs"))
);
const python = await loadPyodide({ indexURL: pyodide });
for (const [folder, root] of [
  ["/project", project],
  ["/packages", packages],
]) {
  python.FS.mkdirTree(folder);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, folder);
}
python.globals.set("module", process.argv[5]);
python.runPython(`
import os, sys

os.chdir("/project")
sys.path[:0] = ["/project", "/packages"]
from render.measure import emulated_loop
import runpy

emulated_loop.install()
sys.argv = [module]
runpy.run_module(module, run_name="__main__", alter_sys=True)
`);
