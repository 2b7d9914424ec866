/** Owns `headnode simulate`: which trace is played on what, under which policies, and how the figures are shown. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { errnoOf, UsageError } from "../model/errors.ts";
import { recorded } from "../simulation/recorded.ts";
import { type Machine, simulate } from "../simulation/simulate.ts";
import { type Spread, type Summary, summaryOf } from "../simulation/summary.ts";
import { syntheticTrace } from "../simulation/synthetic.ts";
import { readTrace, type Trace } from "../simulation/trace.ts";
import { insist } from "./daemon.ts";
import type { CliFacts, CliReply } from "./reply.ts";

/** What the command's words say. */
export interface Asked {
  readonly trace?: string | undefined;
  readonly synthetic?: string | undefined;
  readonly nodes?: number | undefined;
  /** Of each node. */
  readonly cpus?: number | undefined;
  readonly policy: readonly ("fifo" | "backfill")[];
  /** Jobs that the scheduler looks at in one pass. */
  readonly depth: number;
  readonly json: boolean;
}

/** Plays a file, a made-up trace, or what ran here where neither is said. Throws UsageError. */
export async function simulateTrace(facts: CliFacts, asked: Asked): Promise<CliReply> {
  const trace = await traceOf(facts, asked);
  if (trace.jobs.length === 0) throw new UsageError(`there is nothing to play: ${nothingIn(asked)}`, 2);
  const machine = machineOf(trace, asked);
  const capacity = machine.nodes * machine.cpusPerNode;
  const jobs = trace.jobs.filter(({ cpus }) => cpus <= capacity);
  if (jobs.length === 0) throw new UsageError("there is nothing to play: no job of the trace fits the machine", 2);
  const past = recorded(jobs, machine);
  const played = asked.policy.map((name) => {
    const rules = { backfill: name === "backfill", depth: asked.depth };
    return { name, summary: summaryOf(jobs, simulate(jobs, machine, rules)) };
  });
  const counts = { jobs: jobs.length, tooLarge: trace.jobs.length - jobs.length, withoutRun: trace.withoutRun };
  const findings = { counts, machine, past: past && summaryOf(jobs, past), played };
  return { out: asked.json ? `${JSON.stringify(document(findings), null, 2)}\n` : table(findings) };
}

async function traceOf(facts: CliFacts, { trace, synthetic }: Asked): Promise<Trace> {
  if (trace !== undefined && synthetic !== undefined)
    throw new UsageError("say a file or --synthetic, not both: one trace is played", 2);
  if (synthetic !== undefined) return syntheticTrace(synthetic);
  return trace === undefined ? readTrace(await history(facts), "history") : readTrace(fileText(facts, trace), trace);
}

function nothingIn({ trace }: Asked): string {
  return trace === undefined ? "nothing has run here to its end yet" : `${trace} says of no job that ran`;
}

/** Archives have traces packed. */
function fileText({ cwd }: CliFacts, path: string): string {
  try {
    const bytes = readFileSync(resolve(cwd, path));
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("latin1");
  } catch (error) {
    throw new UsageError(`${path} can't be read: ${errnoOf(error)}`, 2);
  }
}

/** What ran here, asked for page by page. */
async function history(facts: CliFacts): Promise<string> {
  const pages: string[] = [];
  for (let place: readonly string[] | undefined = []; place; ) {
    const { out = "", err, code = 0 } = await insist(facts, ["trace", ...place]);
    if (code !== 0) throw new UsageError(err?.trim() || "the daemon tells no history", 1);
    pages.push(out);
    place = /^; next (\d+) (-?\d+)$/m.exec(out)?.slice(1);
  }
  return pages.join("");
}

function machineOf({ nodes: said, cpus: all }: Trace, asked: Asked): Machine {
  const nodes = asked.nodes ?? said ?? (asked.cpus === undefined ? null : Math.ceil((all ?? 0) / asked.cpus) || null);
  const cpusPerNode = asked.cpus ?? (all !== null && nodes !== null ? Math.ceil(all / nodes) : null);
  if (nodes === null || cpusPerNode === null)
    throw new UsageError("the trace does not say how large its machine was: say --nodes and --cpus (of each node)", 2);
  if (!(nodes >= 1 && cpusPerNode >= 1)) throw new UsageError("--nodes and --cpus take numbers from 1", 2);
  return { nodes: Math.round(nodes), cpusPerNode: Math.round(cpusPerNode) };
}

interface Findings {
  readonly counts: { readonly jobs: number; readonly tooLarge: number; readonly withoutRun: number };
  readonly machine: Machine;
  /** How it went when it happened; null where the trace does not say. */
  readonly past: Summary | null;
  readonly played: readonly { readonly name: string; readonly summary: Summary }[];
}

/** Seconds, rounded to thousandths; shares to the same. */
function document({ counts, machine, past, played }: Findings): unknown {
  const rounded = (_: string, value: unknown): unknown =>
    typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
  const policies = Object.fromEntries(played.map(({ name, summary }) => [name, summary]));
  return JSON.parse(JSON.stringify({ trace: counts, machine, asItWas: past, policies }, rounded));
}

const rows: readonly (readonly [heading: string, cell: (summary: Summary) => string])[] = [
  ...spreadRows("wait", ({ wait }) => wait, clock),
  ...spreadRows(
    "bounded slowdown",
    ({ boundedSlowdown }) => boundedSlowdown,
    (value) => value.toFixed(2),
  ),
  ["utilisation", ({ utilisation }) => `${(utilisation * 100).toFixed(1)} %`],
  ["first submission to last end", ({ makespan }) => clock(makespan)],
  ["longest queue", ({ longestQueue }) => String(longestQueue)],
];

function spreadRows(
  what: string,
  spread: (summary: Summary) => Spread,
  write: (value: number) => string,
): readonly (readonly [string, (summary: Summary) => string])[] {
  return [
    [`${what}, mean`, (summary) => write(spread(summary).mean)],
    ["  median", (summary) => write(spread(summary).median)],
    ["  95 of 100 below", (summary) => write(spread(summary).most95)],
    ["  most", (summary) => write(spread(summary).most)],
  ];
}

function table({ counts, machine, past, played }: Findings): string {
  const columns = [...(past ? [{ name: "as it was", summary: past }] : []), ...played];
  const { jobs, tooLarge, withoutRun } = counts;
  const left = [
    ...(tooLarge > 0
      ? [counted(tooLarge, "is greater than the machine and left out", "are greater than the machine and left out")]
      : []),
    ...(withoutRun > 0 ? [counted(withoutRun, "line says of no run", "lines say of no run")] : []),
  ];
  const lines = [["", ...columns.map(({ name }) => name)]];
  for (const [heading, cell] of rows) lines.push([heading, ...columns.map(({ summary }) => cell(summary))]);
  const written = lines.map(([heading = "", ...cells]) =>
    `${heading.padEnd(30)}${cells.map((cell) => cell.padStart(14)).join("")}`.trimEnd(),
  );
  return [[`${counted(jobs, "job")} on ${machineText(machine)}`, ...left].join("; "), ...written, ""].join("\n");
}

function machineText({ nodes, cpusPerNode }: Machine): string {
  return `${counted(nodes, "node")} of ${counted(cpusPerNode, "processor")}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `1-02:03:04`, days only where there are some. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const time = [(whole % 86_400) / 3600, (whole % 3600) / 60, whole % 60].map(two).join(":");
  return whole >= 86_400 ? `${Math.floor(whole / 86_400)}-${time}` : time;
}
