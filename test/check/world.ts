/** Owns the machine that checks are tested on: a few directories and commands, nothing else. */

import { findingsIn } from "../../src/check/checks.ts";
import type { Finding } from "../../src/check/finding.ts";
import { subjectOf, type World } from "../../src/check/subject.ts";
import type { DialectName } from "../../src/model/job.ts";

const directories = ["/", "/home", "/home/alice", "/tmp", "/dev", "/data", "/data/here"];
const commands = ["python", "cat", "ls", "sleep", "mkdir", "hostname"];

export const world: World = {
  directory: "/data",
  user: { name: "alice", uid: 1000, gid: 1000, group: "alice", home: "/home/alice", shell: "/bin/bash" },
  isDirectory: (path) => directories.includes(path.replace(/\/\.?$/, "") || "/"),
  exists: (path) => path.startsWith("/bin/") && path !== "/bin/csh",
  hasCommand: (name) => commands.includes(name),
  moduleMeans: (name) => (name.startsWith("known") ? "something" : "nothing"),
  cluster: null,
};

/** What is found in a script; `raw` as it is in the file. */
export function found(raw: string, as?: DialectName, where: World = world): readonly Finding[] {
  return findingsIn(subjectOf({ file: "job.sh", raw, as }, where));
}
