/** Owns the objects of `qconf -s…` as texts: queues, hosts, parallel environments, resources, written from what the cluster is. */

import {
  type ClusterDescription,
  type ComplexDescription,
  type ParallelEnvironmentDescription,
  totals,
} from "../../model/cluster.ts";
import { idleMachine, type MachineUse } from "../../model/machine-use.ts";
import { amountText } from "./amounts.ts";
import { type Complex, complexes, complexNamed } from "./complexes.ts";
import { valueOn } from "./host-values.ts";
import { clockText, comparisonOf, hostOffers, type Offer } from "./offers.ts";

/** A key and its value, a line each. */
export type Entries = readonly (readonly [key: string, value: string | number])[];

/** Lines of an object, keys padded. */
export function entriesText(entries: Entries, width: number): string {
  return entries.map(([key, value]) => `${key.padEnd(width - 1)} ${folded(String(value), width)}\n`).join("");
}

/** A queue by name, as `-sq` shows it; on one host it is shown with that host instead of a group. */
export function queueEntries(cluster: ClusterDescription, name: string, host: string | null): Entries {
  const described = cluster.queues.find((queue) => queue.name === name);
  const limit = described?.maxWallTime == null ? "INFINITY" : clockText(described.maxWallTime);
  const entries: Entries = [
    ["qname", name],
    host === null ? ["hostlist", "@allhosts"] : ["hostname", host],
    ["seq_no", described?.sequence ?? 0],
    ...none("load_thresholds", "suspend_thresholds"),
    ["nsuspend", 1],
    ["suspend_interval", "00:05:00"],
    ["priority", 0],
    ["min_cpu_interval", "00:05:00"],
    ["processors", "UNDEFINED"],
    ["qtype", "BATCH INTERACTIVE"],
    ["ckpt_list", "NONE"],
    ["pe_list", cluster.parallelEnvironments.map((one) => one.name).join(" ") || "NONE"],
    ["rerun", "FALSE"],
    ["slots", described?.slots ?? totals(cluster).cpus],
    ["tmpdir", "/tmp"],
    ["shell", "/bin/sh"],
    ...none("prolog", "epilog"),
    ["shell_start_mode", "posix_compliant"],
    ...none("starter_method", "suspend_method", "resume_method", "terminate_method"),
    ["notify", clockText(cluster.notifyTime)],
    ...none("owner_list", "user_lists", "xuser_lists", "subordinate_list", "complex_values"),
    ...none("projects", "xprojects", "calendar"),
    ["initial_state", "default"],
    // The soft limit is another matter where the hard one was said alone.
    ["s_rt", described?.attributes?.h_rt === undefined ? limit : "INFINITY"],
    ["h_rt", limit],
    ...["cpu", "fsize", "data", "stack", "core", "rss", "vmem"].flatMap(
      (what): Entries => [
        [`s_${what}`, "INFINITY"],
        [`h_${what}`, "INFINITY"],
      ],
    ),
  ];
  const said = overlaid(entries, described?.attributes);
  return host === null ? said : said.map(([key, value]) => [key, valueOn(String(value), host, cluster)]);
}

/** A group of hosts, as `-shgrp` shows it. */
export function groupEntries({ hostGroups, nodes }: ClusterDescription, name: string): Entries {
  const hosts = hostGroups?.find((group) => group.name === name)?.hosts ?? nodes.map((node) => node.name);
  return [
    ["group_name", name],
    ["hostlist", hosts.join(" ") || "NONE"],
  ];
}

/** A set of users, as `-su` shows it. */
export function setEntries({ userSets }: ClusterDescription, name: string): Entries {
  const found = userSets?.find((set) => set.name === name);
  const entries: Entries = [
    ["name", name],
    ["type", name === "defaultdepartment" ? "DEPT" : "ACL"],
    ["fshare", 0],
    ["oticket", 0],
    ["entries", "NONE"],
  ];
  return overlaid(entries, { ...found?.attributes, ...(found ? { entries: found.users.join(",") || "NONE" } : {}) });
}

/** What was said goes before what follows from the description. */
function overlaid(entries: Entries, said: Readonly<Record<string, string>> = {}): Entries {
  return entries.map(([key, value]) => [key, said[key] ?? value]);
}

/** A parallel environment, as `-sp` shows it. */
export function environmentEntries({
  name,
  slots,
  allocationRule,
  attributes,
}: ParallelEnvironmentDescription): Entries {
  const entries: Entries = [
    ["pe_name", name],
    ["slots", slots],
    ...none("user_lists", "xuser_lists", "start_proc_args", "stop_proc_args"),
    ["allocation_rule", allocationRule],
    ["control_slaves", "FALSE"],
    ["job_is_first_task", "TRUE"],
    ["urgency_slots", "min"],
    ["accounting_summary", "FALSE"],
    ["qsort_args", "NONE"],
  ];
  return overlaid(entries, attributes);
}

/** A host, as `-se` shows it, with what it reports at this moment; null is all hosts together, which have nothing of their own. */
export function hostEntries(cluster: ClusterDescription, host: string | null, use: MachineUse = idleMachine): Entries {
  const { cpus, memory } = totals(cluster);
  const offers = hostOffers(cluster, { slots: cpus, memory }, use);
  const values = (source: string, text: (offer: Offer) => string): string =>
    offers
      .filter((one) => one.source === source)
      .map((offer) => `${offer.name}=${text(offer)}`)
      .join(",");
  return [
    ["hostname", host ?? "global"],
    ["load_scaling", "NONE"],
    ["complex_values", host === null ? "NONE" : (saidOf(cluster, host) ?? values("hc", capacityText))],
    ["load_values", host === null ? "NONE" : values("hl", reportedText)],
    ["processors", host === null ? 0 : cpus],
    ...none("user_lists", "xuser_lists", "projects", "xprojects", "usage_scaling", "report_variables"),
  ];
}

function capacityText({ value }: Offer): string {
  if (typeof value === "string") return value;
  const whole = [30, 20].find((power) => value > 0 && value % 2 ** power === 0);
  return whole === undefined ? String(value) : `${value / 2 ** whole}${whole === 30 ? "G" : "M"}`;
}

// Memory in megabytes whatever its size, loads with six digits, shares of time with three.
function reportedText({ name, value }: Offer): string {
  if (typeof value === "string") return value;
  const { kind } = complexNamed(name) ?? {};
  if (kind === "memory") return `${(value / 2 ** 20).toFixed(6)}M`;
  if (name === "cpu") return value.toFixed(6);
  return kind === "double" ? value.toFixed(6) : String(value);
}

function saidOf({ hostCapacities }: ClusterDescription, host: string): string | null {
  const found = hostCapacities?.find(({ name }) => name === host);
  return found ? found.values.map(({ name, said }) => `${name}=${said}`).join(",") || "NONE" : null;
}

/** All resources, as `-sc` lists them. */
export function complexesText(cluster: ClusterDescription): string {
  const lines = complexRows(cluster).map((cells) =>
    cells.map((text, at) => text.padEnd(complexWidths[at] ?? 0)).join(""),
  );
  const heading = complexHeadings.map((text, at) => text.padEnd(complexWidths[at] ?? 8)).join("");
  const end = "# >#< starts a comment but comments are not saved across edits --------";
  return [heading, `#${"-".repeat(86)}`, ...lines, end].map((line) => `${line}\n`).join("");
}

/** The cells of each resource, by name: those that every cluster has, as the site would have them, and its own. */
export function complexRows({
  defaultMemoryPerCpu,
  complexes: own = [],
}: ClusterDescription): readonly (readonly string[])[] {
  const memory = defaultMemoryPerCpu === null ? "0" : amountText(defaultMemoryPerCpu, 0);
  const common = complexes.filter(({ name }) => !own.some((each) => each.name === name));
  return [...common.map((row) => complexCells(row, memory)), ...own.map(siteCells)].sort((a, b) =>
    (a[0] ?? "") < (b[0] ?? "") ? -1 : 1,
  );
}

const complexHeadings = ["#name", "shortcut", "type", "relop", "requestable", "consumable", "default", "urgency"];
const complexWidths = [20, 11, 10, 6, 12, 11, 9] as const;
const yes = (is: boolean) => (is ? "YES" : "NO");

// What each slot takes of memory where nothing is asked for stands with h_vmem.
function complexCells(row: Complex, memory: string): readonly string[] {
  const { name, shortcut, kind, requestable, consumable } = row;
  const usual = { string: "NONE", host: "NONE", time: "0:0:0" }[kind as string] ?? "0";
  const slots = name === "slots";
  return [
    ...[name, shortcut, types[kind], comparisonOf(row), yes(requestable), yes(consumable)],
    ...(slots ? ["1", "1000"] : [name === "h_vmem" ? memory : usual, "0"]),
  ];
}

function siteCells(row: ComplexDescription): readonly string[] {
  const { name, shortcut, kind, requestable = true, consumable, perJob } = row;
  const plain = comparisonOf({ name, kind, shortcut, consumable, requestable: true });
  return [
    ...[name, shortcut, types[kind], row.comparison ?? (consumable ? "<=" : plain)],
    ...[requestable === "forced" ? "FORCED" : yes(requestable), perJob ? "JOB" : yes(consumable)],
    ...[row.usual ?? (kind === "string" ? "NONE" : "0"), row.urgency ?? "0"],
  ];
}

/** Kinds of values, as they are called there. */
export const types = {
  string: "STRING",
  host: "HOST",
  time: "TIME",
  memory: "MEMORY",
  integer: "INT",
  double: "DOUBLE",
  boolean: "BOOL",
} as const;

function none(...keys: readonly string[]): Entries {
  return keys.map((key) => [key, "NONE"]);
}

// Long lists go on behind a backslash, under their first value.
function folded(value: string, width: number): string {
  const lines: string[] = [""];
  for (const part of value.split(/(?<=,)/)) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && width + line.length + part.length > 78) lines.push(part);
    else lines[lines.length - 1] = line + part;
  }
  return lines.join(` \\\n${" ".repeat(width)}`);
}
