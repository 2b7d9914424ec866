/** Owns `npm start`: a throw-away cluster, real scripts through the real shims, and a check of everything that came out. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { shellWords } from "../cli/env.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/demo", import.meta.url));
const headnode = fileURLToPath(new URL("../../shims/headnode", import.meta.url));

/** Longest a demonstration may take, in milliseconds. */
const patience = 120_000;

interface Stage {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A check of the outcome; the text says what was expected. */
interface Check {
  readonly what: string;
  readonly holds: boolean;
}

process.exitCode = await onStage(async (stage) => {
  title("Submitting what users submit, with the commands they use");
  const measure = (await show(stage, "sbatch --parsable measure.sh")).trim();
  await show(stage, `sbatch --dependency=afterok:${measure} collect.sh ${measure}`);
  await show(stage, "qsub align.sh");
  await show(stage, "qsub merge.sh");
  title("The queue, as Slurm users and as Grid Engine users see it");
  await watch(stage);
  title("The accounting");
  await show(stage, "sacct -X --format=JobID,JobName,State,ExitCode,Elapsed");
  await show(stage, "qacct -j merge");
  title("The outputs");
  await show(stage, "head -v -n 5 measure_*.out collect-*.out align.*.log merge.log");
  return verdict(checks(stage, measure));
});

async function onStage(play: (stage: Stage) => Promise<number>): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "headnode-demo-"));
  const work = join(directory, "work");
  cpSync(fixtures, work, { recursive: true });
  const words = shellWords({ env: process.env, cwd: work, argv: [] }, { off: false, shell: "sh" }).out ?? "";
  const path = /^export PATH='(.*)'$/m.exec(words)?.[1] ?? "";
  const stage = {
    directory: work,
    env: { ...process.env, PATH: path, HEADNODE_HOME: join(directory, "state"), HEADNODE_CPUS: "4" },
  };
  try {
    return await play(stage);
  } finally {
    await execa(headnode, ["daemon", "stop"], { env: stage.env, reject: false });
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function show(stage: Stage, line: string): Promise<string> {
  process.stdout.write(`$ ${line}\n`);
  const { stdout, stderr, exitCode } = await execa("sh", ["-c", line], {
    cwd: stage.directory,
    env: stage.env,
    reject: false,
  });
  if (stdout) process.stdout.write(`${stdout}\n`);
  if (stderr) process.stdout.write(`${stderr}\n`);
  if (exitCode !== 0) process.stdout.write(`(exit code ${exitCode})\n`);
  return stdout;
}

async function watch(stage: Stage): Promise<void> {
  const end = Date.now() + patience;
  for (let turn = 0; Date.now() < end; turn++) {
    if (turn % 2 === 0) await show(stage, "squeue");
    else await show(stage, "qstat -u '*'");
    const { stdout } = await execa("squeue", ["-h"], { env: stage.env, cwd: stage.directory });
    if (stdout === "") return;
    await pause(300);
  }
}

function checks(stage: Stage, measure: string): readonly Check[] {
  const text = (name: string) =>
    readdirSync(stage.directory).includes(name) ? readFileSync(join(stage.directory, name), "utf8") : "";
  const collected = readdirSync(stage.directory).find((name) => name.startsWith("collect-")) ?? "";
  return [
    ...[0, 1, 2, 3, 4, 5].map((index) => ({
      what: `element ${index} of the Slurm array wrote its share`,
      holds: text(`measure_${measure}_${index}.out`) === `share ${index} of 6: ${index * index}\n`,
    })),
    { what: "the job that waited for it added them up", holds: text(collected) === "sum of squares: 55\n" },
    {
      what: "the Grid Engine array ran",
      holds: [1, 2, 3].every((task) => text(`align.${task}.log`) === `aligned sample ${task} of 3\n`),
    },
    {
      what: "the job held by it merged its output",
      holds: text("merged.txt").split("\n").length === 4 && text("merge.log") === text("merged.txt"),
    },
  ];
}

function verdict(all: readonly Check[]): number {
  title("The check");
  for (const { what, holds } of all) process.stdout.write(`${holds ? "ok  " : "BAD "} ${what}\n`);
  return all.every(({ holds }) => holds) ? 0 : 1;
}

function title(text: string): void {
  process.stdout.write(`\n== ${text}\n\n`);
}
