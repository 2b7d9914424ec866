/** Owns thresholds of load in Grid Engine's words: how they are said, and how qstat tells of those that are reached. */

import type { ClusterDescription, Queue, Threshold } from "../../model/cluster.ts";
import { RefusedError } from "../../model/errors.ts";
import { type Beyond, beyond, type ThresholdKind } from "../../model/load.ts";
import type { MachineUse, Measure } from "../../model/machine-use.ts";
import { amountText } from "./amounts.ts";
import { amountSaid, complexNamed } from "./complexes.ts";
import { readNames, Unreadable } from "./object-reading.ts";
import { comparisonOf } from "./offers.ts";

/** Load values that are measured, by name. */
const measures: Readonly<Record<string, Measure>> = {
  ...{ load_avg: "load5", load_short: "load1", load_medium: "load5", load_long: "load15" },
  ...{ np_load_avg: "load5Each", np_load_short: "load1Each", np_load_medium: "load5Each", np_load_long: "load15Each" },
  ...{ cpu: "busy", mem_free: "memoryFree", mem_used: "memoryUsed", swap_free: "swapFree", swap_used: "swapUsed" },
  ...{ virtual_free: "virtualFree", virtual_used: "virtualUsed" },
};

/** Thresholds as `np_load_avg=1.75,mem_free=1G`. Throws Unreadable, RefusedError. */
export function readThresholds(value: string): readonly Threshold[] {
  return readNames(value).map((each) => {
    const [, asked = "", said = ""] = /^([^=]*)=(.*)$/.exec(each) ?? [];
    if (asked === "") throw new Unreadable([`error parsing value "${each}"`]);
    const row = complexNamed(asked);
    if (!row) throw new RefusedError(`Complex attribute "${asked}" does not exist`, 1);
    const [measure, limit] = [measures[row.name], amountSaid(row, said)];
    if (measure === undefined) throw new RefusedError(`"${row.name}" is not measured here and can't be a threshold`, 1);
    if (limit === null) throw new RefusedError(`attribute "${row.name}" is not a ${row.kind} value`, 1);
    return { name: row.name, said, measure, limit, least: comparisonOf(row) === "<=" };
  });
}

/** A machine and what it is like now. */
export interface Moment {
  readonly cluster: ClusterDescription;
  readonly use: MachineUse;
}

/** The lines of `qstat -explain` about one kind of alarm, without the tab before them. */
export function alarmLines(queue: string, kind: ThresholdKind, moment: Moment): readonly string[] {
  return reached(queue, kind, moment).map(
    (threshold) => `alarm hl:${threshold.name}=${measuredText(threshold)} ${kind}-threshold=${threshold.said}`,
  );
}

/** What the scheduler says of a queue that takes no more because of its load; null where it does. */
export function overload(queue: string, moment: Moment): string | null {
  const [first] = reached(queue, "load", moment);
  if (!first) return null;
  const comparison = first.least ? "<=" : ">=";
  return `overloaded: ${first.name}=${measuredText(first)} (no load adjustment) ${comparison} ${first.said}`;
}

/** `a` and `A`, as far as they hold. */
export function alarmLetters(queue: string, moment: Moment): string {
  const holds = (kind: ThresholdKind) => reached(queue, kind, moment).length > 0;
  return `${holds("load") ? "a" : ""}${holds("suspend") ? "A" : ""}`;
}

function reached(name: string, kind: ThresholdKind, moment: Moment): readonly Beyond[] {
  const queue: Queue | undefined = moment.cluster.queues.find((one) => one.name === name);
  return beyond(queue, kind, moment);
}

function measuredText({ name, measured }: Beyond): string {
  return complexNamed(name)?.kind === "memory" ? amountText(measured, 3) : measured.toFixed(6);
}
