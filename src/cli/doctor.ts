/** Owns `headnode doctor`: what is in use on this machine and why, one line per finding. */

import { accessSync, constants, statfsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { packageVersion } from "../relay/facts.ts";
import { prepareStateDirectory, type StatePaths } from "../relay/state-directory.ts";
import { ask } from "./daemon.ts";
import type { CliFacts, CliReply } from "./reply.ts";
import { isShimDirectory, nativeShims, shimFamilies } from "./shims.ts";

interface Finding {
  readonly mark: "ok" | "note" | "bad";
  readonly text: string;
}

/** The reply of `headnode doctor`; exit code 1 if something is amiss. */
export async function examine(facts: CliFacts): Promise<CliReply> {
  const state = stateDirectory(facts);
  const findings: Finding[] = [
    {
      mark: "ok",
      text: `headnode ${packageVersion()} on Node ${process.version}, ${process.platform} ${process.arch}`,
    },
    state.finding,
    ...(state.paths ? [fileSystem(state.paths), await daemon(facts, state.paths)] : []),
    await store(),
    ...shimFamilies.map((family) => relay(facts, family)),
    ...commands(facts),
  ];
  return {
    out: findings.map(({ mark, text }) => `${mark.padEnd(5)}${text}\n`).join(""),
    code: findings.some(({ mark }) => mark === "bad") ? 1 : 0,
  };
}

function stateDirectory(facts: CliFacts): { readonly paths: StatePaths | null; readonly finding: Finding } {
  try {
    const paths = prepareStateDirectory(facts.env);
    return { paths, finding: { mark: "ok", text: `state directory ${paths.directory}, yours alone` } };
  } catch (error) {
    return { paths: null, finding: { mark: "bad", text: error instanceof Error ? error.message : String(error) } };
  }
}

// Magic numbers of file systems on which SQLite's write-ahead log cannot work, as statfs(2) lists them.
const networkFileSystems: Readonly<Record<number, string>> = {
  26985: "NFS",
  4283649346: "CIFS",
  20859: "SMB",
  4266872130: "SMB2",
  16914839: "9P",
};

function fileSystem(paths: StatePaths): Finding {
  const found = networkFileSystems[statfsSync(paths.directory).type];
  return found
    ? {
        mark: "bad",
        text: `the state directory is on ${found}; the store needs a local disk: set HEADNODE_HOME to one`,
      }
    : { mark: "ok", text: "the state directory is on a local file system" };
}

async function daemon(facts: CliFacts, paths: StatePaths): Promise<Finding> {
  const { out = "", err = "", code } = await ask(facts, paths, ["status"]);
  if (code === 3) return { mark: "ok", text: "no daemon runs; the first command starts one" };
  return code === 0
    ? { mark: "ok", text: out.trim().replaceAll("\n", ", ").replaceAll(/ {2,}/g, " ") }
    : { mark: "bad", text: err.trim() };
}

async function store(): Promise<Finding> {
  try {
    const { default: Database } = await import("better-sqlite3");
    new Database(":memory:").close();
    return { mark: "ok", text: "the store's SQLite works" };
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { mark: "bad", text: `the store's SQLite was not built (${why}): run npm rebuild better-sqlite3` };
  }
}

function relay(facts: CliFacts, family: (typeof shimFamilies)[number]): Finding {
  const { used, why } = nativeShims(family, facts.env);
  return used
    ? { mark: "ok", text: `${family}: C relay and runner in use, ${why}` }
    : { mark: "note", text: `${family}: Node relay and runner in use, slower: ${why}` };
}

/** Which sbatch and qsub the shell would find. */
function commands(facts: CliFacts): readonly Finding[] {
  return ["sbatch", "qsub"].map((command) => {
    const [first] = (facts.env.PATH ?? "").split(delimiter).filter((directory) => isRunnable(join(directory, command)));
    if (first === undefined) return { mark: "note", text: `${command} is not on PATH: eval "$(headnode env)"` };
    return isShimDirectory(first)
      ? { mark: "ok", text: `${command} on PATH is headnode's` }
      : { mark: "note", text: `${command} on PATH is another one, in ${first}` };
  });
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
