// Node 20 wants an import of JSON to say so; @actions/workflow-parser does not. Loaded as text, it needs no saying.
import { readFile } from "node:fs/promises";

export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  return { format: "module", shortCircuit: true, source: `export default ${await readFile(new URL(url), "utf8")}` };
}
