/** Owns the kinds of values a config has: how each is called, read and shown. */

import { type Content, isTable } from "./tree.ts";

/** A kind of value. `read` gives null for what is none. */
export interface Kind<T> {
  /** After "expected": `a number from 1`. */
  readonly name: string;
  readonly read: (content: Content) => T | null;
}

export const truth: Kind<boolean> = {
  name: "true or false",
  read: (content) => (typeof content === "boolean" ? content : null),
};

export const text: Kind<string> = {
  name: "a text in quotes",
  read: (content) => (typeof content === "string" ? content : null),
};

export const texts: Kind<readonly string[]> = {
  name: 'a list of texts, as ["a", "b"]',
  read: (content) => {
    if (typeof content === "string") return [content];
    if (!Array.isArray(content)) return null;
    const words = content.map((value) => value.content);
    return words.every((word) => typeof word === "string") ? words : null;
  },
};

/** A whole number. */
export function count(least: number, most = Number.MAX_SAFE_INTEGER): Kind<number> {
  return {
    name: most === Number.MAX_SAFE_INTEGER ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`,
    read: (content) =>
      typeof content === "number" && Number.isInteger(content) && content >= least && content <= most ? content : null,
  };
}

/** Bytes. */
export const size: Kind<number> = {
  name: 'a size, as "16G" or "4000M"',
  read: (content) => {
    const [, amount = "", unit = ""] = /^([0-9]+(?:\.[0-9]+)?) *([kmgt]?)(?:i?b)?$/i.exec(String(content)) ?? [];
    if (amount === "" || typeof content !== "string") return null;
    return Math.round(Number(amount) * 2 ** (10 * " kmgt".indexOf(unit.toLowerCase() || " ")));
  },
};

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds; Infinity for none. */
export const duration: Kind<number> = {
  name: 'a time, as "90s", "30m", "12h", "7d", "1-12:00:00", "2:30:00" or "unlimited"',
  read: (content) => {
    if (typeof content !== "string") return null;
    if (/^(unlimited|infinite|none)$/i.test(content)) return Number.POSITIVE_INFINITY;
    const [, number, unit] = /^([0-9]+) *([smhd])$/.exec(content) ?? [];
    if (number && unit) return Number(number) * (units[unit] ?? 1);
    const [, days = "0", hours, minutes, seconds = "0"] =
      /^(?:([0-9]+)-)?([0-9]+):([0-5]?[0-9])(?::([0-5]?[0-9]))?$/.exec(content) ?? [];
    return hours === undefined
      ? null
      : Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  },
};

/** One of several words. */
export function oneOf<T extends string>(...words: readonly T[]): Kind<T> {
  return {
    name: `one of ${words.map((word) => `"${word}"`).join(", ")}`,
    read: (content) => words.find((word) => word === content) ?? null,
  };
}

/** Names and texts: `{ NAME = "text" }`. */
export const entries: Kind<ReadonlyMap<string, string>> = {
  name: 'names and texts, as { NAME = "text" }',
  read: (content) => {
    if (!isTable(content)) return null;
    const found = [...content.entries].map(([name, { value }]) => [name, value.content] as const);
    const plain = found.filter(
      (pair): pair is [string, string | number] =>
        /^[A-Za-z_][A-Za-z0-9_]*$/.test(pair[0]) && /^(string|number)$/.test(typeof pair[1]),
    );
    return plain.length === found.length ? new Map(plain.map(([name, value]) => [name, String(value)])) : null;
  },
};

/** `4`, `"a100:4"`: how many, and of which type. */
export interface Devices {
  readonly count: number;
  readonly type: string | null;
}

export const devices: Kind<Devices> = {
  name: 'a number of GPUs, as 2 or "a100:2"',
  read: (content) => {
    if (typeof content === "number")
      return Number.isInteger(content) && content >= 0 ? { count: content, type: null } : null;
    const [, type, number] = /^([A-Za-z][\w.-]*):([0-9]+)$/.exec(String(content)) ?? [];
    return type === undefined || typeof content !== "string" ? null : { count: Number(number), type };
  },
};
