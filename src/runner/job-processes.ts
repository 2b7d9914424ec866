// Which processes belong to a job, and signalling them, for the Node runner.

import { errnoOf } from "../model/errors.ts";
import { type ProcessRow, readIfThere, readProcess, readProcesses } from "../relay/process-table.ts";

/**
 * A variable that the Node runner gives each of its jobs. Node cannot ask the kernel to hand it orphans as the compiled
 * runner does, so this is how what called setsid and lost its parent is still found.
 */
export const markVariable = "HEADNODE_JOB_MARK";

/** What is known of a job: its first process, which leads its session, and its mark (or what its mark begins with). */
export interface JobIdentity {
  readonly leader: number;
  readonly mark: string;
}

/** The living processes of a job among those given, in no order. */
export function jobProcesses(
  job: JobIdentity,
  rows: readonly ProcessRow[] = readProcesses(),
  environmentOf: (row: ProcessRow) => string = readEnvironment,
): ProcessRow[] {
  const adopters = ancestorsOf(process.pid, rows);
  // Most processes are somebody else's, and a look into each environment would take long.
  const isOwn = (row: ProcessRow): boolean =>
    (job.leader > 0 && row.session === job.leader) ||
    (adopters.has(row.parent) && environmentOf(row).includes(`${markVariable}=${job.mark}`));
  const chosen = new Map(rows.filter(isOwn).map((row) => [row.pid, row]));
  for (let before = -1; before !== chosen.size; ) {
    before = chosen.size;
    for (const row of rows)
      if (!chosen.has(row.pid) && chosen.has(row.parent) && !isDetached(environmentOf(row))) chosen.set(row.pid, row);
  }
  chosen.delete(process.pid);
  return [...chosen.values()];
}

/** Signals every process of a job; for SIGKILL and SIGSTOP until no new one turns up. Answers how many there were. */
export function signalJob(job: JobIdentity, signal: number): number {
  const insist = signal === 9 || signal === 19;
  const seen = new Set<string>();
  for (let rounds = 0; rounds < 100; rounds++) {
    const fresh = jobProcesses(job).filter(({ pid, started }) => !seen.has(`${pid} ${started}`));
    for (const row of fresh) {
      seen.add(`${row.pid} ${row.started}`);
      signalExactly(row, signal);
    }
    if (fresh.length === 0 || !insist) break;
  }
  return seen.size;
}

/**
 * Signals the processes of a job that lead a group and have a variable (`NAME=`), except the job's first process, and
 * not what these have started; with `*` before it all others too but that, and but who
 * started them, who would hand it on.
 */
export function signalBearers(job: JobIdentity, signal: number, scope: string): void {
  const [others, variable] = scope.startsWith("*") ? [true, scope.slice(1)] : [false, scope];
  const rows = jobProcesses(job);
  const bears = (row: ProcessRow): boolean =>
    row.pid === row.group && row.pid !== job.leader && readEnvironment(row).includes(`\0${variable}`);
  const bearers = new Set(rows.filter(bears).map(({ pid }) => pid));
  const parents = new Map(rows.map(({ pid, parent }) => [pid, parent]));
  const starters = new Set([...bearers].map((pid) => parents.get(pid)));
  const isMeant = ({ pid }: ProcessRow): boolean => bearers.has(pid) || (others && !starters.has(pid));
  for (const row of rows)
    if (isMeant(row) && !descends(row.pid, { from: bearers, parents })) signalExactly(row, signal);
}

function descends(pid: number, of: { readonly from: Set<number>; readonly parents: Map<number, number> }): boolean {
  for (let above = of.parents.get(pid); above !== undefined; above = of.parents.get(above))
    if (of.from.has(above)) return true;
  return false;
}

/** Signals a process, unless another one has got its number meanwhile. */
export function signalExactly({ pid, started }: Pick<ProcessRow, "pid" | "started">, signal: number): void {
  if (readProcess(pid)?.started === started) signalProcess(pid, signal);
}

/** Signals one process; that it has gone meanwhile is no error. */
export function signalProcess(pid: number, signal: number): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!["ESRCH", "EPERM"].includes(errnoOf(error))) throw error;
  }
}

/** Its variables, each behind a NUL; empty where they cannot be read. */
export function readEnvironment({ pid }: Pick<ProcessRow, "pid">): string {
  return `\0${readIfThere(`/proc/${pid}/environ`)}`;
}

/** A daemon that a command inside a job had to start is not part of that job. */
function isDetached(environment: string): boolean {
  return environment.includes("\0HEADNODE_DETACHED=1\0");
}

/** Who gets what loses its parent: the system gives it to an ancestor of its runner. */
function ancestorsOf(pid: number, rows: readonly ProcessRow[]): ReadonlySet<number> {
  const parents = new Map(rows.map((row) => [row.pid, row.parent]));
  const found = new Set([0, 1]);
  for (let above = parents.get(pid); above !== undefined && !found.has(above); above = parents.get(above))
    found.add(above);
  return found;
}
