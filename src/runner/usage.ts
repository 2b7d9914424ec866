// What jobs used, as far as Node can learn it. The compiled runner knows it exactly; this is approximate: processor
// time is this process's share for ended children, to 1/100 s, shared evenly between jobs that end in the same moment;
// memory is looked at now and then; what lost its parent, and blocks read and written, are not counted.

import { readFileSync } from "node:fs";

/** Processor times in microseconds. */
export interface ProcessorTime {
  readonly userMicros: number;
  readonly systemMicros: number;
}

const microsPerTick = 10_000;

/** Answers, for each child that ended, the processor time of it and the children it waited for. */
export function processorTimes(): () => Promise<ProcessorTime> {
  let before = readOwnChildren();
  let asked: ((time: ProcessorTime) => void)[] = [];
  const share = (): void => {
    const now = readOwnChildren();
    const each = {
      userMicros: Math.round((now.userMicros - before.userMicros) / asked.length),
      systemMicros: Math.round((now.systemMicros - before.systemMicros) / asked.length),
    };
    before = now;
    for (const answer of asked) answer(each);
    asked = [];
  };
  return () =>
    new Promise((resolve) => {
      asked.push(resolve);
      // Node reaps every ended child before it tells of the first.
      if (asked.length === 1) setImmediate(share);
    });
}

function readOwnChildren(): ProcessorTime {
  const text = readIfThere("/proc/self/stat");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { userMicros: Number(fields[13] ?? 0) * microsPerTick, systemMicros: Number(fields[14] ?? 0) * microsPerTick };
}

/** Largest resident set so far among some processes, in KiB; 0 where it cannot be learned. */
export function largestResidentKiB(pids: readonly number[]): number {
  const sizes = pids.map((pid) => Number(/^VmHWM:\s+(\d+)/m.exec(readIfThere(`/proc/${pid}/status`))?.[1] ?? 0));
  return Math.max(0, ...sizes);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
