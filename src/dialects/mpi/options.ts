/** Owns the options of mpirun and its like, as Open MPI, MPICH and Intel MPI spell them: one row each. */

/** What an option does here. `ignored` ones say how ranks are laid out on machines that are not there. */
export type Effect =
  | "ranks"
  | "ranksPerNode"
  | "map"
  | "export"
  | "exports"
  | "variable"
  | "directory"
  | "label"
  | "ignored";

/** One option: its names without dashes, and how many words follow. */
export interface MpiOption {
  readonly names: readonly string[];
  readonly words: 0 | 1 | 2;
  readonly effect: Effect;
  readonly about: string;
}

const option = (names: string, words: MpiOption["words"], what: Pick<MpiOption, "effect" | "about">): MpiOption => ({
  ...{ names: names.split(" "), words },
  ...what,
});

const ignored = (about: string) => ({ effect: "ignored", about }) as const;

/** All of them. One dash or two, with a word after them or after `=`. */
export const mpiOptions: readonly MpiOption[] = [
  option("n np c", 1, { effect: "ranks", about: "how many ranks" }),
  option("ppn perhost npernode N", 1, { effect: "ranksPerNode", about: "ranks on each node" }),
  option("pernode", 0, { effect: "ranksPerNode", about: "one rank on each node" }),
  option("map-by", 1, { effect: "map", about: "`ppr:2:node` is two ranks on each node; the rest is ignored" }),
  option("x", 1, { effect: "export", about: "a variable, or NAME=VALUE" }),
  option("env genv", 2, { effect: "variable", about: "a variable and its value" }),
  option("envlist genvlist", 1, { effect: "exports", about: "variables by name; all are handed on anyway" }),
  option("wdir wd cwd", 1, { effect: "directory", about: "where the ranks run" }),
  option("tag-output l prepend-rank", 0, { effect: "label", about: "the rank stands before each line" }),
  option("hostfile machinefile f default-hostfile", 1, ignored("there is one machine")),
  option("host hosts H", 1, ignored("there is one machine")),
  option("bind-to rank-by binding cpu-bind cc", 1, ignored("ranks are not bound to processors")),
  option("bind-to-core bind-to-socket bind-to-none bycore bynode byslot bysocket", 0, ignored("ranks are not bound")),
  option("cpus-per-proc cpus-per-rank d", 1, ignored("ranks are not bound to processors")),
  option(
    "oversubscribe nooversubscribe use-hwthread-cpus nolocal",
    0,
    ignored("there may be more ranks than processors"),
  ),
  option("mca gmca prtemca pmixmca", 2, ignored("settings of Open MPI")),
  option("tune prefix am", 1, ignored("settings of Open MPI")),
  option(
    "allow-run-as-root report-bindings display-map display-allocation do-not-launch-session",
    0,
    ignored("settings of Open MPI"),
  ),
  option("output-filename stdin output", 1, ignored("output comes on the command's own streams")),
  option("iface launcher bootstrap rmk launcher-exec ranks-per-proc", 1, ignored("settings of MPICH")),
  option("genvall envall genvnone print-rank-map print-all-exitcodes", 0, ignored("settings of MPICH")),
  option("q quiet v verbose timestamp-output", 0, ignored("there is little to say")),
];

const byName = new Map(mpiOptions.flatMap((row) => row.names.map((name) => [name, row] as const)));

/** The option of that name. */
export function mpiOption(name: string): MpiOption | undefined {
  return byName.get(name);
}
