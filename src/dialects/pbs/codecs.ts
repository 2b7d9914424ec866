/** Owns how PBS writes its values. */

import { parse as parseArray } from "#grammar/arrays.js";
import { parse as parseDependency } from "#grammar/dependencies.js";
import { parse as parseTime } from "#grammar/times.js";
import { type Codec, codec, mapped, oneOf, text, ValueError } from "../../language/codec.ts";
import { assigns, type Effect } from "../../language/option.ts";
import type { Condition } from "../../model/dependency.ts";
import type { IndexRange } from "../../model/indices.ts";
import type { Export } from "../../model/spec.ts";

interface ArrayValue {
  readonly ranges: readonly IndexRange[];
  readonly throttle: number | null;
}

const writeRange = ({ first, last, step }: IndexRange) =>
  first === last ? `${first}` : `${first}-${last}${step === 1 ? "" : `:${step}`}`;

/** Torque's `-t 0-4,7%2`. */
export const indexList: Codec<ArrayValue> = codec(
  "array",
  (value) => parseArray(value, { startRule: "ListWithLimit" }),
  ({ ranges, throttle }) => ranges.map(writeRange).join(",") + (throttle === null ? "" : `%${throttle}`),
);

/** PBS Pro's `-J 1-10:2%3`: one range. */
export const indexRange: Codec<ArrayValue> = mapped(
  indexList,
  (value) => {
    if (value.ranges.length !== 1) throw new ValueError("expected one range", { kind: "array", column: 1 });
    return value;
  },
  (value) => (value.ranges.length === 1 ? value : null),
);

/** `-r y`. */
export const yesOrNo: Codec<boolean> = mapped(
  oneOf("y or n", ["y", "n"]),
  (word) => word === "y",
  (yes) => (yes ? "y" : "n"),
);

/** A path, with or without `host:` before it. */
export const localPath: Codec<string> = mapped(
  text,
  (path) => path.replace(/^[\w.-]*:/, ""),
  (path) => path,
);

/** `-m abe`: letters without commas. */
export const mailEvents: Codec<readonly string[]> = codec(
  "mail events",
  (value) => {
    if (!/^(n|[abe]+)$/.test(value))
      throw new ValueError("expected letters of abe, or n", { kind: "mail events", column: 1 });
    return [...value];
  },
  (events) => events.join(""),
);

/** `-a [[CC]YY]MMDDhhmm[.SS]` in local time; without a year the next such day's month. */
export const stamp: Codec<number> = codec(
  "time",
  (value) => {
    const { year, month, day, hour, minute, second } = parseTime(value, { startRule: "Stamp" });
    return Math.floor(new Date(year ?? 0, month - 1, day, hour, minute, second).getTime() / 1000);
  },
  (epoch) => {
    const date = new Date(epoch * 1000);
    const two = (number: number) => String(number).padStart(2, "0");
    const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
    return `${day}${two(date.getHours())}${two(date.getMinutes())}.${two(date.getSeconds())}`;
  },
);

/** `-v A,B=value`: quotes protect commas. */
export const variables: Codec<Export> = codec(
  "variable list",
  (value) => ({
    base: "none",
    variables: (value.match(/(?:[^,"']|"[^"]*"|'[^']*')+/g) ?? []).map((entry) => {
      const at = entry.indexOf("=");
      return at < 0
        ? { name: entry, value: null }
        : { name: entry.slice(0, at), value: entry.slice(at + 1).replace(/^(["'])(.*)\1$/s, "$2") };
    }),
    text: value,
  }),
  (content) => content.variables.map(({ name, value }) => (value === null ? name : `${name}=${value}`)).join(","),
);

const kinds: Readonly<Record<string, Extract<Condition, { job: unknown }>["kind"]>> = {
  after: "start",
  afterok: "ok",
  afternotok: "notOk",
  afterany: "end",
};

/** `-W depend=afterok:1:2,umask=022,block=true`: attributes; those without a meaning here are accepted. */
export const dependencyAttributes: Effect = assigns({
  takes: "value",
  fields: ["dependency"],
  apply: ([value = ""]) => {
    const depend = /(?:^|,)(?:x=)?depend[=:]((?:[a-z]+(?::[^,:=]+)+)(?:,[a-z]+(?::[^,:=]+)+)*)/.exec(value)?.[1];
    return depend === undefined ? {} : { dependency: { need: "all", conditions: conditions(depend) } };
  },
  write: ({ dependency }) => {
    const texts = dependency?.conditions.map(conditionText) ?? [];
    return texts.length === 0 || texts.includes(null) ? null : [`depend=${texts.join(",")}`];
  },
});

function conditionText(condition: Condition): string | null {
  const word = Object.entries(kinds).find(([, kind]) => kind === condition.kind)?.[0];
  if (condition.kind === "singleton" || word === undefined) return null;
  return `${word}:${condition.job ?? condition.name}${condition.index === null ? "" : `[${condition.index}]`}`;
}

function conditions(value: string): readonly Condition[] {
  const plain = value.replace(/(\d+)(?:\[\])?\.[\w.-]+/g, "$1");
  if (!/^[a-z]+(:\d+)+(,[a-z]+(:\d+)+)*$/.test(plain)) return named(plain);
  return parseDependency(plain, { startRule: "Typed" }).clauses.flatMap(({ type, jobs }) =>
    jobs.map((job) => ({ kind: kindOf(type), job: job.id, name: null, index: job.index, delay: 0 })),
  );
}

function named(value: string): readonly Condition[] {
  return value.split(",").flatMap((clause) => {
    const [type = "", ...names] = clause.split(":");
    return names.map((name) => ({ kind: kindOf(type), job: null, name, index: null, delay: 0 }));
  });
}

function kindOf(type: string): Extract<Condition, { job: unknown }>["kind"] {
  const kind = kinds[type];
  if (!kind) throw new ValueError(`${type} is not a dependency this machine knows`, { kind: "dependency", column: 1 });
  return kind;
}
