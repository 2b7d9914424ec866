/** Owns what the recordings set up without writing it down: jobs that are there before a file's n-th command. */

import { setTimeout as pause } from "node:timers/promises";
import type { Replica } from "./oracle-like.ts";

interface Scene {
  /** Commands played before. */
  readonly after: number;
  /** The id of the first job. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** A queue with every common state and reason; N is the first id. */
const fill = [
  "sbatch -J run1 -n2 --mem=500 -t 5 --wrap 'sleep 300'",
  "sbatch -J arr -a 1-6%1 -t 5 --wrap 'sleep 300'",
  "sbatch -J big -n4 -t 7 --wrap 'sleep 300'",
  "sbatch -J later --nice=100 -n3 -p long --wrap true",
  "sbatch -J dep -d afterok:N --wrap true",
  "sbatch -J held -H --wrap true",
  "sbatch -J timed --begin=now+1hour --wrap true",
  "sbatch -J gpujob --gres=gpu:2 -n4 --comment='c c' -t 1-2:03:04 -p long --wrap true",
  "sbatch -J a_very_long_job_name_indeed -H -a 0-3,10-20:5 --wrap true",
];

/** Recordings in which the output of a job was removed after it had been looked for. */
export const tidied: readonly string[] = ["sbatch/output-files.txt"];

const scenes: Readonly<Record<string, readonly Scene[]>> = {
  "squeue/default.txt": [{ after: 2, first: 436, lines: fill }],
  "squeue/errors.txt": [{ after: 0, first: 446, lines: ["sbatch -H --wrap true"] }],
  "squeue/format-o.txt": [{ after: 0, first: 448, lines: fill }],
  "squeue/format-O.txt": [{ after: 0, first: 458, lines: fill }],
};

/** Makes what is there before the command with that number (from 0); the numbers that its jobs may have. */
export async function setScene(replica: Replica, file: string, at: number): Promise<readonly number[]> {
  const scene = scenes[file]?.find(({ after }) => after === at);
  if (!scene) return [];
  replica.nextId(scene.first);
  for (const line of scene.lines) {
    await replica.run(line.replace("afterok:N", `afterok:${scene.first}`), "", null);
    await pause(150);
  }
  return Array.from({ length: scene.lines.length + 1 }, (_, index) => scene.first + index);
}
