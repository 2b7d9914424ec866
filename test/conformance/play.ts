/** Owns the playing of one golden file on a replica of its cluster. */

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { type Content, type Recorded, readSlurm, type Step } from "./golden.ts";
import { readSge } from "./golden-sge.ts";
import { normalise } from "./normal.ts";
import { type Family, openReplica, type Ran, type Replica } from "./oracle-like.ts";
import { readScenes, setScene, tidied } from "./scenes.ts";

export interface Outcome {
  readonly command: string;
  /** `unrecorded`: differs, and is about a job whose submission the recording leaves out. */
  readonly verdict: "equal" | "different" | "not there" | "unrecorded";
  /** Pairs of texts that differ, each under its stream's name. */
  readonly pairs: readonly { readonly name: string; readonly golden: string; readonly ours: string }[];
}

interface Play {
  readonly family: Family;
  readonly file: string;
  readonly place: string;
  readonly replica: Replica;
  /** Commands (from 1) whose lines come in no order. */
  readonly unordered: ReadonlySet<number>;
  /** Numbers of the jobs whose submission is recorded or in a scene. */
  readonly known: Set<number>;
}

const absent =
  /\b(sview|scrontab|qmon|slurmctld|slurmd)\b(?!\.)|\/var\/spool\/gridengine|^(?!rm ).*common\/accounting|\/var\/mail/;
const submits = /\b(sbatch|qsub|srun|salloc|qresub|qrsh|qlogin)\b/;
const acts =
  /\b(scancel|qdel|qalter|qmod|qhold|qrls|rm|mkdir|touch|sleep)\b|scontrol (hold|release|u?hold|update|requeue|suspend|resume|create|delete|top|notify|requeuehold|reconf|shutdown)/;

/** Plays a file and says how each of its commands came out. */
export async function playFile(family: Family, file: string, text: string): Promise<readonly Outcome[]> {
  const place = family === "slurm" ? "w" : `g/${(file.split("/").at(-1) ?? "").replace(/\.txt$/, "")}`;
  const { scenes, cluster, unordered } = readScenes(family, file);
  const replica = await openReplica(family, place, cluster);
  const play: Play = { family, file, place, replica, unordered, known: new Set() };
  const outcomes: Outcome[] = [];
  const stage = { replica, scenes, family };
  try {
    for (const step of family === "slurm" ? readSlurm(text) : readSge(text)) {
      if (step.kind === "file") await makeFile(play, step);
      else if (step.kind === "then") await replica.run(looked(step.job, step.over), "", null);
      else if (step.kind === "content") {
        await setScene(stage, outcomes.length, { files: step.contents.map(({ name }) => name) });
        addContent(outcomes, await compareContents(play, step.contents, outcomes.length));
      } else {
        for (const id of await setScene(stage, outcomes.length, "command")) play.known.add(id);
        if (tidied.includes(file) && step.command.startsWith("sbatch") && outcomes.at(-1)?.command.startsWith("find"))
          await replica.run("find . -type f -delete", "", null);
        outcomes.push(await playCommand(play, step, outcomes.length + 1));
      }
    }
  } finally {
    await replica.close();
  }
  return outcomes;
}

function looked(job: number, over: boolean): string {
  const wait = `until [ -z "$(squeue -h -j ${job} -o x 2>/dev/null)" ]; do sleep 0.1; done; `;
  return `${over ? wait : ""}scancel ${job}`;
}

async function makeFile({ replica, place, family: which }: Play, file: Extract<Step, { kind: "file" }>): Promise<void> {
  const path = resolve(replica.work, file.name.replace(/^\/home\/alice/, replica.home));
  if (!path.startsWith(replica.home)) return;
  mkdirSync(dirname(path), { recursive: true });
  const printed = file.printf
    ? await execa("bash", ["-c", 'printf %b "$1"', "-", file.text], { encoding: "buffer", stripFinalNewline: false })
    : null;
  const text = which === "sge" ? file.text.replaceAll(`/home/alice/${place}`, replica.work) : file.text;
  writeFileSync(path, printed ? printed.stdout : text);
  chmodSync(path, file.mode);
}

async function playCommand(play: Play, step: Recorded, number: number): Promise<Outcome> {
  const { command } = step;
  if (absent.test(command) || !isPlayable(step)) return { command, verdict: "not there", pairs: [] };
  const id = submittedId(step);
  if (id !== null) play.replica.nextId(id);
  for (const submitted of submittedIds(step)) play.known.add(submitted);
  if (!submits.test(command)) await unhurried(play.replica);
  const line = family(play, command);
  let before = "";
  for (let turn = 0; ; turn++) {
    const pairs = differences(comparerOf(play, step, number), step, await runAs(play, step)(line, step));
    if (pairs.length === 0) return { command, verdict: "equal", pairs };
    const unmoved = turn > 1 && JSON.stringify(pairs) === before;
    if (turn >= patience(command) || unmoved) return { command, verdict: verdictOn(play, step), pairs };
    before = JSON.stringify(pairs);
    await pause(turn < 1 ? 200 : 600);
  }
}

/** Others than the recording's user are pretended. */
function isPlayable({ user }: Recorded): boolean {
  return user !== "nobody";
}

function runAs(play: Play, { user }: Recorded): (line: string, step: Recorded) => Promise<Ran> {
  const run = user === null ? play.replica.run : play.replica.as(user);
  return (line, step) =>
    step.typed === null ? run(line, step.stdin, placeOf(play, step)) : play.replica.onTerminal(line, step.typed);
}

/** How often a command that changes nothing is tried again: the recordings don't say for what they waited. */
function patience(command: string): number {
  return submits.test(command) || acts.test(command) ? 0 : 4;
}

/** What short jobs do is over before the next command looks. */
async function unhurried(replica: Replica): Promise<void> {
  await replica.settled();
  await pause(60);
  await replica.settled();
}

function family({ family: which, place, replica }: Play, command: string): string {
  if (which === "slurm")
    return command
      .replaceAll("pgrep -x srun -u ada", ownSruns)
      .replaceAll("{CWD}", replica.work)
      .replaceAll("{HOME}", replica.home)
      .replaceAll("{STATE}", replica.state);
  return command
    .replaceAll(`/home/alice/${place}`, replica.work)
    .replaceAll("/home/alice", replica.home)
    .replaceAll("/run/sge-oracle/mail.log", resolve(replica.state, "../mail.log"))
    .replace(/^(.*?)BASH_FUNC_f%%='.*?' /s, "f() { echo f; }; export -f f; $1")
    .replaceAll("MULTI='two\\nlines'", "MULTI=$'two\\nlines'")
    .replace(/^(?=diff |bash -c 'diff )/, diffWithoutOwn)
    .replaceAll("/var/lib/gridengine", resolve(replica.state, "../gridengine"))
    .replaceAll("/usr/lib/gridengine", resolve(import.meta.dirname, "../../shims/native/sge"));
}

/** Those of this replica among the machine's processes, whoever runs them. */
const ownSruns =
  'for p in $(pgrep -x srun); do grep -qzx "HEADNODE_HOME=$HEADNODE_HOME" /proc/$p/environ 2>/dev/null && echo $p; done';

/** `diff` of environments without the variables that are headnode's own, so that the numbers of lines are comparable. */
const diffWithoutOwn = `diff() { command diff <(grep -v ^HEADNODE_ "$1") <(grep -v ^HEADNODE_ "$2"); }; export -f diff; `;

function placeOf({ replica }: Play, { directory }: Recorded): string | null {
  if (directory === null) return null;
  const place = directory.replace("/home/alice", replica.home).replace(/^\/home(?=\/)/, dirname(replica.home));
  return existsSync(place) ? place : null;
}

function submittedId(step: Recorded): number | null {
  return submittedIds(step)[0] ?? null;
}

/** The job numbers that the recorded reply to a submission names. */
function submittedIds({ command, out, err }: Recorded): readonly number[] {
  const announced =
    /(?:Submitted batch job|[Yy]our job(?:-array)?|sbatch: Job|srun: [jJ]ob|StepId=|salloc: (?:Granted|Pending) job allocation) ?(\d+)/g;
  const said = [...`${out}\n${err}`.matchAll(announced)].map(([, id]) => Number(id));
  const terse = /-terse|--parsable/.test(command) ? [...out.matchAll(/^(\d+)/gm)].map(([, id]) => Number(id)) : [];
  return [...said, ...terse];
}

const naming =
  /(?:-j|--job=|--steps=|jobs?|[jJ]ob_?[iI]d=|scancel|qdel|qalter|qmod|qhold|qrls|release|hold|requeue|suspend|resume|wait_job|notify|top|after\w*:) *(?:-\S+ +)*(\d{1,3})\b|slurm-(\d{1,3})|^ {8,}(\d{1,3})[ _.]/gm;

function verdictOn({ known, family: which }: Play, { command, out }: Recorded): Outcome["verdict"] {
  if (which === "sge") return "different";
  const named = [...`${command}\n${out}`.matchAll(naming)].map(([, one, two, three]) => Number(one ?? two ?? three));
  const first = Math.min(...known);
  // The tasks of an array have numbers near its own.
  const isKnown = (id: number): boolean =>
    known.has(id) || (id >= first && [1, 2, 3, 4].some((less) => known.has(id - less)));
  return named.length > 0 && !named.every(isKnown) ? "unrecorded" : "different";
}

/** How the texts of each side are made comparable. */
interface Comparer {
  golden(text: string): string;
  ours(text: string): string;
}

function comparerOf(play: Play, { command }: Pick<Recorded, "command">, number: number): Comparer {
  // What a command in the background says comes before or after the others, as it happens; so do two mails at once.
  const mixed = play.family === "sge" && / & |^cat \S+mail\.log/.test(command);
  const ordered = mixed || play.unordered.has(number) ? inNoOrder : (text: string) => text;
  return {
    golden: (text) => ordered(normalise(text, play.family, play.place, null)),
    ours: (text) => ordered(normalise(text, play.family, play.place, play.replica)),
  };
}

function differences({ golden, ours }: Comparer, step: Recorded, ran: Ran): Outcome["pairs"] {
  const exit = step.exit.startsWith("timeout") ? "timeout" : step.exit;
  return [
    { name: "stdout", golden: golden(step.out), ours: ours(ran.out) },
    { name: "stderr", golden: golden(step.err), ours: ours(ran.err) },
    { name: "exit", golden: exit, ours: ran.exit },
  ].filter((pair) => pair.golden !== pair.ours);
}

function inNoOrder(text: string): string {
  return text.split("\n").sort().join("\n");
}

async function compareContents(play: Play, contents: readonly Content[], number: number): Promise<Outcome["pairs"]> {
  const { golden, ours } = comparerOf(play, { command: "" }, number);
  for (let turn = 0; ; turn++) {
    const pairs = contents.map(({ name, text }) => ({
      name: `content ${name}`,
      golden: golden(text),
      ours: ours(textOf(resolve(play.replica.work, name))),
    }));
    const differing = pairs.filter((pair) => pair.golden !== pair.ours);
    const over = turn > 24 || (turn > 12 && play.replica.running() === 0);
    if (differing.length === 0 || over) return differing;
    await pause(250);
  }
}

function textOf(path: string): string {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "(does not exist)\n";
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** What a file holds is part of what the command before did. */
function addContent(outcomes: Outcome[], pairs: Outcome["pairs"]): void {
  const last = outcomes.pop();
  if (!last) return;
  const differs = last.verdict === "equal" && pairs.length > 0;
  outcomes.push({ ...last, ...(differs ? { verdict: "different" } : {}), pairs: [...last.pairs, ...pairs] });
}
