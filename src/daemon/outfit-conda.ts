/** Owns what is told of a job that activates a conda environment where there is no conda. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Start } from "../language/dialect.ts";

const activation = /^[ \t]*(?:(conda|mamba|micromamba)[ \t]+activate|(?:source|\.)[ \t]+activate)\b[ \t]*([\w./-]*)/m;

/** What may bring a conda that is not on PATH: a file that is read, text that is evaluated, a module that means one. */
const bringing = /^[ \t]*(?:(?:source|\.)[ \t]+(?!activate\b)|eval\b|.*\bPATH=)/m;

/** Where every job looks, whatever its submitter's PATH is. */
const usual: readonly string[] = ["/usr/local/bin", "/usr/bin", "/bin"];

/** A sentence about it, where it looks so. */
export function condaRemarks({ job }: Start, { modules }: Config): readonly string[] {
  const script = Buffer.from(job.script ?? []).toString("latin1");
  const [found, program, name] = activation.exec(script) ?? [];
  if (found === undefined || bringing.test(script) || modules.some(({ conda }) => conda !== null)) return [];
  const submitted = job.environment.find((entry) => entry.startsWith("PATH="))?.slice("PATH=".length) ?? "";
  const places = [...submitted.split(":").filter(Boolean), ...usual];
  // "source activate" reads the file of that name, which others than conda have, too.
  if (places.some((directory) => existsSync(join(directory, program ?? "activate")))) return [];
  const what = name ? `${name} was not activated` : "nothing was activated";
  return [`there is no ${program ?? "conda"} on its PATH: ${what}; install it, or take the line out`];
}
