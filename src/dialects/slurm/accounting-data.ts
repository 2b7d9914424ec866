/** Owns the jobs of `sacct --json`, with their steps, key by key in their order. */

import type { Element } from "../../model/job.ts";
import { type AccountingRecord, accountingId, elapsedOf, elementOf, stateOf, timesOf } from "./accounting.ts";
import type { Data } from "./openapi.ts";
import { signalText } from "./step-wording.ts";

/** A job as data: its own record first, then its steps'. */
export function accountingData(record: AccountingRecord, steps: readonly AccountingRecord[]): Data {
  const { job } = record.listed;
  const { spec, need } = job;
  const element = elementOf(record);
  return {
    account: job.account,
    comment: { administrator: null, job: null, system: null },
    allocation_nodes: element ? need.nodes : 0,
    array: {
      job_id: job.indices === null ? 0 : job.id,
      limits: { max: { running: { tasks: job.throttle } } },
      task: element === null && job.indices !== null ? accountingId(record, false).replace(/^.*\[|\]$/g, "") : null,
      task_id: element?.index ?? null,
    },
    association: { account: job.account, cluster: record.cluster.name, partition: null, user: job.user.name },
    cluster: record.cluster.name,
    constraints: spec.features ?? "",
    container: null,
    derived_exit_code: success,
    time: jobTimes(record),
    exit_code: exitData(element),
    flags: element ? ["CLEAR_SCHEDULING", "STARTED_ON_BACKFILL"] : [],
    group: job.user.group,
    het: { job_id: 0, job_offset: null },
    job_id: element?.id ?? job.id,
    name: job.name,
    mcs: { label: "" },
    nodes: element?.node ?? "None assigned",
    partition: job.queue,
    priority: job.priority,
    qos: spec.qualityOfService ?? "normal",
    required: { CPUs: need.cpus, memory: mebibytes(spec.memoryPerNode ?? need.memory / Math.max(1, need.cpus)) },
    kill_request_user: null,
    reservation: { id: 0, name: 0 },
    steps: steps.map(stepData),
    state: { current: stateOf(record).split(" ")[0] ?? "", reason: "None" },
    tres: { allocated: element ? given(record, true) : [], requested: given(record, true) },
    user: job.user.name,
    wckey: { wckey: spec.workloadKey ?? "", flags: [] },
    working_directory: job.workingDirectory,
  };
}

// Slurm 22.05 tells of exit codes other than 0 nowhere in these lists; a signal it does tell.
const success: Data = { status: "SUCCESS", return_code: 0 };

function exitData(element: Element | null): Data {
  const signal = element?.state === "ended" ? element.signal : null;
  if (!signal) return success;
  return { status: "SIGNALED", return_code: null, signal: { signal_id: signal, name: signalText(signal) } };
}

const seconds = (epoch: number | null) => (epoch === null ? 0 : Math.floor(epoch / 1000));
const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);
const clock = (micros: number): Data => ({ seconds: Math.floor(micros / 1e6), microseconds: micros % 1e6 });

// The allocation's own processor time is 0: it is in the steps.
function jobTimes(record: AccountingRecord): Data {
  const { job } = record.listed;
  const { start, end } = timesOf(record);
  return {
    elapsed: elapsedOf(record),
    eligible: seconds(start === null && job.holds.length > 0 ? null : Math.max(job.submittedAt, job.beginAt)),
    end: seconds(end),
    start: seconds(start),
    submission: seconds(job.submittedAt),
    suspended: 0,
    system: clock(0),
    limit: Number.isFinite(job.need.wallTime) ? Math.ceil(job.need.wallTime / 60_000) : null,
    total: clock(0),
    user: clock(0),
  };
}

function given({ listed: { job } }: AccountingRecord, billing: boolean): readonly Data[] {
  const { cpus, memory, nodes, gpus } = job.need;
  const amounts = [
    { type: "cpu", name: null, id: 1, count: cpus },
    { type: "mem", name: null, id: 2, count: mebibytes(memory) },
    { type: "node", name: null, id: 4, count: nodes },
    { type: "billing", name: null, id: 5, count: billing ? cpus : 0 },
    { type: "gres", name: "gpu", id: 1001, count: gpus },
  ];
  return amounts.filter(({ count }) => count > 0);
}

function stepData(record: AccountingRecord): Data {
  const element = elementOf(record);
  const { job } = record.listed;
  const { start, end } = timesOf(record);
  const [user, system] = [element?.userMicros ?? 0, element?.systemMicros ?? 0];
  const node = element?.node ?? "";
  const batch = record.step === "batch";
  const frequency = batch ? 0 : null;
  return {
    nodes: { list: [node], count: job.need.nodes, range: node },
    tres: usedData(record),
    time: {
      ...{ elapsed: elapsedOf(record), end: seconds(end), start: seconds(start), suspended: 0 },
      ...{ system: clock(system), total: clock(user + system), user: clock(user) },
    },
    exit_code: exitData(element),
    tasks: { count: record.ran?.ranks ?? 1 },
    pid: null,
    CPU: {
      requested_frequency: { min: frequency, max: frequency },
      governor: batch ? [] : ["Conservative", "Performance", "PowerSave", "OnDemand", "UserSpace"],
    },
    kill_request_user: null,
    state: stateOf(record).split(" ")[0] ?? "",
    statistics: { CPU: { actual_frequency: 0 }, energy: { consumed: 0 } },
    step: {
      job_id: element?.id ?? job.id,
      het: { component: null },
      id: batch ? "batch" : Number(record.step),
      name: record.ran?.name ?? record.step ?? "",
    },
    task: { distribution: batch ? "Unknown" : (record.ran?.ranks ?? 1) > 1 ? "Block" : "Cyclic" },
  };
}

/** What the step used, as far as it is measured: processor time in milliseconds, memory in bytes. */
function usedData(record: AccountingRecord): Data {
  const element = elementOf(record);
  const cpu = Math.floor(((element?.userMicros ?? 0) + (element?.systemMicros ?? 0)) / 1000);
  const used: readonly (readonly [type: string, id: number, count: number, name?: string])[] = [
    ["cpu", 1, cpu],
    ["mem", 2, (element?.maxRssKiB ?? 0) * 1024],
    ["energy", 3, 0],
    ["fs", 6, 0, "disk"],
    ["vmem", 7, 0],
    ["pages", 8, 0],
  ];
  const consumed = used.filter(([type]) => type === "energy" || type === "fs");
  return {
    requested: amounts(used, element?.node ?? ""),
    consumed: amounts(consumed, element?.node ?? ""),
    allocated: given(record, false),
  };
}

function amounts(
  used: readonly (readonly [type: string, id: number, count: number, name?: string])[],
  node: string,
): Data {
  const plain = used.map(([type, id, count, name]) => ({ type, name: name ?? null, id, count }));
  const placed = plain.map((each) => ({ ...each, task: 0, node }));
  return { max: placed, min: placed, average: plain, total: plain };
}
