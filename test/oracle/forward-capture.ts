/** Owns `npm run oracle -- capture`: what the real clusters answer to the drivers' commands, kept as fixtures for the tests. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { sgeDriver } from "../../src/dialects/sge/driver.ts";
import { slurmDriver } from "../../src/dialects/slurm/driver.ts";
import { type Driver, type Line, type LineReply, loginName } from "../../src/language/driver.ts";
import { emptySpec } from "../../src/model/spec.ts";
import type { Family } from "../conformance/oracle-like.ts";
import { meaningOf, type Question } from "../support/captured.ts";
import { realFamilies } from "./families.ts";
import { findReal } from "./real.ts";

const directory = resolve(import.meta.dirname, "../../fixtures/forwarding");

export async function captureMain(): Promise<number> {
  for (const family of ["slurm", "sge"] as const) await captureFamily(family);
  return 0;
}

interface Asking {
  readonly family: Family;
  readonly driver: Driver;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

async function captureFamily(family: Family): Promise<void> {
  const { variables } = await findReal(family);
  const cwd = mkdtempSync(join(tmpdir(), "hn-c-"));
  const { HOME = "/root" } = process.env;
  const env = {
    ...variables,
    HOME,
    USER: "root",
    LOGNAME: "root",
    PATH: realFamilies[family].path.join(":"),
    TZ: "UTC",
  };
  const asking: Asking = { family, env, cwd, driver: family === "slurm" ? slurmDriver : sgeDriver };
  mkdirSync(join(directory, family), { recursive: true });
  try {
    await scenes(asking);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function scenes(asking: Asking): Promise<void> {
  const { driver, cwd, family } = asking;
  const script = (name: string, body: string): string => {
    const path = join(cwd, `${name}.sh`);
    writeFileSync(path, `#!/bin/bash\n${body}\n`);
    return path;
  };
  const quiet =
    family === "slurm" ? ["-o", "/dev/null", "--mem=10", "-t", "5"] : ["-o", "/dev/null", "-j", "y", "-S", "/bin/bash"];
  const held = family === "slurm" ? "-H" : "-h";
  const array = family === "slurm" ? "--array=1-6:2" : "-t";
  const submit = async (name: string, body: string, args: readonly string[]): Promise<string> => {
    const mark = `hn-capture-${name}`;
    const marks = driver.mark(mark, { spec: emptySpec(), dialect: family }, args);
    const line = driver.submit({ args: [...quiet, ...args, ...marks], program: [script(name, body)], isScript: true });
    const { means } = await ask(asking, { asked: "submitted", name: `submitted-${name}`, line });
    return JSON.parse(means).native ?? "";
  };
  const good = await submit("good", "sleep 1", []);
  const bad = await submit("bad", "exit 3", []);
  const killed = await submit("killed", "kill -9 $$", []);
  const long = await submit("long", "sleep 40", []);
  const many = await submit(
    "many",
    "sleep 3; [ $SLURM_ARRAY_TASK_ID$SGE_TASK_ID != 3 ]",
    family === "slurm" ? [array] : [array, "1-6:2"],
  );
  const heldJob = await submit("held", "true", [held]);
  const heldMany = await submit("heldmany", "true", [held, ...(family === "slurm" ? [array] : [array, "1-6:2"])]);
  await submit("refused", "true", family === "slurm" ? ["-p", "nowhere"] : ["-q", "nowhere.q", "-w", "e"]);
  const all = [good, bad, killed, long, many, heldJob, heldMany];
  const query = (name: string) => ask(asking, { asked: "seen", name, line: driver.query(all), natives: all });
  await query("seen-early");
  await sleep(2_000);
  await query("seen-running");
  await ask(asking, {
    asked: "found",
    name: "found-waiting",
    lines: driver.find(["hn-capture-held"]),
    mark: "hn-capture-held",
  });
  await ask(asking, {
    asked: "found",
    name: "found-none",
    lines: driver.find(["hn-capture-nobody"]),
    mark: "hn-capture-nobody",
  });
  await order(asking, "order-cancel", { kind: "cancel", native: long, indices: null });
  await order(asking, "order-release", { kind: "release", native: heldJob, indices: null });
  await order(asking, "order-cancel-elements", { kind: "cancel", native: heldMany, indices: [[1, 3]] });
  const alter = { kind: "alter", native: heldJob, indices: null } as const;
  const [taken, untaken] = family === "slurm" ? slurmChanges : sgeChanges;
  await order(asking, "order-alter", { ...alter, words: taken });
  await order(asking, "order-alter-refused", { ...alter, words: untaken });
  await order(asking, "order-unknown", { kind: "hold", native: "9999999", indices: null });
  await sleep(9_000);
  await query("seen-ended");
  await order(asking, "order-late", { kind: "hold", native: good, indices: null });
  await order(asking, "order-cancel-rest", { kind: "cancel", native: heldMany, indices: null });
  await sleep(1_000);
  await ask(asking, { asked: "accounted", name: "accounted", lines: driver.account(all), natives: all });
  await ask(asking, {
    asked: "found",
    name: "found-ended",
    lines: driver.find(["hn-capture-good"]),
    mark: "hn-capture-good",
  });
  await ask(asking, { asked: "seen", name: "seen-unknown", line: driver.query(["9999999"]), natives: ["9999999"] });
  await ask(asking, { asked: "profiled", name: "profiled", lines: driver.profile.first() });
  await ask(asking, { asked: "probed", name: "probed", line: driver.probe() });
  const away = { ...asking, env: { ...asking.env, ...awayVariables(asking) } };
  await ask(away, { asked: "seen", name: "away-seen", line: driver.query(all), natives: all });
  const line = driver.submit({ args: quiet, program: [script("away", "true")], isScript: true });
  await ask(away, { asked: "submitted", name: "away-submitted", line });
}

const slurmChanges = [
  ["JobName=other", "TimeLimit=00:10:00", "Nice=5", "StartTime=now+60"],
  ["Partition=nowhere"],
] as const;
const sgeChanges = [
  ["-N", "other", "-l", "h_rt=600", "-p", "-3", "-a", "203001010000.00"],
  ["-q", "nowhere.q", "-w", "e"],
] as const;

/** Nobody listens there. */
function awayVariables({ family, env, cwd }: Asking): Readonly<Record<string, string>> {
  if (family === "sge") return { SGE_QMASTER_PORT: "9", SGE_EXECD_PORT: "10" };
  const path = join(cwd, "slurm.conf");
  writeFileSync(path, `${slurmConfig(env.SLURM_CONF ?? "")}\n`);
  return { SLURM_CONF: path };
}

function slurmConfig(path: string): string {
  return readFileSync(path, "utf8").replace(/^SlurmctldPort=.*$/m, "SlurmctldPort=9");
}

async function order(asking: Asking, name: string, asked: Parameters<Driver["order"]>[0]): Promise<void> {
  const line = asking.driver.order(asked);
  if (line) await ask(asking, { asked: "ordered", name, line });
}

type Ask = Pick<Question, "asked" | "natives" | "mark"> & {
  readonly name: string;
  readonly line?: Line;
  readonly lines?: readonly Line[];
};

async function ask(
  { family, driver, env, cwd }: Asking,
  { name, line, lines, ...question }: Ask,
): Promise<{ readonly means: string }> {
  const asked = lines ?? (line ? [line] : []);
  const replies = await answersTo({ env, cwd, asked: question.asked }, asked);
  const further =
    question.asked === "profiled"
      ? { further: await answersTo({ env, cwd, asked: question.asked }, driver.profile.further(replies)) }
      : {};
  const captured = {
    family,
    ...question,
    ...further,
    argv: asked.map(({ argv }) => argv.map((word) => word.replace(cwd, "/data"))),
    replies,
  };
  const means = meaningOf(captured);
  writeFileSync(join(directory, family, `${name}.json`), `${JSON.stringify({ ...captured, means }, null, 2)}\n`);
  return { means: JSON.stringify(means) };
}

type Place = Pick<Asking, "env" | "cwd"> & Pick<Question, "asked">;

async function answersTo({ env, cwd, asked: about }: Place, asked: readonly Line[]): Promise<readonly LineReply[]> {
  const replies: LineReply[] = [];
  for (const {
    argv: [command = "", ...args],
    variables,
  } of asked) {
    const words = args.map((word) => (word === loginName ? "root" : word));
    const ended = await execa(command, words, {
      env: { ...env, ...variables },
      extendEnv: false,
      cwd,
      reject: false,
      stripFinalNewline: false,
    });
    replies.push({ code: ended.exitCode ?? -1, out: ownOnly(ended.stdout, about), err: ended.stderr });
  }
  return replies;
}

/** Others' jobs are no business of the fixtures. */
function ownOnly(printed: string, asked: Question["asked"]): string {
  // Where it happened to be is no business of theirs either.
  const text = printed.replaceAll(/\/tmp\/[^\s"'<|]+/g, "/data").replaceAll("/root/", "/home/");
  if (asked !== "found") return text;
  const isList = text.startsWith("=");
  const pieces = isList ? text.split(/^(?==+$)/m) : text.split(/(?<=\n)/);
  return pieces.filter((piece) => piece.includes("capture") || (!isList && !piece.includes("|"))).join("");
}
