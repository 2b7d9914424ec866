/** Owns mpirun and its like where no MPI is installed: ranks are started on the caller's terminal. */

import { readLaunchLine } from "../../dialects/mpi/launch-line.ts";
import { type Rank, ranksOf, rankVariableNames, slotsOf } from "../../dialects/mpi/ranks.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { RankEnd, Working } from "../../language/work.ts";

/** The names under which it is called. */
export const mpiCommands: readonly Command[] = ["mpirun", "mpiexec", "aprun"].map((name) => ({
  dialect: "mpi",
  name,
  wordError: (message) => `${name}: ${message}\n`,
  run: async (context) => run(context, name),
}));

async function run(context: Context, name: string): Promise<Reply> {
  const [first] = context.args;
  if (first === "--version" || first === "-V" || first === "--help" || first === "-h")
    return { out: `${name}: headnode's stand-in for an MPI launcher; no MPI is installed here\n` };
  const variable = (wanted: string) => context.variable(wanted);
  const line = readLaunchLine(context.args, variable);
  const ranks = ranksOf(line, slotsOf(variable));
  const own = new Set([...rankVariableNames, ...ranks.flatMap(({ program }) => program.variables.map(([key]) => key))]);
  const working = context.work({
    label: line.label,
    ...{ append: false, apart: false, memoryKiB: 0 },
    cwd: absolute(context, ranks[0]?.program.directory ?? ""),
    environment: context.environment.filter((entry) => !own.has(entry.slice(0, entry.indexOf("=")))),
    ranks: ranks.map(({ program, environment }, rank) => ({
      ...{ stdin: rank === 0 ? "" : "/dev/null", stdout: "", stderr: "" },
      ...{ argv: program.argv, environment },
    })),
  });
  return follow(working, { name, ranks });
}

function absolute({ cwd }: Context, directory: string): string {
  return directory === "" || directory.startsWith("/") ? directory : `${cwd}/${directory}`;
}

/** Milliseconds between the gentle and the final signal for ranks whose run has failed. */
const graceMs = 5_000;
const [terminate, kill] = [15, 9];

/** Waits for all ranks; the first that fails brings the others down with it, as an MPI's own launcher does. */
async function follow(
  working: Working,
  { name, ranks }: { readonly name: string; readonly ranks: readonly Rank[] },
): Promise<Reply> {
  let bad: RankEnd | null = null;
  for (let left = ranks.length; left > 0; ) {
    const news = await working.next(bad === null ? undefined : graceMs);
    if (news.kind === "signal") working.signal(news.signal);
    else if (news.kind === "gone") working.signal(terminate);
    else if (news.kind === "time") working.signal(kill);
    else if (news.kind === "ended") {
      left--;
      if (bad !== null || isGood(news.end)) continue;
      bad = news.end;
      if (left > 0) working.signal(terminate);
    }
  }
  return bad === null ? {} : { err: wordsFor(name, bad, ranks), code: codeOf(bad) };
}

function isGood({ code, signal, failure }: RankEnd): boolean {
  return code === 0 && signal === null && failure === null;
}

function codeOf({ code, signal, failure }: RankEnd): number {
  return failure ? 1 : signal === null ? (code ?? 1) : 128 + signal;
}

function wordsFor(name: string, { rank, code, signal, failure }: RankEnd, ranks: readonly Rank[]): string {
  const program = ranks[rank]?.program.argv[0] ?? "";
  if (failure) return `${name}: rank ${rank} could not start ${program}: ${failure.errno}\n`;
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return `${name}: rank ${rank} (${program}) ended with ${how}${ranks.length > 1 ? "; the others were told to end" : ""}\n`;
}
