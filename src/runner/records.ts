// The records of started jobs on disk: what is known of a job when nobody is left to ask.

import { closeSync, fstatSync, linkSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../model/errors.ts";
import type { Ending, StartFailure } from "../model/launch.ts";
import { readEnding } from "./protocol.ts";

/** One record. Neither `exited` nor `failed`: it was being started, or ran, when its runner ended. */
export interface JobRecord {
  readonly key: string;
  /** When the record was last written, milliseconds since 1970. */
  readonly touchedAt: number;
  readonly started?: { readonly pid: number; readonly at: number };
  readonly exited?: Ending;
  readonly failed?: StartFailure;
  /** In whose place it was begun, and the launch's note. */
  readonly after?: { readonly key: string; readonly note: string };
  /** It was taken back before it could begin, and never will. */
  readonly withdrawn?: true;
}

/** Reads every record under a runner's directory; none when there is no such directory. */
export function readRecords(directory: string): JobRecord[] {
  const folder = join(directory, "records");
  return listed(folder).flatMap((key) => readRecord(folder, key) ?? []);
}

/** Makes the file that `withdraw` links to: a new one, for the old one may be a record still. Without it each gets its own. */
export function prepareWithdrawals(directory: string): void {
  const path = join(directory, "withdrawn");
  rmSync(path, { force: true });
  try {
    writeFileSync(path, withdrawnLine, { mode: 0o600 });
  } catch {
    rmSync(path, { force: true });
  }
}

/**
 * Takes a launch back that a runner was told to begin in another's place, by making its record first: true, and it will
 * never begin; false, and it has begun. The record stays until the runner is told. Throws where neither can be known.
 */
export function withdraw(directory: string, key: string): boolean {
  const record = join(directory, "records", key);
  try {
    linkSync(join(directory, "withdrawn"), record);
    return true;
  } catch (error) {
    return errnoOf(error) === "EEXIST" ? false : writeWithdrawn(record);
  }
}

const withdrawnLine = "withdrawn\n";

/** A file system without links gets a file for each. */
function writeWithdrawn(record: string): boolean {
  try {
    writeFileSync(record, withdrawnLine, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    rmSync(record, { force: true });
    throw error;
  }
}

/** The record of a launch that has begun; undefined where there is none, or it was withdrawn. */
export function begunRecord(directory: string, key: string): JobRecord | undefined {
  const record = readRecord(join(directory, "records"), key);
  return record?.withdrawn ? undefined : record;
}

/** Removes a record of which nothing is to be known any more. */
export function removeRecord(directory: string, key: string): void {
  rmSync(join(directory, "records", key), { force: true });
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function readRecord(folder: string, key: string): JobRecord | undefined {
  let file: number;
  try {
    file = openSync(join(folder, key), "r");
  } catch (error) {
    if (isMissing(error)) return undefined; // acknowledged meanwhile
    throw error;
  }
  try {
    const touchedAt = Math.floor(fstatSync(file).mtimeMs);
    return { key, touchedAt, ...readLines(key, readFileSync(file, "utf8")) };
  } finally {
    closeSync(file);
  }
}

/**
 * What a record's text says. An unfinished last line (the disk was full, the machine went down) does not count, nor what a file that was another
 * record before has of that one.
 */
export function readLines(key: string, text: string): Omit<JobRecord, "key" | "touchedAt"> {
  const lines = text.split("\n").slice(0, -1);
  const head = lines.findLastIndex((line) => line.startsWith("record "));
  if (head >= 0 && lines[head] !== `record ${key}`) return {};
  const found: { -readonly [Name in keyof JobRecord]?: JobRecord[Name] } = {};
  for (const line of lines.slice(head + 1)) {
    const [word, ...fields] = line.split(" ");
    const [first = "", second = ""] = fields;
    if (word === "withdrawn") found.withdrawn = true;
    if (word === "after") found.after = { key: first, note: fields.slice(1).join(" ") };
    if (word === "started") found.started = { pid: Number(first), at: Number(second) };
    if (word === "exited") found.exited ??= readEnding(key, fields);
    if (word === "failed") found.failed ??= { key, stage: first, errno: second, path: fields.slice(2).join(" ") };
  }
  return found;
}

function isMissing(error: unknown): boolean {
  return errnoOf(error) === "ENOENT";
}
