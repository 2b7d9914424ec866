/** Owns the real scheduler's side: a place to work in, its commands, and its end. */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import type { Family } from "../conformance/oracle-like.ts";
import { realFamilies } from "./families.ts";
import type { Side } from "./side.ts";

/** What says where the real one is; `user` plays. */
export interface Real {
  readonly variables: Readonly<Record<string, string>>;
  readonly user: string;
}

/** Finds the real scheduler, or installs and starts it where it may. */
export async function findReal(family: Family): Promise<Real> {
  const { variables, start, user } = realFamilies[family];
  const given = Object.fromEntries(variables.flatMap((name) => pairs(name, process.env[name])));
  const found = variables[0] !== undefined && given[variables[0]] ? given : await started(start);
  const known = await execa("id", ["-u", user], { reject: false });
  return { variables: found, user: known.exitCode === 0 && process.getuid?.() === 0 ? user : "root" };
}

function pairs(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value ? [[name, value]] : [];
}

async function started(script: string): Promise<Readonly<Record<string, string>>> {
  const path = resolve(import.meta.dirname, script);
  if (!existsSync(path)) throw new Error(`there is no ${script}`);
  const { stdout } = await execa("sh", [path], { stderr: "inherit" });
  return Object.fromEntries(
    stdout.split("\n").flatMap((line) => pairs(line.split("=")[0] ?? "", line.replace(/^[^=]*=/, ""))),
  );
}

/** The real side, in a new directory. */
export async function openReal(family: Family, real: Real): Promise<Side> {
  const { path, remove } = realFamilies[family];
  const base = mkdtempSync(join(tmpdir(), "hn-o-"));
  const home = join(base, "home");
  const work = join(home, "w");
  mkdirSync(work, { recursive: true });
  chmodSync(base, 0o755);
  if (real.user !== "root") await execa("chown", ["-R", real.user, home]);
  const user = { HOME: home, USER: real.user, LOGNAME: real.user, SHELL: "/bin/bash" };
  const env = { ...real.variables, ...user, LANG: "C.UTF-8", TZ: "UTC", PATH: path.join(":") };
  const run: Side["run"] = async (line) => {
    const words = ["bash", "-c", `umask 022; unset OLDPWD; cd ${work}; ${line}`];
    const [file = "", ...args] = real.user === "root" ? words : ["/usr/sbin/runuser", "-u", real.user, "--", ...words];
    const options = {
      env,
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      timeout: 60_000,
      cwd: "/",
    } as const;
    const { stdout, stderr, exitCode, timedOut } = await execa(file, args, { ...options, input: "" });
    return { out: stdout ?? "", err: stderr ?? "", exit: timedOut ? "timeout" : String(exitCode ?? -1) };
  };
  return {
    ...{ run, places: { home, work, state: join(base, "none") } },
    nextId: () => undefined,
    async close(ids) {
      if (ids.length > 0) await run(`${remove} ${ids.join(" ")}`);
      rmSync(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
