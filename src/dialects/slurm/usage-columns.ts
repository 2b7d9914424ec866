/** Owns the fields of accounting that tell what the tasks of a step used: averages, the most, and which task that was. */

import type { Column } from "../../language/column.ts";
import type { RankUsage, Usage, UsageField } from "../../model/usage.ts";
import { usageOfRanks } from "../../model/usage.ts";
import { type AccountingRecord, elementOf } from "./accounting.ts";
import { longDuration } from "./durations.ts";

type Write = (amount: number, record: AccountingRecord) => string;

/** What the tasks of a record's step used; a batch step has one. */
function usedBy(record: AccountingRecord): RankUsage {
  const element = elementOf(record);
  return record.ran?.usage ?? usageOfRanks(element ? [element] : []);
}

interface Figure {
  readonly name: string;
  readonly field: UsageField;
  readonly write: Write;
  readonly widths: { readonly average: number; readonly most: number; readonly node: number; readonly task: number };
}

/** `0`, `85508K`: kilobytes, or in the unit that is asked for. */
const kilobytes: Write = (kib, { unit }) => {
  if (kib === 0) return "0";
  if (unit === "none") return String(kib * 1024);
  const power = "KMGTP".indexOf(unit ?? "K");
  return power <= 0 ? `${Math.round(kib)}K` : `${(kib / 1024 ** power).toFixed(2)}${unit}`;
};

/** `0`, `0.27M`: megabytes with two digits, or in the unit that is asked for. */
const megabytes: Write = (bytes, { unit }) => {
  if (bytes === 0) return "0";
  if (unit === "none") return String(Math.round(bytes));
  return `${(bytes / 1024 ** (" KMGTP".indexOf(unit ?? "M") || 2)).toFixed(2)}${unit ?? "M"}`;
};

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
  column("AveCPU", 10, (used, record) => longDuration(cpuSeconds(used.total) / tasksOf(record))),
  column("MinCPU", 10, (used) => longDuration(used.leastCpuMicros / 1e6)),
  column("MinCPUNode", 10, (_, record) => elementOf(record)?.node ?? ""),
  column("MinCPUTask", 10, (used) => String(used.leastCpuRank)),
];

/** The field of that name, which is there. */
export function usageColumn(name: string): Column<AccountingRecord> {
  const found = usageColumns.find(({ ask }) => ask === name);
  if (!found) throw new Error(`no field of usage is called ${name}`);
  return found;
}

// Allocations show nothing: only what runs uses something.
function column(
  name: string,
  width: number,
  value: (used: RankUsage, record: AccountingRecord) => string,
): Column<AccountingRecord> {
  return {
    ...{ ask: name, heading: name, width, right: true },
    value: (record) => (record.step === null ? "" : value(usedBy(record), record)),
  };
}

function cpuSeconds({ userMicros, systemMicros }: Usage): number {
  return (userMicros + systemMicros) / 1e6;
}

function tasksOf({ ran }: AccountingRecord): number {
  return Math.max(1, ran?.ranks ?? 1);
}
