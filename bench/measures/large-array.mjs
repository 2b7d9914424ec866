import { spawn, spawnSync } from "node:child_process";

/** Milliseconds that the submission takes, and the longest that somebody else waited for an answer meanwhile. */
async function submitted({ directory, env }) {
  const begin = performance.now();
  const command = spawn("sbatch", ["-H", "-a", "0-99999", "true.sh"], { cwd: directory, env, stdio: "ignore" });
  const ended = new Promise((resolve) => command.on("exit", () => resolve(performance.now() - begin)));
  let longest = 0;
  let over = false;
  void ended.then(() => {
    over = true;
  });
  do {
    const asked = performance.now();
    spawnSync("squeue", ["-h", "-u", "nobody"], { cwd: directory, env });
    longest = Math.max(longest, performance.now() - asked);
    await new Promise((resolve) => setImmediate(resolve));
  } while (!over);
  return { elapsed: await ended, longest };
}

export const measure = {
  name: "large-array",
  how: "`sbatch -a 0-99999`, and `squeue` of somebody else again and again while it is at work",
  rounds: 9,
  goals: [
    { what: "submitting an array of 100,000 elements", of: "sbatch -a 0-99999", most: 1000, unit: "ms" },
    { what: "the longest anybody waits for an answer meanwhile", of: "squeue meanwhile", most: 100, unit: "ms" },
  ],
  cases({ site }) {
    const last = {};
    return {
      "sbatch -a 0-99999": async () => {
        Object.assign(last, await submitted(site));
        return last.elapsed;
      },
      "squeue meanwhile": () => {
        site.clear();
        return last.longest;
      },
    };
  },
};
