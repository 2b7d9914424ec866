/**
 * Owns what the recordings set up without writing it down: what is run before a file's n-th command.
 *
 * `fixtures/conformance/scenes/<family>/<file>` says it: a line `after N [first ID]` (N commands played before; the id
 * that the next job gets), then lines of shell, in which FIRST is that id. `queue NAME` adds a queue to the cluster; from
 * `rest` to `pass` the scheduler makes no pass, because the recording looked before it made one. A line may begin with
 * `as USER: `; in all of them `gone ID…` waits until these jobs are out of the queue, and `state ID STATE` until one is in
 * that state. A first line `cluster NAME` says which described variant of the cluster it was; `cluster unreachable` lets no command reach it. A line
 * `any order N,…` says after which commands (from 1) several processes write at once, so that their lines have no order.
 */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Family, Replica } from "./oracle-like.ts";

export interface Scene {
  /** Commands played before. */
  readonly after: number;
  /** The id of the first job. */
  readonly first: number | null;
  readonly lines: readonly string[];
}

const directory = resolve(import.meta.dirname, "../../fixtures/conformance/scenes");

/** Recordings in which the output of a job was removed after it had been looked for. */
export const tidied: readonly string[] = ["sbatch/output-files.txt"];

/** Shell functions that wait as the recorder did. */
const waits: Readonly<Record<Family, string>> = {
  sge: [
    'gone() { for id; do while qstat -j "$id" >/dev/null 2>&1; do sleep 0.2; done; done; }',
    'state() { until qstat -u "*" | grep -qE "^ *$1 .* $2 +[0-9]"; do sleep 0.2; done; }',
  ].join("\n"),
  slurm: [
    'gone() { for id; do while squeue -h -j "$id" -o %i 2>/dev/null | grep -q .; do sleep 0.2; done; done; }',
    'state() { until squeue -h -t all -j "$1" -o %T 2>/dev/null | grep -qx "$2"; do sleep 0.1; done; }',
  ].join("\n"),
};

/** How often a wait may take as long as a command at most. */
const mostTries = 9;

/** What a recording set up: its scenes, in the order of the file, and the variant of the cluster; null is the usual one. */
export interface Setting {
  readonly scenes: Scene[];
  readonly cluster: string | null;
  /** Commands (from 1) whose lines come in no order, nor those of files that are looked at after them. */
  readonly unordered: ReadonlySet<number>;
}

/** What a recording set up without writing it down. */
export function readScenes(family: Family, file: string): Setting {
  const path = join(directory, family, file);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const cluster = /^cluster (.*)\n/.exec(text)?.[1] ?? null;
  const unordered = new Set([...text.matchAll(anyOrder)].flatMap(([, list = ""]) => list.split(",").map(Number)));
  const scenes = parseScenes(text.replace(/^cluster .*\n/, "").replace(anyOrder, ""), path);
  return { cluster, unordered, scenes };
}

const anyOrder = /^any order ([\d,]+)\n/gm;

function parseScenes(text: string, path: string): Scene[] {
  const scenes: (Scene & { lines: string[] })[] = [];
  for (const line of text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))) {
    const head = /^after (\d+)(?: first (\d+))?$/.exec(line);
    if (head) scenes.push({ after: Number(head[1]), first: head[2] ? Number(head[2]) : null, lines: [] });
    else if (scenes.length === 0) throw new Error(`${path}: a line stands before the first "after": ${line}`);
    else scenes.at(-1)?.lines.push(line);
  }
  return scenes;
}

/**
 * Makes what is there before the command with that number (from 0), and takes it off the list; gives the numbers that its
 * jobs may have. `files`: only as far as those files need it that were looked at next, of the command before or of a job of
 * the scene.
 */
export async function setScene(
  { replica, scenes, family }: { readonly replica: Replica; readonly scenes: Scene[]; readonly family: Family },
  at: number,
  until: "command" | { readonly files: readonly string[] },
): Promise<readonly number[]> {
  const known: number[] = [];
  for (let scene = scenes[0]; scene && scene.after <= at; scene = scenes[0]) {
    const { first, lines } = scene;
    if (until !== "command" && !isFor(until.files, scene)) break;
    scenes.shift();
    if (first !== null) replica.nextId(first);
    for (const line of lines) await runLine(replica, waits[family], line.replaceAll("FIRST", String(first)));
    if (first !== null) known.push(...Array.from({ length: lines.length + 1 }, (_, index) => first + index));
  }
  return known;
}

function isFor(files: readonly string[], { first, lines }: Scene): boolean {
  return first === null ? lines.every((line) => isWait.test(line)) : files.includes(`slurm-${first}.out`);
}

const isWait = /^(gone|state|sleep) |^pass$/;

async function runLine(replica: Replica, functions: string, line: string): Promise<void> {
  const queue = /^queue (\S+)$/.exec(line)?.[1];
  if (queue !== undefined) return replica.addQueue(queue);
  if (line === "rest" || line === "pass") return replica.rest(line === "rest");
  const [, user, said = ""] = /^(?:as (\w+): )?(.*)$/.exec(line) ?? [];
  const run = user === undefined ? replica.run : replica.as(user);
  for (let tries = 0; tries < mostTries; tries++) {
    const { exit } = await run(`${functions}\n${said}`, "", null);
    if (exit !== "timeout" || !isWait.test(said)) break;
  }
  if (!isWait.test(said)) await pause(150);
}
