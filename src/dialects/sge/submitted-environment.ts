/** Owns what a submission keeps of the submitter's environment. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { User } from "../../model/job.ts";
import type { Export } from "../../model/spec.ts";

/** Where a submission comes from. */
export interface Origin {
  readonly environment: readonly string[];
  readonly directory: string;
  readonly user: Pick<User, "home">;
  readonly cluster: ClusterDescription;
}

/** What each job learns of its submitter; the rest is kept only where `-V` or `-v` say so. */
const origins: readonly (readonly [string, (origin: Origin, own: Variables) => string | undefined])[] = [
  ["SGE_O_HOME", ({ user }, own) => own.get("HOME") ?? user.home],
  ["SGE_O_LOGNAME", (_, own) => own.get("LOGNAME")],
  ["SGE_O_PATH", (_, own) => own.get("PATH")],
  ["SGE_O_SHELL", (_, own) => own.get("SHELL")],
  ["SGE_O_TZ", (_, own) => own.get("TZ")],
  ["SGE_O_MAIL", (_, own) => own.get("MAIL")],
  ["SGE_O_HOST", ({ cluster }) => cluster.host],
  ["SGE_O_WORKDIR", ({ directory }) => directory],
  // Commands inside the job must reach the cluster that runs it.
  ["HEADNODE_HOME", (_, own) => own.get("HEADNODE_HOME")],
];

type Variables = ReadonlyMap<string, string>;

/** `NAME=value` entries: the origin, then TERM, then `-v`, then everything else for `-V`. */
export function submittedEnvironment(exported: Export | null, origin: Origin): readonly string[] {
  const own: Variables = new Map(origin.environment.map(split));
  const whole = exported?.base === "all";
  // Nobody is taken for another submitter by -v.
  const named = (exported?.variables ?? [])
    .filter(({ name }) => !name.startsWith("SGE_O_"))
    .map(({ name, value }) => [name, value ?? own.get(name) ?? ""] as const);
  const entries = new Map<string, string>([
    ...origins.flatMap(([name, value]) => {
      const content = value(origin, own);
      return content === undefined ? [] : [[name, content] as const];
    }),
    // TERM is always there, and empty unless -V brings it.
    ["TERM", whole ? (own.get("TERM") ?? "") : ""],
    ...named,
  ]);
  const rest = whole ? [...own].filter(([name]) => !entries.has(name) && !isFunction(name)) : [];
  return [...entries, ...rest].map(([name, value]) => `${name}=${value}`);
}

/** The entries a user asked for, as `qstat -j` lists them. */
export function shownEnvironment(environment: readonly string[]): readonly (readonly [string, string])[] {
  const hidden = new Set(origins.map(([name]) => name));
  return environment.map(split).filter(([name]) => !hidden.has(name));
}

/** All entries as `qstat -j -xml` lists them: the origin under its inner name, TERM in the middle of it. */
export function shownOrigin(environment: readonly string[]): readonly (readonly [string, string])[] {
  const all = environment.map(split).filter(([name]) => name !== "HEADNODE_HOME");
  const isLate = ([name]: readonly [string, string]) => name === "SGE_O_HOST" || name === "SGE_O_WORKDIR";
  const origin = all.filter(([name]) => name.startsWith("SGE_O_"));
  const [early, late] = [origin.filter((entry) => !isLate(entry)), origin.filter(isLate)];
  const inner = (entries: typeof origin) =>
    entries.map(([name, value]) => [name.replace(/^SGE/, "__SGE_PREFIX_"), value] as const);
  const own = all.filter(([name]) => !name.startsWith("SGE_O_"));
  const terminal = own.filter(([name]) => name === "TERM");
  return [...inner(early), ...terminal, ...inner(late), ...own.filter(([name]) => name !== "TERM")];
}

// Functions that bash exports don't get through.
function isFunction(name: string): boolean {
  return name.startsWith("BASH_FUNC_") || name.endsWith("()");
}

function split(entry: string): readonly [string, string] {
  const equals = entry.indexOf("=");
  return equals < 0 ? [entry, ""] : [entry.slice(0, equals), entry.slice(equals + 1)];
}
