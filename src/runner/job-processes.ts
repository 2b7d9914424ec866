// Which processes belong to a job, and signalling them, for the Node runner.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

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

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

/** The living processes of a job, in no order. */
export function jobProcesses(job: JobIdentity): number[] {
  const rows = process.platform === "linux" ? readProc() : askPs();
  const chosen = new Set(rows.filter((row) => belongs(row, job)).map((row) => row.pid));
  for (let before = -1; before !== chosen.size; ) {
    before = chosen.size;
    for (const row of rows) if (chosen.has(row.parent) && !isDetached(row.pid)) chosen.add(row.pid);
  }
  chosen.delete(process.pid);
  return [...chosen];
}

/** Signals every process of a job; for SIGKILL and SIGSTOP until no new one turns up. Answers how many there were. */
export function signalJob(job: JobIdentity, signal: number): number {
  const insist = signal === 9 || signal === 19;
  const seen = new Set<number>();
  for (let rounds = 0; rounds < 100; rounds++) {
    const fresh = jobProcesses(job).filter((pid) => !seen.has(pid));
    for (const pid of fresh) {
      seen.add(pid);
      signalProcess(pid, signal);
    }
    if (fresh.length === 0 || !insist) break;
  }
  return seen.size;
}

/**
 * Signals the processes of a job that lead a group and have a variable (`NAME=`), except the job's first process, and
 * not what these have started.
 */
export function signalBearers(job: JobIdentity, signal: number, variable: string): void {
  const rows = process.platform === "linux" ? readProc() : [];
  const all = new Set(jobProcesses(job));
  const bears = ({ pid, group }: Row): boolean =>
    pid === group && pid !== job.leader && `\0${readIfThere(`/proc/${pid}/environ`)}`.includes(`\0${variable}`);
  const bearers = new Set(rows.filter((row) => all.has(row.pid) && bears(row)).map(({ pid }) => pid));
  const parents = new Map(rows.map(({ pid, parent }) => [pid, parent]));
  for (const pid of bearers) if (!descends(pid, { from: bearers, parents })) signalProcess(pid, signal);
}

function descends(pid: number, of: { readonly from: Set<number>; readonly parents: Map<number, number> }): boolean {
  for (let above = of.parents.get(pid); above !== undefined; above = of.parents.get(above))
    if (of.from.has(above)) return true;
  return false;
}

/** Signals one process; that it has gone meanwhile is no error. */
export function signalProcess(pid: number, signal: number): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM"))) throw error;
  }
}

/** A daemon that a command inside a job had to start is not part of that job. */
function isDetached(pid: number): boolean {
  return `\0${readIfThere(`/proc/${pid}/environ`)}`.includes("\0HEADNODE_DETACHED=1\0");
}

function belongs(row: Row, job: JobIdentity): boolean {
  if (row.pid === process.pid) return false;
  if (job.leader > 0 && row.session === job.leader) return true;
  return readIfThere(`/proc/${row.pid}/environ`).includes(`${markVariable}=${job.mark}`);
}

/** Everything in /proc that lives. */
function readProc(): Row[] {
  return readdirSync("/proc").flatMap((name) => {
    const text = /^\d+$/.test(name) ? readIfThere(`/proc/${name}/stat`) : "";
    // The name in brackets may hold blanks and brackets of its own.
    const [state, parent, group, session] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    if (parent === undefined || state === "Z" || state === "X") return [];
    return [{ pid: Number(name), parent: Number(parent), group: Number(group), session: Number(session) }];
  });
}

/** Elsewhere the process group stands for the session. */
function askPs(): Row[] {
  const table = execFileSync("ps", ["-axo", "pid=,ppid=,pgid=,state="], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [pid, parent, session, state] = line.trim().split(/\s+/);
    return state === undefined || state.startsWith("Z")
      ? []
      : [{ pid: Number(pid), parent: Number(parent), group: Number(session), session: Number(session) }];
  });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // it has ended, or belongs to somebody else
  }
}
