/** Owns a config as it was read: every section with its values, or everything that is wrong with it. */

import {
  accountKeys,
  clusterKeys,
  complexKeys,
  daemonKeys,
  environmentKeys,
  jobKeys,
  machineKeys,
  mailKeys,
  moduleKeys,
  nodeKeys,
  queueKeys,
  sections,
  sgeKeys,
  slurmKeys,
  targetKeys,
  topKeys,
} from "./keys.ts";
import { type Report, readKeys, type Said, shown, tableAt, unknownKey } from "./rows.ts";
import { type Finding, isTable, type Place, readTree, type Table, type Value } from "./tree.ts";

/** A table that somebody gave a name. */
export type Named<K extends Parameters<typeof readKeys>[0]> = Said<K> & { readonly name: string; readonly at: Place };

export interface Config {
  readonly top: Said<typeof topKeys>;
  readonly machine: Said<typeof machineKeys>;
  readonly cluster: Said<typeof clusterKeys>;
  /** How many, or which; null: the machine is the only one. */
  readonly nodes: number | readonly Said<typeof nodeKeys>[] | null;
  readonly queues: readonly Named<typeof queueKeys>[];
  readonly parallelEnvironments: readonly Named<typeof environmentKeys>[];
  readonly complexes: readonly Named<typeof complexKeys>[];
  readonly slurm: Said<typeof slurmKeys>;
  readonly accounts: readonly Named<typeof accountKeys>[];
  readonly sge: Said<typeof sgeKeys>;
  readonly jobs: Said<typeof jobKeys>;
  /** By pattern, in the order in which they were written. */
  readonly modules: readonly Named<typeof moduleKeys>[];
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly targets: readonly Named<typeof targetKeys>[];
  readonly mail: Said<typeof mailKeys>;
  readonly daemon: Said<typeof daemonKeys>;
}

/** Reads a config. Where anything is wrong there is no config, but all findings, in the order of the text. */
export function readConfig(text: string): { readonly config: Config } | { readonly findings: readonly Finding[] } {
  const root = readTree(text);
  if ("message" in root) return { findings: [root] };
  const findings: Finding[] = [];
  const config = configOf(root, (finding) => findings.push(finding));
  if (findings.length === 0) return { config };
  return { findings: findings.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column) };
}

function configOf(root: Table, report: Report): Config {
  const names = [...Object.keys(topKeys), ...sections.map(({ name }) => name).filter(Boolean)];
  for (const [name, { at }] of root.entries)
    if (!names.includes(name)) report({ at, message: unknownKey(name, names) });
  const top = { ...root, entries: new Map([...root.entries].filter(([name]) => name in topKeys)) };
  const section = <K extends Parameters<typeof readKeys>[0]>(name: string, keys: K): Said<K> =>
    readKeys(keys, tableAt(root, name, report), report);
  const named = <K extends Parameters<typeof readKeys>[0]>(name: string, keys: K): readonly Named<K>[] =>
    namedTables(tableAt(root, name, report), keys, report);
  return {
    top: readKeys(topKeys, top, report),
    machine: section("machine", machineKeys),
    cluster: section("cluster", clusterKeys),
    nodes: nodesOf(root.entries.get("nodes")?.value, report),
    queues: named("queues", queueKeys),
    parallelEnvironments: named("parallel_environments", environmentKeys),
    complexes: named("complexes", complexKeys),
    slurm: section("slurm", slurmKeys),
    accounts: named("accounts", accountKeys),
    sge: section("sge", sgeKeys),
    jobs: section("jobs", jobKeys),
    modules: modulesOf(tableAt(root, "modules", report), report),
    variables: variablesOf(tableAt(root, "variables", report), report),
    targets: named("targets", targetKeys),
    mail: section("mail", mailKeys),
    daemon: section("daemon", daemonKeys),
  };
}

function namedTables<K extends Parameters<typeof readKeys>[0]>(
  table: Table | null,
  keys: K,
  report: Report,
): readonly Named<K>[] {
  return [...(table?.entries ?? [])].map(([name, { at, value }]) => {
    const content = isTable(value.content) ? value.content : null;
    if (content === null) report({ at: value.at, message: `${name} is ${shown(value)}; expected a table` });
    return { ...readKeys(keys, content, report), name, at };
  });
}

function nodesOf(value: Value | undefined, report: Report): Config["nodes"] {
  if (value === undefined) return null;
  const { content, at } = value;
  if (typeof content === "number" && Number.isInteger(content) && content >= 1 && content <= 1024) return content;
  if (!Array.isArray(content) || !content.every((each) => isTable(each.content))) {
    report({ at, message: `nodes is ${shown(value)}; expected a number from 1 to 1024, or tables, as [[nodes]]` });
    return null;
  }
  return content.map(({ content: table, at: place }) => {
    const node = readKeys(nodeKeys, isTable(table) ? table : null, report);
    if (node.name === null) report({ at: place, message: 'a node needs a name, as name = "node1"' });
    return node;
  });
}

// A text is short for a table with one key.
function modulesOf(table: Table | null, report: Report): readonly Named<typeof moduleKeys>[] {
  const nothing = readKeys(moduleKeys, null, report);
  return [...(table?.entries ?? [])].map(([name, { at, value }]) => {
    if (isTable(value.content)) return { ...readKeys(moduleKeys, value.content, report), name, at };
    if (typeof value.content === "string") return { ...nothing, ...shortModule(value.content), name, at };
    report({ at: value.at, message: `${name} is ${shown(value)}; expected a text or a table` });
    return { ...nothing, name, at };
  });
}

function shortModule(text: string): Partial<Said<typeof moduleKeys>> {
  if (text === "") return {};
  if (text === "refuse") return { refuse: "it is not there" };
  if (text.startsWith("conda:")) return { conda: text.slice("conda:".length) };
  return text.startsWith("source:") ? { source: text.slice("source:".length) } : { path: [text] };
}

function variablesOf(table: Table | null, report: Report): Config["variables"] {
  return [...(table?.entries ?? [])].flatMap(([name, { at, value }]) => {
    const { content } = value;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) report({ at, message: `${name} is no name of a variable` });
    if (typeof content === "string" || typeof content === "number") return [[name, String(content)] as const];
    report({ at: value.at, message: `${name} is ${shown(value)}; expected a text in quotes` });
    return [];
  });
}
