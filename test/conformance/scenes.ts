/**
 * Owns what the recordings set up without writing it down: what is run before a file's n-th command.
 *
 * `fixtures/conformance/scenes/<family>/<file>` says it: a line `after N [first ID]` (N commands played before; the id
 * that the next job gets), then lines of shell, in which FIRST is that id. `queue NAME` adds a queue to the cluster. A line may begin with `as USER: `; in all of them
 * `gone ID…` waits until these jobs are out of qstat, `over ID…` out of squeue, and `state ID STATE` until one is in that state.
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

/** Shell functions that wait as the recorder did, as long as a command may take. */
const waits = [
  'gone() { for id; do while qstat -j "$id" >/dev/null 2>&1; do sleep 0.2; done; done; }',
  'state() { until qstat -u "*" | grep -qE "^ *$1 .* $2 +[0-9]"; do sleep 0.2; done; }',
  'over() { for id; do while squeue -h -j "$id" -o x 2>/dev/null | grep -q x; do sleep 0.2; done; done; }',
].join("\n");

/** The scenes of a recording, in the order of the file. */
export function readScenes(family: Family, file: string): readonly Scene[] {
  const path = join(directory, family, file);
  return existsSync(path) ? parseScenes(readFileSync(path, "utf8"), path) : [];
}

function parseScenes(text: string, path: string): readonly Scene[] {
  const scenes: (Scene & { lines: string[] })[] = [];
  for (const line of text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))) {
    const head = /^after (\d+)(?: first (\d+))?$/.exec(line);
    if (head) scenes.push({ after: Number(head[1]), first: head[2] ? Number(head[2]) : null, lines: [] });
    else if (scenes.length === 0) throw new Error(`${path}: a line stands before the first "after": ${line}`);
    else scenes.at(-1)?.lines.push(line);
  }
  return scenes;
}

/** Makes what is there before the command with that number (from 0); the numbers that its jobs may have. */
export async function setScene(replica: Replica, scenes: readonly Scene[], at: number): Promise<readonly number[]> {
  const known: number[] = [];
  for (const { first, lines } of scenes.filter(({ after }) => after === at)) {
    if (first !== null) replica.nextId(first);
    for (const line of lines) {
      const queue = /^queue (\S+)$/.exec(line)?.[1];
      if (queue !== undefined) {
        replica.addQueue(queue);
        continue;
      }
      const [, user, said] = /^(?:as (\w+): )?(.*)$/.exec(line.replaceAll("FIRST", String(first))) ?? [];
      await (user === undefined ? replica.run : replica.as(user))(`${waits}\n${said}`, "", null);
      await pause(150);
    }
    if (first !== null) known.push(...Array.from({ length: lines.length + 1 }, (_, index) => first + index));
  }
  return known;
}
