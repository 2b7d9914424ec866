/** Owns the fields of accounting that tell what the tasks of a step used: averages, the most, and which task that was. */

import type { Column } from "../../language/column.ts";
import type { RankUsage, Usage, UsageField } from "../../model/usage.ts";
import { usageOfRanks } from "../../model/usage.ts";
import { type AccountingRecord, elementOf, isMeasured } from "./accounting.ts";
import { longDuration } from "./durations.ts";

type Write = (amount: number, record: AccountingRecord) => string;

/** What the tasks of a record's step used; a batch step has one. */
export function usedBy(record: AccountingRecord): RankUsage {
  const element = elementOf(record);
  return record.ran?.usage ?? usageOfRanks(element ? [element] : []);
}

interface Figure {
  readonly name: string;
  readonly field: UsageField;
  readonly write: Write;
  readonly widths: { readonly average: number; readonly most: number; readonly node: number; readonly task: number };
}

/** `0`, `85508K`, `83.50M`: the largest unit in which it has half ones at most, or the one that is asked for. */
export const kilobytes: Write = (kib, { unit }) => {
  const whole = Math.round(kib);
  if (whole === 0) return "0";
  if (unit === "none") return String(whole * 1024);
  const units = "KMGTP";
  const asked = unit === null ? -1 : units.indexOf(unit);
  if (asked > 0) return `${(whole / 1024 ** asked).toFixed(2)}${unit}`;
  let amount = whole;
  let power = 0;
  while (asked < 0 && amount >= 1024 && amount % 512 === 0) {
    amount /= 1024;
    power++;
  }
  return `${Number.isInteger(amount) ? amount : amount.toFixed(2)}${units[power]}`;
};

/** `0`, `0.27M`: megabytes with two digits, or in the unit that is asked for. */
const megabytes: Write = (bytes, { unit }) => {
  if (bytes === 0) return "0";
  if (unit === "none") return String(Math.round(bytes));
  return `${(bytes / 1024 ** (" KMGTP".indexOf(unit ?? "M") || 2)).toFixed(2)}${unit ?? "M"}`;
};

/** `2.50M`: thousands of Hz, added up over the tasks as Slurm does; nothing where the machine does not say. */
const frequency = (record: AccountingRecord): string => {
  const { megahertz } = record;
  return megahertz === 0 ? "" : `${((megahertz * tasksOf(record)) / 1000).toFixed(2)}M`;
};

function frequencySoFar(record: AccountingRecord): string {
  if (record.step === null) return "";
  return isMeasured(record) ? frequency(record) : "0";
}

const figures: readonly Figure[] = [
  { name: "DiskRead", field: "readBytes", write: megabytes, widths: { average: 14, most: 12, node: 15, task: 15 } },
  { name: "DiskWrite", field: "writtenBytes", write: megabytes, widths: { average: 14, most: 12, node: 16, task: 16 } },
  {
    ...{ name: "Pages", field: "majorFaults", write: (count) => String(Math.round(count)) },
    widths: { average: 10, most: 8, node: 12, task: 14 },
  },
  { name: "RSS", field: "maxRssKiB", write: kilobytes, widths: { average: 10, most: 10, node: 10, task: 10 } },
  { name: "VMSize", field: "maxVirtualKiB", write: kilobytes, widths: { average: 10, most: 10, node: 14, task: 14 } },
];

/** `AveRSS`, `MaxRSS`, `MaxRSSNode`, `MaxRSSTask` and their like. */
export const usageColumns: readonly Column<AccountingRecord>[] = [
  ...figures.flatMap(({ name, field, write, widths }) => [
    column(`Ave${name}`, widths.average, (used, record) => write(used.total[field] / tasksOf(record), record)),
    column(`Max${name}`, widths.most, (used, record) => write(used.most[field], record)),
    column(`Max${name}Node`, widths.node, (_, record) => elementOf(record)?.node ?? ""),
    column(`Max${name}Task`, widths.task, (used) => String(used.mostRank[field])),
  ]),
  { ...column("AveCPUFreq", 10, (_, record) => frequency(record)), value: frequencySoFar },
  column("AveCPU", 10, (used, record) => longDuration(cpuSeconds(used.total) / tasksOf(record))),
  column("MinCPU", 10, (used) => longDuration(used.leastCpuMicros / 1e6)),
  column("MinCPUNode", 10, (_, record) => elementOf(record)?.node ?? ""),
  column("MinCPUTask", 10, (used) => String(used.leastCpuRank)),
];

// Allocations show nothing: only what runs uses something.
function column(
  name: string,
  width: number,
  value: (used: RankUsage, record: AccountingRecord) => string,
): Column<AccountingRecord> {
  return {
    ...{ ask: name, heading: name, width, right: true },
    value: (record) => (isMeasured(record) ? value(usedBy(record), record) : ""),
  };
}

function cpuSeconds({ userMicros, systemMicros }: Usage): number {
  return (userMicros + systemMicros) / 1e6;
}

export function tasksOf({ ran }: AccountingRecord): number {
  return Math.max(1, ran?.ranks ?? 1);
}
