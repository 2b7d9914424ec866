/** Owns what is known of use over time: per running element, of the machine, and how many elements ended when. */

import type { MachineUse } from "../model/machine-use.ts";
import type { Stretch, UsageEvent, UsageSample } from "../model/watch.ts";

/** The use of one element: its last samples. */
export interface Course {
  readonly sample: UsageSample;
  /** Processors busy, sample by sample. */
  readonly cpus: readonly number[];
  /** Bytes. */
  readonly memory: readonly number[];
}

export interface Usage {
  readonly machine: MachineUse | null;
  readonly at: number;
  readonly courses: ReadonlyMap<string, Course>;
  readonly busy: readonly number[];
  readonly taken: UsageEvent["taken"];
  /** Elements that ended, oldest first. */
  readonly ended: readonly Stretch[];
}

export const noUsageYet: Usage = {
  machine: null,
  at: 0,
  courses: new Map(),
  busy: [],
  taken: { cpus: 0, memory: 0, gpus: 0 },
  ended: [],
};

const kept = 120;
const mostEnded = 2_000;
const keep = <T>(list: readonly T[], item: T): readonly T[] => [...list, item].slice(-kept);

/** The use after one more sample. What runs no longer is forgotten. */
export function heard(before: Usage, { at, machine, samples, taken, ended }: UsageEvent): Usage {
  const courses = new Map<string, Course>();
  for (const sample of samples) {
    const key = `${sample.job} ${sample.index ?? ""}`;
    const old = before.courses.get(key);
    const passed = at - before.at;
    const cpus = old && passed > 0 ? Math.max(0, (sample.cpuMicros - old.sample.cpuMicros) / 1000 / passed) : 0;
    courses.set(key, {
      sample,
      cpus: old ? keep(old.cpus, cpus) : [],
      memory: keep(old?.memory ?? [], sample.rssKiB * 1024),
    });
  }
  const all = [...before.ended, ...ended].slice(-mostEnded);
  return { machine, at, courses, taken, busy: keep(before.busy, machine.busy), ended: all };
}

/** Ends of elements by the minute, as they are heard of. */
export interface Throughput {
  add(ended: number, now: number): void;
  /** The last minutes, oldest first. */
  minutes(count: number, now: number): readonly number[];
}

export function createThroughput(): Throughput {
  const byMinute = new Map<number, number>();
  const minuteOf = (now: number): number => Math.floor(now / 60_000);
  return {
    add(ended, now) {
      if (ended > 0) byMinute.set(minuteOf(now), (byMinute.get(minuteOf(now)) ?? 0) + ended);
      if (byMinute.size > kept) byMinute.delete(Math.min(...byMinute.keys()));
    },
    minutes: (count, now) =>
      Array.from({ length: count }, (_, at) => byMinute.get(minuteOf(now) - count + 1 + at) ?? 0),
  };
}
