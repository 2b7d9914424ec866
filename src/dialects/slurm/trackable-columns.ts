/** Owns the fields of accounting that tell what a step used as one text: `cpu=00:00:02,energy=0,fs/disk=0,mem=4M`. */

import type { Column } from "../../language/column.ts";
import type { Usage, UsageField } from "../../model/usage.ts";
import { type AccountingRecord, elementOf, isMeasured } from "./accounting.ts";
import { longDuration } from "./durations.ts";
import { kilobytes, tasksOf, usedBy } from "./usage-columns.ts";

/** A counted thing: its name, the figure it is taken from (null: nothing measures it), and how it is written. */
interface Counted {
  readonly name: string;
  readonly field: UsageField | null;
  readonly write: (used: Usage, record: AccountingRecord) => string;
}

const counts =
  (field: UsageField): Counted["write"] =>
  (used) =>
    String(Math.round(used[field]));
const energy: Counted = { name: "energy", field: null, write: () => "0" };

const read: readonly Counted[] = [
  {
    ...{ name: "cpu", field: "userMicros" },
    write: ({ userMicros, systemMicros }) => longDuration((userMicros + systemMicros) / 1e6),
  },
  energy,
  { name: "fs/disk", field: "readBytes", write: counts("readBytes") },
  { name: "mem", field: "maxRssKiB", write: (used, record) => kilobytes(used.maxRssKiB, record) },
  { name: "pages", field: "majorFaults", write: counts("majorFaults") },
  { name: "vmem", field: "maxVirtualKiB", write: (used, record) => kilobytes(used.maxVirtualKiB, record) },
];

const written: readonly Counted[] = [energy, { name: "fs/disk", field: "writtenBytes", write: counts("writtenBytes") }];

type Used = ReturnType<typeof usedBy>;
type Text = (counted: readonly Counted[], used: Used, record: AccountingRecord) => string;

const amounts =
  (of: (used: Used, record: AccountingRecord) => Usage): Text =>
  (counted, used, record) =>
    counted.map(({ name, write }) => `${name}=${write(of(used, record), record)}`).join(",");
const nodes: Text = (counted, _, record) =>
  counted.map(({ name }) => `${name}=${elementOf(record)?.node ?? ""}`).join(",");
const tasks =
  (of: (used: Used) => Usage): Text =>
  (counted, used) =>
    counted.flatMap(({ name, field }) => (field === null ? [] : [`${name}=${of(used)[field]}`])).join(",");

function average({ total }: Used, record: AccountingRecord): Usage {
  const count = tasksOf(record);
  const share = Object.entries(total).map(([field, figure]) => [field, figure / count]);
  return { ...total, ...Object.fromEntries(share) };
}

const least = ({ least: of, most }: Used): Usage => of ?? most;
const leastRank = ({ leastRank: of, mostRank }: Used): Usage => of ?? mostRank;

/** What each field ends with, its text, and how much wider than the first it is. */
const kinds: readonly (readonly [ending: string, text: Text, wider: number])[] = [
  ["Ave", amounts(average), 0],
  ["Max", amounts(({ most }) => most), 0],
  ["MaxNode", nodes, 4],
  ["MaxTask", tasks(({ mostRank }) => mostRank), 4],
  ["Min", amounts(least), 0],
  ["MinNode", nodes, 4],
  ["MinTask", tasks(leastRank), 4],
  ["Tot", amounts(({ total }) => total), 0],
];

/** `TRESUsageInAve` to `TRESUsageOutTot`. */
export const trackableColumns: readonly Column<AccountingRecord>[] = [
  ...kinds.map(([ending, text, wider]) =>
    column(`TRESUsageIn${ending}`, 14 + wider, (of) => text(read, usedBy(of), of)),
  ),
  ...kinds.map(([ending, text, wider]) =>
    column(`TRESUsageOut${ending}`, 15 + wider, (of) => text(written, usedBy(of), of)),
  ),
];

// Allocations show nothing: only what runs uses something.
function column(name: string, width: number, value: (record: AccountingRecord) => string): Column<AccountingRecord> {
  return {
    ...{ ask: name, heading: name, width, right: true },
    value: (record) => (isMeasured(record) ? value(record) : ""),
  };
}
