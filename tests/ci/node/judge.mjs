// What GitHub's own code makes of workflows and of action.yml: JSON on stdin, JSON on stdout.
//
// in:  {workflows: {id: text}, events: {id: the github context}, actions: {id: text}}
// out: {workflows: {id: {errors: [text], triggers: {…}, names: {event id: [job name, …]}}}, actions: {id: [text]}}
import { register } from "node:module";
import { readFileSync } from "node:fs";

register("./hook.mjs", import.meta.url);
const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await import("@actions/workflow-parser");
const { parseAction, convertActionTemplate } = await import("@actions/workflow-parser/actions/index");
const { Lexer, Parser, Evaluator, data } = await import("@actions/expressions");

const trace = new NoOperationTraceWriter();

/** JSON as the evaluator's own values. */
function value(json) {
  if (json === null || json === undefined) return new data.Null();
  if (typeof json === "string") return new data.StringData(json);
  if (typeof json === "number") return new data.NumberData(json);
  if (typeof json === "boolean") return new data.BooleanData(json);
  if (Array.isArray(json)) return new data.Array(...json.map(value));
  return new data.Dictionary(...Object.entries(json).map(([key, part]) => ({ key, value: value(part) })));
}

/** A token's text in one event. The parser keeps a folded scalar as it is written; GitHub folds it, so here too. */
function text(token, github) {
  if (token.value !== undefined) return token.value;
  const known = ["github"];
  const tree = new Parser(new Lexer(token.expression).lex().tokens, known, []).parse();
  const said = new Evaluator(tree, value({ github })).evaluate();
  return said.coerceString().trim().split(/\s+/).join(" ");
}

async function workflow(content, events) {
  const parsed = parseWorkflow({ name: "gitflowguard.yml", content }, trace);
  const errors = parsed.context.errors.getErrors().map((error) => error.message);
  if (errors.length || !parsed.value) return { errors, triggers: {}, names: {} };
  const template = await convertWorkflowTemplate(parsed.context, parsed.value);
  errors.push(...(template.errors ?? []).map((error) => error.Message));
  const names = {};
  for (const [id, github] of Object.entries(events)) names[id] = template.jobs.map((job) => text(job.name, github));
  return { errors, triggers: template.events, names };
}

function action(content) {
  const parsed = parseAction({ name: "action.yml", content }, trace);
  if (parsed.value) convertActionTemplate(parsed.context, parsed.value);
  return parsed.context.errors.getErrors().map((error) => error.message);
}

const asked = JSON.parse(readFileSync(0, "utf8"));
const out = { workflows: {}, actions: {} };
for (const [id, content] of Object.entries(asked.workflows ?? {})) {
  out.workflows[id] = await workflow(content, asked.events ?? {});
}
for (const [id, content] of Object.entries(asked.actions ?? {})) out.actions[id] = action(content);
process.stdout.write(JSON.stringify(out, null, 1) + "\n");
