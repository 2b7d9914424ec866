/** Owns one client of a campaign: it submits, chains, holds, releases and cancels as chance has it, and keeps the ledger. */

import type { ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { RealCluster } from "../support/real-cluster.ts";
import type { Asked, Condition, Family } from "./ledger.ts";
import type { Chance } from "./random.ts";

export interface Client {
  /** Does one thing after the other until told to stop. */
  work(goesOn: () => boolean): Promise<void>;
  readonly asked: readonly Asked[];
}

export interface ClientOptions {
  readonly name: string;
  readonly cluster: RealCluster;
  readonly chance: Chance;
  /** Relays that live at this moment: somebody may kill them. */
  readonly relays: Set<ChildProcess>;
}

/** Where the jobs write their lines, in the work directory. */
export const linesDirectory = "lines";

/** A client that has asked for nothing yet. */
export function createClient(options: ClientOptions): Client {
  const { name, chance, cluster } = options;
  mkdirSync(join(cluster.work, linesDirectory), { recursive: true });
  const asked: Asked[] = [];
  const own = (): Asked | undefined => (asked.length === 0 ? undefined : chance.pick(asked));
  const deeds: readonly [number, () => Promise<void>][] = [
    [50, () => submit(options, invent(chance, { tag: `${name}n${asked.length}`, parent: null }), asked)],
    [20, () => submit(options, invent(chance, { tag: `${name}n${asked.length}`, parent: own() ?? null }), asked)],
    [12, () => control(options, own(), cancelling)],
    [10, () => control(options, own(), holding)],
    [8, () => control(options, own(), releasing)],
  ];
  return {
    asked,
    async work(goesOn) {
      while (goesOn()) await weighted(chance, deeds)();
    },
  };
}

function weighted<T>(chance: Chance, from: readonly [number, T][]): T {
  let left = chance.under(from.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, each] of from) {
    left -= weight;
    if (left < 0) return each;
  }
  throw new Error("weights do not add up");
}

function invent(chance: Chance, { tag, parent }: { tag: string; parent: Asked | null }): Asked {
  const family: Family = parent?.family ?? chance.pick(["slurm", "sge"] as const);
  const known = parent?.id ? parent : null;
  const condition: Condition = family === "sge" ? "any" : chance.pick(["any", "ok", "notOk"] as const);
  return {
    ...{ tag, family, id: null, cancelTried: false },
    indices: chance.happens(0.3) ? Array.from({ length: sizeOfArray(chance) }, (_, index) => index + 1) : null,
    code: chance.pick([0, 0, 0, 1, 7]),
    parent: known && { tag: known.tag, condition },
  };
}

/** Mostly small; in a large one elements follow one another without a turn of the daemon between. */
function sizeOfArray(chance: Chance): number {
  return chance.happens(0.2) ? swift + chance.under(40) : 2 + chance.under(5);
}

/** Elements of arrays of this size or more take no time. */
const swift = 20;

async function submit(options: ClientOptions, job: Asked, asked: Asked[]): Promise<void> {
  const { cluster, chance } = options;
  const parent = asked.find(({ tag }) => tag === job.parent?.tag);
  const path = join(cluster.work, `${job.tag}.sh`);
  const tenths = chance.under(6);
  writeFileSync(path, script(cluster.work, job, (job.indices?.length ?? 0) < swift ? tenths : 0));
  asked.push(job);
  const [command = "", ...words] = submission(job, parent?.id ?? null, path);
  const { stdout, exitCode } = await call(options, command, words);
  if (exitCode === 0) job.id = Number.parseInt(stdout, 10);
}

function script(work: string, { tag, code }: Asked, tenths: number): string {
  const lines = join(work, linesDirectory, tag);
  return `#!/bin/sh
i=\${SLURM_ARRAY_TASK_ID:-\${SGE_TASK_ID:--}}; [ "$i" = undefined ] && i=-
echo "begin $i $(date +%s%N)" >> ${lines}
${tenths > 0 ? `sleep 0.${tenths}` : ":"}
echo "end $i $(date +%s%N)" >> ${lines}
exit ${code}
`;
}

const conditionWords: Readonly<Record<Condition, string>> = { any: "afterany", ok: "afterok", notOk: "afternotok" };

/** The command line of a submission. None asks to be run again, so that once means once. */
function submission(job: Asked, parent: number | null, path: string): readonly string[] {
  const range = job.indices && `1-${job.indices.length}`;
  if (job.family === "sge") {
    const options = ["-terse", "-r", "n", "-N", job.tag, "-o", "/dev/null", "-j", "y", "-S", "/bin/sh"];
    const chain = parent === null ? [] : ["-hold_jid", String(parent)];
    return ["qsub", ...options, ...(range ? ["-t", range] : []), ...chain, path];
  }
  const options = ["--parsable", "--no-requeue", "-J", job.tag, "-o", "/dev/null", "--kill-on-invalid-dep=yes"];
  const chain = parent === null || !job.parent ? [] : ["-d", `${conditionWords[job.parent.condition]}:${parent}`];
  return ["sbatch", ...options, ...(range ? ["-a", range] : []), ...chain, path];
}

type Control = (job: Asked, id: string) => readonly string[];

const cancelling: Control = (job, id) => {
  job.cancelTried = true;
  return job.family === "sge" ? ["qdel", id] : ["scancel", id];
};
const holding: Control = ({ family }, id) => (family === "sge" ? ["qhold", id] : ["scontrol", "hold", id]);
const releasing: Control = ({ family }, id) => (family === "sge" ? ["qrls", id] : ["scontrol", "release", id]);

async function control(options: ClientOptions, job: Asked | undefined, deed: Control): Promise<void> {
  if (!job?.id) return;
  const [command = "", ...words] = deed(job, String(job.id));
  await call(options, command, words);
}

async function call({ cluster, relays }: ClientOptions, command: string, words: readonly string[]) {
  const relay = execa(command, words, {
    ...{ cwd: cluster.work, env: cluster.env, extendEnv: false, preferLocal: false },
    ...{ reject: false, stdin: "ignore", timeout: 60_000 },
  });
  relays.add(relay);
  const { stdout, exitCode, timedOut } = await relay;
  relays.delete(relay);
  if (timedOut) throw new Error(`${command} ${words.join(" ")} did not end within a minute`);
  return { stdout, exitCode };
}
