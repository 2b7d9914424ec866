/** Owns seff: how well a job used what it was given, as the contributed script of that name reports it. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { Element } from "../../model/job.ts";
import type { JobHead, Listed } from "../../model/verbs.ts";
import { longDuration } from "./durations.ts";
import { stateOf } from "./states.ts";

/** What is known of the job. */
export interface Spent {
  readonly listed: Listed;
  readonly cluster: ClusterDescription;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The report. */
export function efficiencyText({ listed, cluster, now }: Spent): string {
  const { job } = listed;
  const element = listed.kind === "element" ? listed.element : null;
  const head = [
    `Job ID: ${element?.id ?? job.id}`,
    ...(element && element.index !== null ? [`Array Job ID: ${job.id}_${element.index}`] : []),
    `Cluster: ${cluster.name}`,
    `User/Group: ${job.user.name}/${job.user.group}`,
    stateLine(listed),
  ];
  const rest = element?.startedAt ? figures(job, element, now) : [notYet(listed)];
  return `${[...head, ...coreLines(job), ...rest].join("\n")}\n`;
}

function stateLine(listed: Listed): string {
  const { word } = stateOf(listed);
  if (listed.kind !== "element" || listed.element.state !== "ended") return `State: ${word}`;
  return `State: ${word} (exit code ${listed.element.code ?? 0})`;
}

function notYet(listed: Listed): string {
  return `Efficiency not available for jobs in the ${stateOf(listed).word} state.`;
}

function coreLines({ need }: JobHead): readonly string[] {
  if (need.cpus === 1) return ["Cores: 1"];
  return [`Nodes: ${need.nodes}`, `Cores per node: ${Math.floor(need.cpus / Math.max(1, need.nodes))}`];
}

function figures({ need }: JobHead, element: Element, now: number): readonly string[] {
  const wall = Math.max(0, Math.floor(((element.endedAt ?? now) - (element.startedAt ?? now)) / 1000));
  const cpu = Math.floor((element.userMicros + element.systemMicros) / 1e6);
  const core = wall * need.cpus;
  const asked = need.memory / 1024;
  return [
    `CPU Utilized: ${longDuration(cpu)}`,
    `CPU Efficiency: ${percent(cpu, core)} of ${longDuration(core)} core-walltime`,
    `Job Wall-clock time: ${longDuration(wall)}`,
    `Memory Utilized: ${size(element.maxRssKiB)}`,
    `Memory Efficiency: ${percent(element.maxRssKiB, asked)} of ${size(asked)}`,
    ...(element.endedAt === null ? ["WARNING: Efficiency statistics may be misleading for RUNNING jobs."] : []),
  ];
}

function percent(part: number, all: number): string {
  return `${(all > 0 ? (100 * part) / all : 0).toFixed(2)}%`;
}

const units = ["KB", "MB", "GB", "TB", "PB"];

/** KiB in the largest unit of which there is one. */
function size(kibibytes: number): string {
  if (kibibytes < 1) return "0.00 MB";
  const power = Math.min(units.length - 1, Math.floor(Math.log(kibibytes) / Math.log(1024)));
  return `${(kibibytes / 1024 ** power).toFixed(2)} ${units[power]}`;
}
