/** Owns the fields of sstat: what running steps use, by the columns that sacct has for it. */

import type { Column } from "../../language/column.ts";
import { UsageError } from "../../model/errors.ts";
import { type AccountingRecord, elementOf } from "./accounting.ts";
import { accountingColumns } from "./accounting-columns.ts";

/** What sstat shows if nothing is asked, in that order. */
export const usualFields =
  "JobID,MaxVMSize,MaxVMSizeNode,MaxVMSizeTask,AveVMSize,MaxRSS,MaxRSSNode,MaxRSSTask,AveRSS,MaxPages,MaxPagesNode,MaxPagesTask,AvePages,MinCPU,MinCPUNode,MinCPUTask,AveCPU,NTasks,AveCPUFreq,ReqCPUFreqMin,ReqCPUFreqMax,ReqCPUFreqGov,ConsumedEnergy,MaxDiskRead,MaxDiskReadNode,MaxDiskReadTask,AveDiskRead,MaxDiskWrite,MaxDiskWriteNode,MaxDiskWriteTask,AveDiskWrite,TRESUsageInAve,TRESUsageInMax,TRESUsageInMaxNode,TRESUsageInMaxTask,TRESUsageInMin,TRESUsageInMinNode,TRESUsageInMinTask,TRESUsageInTot,TRESUsageOutAve,TRESUsageOutMax,TRESUsageOutMaxNode,TRESUsageOutMaxTask,TRESUsageOutMin,TRESUsageOutMinNode,TRESUsageOutMinTask,TRESUsageOutTot";

/** What `--pidformat` shows. */
export const processFields = "JobID,Nodelist,Pids";

const own: readonly Column<AccountingRecord>[] = [
  {
    ...{ ask: "Nodelist", heading: "Nodelist", width: 20, right: true },
    value: (record) => elementOf(record)?.node ?? "",
  },
  {
    ...{ ask: "Pids", heading: "Pids", width: 20, right: true },
    value: (record) => (record.step === "batch" ? String(elementOf(record)?.pid ?? "") : ""),
  },
];

// sstat has other widths for these.
const narrower: Readonly<Record<string, number>> = { AveDiskRead: 12, AveDiskWrite: 12 };

const shared = [...new Set([...usualFields.split(","), "ConsumedEnergyRaw", "ReqCPUFreq"])];

/** All fields, as `--helpformat` lists them. */
export const stepFields: readonly Column<AccountingRecord>[] = [
  ...accountingColumns
    .filter(({ ask }) => shared.includes(ask))
    .map((column) => ({ ...column, width: narrower[column.ask] ?? column.width })),
  ...own,
].sort((a, b) => (a.ask.toLowerCase() < b.ask.toLowerCase() ? -1 : 1));

/** The field of that name, in any case. Throws UsageError. */
export function findStepField(name: string): Column<AccountingRecord> {
  const wanted = name.trim().toLowerCase();
  const column = stepFields.find(({ ask }) => ask.toLowerCase() === wanted);
  if (!column) throw new UsageError(`Invalid field requested: "${name.trim()}"`, 1);
  return column;
}
