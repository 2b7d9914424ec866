/** Owns docs/parse.md: what is in the JSON of `headnode parse`. */

import { specFields, specVersion } from "../model/spec.ts";

/** The whole document. */
export function parseSchema(): string {
  const rows = Object.entries(specFields).map(([name, { unit, about }]) => `| \`${name}\` | ${unit} | ${about} |`);
  return [
    "# The JSON of `headnode parse`",
    "",
    "Made from the spec's table by `npm run docs`; a test fails when it is stale.",
    "",
    "```",
    "headnode parse SCRIPT [--as slurm|sge|pbs] --json [-- flags]",
    "```",
    "",
    "| key | what |",
    "| --- | --- |",
    `| \`version\` | ${specVersion}; raised when a name, unit or meaning changes |`,
    "| `dialect` | whose rules were used: `slurm`, `sge` or `pbs` |",
    "| `interpreter` | the script's first line after `#!`, or null |",
    "| `arguments` | words that belong to the script |",
    '| `spec` | what the job asks for: every field below; null is *not said*, `"unlimited"` is no limit |',
    "| `units` | the unit of each field |",
    "| `said` | by field, who said it: `option` as spelled, `values`, `source` (`command line`, a variable's name, a file's), `line`, `column` from 1 or null |",
    "| `ignored` | options without a meaning on one machine, in the same form, with `why` |",
    "| `asked` | what is asked of the command rather than of the job, as `parsable` |",
    "",
    "## The fields of `spec`",
    "",
    "| field | unit | meaning |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
