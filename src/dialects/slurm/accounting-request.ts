/** Owns what a sacct command line asks for: which records, and how they are laid out. */

import { attempt } from "../../language/codec.ts";
import type { Cell, Column } from "../../language/column.ts";
import { commandLine, readVariables, readWords } from "../../language/reading.ts";
import { settle } from "../../language/settle.ts";
import { nodeNames } from "../../model/cluster.ts";
import { UsageError } from "../../model/errors.ts";
import type { Filter } from "../../model/verbs.ts";
import { type AccountingRecord, stateOf, timesOf } from "./accounting.ts";
import {
  accountingColumns,
  associationId,
  briefFormat,
  defaultFormat,
  flagsOf,
  longFormat,
  reasonText,
} from "./accounting-columns.ts";
import { sacctOptions } from "./accounting-options.ts";
import { timeLimit } from "./codecs.ts";
import { moments, stamp } from "./moments.ts";
import { fieldList, reportCells, reportLayout, reportLines } from "./report.ts";
import { stateCodes } from "./states.ts";
import { withTimeFormat } from "./time-format.ts";
import { optionProblem, valueWording } from "./wording.ts";

/** What sacct's options ask, by the names their rows give. */
export interface AccountingAsks {
  readonly [name: string]: unknown;
  readonly jobs?: readonly string[];
  readonly users?: readonly string[];
  readonly format?: string;
}

/** One id of `-j`: a job or an element, and perhaps a step of it. */
interface WantedId {
  readonly id: number;
  readonly index: number | null;
  readonly step: string | null;
}

export interface AccountingRequest {
  readonly asks: AccountingAsks;
  readonly filter: Filter;
  /** Times outside of this are to be shown as its ends; null: as they are. */
  readonly window: Window | null;
  /** Whether a record is wanted, beyond what the filter says. */
  readonly wanted: (record: AccountingRecord) => boolean;
  readonly cells: readonly Cell<AccountingRecord>[];
}

/** Reads the command line. Throws UsageError, worded as sacct does. */
export function readRequest(source: {
  readonly args: readonly string[];
  readonly variable: (name: string) => string | undefined;
  /** Null for whoever may see all jobs without asking for them. */
  readonly user: string | null;
  readonly now: number;
}): AccountingRequest {
  const { said, operands, problem } = readWords(sacctOptions, commandLine(source.args));
  if (problem) throw optionProblem(problem, sacctOptions, { after: "", code: 1 });
  if (operands.length > 0)
    throw new UsageError(["Unknown arguments:", ...operands.map(({ text }) => ` ${text}`)].join("\n"), 1);
  const all = [...readVariables(sacctOptions, source.variable), ...said];
  const asks: AccountingAsks = settle(all, valueWording({ usage: 1, error: 1 })).asks;
  const window = windowOf(asks, source.now);
  const ids = (asks.jobs ?? []).map(wantedId);
  return {
    asks,
    filter: filterOf(asks, { ids, user: source.user, since: window.since }),
    window: asks.truncate === true ? window : null,
    wanted: wantedOf(asks, ids, window),
    cells: withTimeFormat(cellsOf(asks), source.variable("SLURM_TIME_FORMAT"), source.now),
  };
}

/** Lines of the listing, heading first unless left out. */
export function accountingLines(request: AccountingRequest, records: Iterable<AccountingRecord>): Generator<string> {
  return reportLines(request.cells, records, reportLayout(request.asks));
}

/** The names of all fields, as `-e` shows them. */
export function fieldNames(): string {
  return fieldList(accountingColumns);
}

function cellsOf(asks: AccountingAsks): readonly Cell<AccountingRecord>[] {
  const format = asks.format ?? (asks.brief ? briefFormat : asks.long ? longFormat : defaultFormat);
  return reportCells(format.replace(/(^|,) *all *(?=,|$)/gi, `$1${everything}`), findField);
}

const everything = accountingColumns.map(({ ask }) => ask).join(",");

function findField(name: string): Column<AccountingRecord> {
  const column = accountingColumns.find(({ ask }) => ask.toLowerCase() === name.trim().toLowerCase());
  if (!column) throw new UsageError(`Invalid field requested: "${name}"`, 1);
  return column;
}

// 5, 5_3, 5.batch, 5_3.0
function wantedId(text: string): WantedId {
  const [, id, index, step] = /^([0-9]+)(?:_([0-9]+))?(?:\.(.+))?$/.exec(text) ?? [];
  if (id === undefined) throw new UsageError(`fatal: Bad job/step specified: ${text}`, 1);
  return { id: Number(id), index: index === undefined ? null : Number(index), step: step ?? null };
}

function filterOf(
  asks: AccountingAsks,
  given: { readonly ids: readonly WantedId[]; readonly user: string | null; readonly since: number },
): Filter {
  const list = (name: string) => (Array.isArray(asks[name]) ? { [filterNames[name] as string]: asks[name] } : {});
  const everybody = asks.allUsers || given.user === null || given.ids.length > 0;
  return {
    ...list("names"),
    ...list("accounts"),
    ...list("partitions"),
    ...list("clusters"),
    ...(asks.users ? { users: asks.users } : everybody ? {} : { users: [given.user ?? ""] }),
    ...(given.ids.length
      ? { ids: given.ids.map(({ id, index }) => ({ id, indices: index === null ? null : [[index, index] as const] })) }
      : {}),
    endedSince: given.since,
    earlierRuns: asks.duplicates === true,
  };
}

const filterNames: Readonly<Record<string, keyof Filter>> = {
  names: "names",
  accounts: "accounts",
  partitions: "queues",
  clusters: "clusters",
};

interface Window {
  readonly since: number;
  readonly until: number;
}

// Without a start: any time for ids, else since midnight.
function windowOf(asks: AccountingAsks, now: number): Window {
  const at = (name: string, otherwise: number) =>
    typeof asks[name] === "string" ? pointInTime(asks[name], now) : otherwise;
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const window = { since: at("since", asks.jobs?.length ? 0 : midnight), until: at("until", Number.POSITIVE_INFINITY) };
  if (window.since > window.until)
    throw new UsageError(
      `Start time (${stamp(window.since)}) requested is after end time (${stamp(window.until)}).`,
      1,
    );
  return window;
}

// A time of day without a date is today's, also when it is past.
function pointInTime(text: string, now: number): number {
  if (!/^\d{1,2}:\d\d(:\d\d)?$/.test(text)) return spoken(text, now);
  return moments(new Date(now).setHours(0, 0, 0, 0)).read(text);
}

function spoken(text: string, now: number): number {
  const read = attempt(moments(now), text);
  if ("value" in read) return read.value;
  throw new UsageError(`Invalid time specification (pos=${read.error.column - 1}): ${text}`, 1);
}

function wantedOf(asks: AccountingAsks, ids: readonly WantedId[], window: Window): AccountingRequest["wanted"] {
  const states = statesOf(asks);
  const between = bounds(asks.cpus);
  const onNodes = bounds(asks.nodes);
  const limits = limitBounds(asks);
  const flags = flagsAsked(asks);
  return (record) => {
    const { job } = record.listed;
    return (
      (!asks.allocations || record.step === null) &&
      wantedStep(record, ids) &&
      (timesOf(record).start ?? job.submittedAt) <= window.until &&
      (states === null || states.has(stateOf({ ...record, step: null }).split(" ")[0] ?? "")) &&
      within(job.need.cpus, between) &&
      within(job.need.nodes, onNodes) &&
      within(job.need.wallTime / 1000, limits) &&
      among(asks.reasons, [reasonText(record)]) &&
      among(flags, flagsOf(record)) &&
      among(asks.workloadKeys, [job.spec.workloadKey ?? ""]) &&
      among(asks.associations, [associationId]) &&
      among(asks.groups, [job.user.group, String(job.user.gid)]) &&
      among(asks.qualities, [job.spec.qualityOfService ?? "normal"]) &&
      among(asks.nodeNames, record.listed.kind === "element" ? nodeNames(record.listed.element) : [""])
    );
  };
}

const knownFlags = ["NotSet", "SchedSubmit", "SchedMain", "SchedBackfill", "StartRecieved"];

function flagsAsked({ flags }: AccountingAsks): readonly string[] | null {
  if (!Array.isArray(flags)) return null;
  return flags.map((word: string) => {
    const found = knownFlags.find((flag) => flag.toLowerCase() === word.toLowerCase());
    if (found === undefined) throw new UsageError(`str_2_job_flags: Invalid job flag ${word}`, 1);
    return found;
  });
}

function wantedStep(record: AccountingRecord, ids: readonly WantedId[]): boolean {
  const { listed, step } = record;
  const own = listed.kind === "element" ? listed.element.id : listed.job.id;
  const named = ids.filter(({ id }) => id === listed.job.id || id === own);
  return named.length === 0 || named.some((one) => one.step === null || one.step === step);
}

function statesOf(asks: AccountingAsks): ReadonlySet<string> | null {
  if (!Array.isArray(asks.states)) return null;
  return new Set(
    asks.states.map((text: string) => {
      const word = stateWord(text);
      if (!word) throw new UsageError(`fatal: unrecognized job state value '${text}'`, 1);
      return word;
    }),
  );
}

function stateWord(text: string): string | null {
  const upper = text.toUpperCase();
  return stateCodes.find(({ code, word }) => code === upper || word === upper)?.word ?? null;
}

function bounds(value: unknown): readonly [number, number] | null {
  if (typeof value !== "string") return null;
  const [least = 0, most] = value.split("-").map(Number);
  return [least, most ?? least];
}

function limitBounds(asks: AccountingAsks): readonly [number, number] | null {
  const { timeLimitLeast: least, timeLimitMost: most } = asks;
  if (typeof least !== "string") return null;
  return [timeLimit.read(least), typeof most === "string" ? timeLimit.read(most) : timeLimit.read(least)];
}

function within(value: number, limits: readonly [number, number] | null): boolean {
  return limits === null || (value >= limits[0] && value <= limits[1]);
}

function among(asked: unknown, values: readonly string[]): boolean {
  return !Array.isArray(asked) || values.some((value) => asked.includes(value));
}
