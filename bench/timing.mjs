// How times are taken: whole processes, sides of a comparison in turn, medians with their spread.

import { spawnSync } from "node:child_process";

/** Milliseconds that a shell line takes as a process, an average over `count` runs in one shell. Throws where it fails. */
export function timeOf(line, { cwd, env, count = 1 }) {
  const body =
    count === 1 ? line : `i=0; while [ $i -lt ${count} ]; do ${line} >/dev/null 2>&1 || exit 9; i=$((i+1)); done`;
  const begin = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync("/bin/sh", ["-c", body], {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const elapsed = Number(process.hrtime.bigint() - begin) / 1e6;
  if (status !== 0) throw new Error(`${line}: ${error?.message ?? (stderr.trim() || `exit code ${status}`)}`);
  return elapsed / count;
}

/**
 * Plays the cases in turn, round after round, so that all of them see the same weather. A case gives a figure, several, or
 * null for nothing in this round. Gives the figures by name of case, one median a round.
 */
export async function interleave(cases, rounds) {
  const figures = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, play] of Object.entries(cases)) {
      const found = await play(round);
      if (found !== null && found !== undefined) figures[name].push(Array.isArray(found) ? median(found) : found);
    }
  return figures;
}

/** The middle one. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** The median of the ratios round by round: both sides of each were measured one after the other. */
export function ratio(these, those) {
  const pairs = these.slice(0, those.length).map((value, at) => value / those[at]);
  return median(pairs);
}
