/** Owns `headnode run`: submits scripts, follows them to their end, and ends with their exit code. */

import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import { Writable } from "node:stream";
import { familyOf } from "../check/families.ts";
import { UsageError } from "../model/errors.ts";
import type { DialectName } from "../model/job.ts";
import type { RunAsk, RunEvent, RunScript } from "../model/run.ts";
import { greetingOfProcess } from "../relay/facts.ts";
import { relay } from "../relay/relay.ts";
import { prepareStateDirectory, type StatePaths } from "../relay/state-directory.ts";
import { annotations, type Hosted, hostedBy, summaryMarkdown } from "../run/hosted.ts";
import { junitText } from "../run/junit.ts";
import { createLog, type LogMode, type RunLog, tailOf } from "../run/log.ts";
import { summaryText } from "../run/progress.ts";
import { exitCodeOf, noResults, note, type Results, unfinished } from "../run/results.ts";
import { createScreen, type RunScreen } from "../run/screen.ts";
import type { CliFacts, CliReply } from "./reply.ts";

/** What `headnode run` was asked. */
export interface RunWords {
  readonly scripts: readonly string[];
  readonly args: readonly string[];
  readonly as?: DialectName | undefined;
  readonly shard?: string | undefined;
  readonly failFast: number;
  readonly retries: number;
  readonly junit?: string | undefined;
  readonly logs?: LogMode | undefined;
  readonly quiet: boolean;
}

/** A run on its way. */
interface Course {
  readonly facts: CliFacts;
  readonly words: RunWords;
  readonly results: Results;
  readonly screen: RunScreen;
  readonly hosted: Hosted | null;
  readonly log: RunLog;
  readonly begun: number;
}

/** The reply of `headnode run`, once everything has ended: only its exit code is left to say. */
export async function runScripts(facts: CliFacts, words: RunWords): Promise<CliReply> {
  const paths = prepareStateDirectory(facts.env);
  const ask = askOf(facts, words, paths);
  const course = courseOf(facts, words);
  const signal = { number: 0 };
  const end = await relay({
    greeting: greetingOfProcess({ dialect: "headnode", command: "run", argv: [JSON.stringify(ask)], env: facts.env }),
    input: () => process.stdin,
    output: eventStream((event) => hear(course, event)),
    errors: process.stderr,
    onSignal: (tell) =>
      hearSignals((number) => {
        signal.number = number;
        tell(number);
      }),
    start: { paths, env: facts.env },
    jobMark: undefined,
  });
  course.log.close();
  remember(paths, course.results);
  conclude(course);
  if (end.kind !== "exit") return { err: `headnode: the daemon went away (${end.kind}); the jobs go on\n`, code: 1 };
  if (end.code !== 0) return { code: end.code };
  return { code: signal.number > 0 ? 128 + signal.number : exitCodeOf(course.results) };
}

function courseOf(facts: CliFacts, words: RunWords): Course {
  const results = noResults();
  const hosted = hostedBy((name) => facts.env[name]);
  const begun = Date.now();
  const screen = createScreen({ results, begun, isLive: !words.quiet && hosted === null && process.stderr.isTTY });
  const mode = words.logs ?? "live";
  const log = createLog(screen, { mode, hosted, now: Date.now, isPrefixed: () => results.total > 1 });
  return { facts, words, results, screen, hosted, log, begun };
}

function hear(course: Course, event: RunEvent): void {
  const { results, log, screen, words } = course;
  note(results, event);
  if (event.kind === "submitted" && !words.quiet) screen.err(submittedText(event));
  if (event.kind === "nothing") screen.err(`headnode: ${event.script}: ${event.text}\n`);
  if (event.kind === "started") log.started(event);
  if (event.kind === "ended") {
    const root = results.jobs.get(event.job)?.root;
    const element = results.ended.get(`${root} ${event.index}`);
    if (element) log.ended(element);
  }
  screen.moved();
}

function submittedText({ job, script, count, again }: RunEvent & { readonly kind: "submitted" }): string {
  const elements = count === 1 ? "" : `, ${count} elements`;
  return `headnode: ${script}: job ${job}${elements}${again === null ? "" : `, what failed of ${again} once more`}\n`;
}

/** Everything that is said at the end. */
function conclude({ results, hosted, words, facts, screen, begun }: Course): void {
  screen.close();
  if (results.jobs.size === 0) return;
  const summary = summaryText(results, Date.now() - begun);
  if (hosted) screen.out(annotations(hosted, results));
  if (!words.quiet) screen.err(`headnode: ${summary}\n`);
  const summaryFile = facts.env[hosted?.summaryVariable ?? ""];
  if (summaryFile) appendFileSync(summaryFile, summaryMarkdown(results, summary));
  if (words.junit) writeFileSync(resolve(facts.cwd, words.junit), junitText(results, tailOf));
  screen.flush();
}

function askOf(facts: CliFacts, words: RunWords, paths: StatePaths): RunAsk {
  const [, part, of] = /^([1-9][0-9]*)\/([1-9][0-9]*)$/.exec(words.shard ?? "1/1") ?? [];
  if (part === undefined || Number(part) > Number(of))
    throw new UsageError(`--shard takes PART/OF like 2/8, not ${words.shard}`, 2);
  const isLast = words.scripts.length === 0;
  if (isLast && words.retries === 0) throw new UsageError("say which script to run; see headnode run --help", 2);
  return {
    scripts: words.scripts.map((path) => scriptOf(facts, path, words)),
    again: isLast ? remembered(paths) : [],
    shard: { part: Number(part), of: Number(of) },
    failFast: words.failFast,
    retries: isLast ? words.retries - 1 : words.retries,
  };
}

function scriptOf({ cwd }: CliFacts, path: string, { as, args }: RunWords): RunScript {
  const text = textOf(resolve(cwd, path), path);
  return {
    path,
    dialect: as ?? familyOf(text, undefined)?.name ?? "slurm",
    args,
  };
}

function textOf(path: string, name: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${error instanceof Error ? error.message : error}`, 2);
  }
}

const memory = (paths: StatePaths): string => join(paths.directory, "last-run.json");

/** Keeps what did not succeed, for `--retry-failed` of the next run. */
function remember(paths: StatePaths, results: Results): void {
  if (results.jobs.size > 0) writeFileSync(memory(paths), JSON.stringify(unfinished(results)));
}

function remembered(paths: StatePaths): RunAsk["again"] {
  const again: RunAsk["again"] = JSON.parse(lastRun(paths));
  if (again.length === 0) throw new UsageError("nothing failed in the last run", 0);
  return again;
}

function lastRun(paths: StatePaths): string {
  try {
    return readFileSync(memory(paths), "utf8");
  } catch {
    throw new UsageError("there was no run before", 2);
  }
}

/** A stream that takes lines of JSON. */
function eventStream(hear: (event: RunEvent) => void): Writable {
  let rest = "";
  return new Writable({
    decodeStrings: true,
    write(piece: Buffer, _encoding, done) {
      const lines = (rest + piece.toString("utf8")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) hear(JSON.parse(line));
      done();
    },
  });
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function hearSignals(tell: (number: number) => void): () => void {
  const stops = signals.map((name) => {
    const heard = (): void => tell(constants.signals[name]);
    process.once(name, heard);
    return () => process.off(name, heard);
  });
  return () => {
    for (const stop of stops) stop();
  };
}
