/** Owns what all small commands have in common: help, usage, version, and how they word errors. */

import { helpText, usageText, versionText } from "../../dialects/slurm/help.ts";
import { type PlainRequest, type PlainTable, readPlain } from "../../dialects/slurm/plain-request.ts";
import { wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";

/** A command whose options are one table; `answer` gives the reply where it is not help that is asked for. */
export function plainCommand(
  kind: PlainTable,
  operands: string,
  answer: (context: Context, request: PlainRequest) => Reply | Promise<Reply>,
): Command {
  const { name, table } = kind;
  return {
    dialect: "slurm",
    name,
    wordError: (message) => wordLines(name, message),
    run: async (context) => {
      const request = readPlain(kind, { args: context.args, variable: (asked) => context.variable(asked) });
      if (request.flag("help")) return { out: helpText(name, operands, table) };
      if (request.flag("usage")) return { out: usageText(name, operands, table) };
      if (request.flag("version")) return { out: versionText };
      return answer(context, request);
    },
  };
}
