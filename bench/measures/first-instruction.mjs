import { readFileSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds from the return of `sbatch` until the script says the time. */
async function delay({ sh, env }, line) {
  rmSync(env.CLOCK, { force: true });
  sh(line);
  const returned = performance.timeOrigin + performance.now();
  for (let tries = 0; tries < 500; tries++) {
    await pause(10);
    const said = read(env.CLOCK);
    if (said !== "") return Math.max(0, Number(said) * 1000 - returned);
  }
  throw new Error(`${line}: nothing was started`);
}

function read(path) {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

export const measure = {
  name: "first-instruction",
  how: "the clock when `sbatch` has returned, against the clock that the first line of the script (bash) writes down",
  rounds: 25,
  goals: [{ what: "return of `sbatch` until the job's first instruction", of: "headnode", most: 15, unit: "ms" }],
  cases: ({ site, peers: { slurm } }) => ({
    headnode: () => delay(site, "sbatch -o /dev/null clock.sh"),
    ...(slurm && { Slurm: (round) => (round < 5 ? delay(slurm, "sbatch -J bench-hn -o /dev/null clock.sh") : null) }),
  }),
};
