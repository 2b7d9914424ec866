/** Owns the crowd: many relays at once, each submission's number told apart, in order for whoever waits for the answer. */

import { execa } from "execa";
import type { RealCluster } from "../support/real-cluster.ts";

/** `clients` submit `each` held jobs one after the other; sentences on what is wrong with the numbers they got. */
export async function crowd(
  cluster: RealCluster,
  { clients, each }: { readonly clients: number; readonly each: number },
): Promise<readonly string[]> {
  const answers = await Promise.all(Array.from({ length: clients }, () => submitMany(cluster, each)));
  const all = answers.flat().sort((a, b) => a - b);
  const listed = (await cluster.run("squeue -h -o %i")).out.split("\n").filter(Boolean).map(Number);
  return [
    ...(new Set(all).size === clients * each ? [] : [`${clients * each} submissions, ${new Set(all).size} numbers`]),
    ...answers
      .filter((own) => own.some((id, at) => id <= (own[at - 1] ?? 0)))
      .map((own) => `out of order: ${own.join(" ")}`),
    ...all.filter((id) => !listed.includes(id)).map((id) => `${id} was acknowledged and is not in the queue`),
    ...(listed.length === all.length ? [] : [`${all.length} acknowledged, ${listed.length} in the queue`]),
  ];
}

async function submitMany({ work, env }: RealCluster, count: number): Promise<number[]> {
  const loop = `for i in $(seq ${count}); do sbatch -H --parsable --wrap true || exit; done`;
  const { stdout } = await execa("bash", ["-c", loop], { cwd: work, env, extendEnv: false });
  return stdout.split("\n").map(Number);
}
