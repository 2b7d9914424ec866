/** Owns the checks of values that can be read and mean something else than they seem to: units, variables, placeholders. */

import { bytesOf, complexNamed } from "../dialects/sge/complexes.ts";
import type { Check } from "./finding.ts";
import { optionSpot } from "./spots.ts";
import type { Option, Subject } from "./subject.ts";
import { placeholder, unexpanded } from "./value-texts.ts";

/** Numbers that are hours when somebody writes them: whole days, and weeks. */
const dayNumbers: readonly number[] = [24, 36, 48, 72, 96, 120, 168, 240, 336];

/** A named quantity somebody asked for: an option's own value, or one part of a `-l` list. */
interface Asked {
  readonly option: Option;
  readonly name: string;
  readonly value: string;
}

export const valueChecks: readonly Check[] = [
  {
    id: "memory-unit",
    severity: "warning",
    what: "A memory size without a unit is far too small.",
    why: "sbatch takes a plain number for megabytes, Grid Engine and PBS for bytes.",
    remedy: "Write the unit: 4G.",
    *look(subject) {
      for (const { option, name, value } of quantities(subject, "memory")) {
        if (!/^[0-9.]+$/.test(value) || Number(value) === 0) continue;
        const slurm = subject.family?.name === "slurm";
        if (Number(value) >= (slurm ? 100 : 2 ** 20)) continue;
        yield optionSpot(
          option,
          `${name} of ${value} is ${value} ${slurm ? "megabytes" : "bytes"}; ${value}G is ${value} gigabytes`,
        );
      }
    },
  },
  {
    id: "time-unit",
    severity: "warning",
    what: "A time limit looks like hours and is minutes or seconds.",
    why: "sbatch takes a plain number for minutes and 24:00 for 24 minutes; Grid Engine and PBS take a plain number for seconds.",
    remedy: "Write all parts: 24:00:00, or for sbatch 1-00:00:00.",
    *look(subject) {
      const slurm = subject.family?.name === "slurm";
      for (const { option, name, value } of quantities(subject, "time")) {
        const [, number = "", minutes] = /^([0-9]+)(:00)?$/.exec(value) ?? [];
        if (number === "" || Number(number) === 0) continue;
        const unit = slurm || minutes ? "minute" : "second";
        const said = Number(/^[^0-9]*([0-9]+)\s*-?(h|hrs?|hours?)\b/i.exec(option.comment)?.[1] ?? Number.NaN);
        const byComment = said === Number(number);
        const tiny = unit === "second" && Number(number) < 60;
        if (
          !byComment &&
          !tiny &&
          !(dayNumbers.includes(Number(number)) && !(unit === "minute" && Number(number) % 60 === 0))
        )
          continue;
        yield optionSpot(
          option,
          `${name} of ${value} is ${counted(Number(number), unit)}; ${counted(Number(number), "hour")} is ${Number(number)}:00:00`,
        );
      }
    },
  },
  {
    id: "variable-not-expanded",
    severity: "warning",
    what: "A directive's value contains shell text that nobody expands.",
    why: "Directives are comments to the shell and plain text to the scheduler: variables and commands in them stay as they are. Grid Engine knows $HOME, $USER, $JOB_ID, $JOB_NAME, $HOSTNAME and $TASK_ID, without braces, in paths.",
    remedy:
      "Give the option on the command line, where the shell expands it, or use the scheduler's own placeholders (%u, %x, %j in sbatch's file names).",
    *look({ options, family }) {
      for (const option of options) {
        const found = family && unexpanded(option, family.name);
        if (!found) continue;
        const after = option.error ? `, and ${family.command} refuses it` : "";
        yield optionSpot(option, `${found} is not expanded here${after}`);
      }
    },
  },
  {
    id: "placeholder",
    severity: "warning",
    what: "A value is a placeholder that was not filled in.",
    why: "The scheduler takes the text as it stands.",
    remedy: "Put the real value in its place.",
    *look({ options, family }) {
      for (const option of options) {
        const found = placeholder(option);
        if (found === null || (family && unexpanded(option, family.name))) continue;
        const isOpen = /^<[^>]*$|^\[[^\]]*$/.test(found);
        const after = option.error || isOpen ? `, and ${family?.command} refuses it` : "";
        yield optionSpot(option, `${found}${isOpen ? " …" : ""} has not been filled in${after}`);
      }
    },
  },
  {
    id: "tilde",
    severity: "warning",
    what: "A path begins with ~.",
    why: "The shell would make the home directory of it; sbatch makes a directory called ~ of it.",
    remedy: "Write the path in full, or relative to the directory of submission.",
    *look({ options, family }) {
      if (family?.name !== "slurm") return;
      for (const option of options)
        if (
          ["output", "error", "input", "chdir"].includes(option.said.row.name) &&
          option.said.values[0]?.startsWith("~")
        )
          yield optionSpot(option, "~ is not expanded here");
    },
  },
  {
    id: "value-cut",
    severity: "warning",
    what: "A value is cut at a #.",
    why: "sbatch and Grid Engine take a # outside of quotes for the beginning of a comment, also in the middle of a word.",
    remedy: "Quote the value.",
    *look({ directives, family }) {
      if (family?.name === "pbs") return;
      for (const { line, text, end } of directives) {
        const rest = text.slice(end - 1);
        if (/^#[^\s#]+\s*$/.test(rest) && /[^\s="']$/.test(text.slice(family?.prefix.length ?? 0, end - 1)))
          yield {
            line,
            column: end,
            length: rest.trimEnd().length,
            message: `"${rest.trim()}" is a comment: the value ends before it`,
          };
      }
    },
  },
  {
    id: "array-placeholder",
    severity: "note",
    what: "A file name has %A or %a, and the script asks for no array.",
    why: "Without --array on the command line %a becomes 4294967294.",
    remedy: "Use %j, or ask for the array in the script.",
    *look({ options, option, family }) {
      if (family?.name !== "slurm" || option("array")) return;
      for (const one of options)
        if (["output", "error", "input"].includes(one.said.row.name) && /%[0-9]*a/.test(one.said.values[0] ?? ""))
          yield optionSpot(one, "%a is the index of an array, and no array is asked for here");
    },
  },
  {
    id: "array-one-file",
    severity: "warning",
    what: "All elements of an array write into one file.",
    why: "Each element opens the file anew when it starts, and they overwrite each other's output.",
    remedy: "Put %A_%a into the name, or use --open-mode=append.",
    *look({ options, option, family }) {
      const array = option("array")?.said.values[0] ?? "";
      if (family?.name !== "slurm" || !/[-,]/.test(array) || option("open-mode")) return;
      for (const one of options) {
        const [value = ""] = one.said.values;
        if (
          !["output", "error"].includes(one.said.row.name) ||
          /%[0-9]*[ajJ]/.test(value) ||
          /^\/dev\/|^none$/.test(value)
        )
          continue;
        if (option(one.said.row.name) === one)
          yield optionSpot(one, `every element of ${array} writes into this one file`);
      }
    },
  },
];

function counted(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

const slurmQuantities: Readonly<Record<string, "memory" | "time">> = {
  mem: "memory",
  "mem-per-cpu": "memory",
  "mem-per-gpu": "memory",
  time: "time",
};

const pbsQuantities: Readonly<Record<string, "memory" | "time">> = {
  ...{ mem: "memory", pmem: "memory", vmem: "memory", pvmem: "memory" },
  ...{ walltime: "time", cput: "time", pcput: "time" },
};

function* quantities({ options, family }: Subject, kind: "memory" | "time"): Iterable<Asked> {
  for (const option of options) {
    const [value = ""] = option.said.values;
    const { name } = option.said.row;
    if (option.error) continue;
    if (family?.name === "slurm" && slurmQuantities[name] === kind) yield { option, name: `--${name}`, value };
    else if (family?.name === "sge" && name === "l") yield* parts(option, (part) => sgeKind(part) === kind);
    else if (family?.name === "pbs" && name === "resources")
      yield* parts(option, (part) => pbsQuantities[part] === kind);
  }
}

// Limits of stack, core and file sizes are small by nature.
function sgeKind(name: string): string {
  const kind = complexNamed(name)?.kind ?? "";
  return /^[hs]_(core|stack|fsize|cpu)$/.test(name) ? "" : kind;
}

function* parts(option: Option, wanted: (name: string) => boolean): Iterable<Asked> {
  for (const part of (option.said.values[0] ?? "").split(/,|:(?=[a-z])/)) {
    const [name = "", value = ""] = part.split("=");
    if (wanted(name) && bytesOf(value) !== 0) yield { option, name, value: value.trim() };
  }
}
