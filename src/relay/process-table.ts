// All living processes and what they use, for Node runner and relay: /proc where there is one, else `ps`, once for all jobs.
// (The package pidusage tells neither parents nor address space nor when a process was started, and would read or run
// the same a second time for each look.)

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A living process. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Where the system does not tell, the process group stands for it. */
  readonly session: number;
  /** Tells it from another process that gets its number later. */
  readonly started: string;
  readonly rssKiB: number;
  readonly virtualKiB: number;
  /** With what its children used, once they were waited for. */
  readonly userMicros: number;
  readonly systemMicros: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
}

const microsPerTick = 10_000;
const kibPerPage = 4;

/** Every process that lives; a zombie does not. */
export function readProcesses(): ProcessRow[] {
  if (process.platform !== "linux") return askPs();
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : []));
}

/** One process; undefined when it has gone. */
export function readProcess(pid: number): ProcessRow | undefined {
  if (process.platform !== "linux") return askPs().find((row) => row.pid === pid);
  const text = readIfThere(`/proc/${pid}/stat`);
  // The name in brackets may hold blanks and brackets of its own.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const number = (at: number): number => Number(fields[at]);
  if (fields.length < 22 || fields[0] === "Z" || fields[0] === "X") return undefined;
  return {
    ...{ pid, parent: number(1), group: number(2), session: number(3), started: fields[19] ?? "" },
    ...{ rssKiB: number(21) * kibPerPage, virtualKiB: Math.floor(number(20) / 1024) },
    userMicros: (number(11) + number(13)) * microsPerTick,
    systemMicros: (number(12) + number(14)) * microsPerTick,
    ...{ minorFaults: number(7) + number(8), majorFaults: number(9) + number(10) },
  };
}

function askPs(): ProcessRow[] {
  const asked = "pid=,ppid=,pgid=,state=,rss=,vsz=,time=,lstart=";
  const table = execFileSync("ps", ["-axo", asked], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [pid, parent, group, state, rss, virtual, time, ...started] = line.trim().split(/\s+/);
    if (time === undefined || state?.startsWith("Z")) return [];
    return [
      {
        ...{ pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(group) },
        started: started.join(" "),
        ...{ rssKiB: Number(rss), virtualKiB: Number(virtual), userMicros: microsOf(time), systemMicros: 0 },
        ...{ minorFaults: 0, majorFaults: 0 },
      },
    ];
  });
}

/** `[[days-]hours:]minutes:seconds`, with or without a fraction. */
function microsOf(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-", 2) : ["0", time];
  const seconds = (clock ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1e6);
}

/** What it has in memory, shared pages by its share of them; nothing of one that has ended meanwhile. It takes as long as it has memory. */
export function proportionalKiB({ pid }: Pick<ProcessRow, "pid">): number {
  const found = /^Pss:\s+(\d+)/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`))?.[1];
  return found === undefined ? (readProcess(pid)?.rssKiB ?? 0) : Number(found);
}

/** The text of a file, one character for each byte; empty where it cannot be read. */
export function readIfThere(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // it has ended, or belongs to somebody else
  }
}
