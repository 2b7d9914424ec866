/** Owns made-up traces: as many jobs as one likes, like those of large sites, the same for the same seed. */

import { UsageError } from "../model/errors.ts";
import type { Trace, TraceJob } from "./trace.ts";

/** What can be said of one. `load`: the processor time that is submitted, as a share of what there is meanwhile. */
const settings = { jobs: 10_000, nodes: 100, cpus: 32, seed: 1, load: 0.85 };

/** A trace of `jobs=1000000,nodes=1000,cpus=32,seed=1,load=0.85`; what is left out is as usual. Throws UsageError. */
export function syntheticTrace(words: string): Trace {
  const { jobs: count, nodes, cpus, seed, load } = readSettings(words);
  const random = generator(seed);
  const drafts = Array.from({ length: count }, () => draft(random, nodes * cpus));
  const work = drafts.reduce((sum, { runTime, cpus: wanted }) => sum + runTime * wanted, 0);
  const span = work / (nodes * cpus * load);
  let at = 0;
  const moments = drafts.map(() => {
    at += -Math.log(1 - random()) * (span / count) * rhythm(at);
    return at;
  });
  // As long as the load wants it, whatever chance made of it.
  const jobs = drafts.map(
    (job, number): TraceJob => ({ ...job, submittedAt: Math.round(((moments[number] ?? 0) / at) * span) }),
  );
  return { jobs, withoutRun: 0, nodes, cpus: nodes * cpus };
}

// Sizes are powers of two, small ones most often; run times go from seconds to a day; limits are guesses far above them.
function draft(random: () => number, all: number): Omit<TraceJob, "submittedAt"> {
  const largest = Math.max(0, Math.floor(Math.log2(all / 8)));
  const cpus = 2 ** Math.floor(random() ** 2 * (largest + 1));
  const runTime = Math.min(86_400, Math.ceil(Math.exp(Math.log(600) + 2 * normal(random))));
  const wallTime = Math.min(86_400, Math.ceil((runTime * (1 + 4 * random())) / 900) * 900);
  return { cpus, runTime, wallTime, wait: null };
}

/** More is submitted by day than by night. */
function rhythm(seconds: number): number {
  return 1 + 0.5 * Math.cos((2 * Math.PI * seconds) / 86_400);
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Numbers from 0 to 1 (Mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function readSettings(words: string): typeof settings {
  const known = new Map<string, number>(Object.entries(settings));
  for (const word of words.split(",").filter(Boolean)) {
    const [name = "", text = ""] = word.split("=");
    const value = Number(text);
    if (!known.has(name) || text === "" || !(value > 0))
      throw new UsageError(
        `--synthetic=${words}: say ${[...known.keys()].join(", ")} with a number each, not ${word}`,
        2,
      );
    known.set(name, name === "load" ? value : Math.round(value));
  }
  return { ...settings, ...Object.fromEntries(known) };
}
