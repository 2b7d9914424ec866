/** Owns what of the submitter's environment travels with a job: `--export` in all its forms, `--export-file`. */

import type { Context } from "../../language/context.ts";
import type { Settled } from "../../language/settle.ts";
import type { User } from "../../model/job.ts";
import type { Export } from "../../model/spec.ts";

/** Variables sbatch itself adds, by option. */
const added: readonly (readonly [variable: string, option: string, text: (value: string) => string])[] = [
  ["SLURM_CPU_FREQ_REQ", "cpu-freq", capital],
  [
    "SLURM_PROFILE",
    "profile",
    (value) => (value.toLowerCase() === "all" ? "Energy,Lustre,Network,Task" : value.split(",").map(capital).join(",")),
  ],
];

/** The environment kept with the submission. `file` has the entries of `--export-file`. */
export function submittedEnvironment(
  { environment, user, niceness }: Pick<Context, "environment" | "user" | "niceness">,
  said: { readonly settled: Settled; readonly file: readonly string[] | null },
): readonly string[] {
  const { settled } = said;
  const { export: named, userEnvironment } = settled.spec;
  const own = selected(environment, user, named ?? everything);
  // Where the login environment is asked for, a file's variables do not come through.
  const file = named === null || named.base === "all" ? said.file : null;
  const base = file ?? (userEnvironment === null ? own : withEntries(loginEnvironment(user), own));
  return withEntries(base, [
    ...environment.filter((entry) => entry.startsWith("SLURM_") && nameOf(entry) !== "SLURM_PRIO_PROCESS"),
    `SLURM_PRIO_PROCESS=${niceness}`,
    ...added.flatMap(([variable, option, text]) => {
      const value = settled.all.findLast(({ row }) => row.name === option)?.values[0];
      return value === undefined ? [] : [`${variable}=${text(value)}`];
    }),
  ]);
}

/** What a step's tasks see: without ALL only what is named, besides what Slurm itself says. */
export function exportedEntries(environment: readonly string[], said: Export | null): readonly string[] {
  const { base, variables } = said ?? everything;
  const start = base === "all" ? environment : environment.filter((entry) => entry.startsWith("SLURM_"));
  return withEntries(start, namedEntries(environment, variables));
}

/** Entries with others on top, which replace those of the same name. */
export function withEntries(entries: readonly string[], others: readonly string[]): readonly string[] {
  const names = new Set(others.map(nameOf));
  return [...entries.filter((entry) => !names.has(nameOf(entry))), ...others];
}

/** The name in `NAME=value`. */
export function nameOf(entry: string): string {
  return entry.slice(0, Math.max(0, entry.indexOf("=")));
}

const everything: Export = { base: "all", variables: [], text: "ALL" };

// SLURM_* travel in any case, which is how an outer job's variables leak into a nested one.
function selected(environment: readonly string[], user: User, { base, variables }: Export): readonly string[] {
  const start = base === "all" ? environment : loginEnvironment(user);
  return withEntries(start, namedEntries(environment, variables));
}

function namedEntries(environment: readonly string[], variables: Export["variables"]): readonly string[] {
  return variables.flatMap(({ name, value, beneath }) => {
    const own = environment.find((entry) => nameOf(entry) === name);
    if (value !== null && !(beneath && own !== undefined)) return [`${name}=${value}`];
    return own === undefined ? [] : [own];
  });
}

/** What a login sets before any profile is read. */
function loginEnvironment({ name, home, shell }: User): readonly string[] {
  return [
    `HOME=${home}`,
    `USER=${name}`,
    `LOGNAME=${name}`,
    `SHELL=${shell}`,
    `MAIL=/var/mail/${name}`,
    "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games",
    // What is left of the shell that Slurm has read it with.
    ...["SHLVL=1", "_=/usr/sbin/slurmstepd"],
  ];
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
