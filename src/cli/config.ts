/** Owns `headnode config [init|check]`: what holds and where from, a commented file, or what is wrong with it. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { configPath, loadConfig } from "../config/file.ts";
import { commentedConfig, standingConfig } from "../config/template.ts";
import type { CliFacts, CliReply } from "./reply.ts";

/** The reply of `headnode config`; exit code 1 if something is wrong with the file. */
export function configCommand(facts: CliFacts, what: "show" | "init" | "check"): CliReply {
  const path = configPath(facts.env);
  if (what === "init") return begun(path);
  const loaded = loadConfig(path);
  if (loaded.kind === "wrong") return { err: loaded.complaints.map((line) => `${line}\n`).join(""), code: 1 };
  const there = existsSync(path);
  if (what === "check")
    return { out: there ? `${path}: nothing is wrong with it\n` : `there is no ${path}; nothing needs one\n` };
  const title = there ? `# ${path}\n` : `# there is no ${path}; all of this holds by itself\n`;
  return { out: title + standingConfig(there ? readFileSync(path, "utf8") : "", path) };
}

function begun(path: string): CliReply {
  if (existsSync(path)) return { err: `headnode: ${path} is there already; it was left alone\n`, code: 1 };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, commentedConfig(), { flag: "wx" });
  return { out: `wrote ${path}\n` };
}
