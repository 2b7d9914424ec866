// What ended jobs used, as far as Node can learn it. The compiled runner knows it exactly; this is approximate: it is
// this process's count for ended children, of time to 1/100 s, shared evenly between jobs that end in the same moment.
// What lost its parent, blocks read and written and context switches are not counted.

import { readdirSync } from "node:fs";
import { noUsage, type Usage, usageFields } from "../model/usage.ts";
import { readIfThere } from "../relay/process-table.ts";

const microsPerTick = 10_000;

/** Answers, for each child that ended, what it and the children it waited for used. */
export function childUsage(): () => Promise<Usage> {
  let before = readOwnChildren();
  let asked: ((usage: Usage) => void)[] = [];
  const share = (): void => {
    const now = readOwnChildren();
    const part = (field: keyof Usage): number => Math.max(0, Math.round((now[field] - before[field]) / asked.length));
    const each = Object.fromEntries(usageFields.map((field) => [field, part(field)]));
    before = now;
    for (const answer of asked) answer({ ...noUsage, ...each });
    asked = [];
  };
  return () =>
    new Promise((resolve) => {
      asked.push(resolve);
      // Node reaps every ended child before it tells of the first.
      if (asked.length === 1) setImmediate(share);
    });
}

function readOwnChildren(): Usage {
  const text = readIfThere("/proc/self/stat");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const number = (at: number): number => Number(fields[at] ?? 0);
  const io = childrenIo();
  return {
    ...noUsage,
    ...{ userMicros: number(13) * microsPerTick, systemMicros: number(14) * microsPerTick },
    ...{ minorFaults: number(8), majorFaults: number(10), readBytes: io.read, writtenBytes: io.written },
  };
}

/** The system counts for a process what its threads do and what its children did once they were waited for. */
function childrenIo(): { read: number; written: number } {
  const whole = ioOf("/proc/self/io");
  const threads = process.platform === "linux" ? readdirSync("/proc/self/task") : [];
  return threads
    .map((thread) => ioOf(`/proc/self/task/${thread}/io`))
    .reduce((left, one) => ({ read: left.read - one.read, written: left.written - one.written }), whole);
}

function ioOf(path: string): { read: number; written: number } {
  const [, read = 0, written = 0] = /^rchar: (\d+)\nwchar: (\d+)/.exec(readIfThere(path)) ?? [];
  return { read: Number(read), written: Number(written) };
}
