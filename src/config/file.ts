/** Owns which file is the config, and what reading it gives. */

import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { errnoOf } from "../model/errors.ts";
import { type Config, readConfig } from "./config.ts";
import type { Finding } from "./tree.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The path of the config: HEADNODE_CONFIG, else in XDG_CONFIG_HOME, else in ~/.config. It need not exist. */
export function configPath(env: Environment): string {
  if (env.HEADNODE_CONFIG) return resolve(env.HEADNODE_CONFIG);
  const base = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config");
  return resolve(base, "headnode", "config.toml");
}

/** A file as it was found: its config, or what is wrong with it as lines with their place. No file is an empty one. */
export type Loaded =
  | { readonly kind: "read"; readonly config: Config; readonly stamp: string }
  | { readonly kind: "wrong"; readonly complaints: readonly string[]; readonly stamp: string };

export function loadConfig(path: string): Loaded {
  const stamp = stampOf(path);
  const text = textOf(path);
  if (typeof text !== "string") return { kind: "wrong", complaints: [`${path}: ${text.problem}`], stamp };
  const read = readConfig(text);
  if ("config" in read) return { kind: "read", config: read.config, stamp };
  return { kind: "wrong", complaints: read.findings.map((finding) => complaint(path, finding)), stamp };
}

/** Differs as soon as the file is another one or was written. */
export function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

/** `config.toml:3:5: there is no key …` */
export function complaint(path: string, { at, message }: Finding): string {
  return `${path}:${at.line}:${at.column}: ${message}`;
}

function textOf(path: string): string | { readonly problem: string } {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = errnoOf(error) || "EIO";
    return code === "ENOENT" || code === "ENOTDIR" ? "" : { problem: `can't be read (${code})` };
  }
}
