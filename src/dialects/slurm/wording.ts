/** Owns how sbatch, squeue and scancel word what is wrong, and with which exit code. */

import type { ValueError } from "../../language/codec.ts";
import { type Problem, placeText, type Said } from "../../language/reading.ts";
import type { Wording } from "../../language/settle.ts";
import type { OptionTable } from "../../language/table.ts";
import { RefusedError, UsageError } from "../../model/errors.ts";

/** How a command ends: at a malformed option, and at anything else. */
export interface ExitCodes {
  readonly usage: number;
  readonly error: number;
  /** Nothing is to be submitted: --test-only. */
  readonly trial?: boolean;
}

type ExitKind = "usage" | "error";

/** One kind of bad value. */
interface BadValue {
  readonly exit: ExitKind | ((value: string) => ExitKind);
  readonly text: (said: Said, value: string, error: ValueError) => string;
}

const specification = (said: Said) => `Invalid --${said.row.name} specification`;
const gres = "Invalid generic resource (gres) specification";
const failed = "Batch job submission failed: ";
const submission = (why: string) => `${failed}${why}`;

/** What sbatch says of a value, by the kind its codec names. Other kinds are `specification`. */
const badValues: Readonly<Record<string, BadValue>> = {
  specification: { exit: "usage", text: specification },
  message: { exit: "usage", text: (_, __, { message }) => message },
  immediate: { exit: "error", text: (_, value) => `Invalid numeric value "${value}" for immediate.` },
  number: { exit: "error", text: ({ row }, value) => `Invalid numeric value "${value}" for --${row.name}.` },
  flag: {
    exit: (value) => (/^[0-9]+$/.test(value) ? "usage" : "error"),
    text: (said, value) =>
      /^[0-9]+$/.test(value) ? specification(said) : `Invalid numeric value "${value}" for --${said.row.name}.`,
  },
  moment: {
    exit: "usage",
    text: (said, value, { column }) =>
      `${value === "" ? "" : `Invalid time specification (pos=${column - 1}): ${value}\n`}${specification(said)}`,
  },
  array: { exit: "error", text: () => submission("Invalid job array specification") },
  nodes: { exit: "error", text: () => submission("Invalid node name specified") },
  licenses: { exit: "error", text: () => submission("Invalid license specification") },
  resources: { exit: "error", text: () => gres },
  hint: { exit: "error", text: (_, value) => `unrecognized --hint argument "${value}", see --hint=help` },
  distribution: {
    exit: "usage",
    text: (said, value) =>
      `${/^plane/i.test(value) ? "Invalid plane size or size not specified\n" : ""}${specification(said)}`,
  },
  frequency: { exit: "usage", text: (said, value) => `${specification(said)}: ${value}` },
  profile: { exit: "usage", text: (_, value) => `invalid --profile=${value} option` },
  topology: { exit: "error", text: (_, value) => `Invalid numeric value "${value}" for first arg of -B.` },
  "cpu frequency": {
    exit: "usage",
    text: (_, value) => `unrecognized --cpu-freq argument "${value}"\nInvalid --cpu-freq argument`,
  },
  "gpu binding": { exit: "usage", text: (_, value) => `Invalid --gpu-bind argument: gpu:${value}` },
  "gpu frequency": { exit: "usage", text: (_, value) => `Invalid --gpu-freq argument: gpu:${value}` },
  "cpu binding words": {
    exit: "error",
    text: (_, __, { message }) =>
      `unrecognized --cpu-bind argument "${message}"\nfatal: Failed to parse --cpu-bind= values.`,
  },
  "mem binding words": { exit: "usage", text: (_, __, { message }) => `unrecognized --mem-bind argument "${message}"` },
  mpi: { exit: "error", text: (_, value) => `Invalid MPI type '${value}', --mpi=list for acceptable types` },
  "memory binding": { exit: "usage", text: (_, value) => `unrecognized --mem-bind argument "${value}"` },
  groups: { exit: "error", text: (_, value) => `Invalid --het-group value: ${value}` },
  "limit names": {
    exit: "error",
    text: (_, value, { message }) => `Bad rlimit name: ${message}\n--propagate=${value} is not valid.`,
  },
};

/** Wording of bad values. */
export function valueWording(codes: ExitCodes): Wording {
  return {
    badValue: (said, error) => {
      const { exit, text } = badValues[error.kind] ?? { exit: "usage" as const, text: specification };
      const { where } = said;
      const column = where.column === null ? null : where.column;
      const value = said.values[0] ?? "";
      const words = text(said, value, error);
      const code = codes[typeof exit === "function" ? exit(value) : exit];
      const told = codes.trial ? words.replace(failed, "allocation failure: ") : words;
      return new UsageError(told, code, placeText({ ...where, column }));
    },
    refused: (said, why) => new RefusedError(why, codes.usage, placeText(said.where)),
  };
}

/** What getopt says of an option it cannot read; `after` is the line that follows. */
export function optionProblem(
  problem: Problem,
  table: OptionTable,
  end: { readonly after: string; readonly code: number },
): UsageError {
  return new UsageError(
    `${getoptText(problem, table)}${end.after && `\n${end.after}`}`,
    end.code,
    placeText(problem.where),
  );
}

/** The line getopt's errors are followed by. */
export function tryHelp(command: string): string {
  return `Try "${command} --help" for more information`;
}

function getoptText({ kind, row, said }: Problem, table: OptionTable): string {
  const long = row?.name ?? said;
  switch (kind) {
    case "unknown":
      return said.length === 1 ? `invalid option -- '${said}'` : `unrecognized option '--${said}'`;
    case "ambiguous":
      return `option '--${said}' is ambiguous; possibilities: ${possibilities(table, said.replace(/=.*/s, ""))}`;
    case "unwanted":
      return `option '--${long}' doesn't allow an argument`;
    default:
      return said.startsWith("--")
        ? `option '--${long}' requires an argument`
        : `option requires an argument -- '${said.slice(1)}'`;
  }
}

function possibilities(table: OptionTable, prefix: string): string {
  const names = table.rows.flatMap(({ name, aliases }) => [...aliases, name]);
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => `'--${name}'`)
    .join(" ");
}

/** Lines that stand alone, and lines that follow the command's name without `error:`. */
const bare =
  /^(Try "|Invalid time specification|Invalid job state specified|Valid job states are|Unknown job signal|slurm_load_jobs error|allocation failure|$)/;
const named = /^(unrecognized option|invalid option|option |fatal: )/;

/** Whole lines of stderr for a message of one or several lines. */
export function wordLines(command: string, message: string): string {
  const lines = message.split("\n").map((line) => {
    if (command === "squeue" ? /^(Try "|slurm_load_jobs error|$)/.test(line) : bare.test(line)) return line;
    return `${command}: ${named.test(line) ? "" : "error: "}${line}`;
  });
  return `${lines.join("\n")}\n`;
}
