/** Owns the values of qsub's options: how each is read and written back, and what qsub says of one it cannot read. */

import { parse as parseRange } from "#grammar/arrays.js";
import { parse as parseJobs } from "#grammar/dependencies.js";
import { parse as parseResources } from "#grammar/resources.js";
import { parse as parseStamp, type Stamp } from "#grammar/times.js";
import { type Codec, codec, mapped, oneOf, ValueError, wholeNumber } from "../../language/codec.ts";
import type { Condition, Dependency } from "../../model/dependency.ts";
import type { IndexRange } from "../../model/indices.ts";
import type { Export, ParallelEnvironment } from "../../model/spec.ts";
import { rangeComplaint } from "./ranges.ts";

/** y, yes, n, no. */
export const yesOrNo: Codec<boolean> = mapped(
  oneOf("yes or no", ["y", "n", "yes", "no"], true),
  (word) => word.startsWith("y"),
  (yes) => (yes ? "y" : "n"),
);

/** A priority. Grid Engine says -1023 to 1024 and takes just that. */
export const priority: Codec<number> = wholeNumber("priority", -1023, 1024);

/** How many tasks at a time; 0 is no limit. */
export const concurrency: Codec<number> = wholeNumber("task concurrency", 0);

/** A job share: digits count, whatever follows them does not. */
export const jobShare: Codec<number> = mapped(unsigned("job share"), Number, String);

/** The id of an advance reservation. */
export const reservation: Codec<string> = unsigned("advance reservation");

/** Task ids of an array: one range. */
export const taskRange: Codec<readonly IndexRange[]> = {
  kind: "task range",
  read: (value) => {
    const complaint = rangeComplaint(value);
    if (complaint !== null) throw new ValueError(complaint, { kind: "task range", column: 1 });
    return [parseRange(value, { startRule: "OneRange" })];
  },
  write: ([range]) => (range ? `${range.first}-${range.last}${range.step === 1 ? "" : `:${range.step}`}` : null),
};

/** Slot numbers of a parallel environment, in order and without doubles, as the real qsub keeps them. */
export const slotRange: Codec<ParallelEnvironment["slots"]> = {
  kind: "slot range",
  read: (value) => {
    const parts = value.split(",").filter((part) => part !== "");
    const complaint = (parts.length === 0 ? [""] : parts)
      .map((part) => rangeComplaint(part, "slots"))
      .find((found) => found !== null);
    if (complaint) throw new ValueError(complaint, { kind: "slot range", column: 1 });
    const said = parts.map((part) => (part === "-" ? "1,9999999" : part)).join(",");
    return mergedSlots(parseResources(said, { startRule: "Slots" }));
  },
  write: (slots) => slots.map(slotText).join(","),
};

/** Names of queues, users and the like, at least one. */
export const names: Codec<readonly string[]> = codec(
  "list",
  (value) => parseResources(value.replace(/^,+|,+$/g, "").replace(/,,+/g, ","), { startRule: "Names" }),
  (list) => list.join(","),
);

/** Any text but none at all. */
export const someText: Codec<string> = matching("text", /./s);

/** A job's name as far as qsub itself looks at it: the master refuses more. */
export const slashless: Codec<string> = matching("name", /^[^/]*$/);

/** The name of a checkpointing environment: any but none. */
export const environmentName: Codec<string> = matching("name", /^(?!none$)/i);

/** Variables with their values, as `-v` takes them. */
export const variables: Codec<Export["variables"]> = codec(
  "variable list",
  (value) => parseResources(value, { startRule: "Variables" }),
  (list) => list.map(({ name, value }) => (value === null ? name : `${name}=${value}`)).join(","),
);

/** Events to be mailed: letters, in the order in which Grid Engine shows them; `n` forgets what was said before. */
export const mailEvents: Codec<readonly string[]> = {
  kind: "mail events",
  read: (value) => {
    if (!/^[abesn]+$/.test(value))
      throw new ValueError("expected letters of a b e s n", { kind: "mail events", column: 1 });
    return mailLetters.filter((letter) => value.includes(letter));
  },
  write: (letters) => letters.join(""),
};
const mailLetters = ["a", "b", "e", "s", "n"] as const;

/** Jobs to wait for, by id, name or pattern. `kind` says whether task waits for task. */
export function jobList(kind: "end" | "correspondingEnd"): Codec<Dependency> {
  return codec(
    "job list",
    (value) => ({
      need: "all",
      conditions: parseJobs(value.replace(/^,+|,+$/g, ""), { startRule: "Jobs" }).map(
        ({ id, name }): Condition => ({ kind, job: id, name, index: null, delay: 0 }),
      ),
    }),
    ({ conditions }) => {
      const jobs = conditions.map((each) => (each.kind === kind ? String(each.job ?? each.name) : null));
      return jobs.includes(null) ? null : jobs.join(",");
    },
  );
}

/** `[[CC]YY]MMDDhhmm[.SS]`, not yet a point in time: without a year it is this year's. */
export const stamp: Codec<Stamp> = {
  kind: "date and time",
  read: (value) => {
    const complaint = stampComplaint(value);
    if (complaint !== null) throw new ValueError(complaint, { kind: "date and time", column: 1 });
    return parseStamp(value, { startRule: "Stamp" });
  },
  write: ({ year, month, day, hour, minute, second }) =>
    `${year ?? ""}${[month, day, hour, minute].map(two).join("")}.${two(second)}`,
};

/** How cores are bound: who binds, and the strategy; written as Grid Engine shows it. */
export const binding: Codec<string> = {
  kind: "binding",
  read: (value) => {
    const [by, strategy] = value.includes(" ") ? (value.split(" ", 2) as [string, string]) : ["set", value];
    const complaint = bindingComplaint(strategy);
    if (complaint !== null) throw new ValueError(complaint, { kind: "binding", column: 1 });
    return `${by} ${strategy}`;
  },
  write: (value) => value,
};

/** The point in time of a stamp, in seconds; `now` says which year it is. Days past the month's end roll over. */
export function epochSeconds(when: Stamp, now: number): number {
  const year = when.year ?? new Date(now).getFullYear();
  return new Date(year, when.month - 1, when.day, when.hour, when.minute, when.second).getTime() / 1000;
}

/** A point in time in seconds as `-a` takes it, in local time. */
export function stampText(epoch: number): string {
  const date = new Date(epoch * 1000);
  const fields = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()];
  return `${date.getFullYear()}${fields.map(two).join("")}.${two(date.getSeconds())}`;
}

function matching(kind: string, pattern: RegExp): Codec<string> {
  return {
    kind,
    read: (value) => {
      if (!pattern.test(value)) throw new ValueError(`expected a ${kind}`, { kind, column: 1 });
      return value;
    },
    write: (value) => value,
  };
}

function unsigned(kind: string): Codec<string> {
  return {
    kind,
    read: (value) => {
      const digits = /^[0-9]+/.exec(value)?.[0];
      if (digits === undefined) throw new ValueError("expected a number", { kind, column: 1 });
      return digits;
    },
    write: (value) => value,
  };
}

type Slots = ParallelEnvironment["slots"];

/** 4,2-3 is 2-4: what overlaps or follows on is one range. */
function mergedSlots(slots: Slots): Slots {
  const merged: Slots[number][] = [];
  for (const next of slots.toSorted((a, b) => a.first - b.first)) {
    const before = merged.at(-1);
    if (!before || (before.last !== null && next.first > before.last + 1)) merged.push(next);
    else if (before.last !== null)
      merged[merged.length - 1] = { ...before, last: next.last && Math.max(before.last, next.last) };
  }
  return merged;
}

/** Two numbers are no range to Grid Engine: 1-2 is 1,2. */
function slotText({ first, last }: Slots[number]): string {
  if (first === last) return `${first}`;
  return `${first}${last === first + 1 ? "," : "-"}${last ?? 9_999_999}`;
}

const dateLengths = [8, 10, 12] as const;

function stampComplaint(value: string): string | null {
  if (value === "") return "no date specified";
  const [date = "", seconds, ...rest] = value.split(".");
  if (!dateLengths.some((length) => date.length === length) || rest.length)
    return "Invalid format of date/hour-minute field.";
  const [month, day, hour, minute] = (date.slice(-8).match(/../g) ?? []).map(digitsOrNaN) as [
    number,
    number,
    number,
    number,
  ];
  if (!(month >= 1 && month <= 12)) return "Invalid month specification.";
  if (!(day >= 1 && day <= 31)) return "Invalid day specification.";
  if (!(hour >= 0 && hour <= 23)) return "Invalid hour specification.";
  if (!(minute >= 0 && minute <= 59)) return "Invalid minute specification.";
  if (seconds !== undefined && seconds.length !== 2) return "Invalid format of seconds field.";
  if (seconds !== undefined && !(digitsOrNaN(seconds) <= 59)) return "Invalid seconds specification.";
  return /^[0-9]+$/.test(date) ? null : "Invalid format of date/hour-minute field.";
}

function digitsOrNaN(text: string): number {
  return /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
}

function bindingComplaint(strategy: string): string | null {
  const [kind = "", amount] = strategy.split(":");
  if (!["linear", "linear_automatic", "striding", "explicit"].includes(kind))
    return "couldn't parse binding parameter (no strategy found)";
  if (kind === "explicit" || (kind === "linear" && amount === undefined)) return null;
  return /^[0-9]+$/.test(amount ?? "") ? null : `couldn't parse amount (${kind})`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
