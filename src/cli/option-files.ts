/** Owns the files besides the script that say something about a Grid Engine job: `.sge_request`, and what `-@` names. */

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type JobTexts, parseJob, type ReadJob, readSources } from "../dialects/sge/reading.ts";
import type { CliFacts } from "./reply.ts";

/** Reads a job as qsub would, default files first. Throws UsageError with its place. */
export function parseWithFiles(facts: CliFacts, texts: JobTexts): ReadJob {
  const paths = new Set([resolve(facts.env.HOME ?? "/", ".sge_request"), resolve(facts.cwd, ".sge_request")]);
  const defaultFiles = [...paths].filter(existsSync).map((name) => ({ name, text: readFileSync(name, "utf8") }));
  return parseJob(withOptionFiles(facts, { ...texts, defaultFiles }));
}

// Files that -@ names may name others; each is read once.
function withOptionFiles(facts: CliFacts, texts: JobTexts): JobTexts {
  const { files, line, script } = readSources(texts);
  const wanted = [...files.wanted, ...line.wanted, ...script.wanted];
  if (wanted.length === 0) return texts;
  const read = wanted.map((path) => [path, textOf(resolve(facts.cwd, path))] as const);
  return withOptionFiles(facts, { ...texts, optionFiles: new Map([...(texts.optionFiles ?? []), ...read]) });
}

function textOf(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
