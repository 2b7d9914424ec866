/** Owns how plain machines are reached from this state directory. */

import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hostBuild } from "../backends/host-build.ts";
import { transportOf } from "../backends/transports.ts";
import { errnoOf } from "../model/errors.ts";
import type { Machine } from "./machines.ts";
import { type HostBook, runnerId } from "./plain-hosts.ts";
import { type BookPlace, callerEnvironment, socketDirectory } from "./target-book.ts";

export function hostBook({ paths, env }: BookPlace): HostBook {
  let build: ReturnType<typeof hostBuild> | null = null;
  let state: string | null = null;
  return {
    stateDirectory: paths.directory,
    shims: fileURLToPath(new URL("../../shims", import.meta.url)).replace(/\/$/, ""),
    place(machine) {
      build ??= hostBuild();
      state ??= stateId(join(paths.directory, "hosts-id"));
      const { target, over } = machine;
      return {
        transport: transportOf({
          ...{ over, sshOptions: sshOptions(machine), directory: socketDirectory(paths) },
          environment: callerEnvironment(env),
        }),
        ...{ build, id: runnerId(state, machine), directory: target.directory },
        ...{ variables: target.variables, socket: paths.socket },
      };
    },
  };
}

function sshOptions({ target, gate }: Machine): readonly string[] {
  return gate === null ? target.sshOptions : [...target.sshOptions, "-J", gate];
}

/** A name for this state directory's own runners: whoever makes a new one must not meet what the old one left. */
function stateId(path: string): string {
  try {
    writeFileSync(path, randomBytes(8).toString("hex"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
  }
  return readFileSync(path, "utf8");
}
