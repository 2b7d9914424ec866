/** Owns the checks of options that could be read: their values, what is said twice, what has no effect here. */

import type { Check } from "./finding.ts";
import { isHeterogeneous, optionSpot, placeOf } from "./spots.ts";
import type { Option } from "./subject.ts";
import { placeholder, unexpanded } from "./value-texts.ts";

export const optionChecks: readonly Check[] = [
  {
    id: "bad-value",
    severity: "error",
    what: "A value cannot be read.",
    why: "The submission is refused with the words of the message.",
    remedy: "headnode parse shows how values are read; the command's --help shows their form.",
    *look({ options, family }) {
      for (const option of options)
        if (option.error && family && !placeholder(option) && !unexpanded(option, family.name))
          yield optionSpot(option, `${family.command} refuses it: ${family.complain(option.said, option.error)}`);
    },
  },
  {
    id: "repeated-option",
    severity: "warning",
    what: "An option is said twice with different values.",
    why: "Only the last one counts.",
    remedy: "Remove the ones that do not count.",
    *look({ options, family }) {
      for (const [at, option] of options.entries()) {
        const again = options.slice(at + 1).findLast(({ said }) => said.row === option.said.row);
        if (!again || adds(option, family?.name) || again.said.values.join(" ") === option.said.values.join(" "))
          continue;
        yield optionSpot(option, `does not count: ${again.said.said} is said again in line ${again.line}`);
      }
    },
  },
  {
    id: "memory-exclusive",
    severity: "error",
    what: "--mem, --mem-per-cpu and --mem-per-gpu are said together.",
    why: "sbatch refuses them: they are mutually exclusive.",
    remedy: "Keep one of them.",
    *look({ options, family }) {
      if (family?.name !== "slurm") return;
      const memory = options.filter(({ said }) => /^mem(-per-(cpu|gpu))?$/.test(said.row.name));
      const other = memory.find(({ said }) => said.row !== memory[0]?.said.row);
      if (other)
        yield optionSpot(
          other,
          `${other.said.said} and ${memory[0]?.said.said} (line ${memory[0]?.line}) exclude each other: sbatch refuses them`,
        );
    },
  },
  {
    id: "abbreviated-option",
    severity: "note",
    what: "A long option is abbreviated.",
    why: "It works as long as no other option begins alike; a later version may have one.",
    remedy: "Write the whole name.",
    *look({ options }) {
      for (const option of options) {
        const { said, row } = { said: option.said.said.replace(/^--/, ""), row: option.said.row };
        if (option.said.said.startsWith("--") && said !== row.name && !row.aliases.includes(said))
          yield optionSpot(option, `short for --${row.name}`);
      }
    },
  },
  {
    id: "refused-option",
    severity: "warning",
    what: "The option is understood and refused here.",
    why: "headnode cannot do it, or the real one allows it to nobody who is not an administrator.",
    remedy: "The message says what to do instead.",
    *look({ options, strays }) {
      for (const { text, where } of strays)
        if (isHeterogeneous(text))
          yield { ...placeOf(where), length: text.length, message: "heterogeneous jobs are not run here" };
      for (const option of options) {
        const { standing } = option.said.row.effect;
        if (standing.kind === "refused" && !(option.said.row.name === "c" && option.said.values[0] === "n"))
          yield optionSpot(option, `refused here: ${standing.why}`);
      }
    },
  },
  {
    id: "ignored-option",
    severity: "note",
    what: "The option has no effect on one machine.",
    why: "headnode accepts it and goes on; on the cluster it has its effect.",
    remedy: "Nothing to do.",
    *look({ options }) {
      for (const option of options) {
        const { standing } = option.said.row.effect;
        if (standing.kind === "ignored" && !option.error) yield optionSpot(option, `no effect here: ${standing.why}`);
      }
    },
  },
];

function adds({ said }: Option, family: string | undefined): boolean {
  if (family === "pbs") return ["resources", "attributes", "variables"].includes(said.row.name);
  if (family === "sge")
    return !["N", "j", "S", "r", "b", "A", "P", "p", "t", "tc", "pe", "wd", "R", "sync", "now", "shell"].includes(
      said.row.name,
    );
  return said.row.name === "verbose";
}
