/** Owns `headnode doctor`: what is in use on this machine and what is amiss, one row per check. */

import { availableParallelism } from "node:os";
import { configPath, loadConfig } from "../config/file.ts";
import { packageVersion } from "../relay/facts.ts";
import { prepareStateDirectory } from "../relay/state-directory.ts";
import {
  bad,
  commandFinding,
  daemonFinding,
  type Finding,
  type Machine,
  memoryFinding,
  ok,
  pathWithoutShims,
  storeFinding,
  warn,
} from "./doctor-findings.ts";
import { fileSystemOf, findProgram, freeBytes, modeOf, readText, timeSkew } from "./machine-facts.ts";
import type { CliFacts, CliReply } from "./reply.ts";
import { nativeShims, shimFamilies } from "./shims.ts";

/** One check: what it is about, and a look at the machine; null where it does not apply. */
interface Row {
  readonly about: string;
  readonly look: (machine: Machine) => Finding | null | Promise<Finding | null>;
}

/** The least version of Node this runs on. */
const leastNode = 20;
/** Bytes free in the state directory's file system below which a warning is due. */
const littleSpace = 512 * 2 ** 20;
/** Longest path of a socket that every system takes. */
const longestSocketPath = 100;
/** Open files a daemon with many callers needs. */
const fewFiles = 1024;

/** All checks, in the order in which they are shown. */
export const rows: readonly Row[] = [
  {
    about: "node",
    look: () => {
      const text = `headnode ${packageVersion()} on Node ${process.version}, ${process.platform} ${process.arch}`;
      const isOld = Number(process.versions.node.split(".")[0]) < leastNode;
      return isOld ? bad(text, `install Node ${leastNode} or newer`) : ok(text);
    },
  },
  { about: "store", look: storeFinding },
  ...shimFamilies.map((family) => ({
    about: `${family} relay`,
    look: ({ facts }: Machine) => {
      const { used, why } = nativeShims(family, facts.env);
      return used
        ? ok(`C relay and runner in use, ${why}`)
        : warn(`Node relay and runner in use, slower: ${why}`, "npm run native");
    },
  })),
  {
    about: "compiler",
    look: ({ facts }) => {
      const found = ["cc", "gcc", "clang"].find((name) => findProgram(name, facts.env.PATH) !== null);
      const isNeeded = shimFamilies.some((family) => !nativeShims(family, facts.env).used);
      if (found) return ok(`${found} is there`);
      return isNeeded
        ? warn("there is no C compiler", "install one and say npm run native: commands start faster")
        : ok("none, and none is needed");
    },
  },
  {
    about: "state directory",
    look: ({ paths, problem }) =>
      paths ? ok(`${paths.directory}, yours alone`) : bad(problem, "set HEADNODE_HOME to a directory of your own"),
  },
  {
    about: "permissions",
    look: ({ paths }) => {
      if (!paths) return null;
      const mode = modeOf(paths.directory);
      return mode & 0o077
        ? bad(`others may enter ${paths.directory}`, `chmod 700 ${paths.directory}`)
        : ok("nobody else may enter the state directory");
    },
  },
  {
    about: "file system",
    look: ({ paths }) => {
      if (!paths) return null;
      const { network } = fileSystemOf(paths.directory);
      return network === null
        ? ok("local disk")
        : bad(`the state directory is on ${network}`, "the store needs a local disk: set HEADNODE_HOME to one");
    },
  },
  {
    about: "space",
    look: ({ paths }) => {
      if (!paths) return null;
      const free = freeBytes(paths.directory);
      const text = `${Math.floor(free / 2 ** 20)} MB free for the store`;
      return free < littleSpace ? warn(text, "make room: what cannot be written is not accepted") : ok(text);
    },
  },
  {
    about: "socket",
    look: ({ paths }) => {
      if (!paths) return null;
      const bytes = Buffer.byteLength(paths.socket);
      return bytes > longestSocketPath
        ? bad(`${paths.socket} is ${bytes} bytes long`, "set HEADNODE_HOME to a shorter path")
        : ok(`${paths.socket}, ${bytes} bytes`);
    },
  },
  { about: "daemon", look: daemonFinding },
  {
    about: "config",
    look: ({ facts }) => {
      const loaded = loadConfig(configPath(facts.env));
      if (loaded.kind === "wrong") return bad(loaded.complaints.join("; "), "mend the file, or headnode config check");
      return ok(loaded.stamp === "" ? "none, and none is needed" : configPath(facts.env));
    },
  },
  ...["sbatch", "qsub"].map((command) => ({
    about: command,
    look: ({ facts }: Machine) => commandFinding(facts, command),
  })),
  { about: "memory limits", look: memoryFinding },
  {
    about: "clock",
    look: async ({ paths }) => {
      if (!paths) return null;
      const skew = timeSkew(paths.directory);
      const seconds = Math.round(Math.abs(skew) / 1000);
      return seconds > 2
        ? warn(`files here are dated ${seconds} s off the clock`, "set the clock: times of jobs will be wrong")
        : ok("files are dated as the clock says");
    },
  },
  {
    about: "open files",
    look: () => {
      const soft = /^Max open files\s+(\d+|unlimited)/m.exec(readText("/proc/self/limits"))?.[1];
      if (soft === undefined) return null;
      const isFew = soft !== "unlimited" && Number(soft) < fewFiles;
      return isFew ? warn(`${soft} at most`, "ulimit -n 4096 before the first command") : ok(`${soft} at most`);
    },
  },
  {
    about: "processes",
    look: () => {
      const soft = /^Max processes\s+(\d+|unlimited)/m.exec(readText("/proc/self/limits"))?.[1];
      if (soft === undefined) return null;
      const isFew = soft !== "unlimited" && Number(soft) < 64 * availableParallelism();
      return isFew
        ? warn(`${soft} at most`, "ulimit -u 4096 before the first command: jobs may fail to start")
        : ok(`${soft} at most`);
    },
  },
  {
    about: "mpi",
    look: ({ facts }) => {
      const found = findProgram("mpirun", pathWithoutShims(facts)) ?? findProgram("mpiexec", pathWithoutShims(facts));
      return ok(found ?? "none on PATH; srun starts ranks without one");
    },
  },
  {
    about: "modules",
    look: ({ facts }) => {
      const { MODULESHOME, LMOD_CMD } = facts.env;
      return ok(LMOD_CMD ?? MODULESHOME ?? "no environment modules");
    },
  },
  {
    about: "mail",
    look: ({ facts }) => {
      const found = findProgram("sendmail", `${facts.env.PATH ?? ""}:/usr/sbin:/usr/lib`);
      return ok(found ?? "no sendmail");
    },
  },
];

/** The reply of `headnode doctor`; exit code 1 if something is amiss. */
export async function examine(facts: CliFacts): Promise<CliReply> {
  const machine = machineOf(facts);
  const findings: (Finding & { readonly about: string })[] = [];
  for (const { about, look } of rows) {
    const finding = await look(machine);
    if (finding) findings.push({ about, ...finding });
  }
  const width = Math.max(...findings.map(({ about }) => about.length));
  const lines = findings.map(({ mark, about, text, remedy }) => {
    const todo = remedy === "" ? "" : `${" ".repeat(width + 8)}${remedy}\n`;
    return `${mark.padEnd(6)}${about.padEnd(width)}  ${text}\n${todo}`;
  });
  return { out: lines.join(""), code: findings.some(({ mark }) => mark === "bad") ? 1 : 0 };
}

function machineOf(facts: CliFacts): Machine {
  try {
    return { facts, paths: prepareStateDirectory(facts.env), problem: "" };
  } catch (error) {
    return { facts, paths: null, problem: error instanceof Error ? error.message : String(error) };
  }
}
