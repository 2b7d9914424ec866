/** Owns what in a value was meant for somebody else: shell variables that nobody expands, placeholders nobody filled in. */

import type { DialectName } from "../model/job.ts";
import type { Option } from "./subject.ts";

const shellText = /\$\{?[A-Za-z_]\w*\}?|\$[0-9@*](?![0-9])|\$\([^)]*\)?|`[^`]*`?/g;

/** Names that are expanded in paths, without braces; what is expanded nowhere is left. */
const pathVariables: Readonly<Record<DialectName, { readonly options: readonly string[]; readonly names: RegExp }>> = {
  slurm: { options: [], names: /^$/ },
  sge: { options: ["o", "e", "i", "S"], names: /^\$(HOME|USER|JOB_ID|JOB_NAME|HOSTNAME|TASK_ID)$/ },
  pbs: { options: ["output", "error", "variables", "attributes", "directory", "workdir"], names: /./ },
};

/** The shell text in a value that will stay as it is; null if there is none. */
export function unexpanded({ said }: Option, family: DialectName): string | null {
  const { options, names } = pathVariables[family];
  const found = said.values.flatMap((value) => [...value.matchAll(shellText)].map(([text]) => text));
  return found.find((text) => !(options.includes(said.row.name) && names.test(text))) ?? null;
}

const placeholders =
  /<[^<>]+>|\{\{[^{}]*\}\}|^<[^>]*$|@\[?[A-Z][A-Z0-9_]+\]?@?(?!\S*\.)|^!TBG_\w+|\bTBG_\w+|\?[A-Z]{3,}\?|^\[[a-z ]+$|^xxx+$|^XXX\w*/;

/** Names somebody is to replace; a job may well be called so. */
const yours = /^(your|YOUR)[-_]\w+$/;

/** The placeholder in a value; null if there is none. */
export function placeholder({ said }: Option): string | null {
  const isName = ["job-name", "name", "N"].includes(said.row.name);
  for (const value of said.values) {
    const [found] = placeholders.exec(value) ?? (isName ? null : yours.exec(value)) ?? [];
    if (found !== undefined) return found;
  }
  return null;
}
