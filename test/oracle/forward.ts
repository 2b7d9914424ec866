/** Owns `npm run oracle -- forward [COUNT] [ROUNDS]`: jobs of both families are handed to both real clusters, lines are cut. */

import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { Family } from "../conformance/oracle-like.ts";
import { type Planned, plannedJobs } from "./forward-jobs.ts";
import { type Known, verdictOf } from "./forward-verdict.ts";
import { findReal } from "./real.ts";
import { hasSshd, type SshServer, startSshServer } from "./ssh-server.ts";

/** Runs the campaign; the exit code. */
export async function forwardMain(args: readonly string[]): Promise<number> {
  const [count = 200, rounds = 20] = args.map(Number);
  const stage = await openStage();
  try {
    const submitted: Submitted[] = [];
    // Lines are cut while jobs are submitted, run and are cancelled.
    const cutting = stage.server ? cutLines(stage, stage.server, rounds) : Promise.resolve();
    for (const family of families)
      for (const target of families) submitted.push(...(await submitAll(stage, { family, target, count })));
    await treat(stage, submitted);
    await cutting;
    await settled(stage);
    return report(await judge(stage, submitted));
  } finally {
    await closeStage(stage);
  }
}

const families: readonly Family[] = ["slurm", "sge"];

interface Stage {
  readonly base: string;
  readonly ledger: string;
  readonly env: Readonly<Record<string, string>>;
  readonly server: SshServer | null;
  readonly real: Readonly<Record<Family, Readonly<Record<string, string>>>>;
}

interface Submitted {
  readonly planned: Planned;
  readonly id: string;
  readonly target: Family;
}

const root = resolve(import.meta.dirname, "../..");
const say = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

async function openStage(): Promise<Stage> {
  const base = mkdtempSync(join(tmpdir(), "hn-f-"));
  const ledger = join(base, "ledger");
  writeFileSync(ledger, "");
  const work = join(base, "w");
  mkdirSync(work);
  const shims = ["shims/native/slurm", "shims/native/sge", "shims"].map((path) => join(root, path)).join(":");
  const { HOME = "/root", PATH = "/usr/bin:/bin" } = process.env;
  const env = { HOME, PATH: `${shims}:${PATH}`, HEADNODE_HOME: join(base, "state"), LANG: "C.UTF-8", TZ: "UTC" };
  const real = { slurm: (await findReal("slurm")).variables, sge: (await findReal("sge")).variables };
  const server = hasSshd() ? await startSshServer() : null;
  if (!server) say("there is no sshd: targets are here, and no line is cut");
  const stage = { base, ledger, env, server, real };
  for (const family of families) await addTarget(stage, family);
  return stage;
}

async function addTarget({ env, server, real, base }: Stage, family: Family): Promise<void> {
  const over = server
    ? ["--over", server.over, ...server.options.map((word) => `--ssh-option=${word}`)]
    : ["--over", "here"];
  const variables = Object.entries(real[family]).map(([name, value]) => `--variable=${name}=${value}`);
  const words = [
    "target",
    "add",
    `real-${family}`,
    `--${family}`,
    "--poll",
    "5",
    "--pe",
    "smp=threads",
    "--directory",
    join(base, "there"),
  ];
  await execa(join(root, "shims/headnode"), [...words, ...over, ...variables], { env, stderr: "inherit" });
  const { stdout } = await execa(join(root, "shims/headnode"), ["target", "test", `real-${family}`], { env });
  say(stdout);
}

async function closeStage({ base, env, server }: Stage): Promise<void> {
  await execa(join(root, "shims/headnode"), ["daemon", "stop"], { env, reject: false });
  await server?.stop();
  if (!process.env.HEADNODE_KEEP) rmSync(base, { recursive: true, force: true });
}

interface Way {
  readonly family: Family;
  readonly target: Family;
  readonly count: number;
}

async function submitAll(stage: Stage, { family, target, count }: Way): Promise<readonly Submitted[]> {
  const tag = `${family === "slurm" ? "s" : "g"}${target === "slurm" ? "s" : "g"}${process.pid}x`;
  const all = plannedJobs(family, tag, { all: count, ledger: stage.ledger });
  const ids = new Map<string, string>();
  const submitted: Submitted[] = [];
  for (const planned of all) {
    const path = join(stage.base, "w", `${planned.name}.sh`);
    writeFileSync(path, planned.script);
    const before = planned.after && ids.get(planned.after.name);
    const { out } = await run(stage, `${submitWords(family, planned, before ?? null)} ${path}`, {
      HEADNODE_TARGET: `real-${target}`,
    });
    const id = /[0-9]+/.exec(out)?.[0] ?? "";
    ids.set(planned.name, id);
    submitted.push({ planned, id, target });
  }
  say(`${submitted.length} ${family} jobs for the real ${target}`);
  return submitted;
}

function submitWords(family: Family, { after }: Planned, before: string | null): string {
  if (family === "slurm")
    return `sbatch --parsable${before ? ` -d after${after?.kind === "ok" ? "ok" : "any"}:${before}` : ""}`;
  return `qsub -terse${before ? ` -hold_jid ${before}` : ""}`;
}

/** Releases, and cancels: what waits at once, what runs when it does. */
async function treat(stage: Stage, submitted: readonly Submitted[]): Promise<void> {
  const release = submitted.filter(({ planned }) => planned.treatment === "release");
  for (const [at, { id }] of release.entries()) await run(stage, at % 2 ? `qrls ${id}` : `scontrol release ${id}`);
  const gone = submitted.filter(({ planned }) => planned.treatment === "cancelWaiting");
  for (const [at, { id }] of gone.entries()) await run(stage, at % 2 ? `qdel ${id}` : `scancel ${id}`);
  const left = new Set(submitted.filter(({ planned }) => planned.treatment === "cancelRunning").map(({ id }) => id));
  while (left.size > 0) {
    const { out } = await run(stage, "squeue -h -t R -o %A");
    for (const id of out.split("\n").filter((line) => left.has(line))) {
      await run(stage, Number(id) % 2 ? `qdel ${id}` : `scancel ${id}`);
      left.delete(id);
    }
    await sleep(1_000);
  }
  say("what was to be released and cancelled is");
}

async function cutLines({ env }: Stage, server: SshServer, rounds: number): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    await sleep(1_000 + Math.random() ** 2 * 20_000);
    const { stdout } = await execa("squeue", ["-h", "-r", "-o", "%T"], { env, reject: false });
    const states = stdout.split("\n").filter(Boolean);
    await server.cut(200 + Math.random() * 2_500);
    say(
      `cut ${round} of ${rounds}: ${states.filter((state) => state === "PENDING").length} wait, ${states.filter((state) => state === "RUNNING").length} run`,
    );
  }
}

/** Longest time for all jobs to end, in milliseconds. */
const patienceMs = 30 * 60_000;

async function settled(stage: Stage): Promise<void> {
  const until = Date.now() + patienceMs;
  for (let at = 0; Date.now() < until; at++) {
    const { out } = await run(stage, "squeue -h -r -o '%i %T %r'");
    if (out.trim() === "") return;
    if (at % 15 === 0) say(`${out.trim().split("\n").length} left`);
    await sleep(2_000);
  }
  say("not everything ended in time");
}

async function judge(stage: Stage, submitted: readonly Submitted[]): Promise<readonly string[]> {
  const begins = readFileSync(stage.ledger, "utf8").split("\n").filter(Boolean);
  const { out } = await run(stage, "sacct -X -n -P -S now-1day -o jobid,state,exitcode");
  const known: readonly Known[] = out
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("|"))
    .map(([id = "", state = "", exit = ""]) => ({ id, state: state.split(" ")[0] ?? "", exit }));
  return submitted.flatMap(({ planned, id, target }) =>
    verdictOf(planned, { id, known, begins }).map((line) => `${target}: ${line}`),
  );
}

function report(wrong: readonly string[]): number {
  for (const line of wrong) process.stdout.write(`${line}\n`);
  process.stdout.write(
    wrong.length === 0 ? "nothing lost, nothing twice, every state as it should be\n" : `${wrong.length} differences\n`,
  );
  return wrong.length === 0 ? 0 : 1;
}

async function run(
  { env, base }: Stage,
  line: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly out: string }> {
  const { stdout, stderr, exitCode } = await execa("sh", ["-c", line], {
    env: { ...env, ...more },
    extendEnv: false,
    cwd: join(base, "w"),
    reject: false,
  });
  if (exitCode !== 0) {
    appendFileSync(join(base, "errors"), `${line}: ${stderr}\n`);
    say(`${line}: ${stderr.trim()}`);
  }
  return { out: stdout };
}
