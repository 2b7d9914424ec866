/** Owns how values of sbatch's options are read and written. Kinds are those of wording.ts. */

import { parse as parseDuration } from "#grammar/durations.js";
import { parse as parseHosts } from "#grammar/hosts.js";
import { parse as parseQuantity } from "#grammar/quantities.js";
import { type Codec, codec, ValueError } from "../../language/codec.ts";
import type { Bounds, Counted, Export } from "../../model/spec.ts";
import { longDuration } from "./durations.ts";

/** A whole number, as strtol reads it: blanks and a plus sign may come first. */
export function number(least: number, kind = "number"): Codec<number> {
  return {
    kind,
    read: (text) => {
      const value = /^\s*[+-]?[0-9]+$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= least)) throw new ValueError(`expected a number from ${least}`, { kind, column: 1 });
      return value;
    },
    write: String,
  };
}

/** Seconds of a time limit. Slurm rounds up to the minute; 0 and negative numbers are no limit. */
export const timeLimit = codec<number>(
  "specification",
  (text) => {
    if (/^-[0-9]+$/.test(text)) return Number.POSITIVE_INFINITY;
    const seconds = parseDuration(text, { startRule: "MinutesFirst" });
    return seconds === 0 ? Number.POSITIVE_INFINITY : Math.ceil(seconds / 60) * 60;
  },
  (seconds) => (seconds === Number.POSITIVE_INFINITY ? "UNLIMITED" : longDuration(seconds)),
);

/** Bytes, written in megabytes unless a whole number of a larger unit says the same: Slurm reads no halves. */
export const memory = codec<number>(
  "specification",
  (text) => parseQuantity(text, { startRule: "Megabytes" }),
  (bytes) => wholeUnits(bytes),
);

/** The shortest text that `--mem` reads as so many bytes: it knows no fractions. */
function wholeUnits(bytes: number): string {
  const units = ["", "G", "T"];
  let amount = Math.ceil(bytes / 2 ** 20);
  let unit = 0;
  while (amount >= 1024 && amount % 1024 === 0 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${amount}${units[unit]}`;
}

/** Megabytes with the largest unit in which there are half ones at most: `1000M`, `1G`, `1.50G`; `small` stands for M. */
export function megabytes(bytes: number, small = "M"): string {
  const units = [small, "G", "T"];
  let amount = bytes / 2 ** 20;
  let unit = 0;
  while (amount >= 1024 && amount % 512 === 0 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return amount === 0 ? "0" : `${Number.isInteger(amount) ? amount : amount.toFixed(2)}${units[unit]}`;
}

/** `--nodes`: one number or least and most. */
export const nodeCount: Codec<Bounds> = {
  kind: "message",
  read: (text) => {
    const [, least = "", most] = /^([^-]*)(?:-(.*))?$/.exec(text) ?? [];
    const bounds = { least: nodes(least, text), most: most === undefined ? null : nodes(most, most) };
    if (bounds.most !== null && bounds.most !== 0 && bounds.most < bounds.least)
      throw said(`Maximum node count ${bounds.most} is less than minimum node count ${bounds.least}`);
    return bounds;
  },
  write: ({ least, most }) => (most === null ? String(least) : `${least}-${most}`),
};

function nodes(text: string, whole: string): number {
  const [, digits = "", unit = ""] = /^([0-9]+)([km]?)$/i.exec(text) ?? [];
  if (digits === "") throw said(`"${whole}" is not a valid node count`);
  return Number(digits) * (unit === "" ? 1 : unit.toLowerCase() === "k" ? 1024 : 1024 ** 2);
}

/** An error whose message is Slurm's own. */
function said(message: string, kind = "message"): ValueError {
  return new ValueError(message, { kind, column: 1 });
}

/** Text of a given shape, kept as it is; lower case if `fold`. */
export function shaped(kind: string, shape: RegExp, fold = false): Codec<string> {
  return {
    kind,
    read: (text) => {
      if (!shape.test(text)) throw new ValueError("unexpected value", { kind, column: 1 });
      return fold ? text.toLowerCase() : text;
    },
    write: (text) => text,
  };
}

/** `--nice`: strtoll reads what it can; nothing at all is 100. */
export const niceness: Codec<number> = {
  kind: "message",
  read: (text) => {
    const value = text === "" ? 100 : Number.parseInt(text, 10) || 0;
    if (Math.abs(value) > 2147483645) throw said("Invalid --nice value, out of range (+/- 2147483645)");
    return value;
  },
  write: String,
};

/** `--priority`: `TOP` is the highest there is; what is no number counts as 0. */
export const priority: Codec<number> = {
  kind: "message",
  read: (text) => {
    const value = /^top$/i.test(text) ? 4294967293 : Number.parseInt(text, 10) || 0;
    if (value < 0) throw said("Priority must be >= 0");
    return value;
  },
  write: String,
};

const everyMail = ["INVALID_DEPEND", "BEGIN", "END", "FAIL", "REQUEUE", "STAGE_OUT"];
const mailWords = [
  "ARRAY_TASKS",
  ...["INVALID_DEPEND", "BEGIN", "END", "FAIL", "REQUEUE"],
  ...["TIME_LIMIT", "TIME_LIMIT_90", "TIME_LIMIT_80", "TIME_LIMIT_50", "STAGE_OUT"],
];

/** `--mail-type`: unknown words are dropped as long as one is known. */
export const mailTypes: Codec<readonly string[]> = {
  kind: "specification",
  read: (text) => {
    const words = text.toUpperCase().split(",");
    if (words.includes("NONE")) return [];
    const meant = new Set(words.flatMap((word) => (word === "ALL" ? everyMail : [word])));
    const known = mailWords.filter((word) => meant.has(word));
    if (known.length === 0) throw new ValueError("no known type of mail", { kind: "specification", column: 1 });
    return known;
  },
  write: (words) => words.join(",") || "NONE",
};

/** Hosts one by one; brackets are expanded. */
export const hosts = codec<readonly string[]>(
  "nodes",
  (text) => (text === "" ? [] : parseHosts(text)),
  (names) => names.join(","),
);

/** `--gres`: `gpu:a100:2,tmp`; `none` is nothing. */
export const generic = codec<readonly Counted[]>(
  "resources",
  (text) => (/^none$/i.test(text) ? [] : parseQuantity(text, { startRule: "Counted" })),
  (things) =>
    things
      .map((thing) =>
        ["gres", thing.name, thing.type, thing.implied ? null : thing.count].filter((part) => part !== null).join(":"),
      )
      .join(","),
);

/** `--gpus`: `2` or `a100:2`. */
export const gpus = codec<readonly Counted[]>(
  "resources",
  (text) => parseQuantity(text, { startRule: "Typed" }).map((thing) => ({ name: "gpu", ...thing })),
  (things) => things.map(({ type, count }) => `${type ? `${type}:` : ""}${count}`).join(","),
);

/** `--licenses`: names with counts. */
export const licenses = codec<readonly Counted[]>(
  "licenses",
  (text) => (text === "" ? [] : parseQuantity(text, { startRule: "Counted" })),
  (things) => things.map(({ name, count }) => (count === 1 ? name : `${name}:${count}`)).join(","),
);

/** `--export`: everything, or names and values on top of the login environment. */
export const exported: Codec<Export> = {
  kind: "export",
  read: (text) => {
    const words = text.split(",");
    const none = ["NONE", "NIL"].includes(words[0]?.toUpperCase() ?? "");
    const all = words.findLastIndex((word) => word.toUpperCase() === "ALL");
    const variables = words.flatMap((word, at): Export["variables"] => {
      if (word === "" || word.toUpperCase() === "ALL" || (none && at === 0)) return [];
      const [, name = word, value = null] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
      // The words are done one after the other, and ALL has everything there is.
      return [{ name, value, ...(at < all ? { beneath: true } : {}) }];
    });
    return { base: all === -1 ? "login" : "all", variables, text };
  },
  write: ({ text }) => text,
};
