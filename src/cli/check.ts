/** Owns `headnode check`: which files are checked, on which machine, how findings are shown and mended. */

import { accessSync, constants, existsSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, hostname, totalmem, userInfo } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { checks, findingsIn } from "../check/checks.ts";
import type { Check } from "../check/finding.ts";
import { difference, fixed, isFixable } from "../check/fix.ts";
import { formats, type Report } from "../check/report.ts";
import { subjectOf, type World } from "../check/subject.ts";
import { describeCluster } from "../config/cluster.ts";
import { configPath, loadConfig } from "../config/file.ts";
import type { ClusterDescription } from "../model/cluster.ts";
import { UsageError } from "../model/errors.ts";
import type { DialectName } from "../model/job.ts";
import { packageVersion } from "../relay/facts.ts";
import type { CliFacts, CliReply } from "./reply.ts";
import { filesAt, textOf } from "./script-files.ts";

/** What `headnode check` was asked. */
export interface CheckAsk {
  readonly scripts: readonly string[];
  readonly as?: DialectName | undefined;
  readonly format: "text" | "json" | "sarif";
  readonly notes: boolean;
  readonly fix: boolean;
  readonly dryRun: boolean;
  readonly explain?: string | undefined;
  /** A config that stands in for the user's. */
  readonly profile?: string | undefined;
}

/** The reply of `headnode check`; exit code 1 if there are warnings or errors, 2 if a file cannot be read. */
export async function checkScripts(facts: CliFacts, asked: CheckAsk): Promise<CliReply> {
  if (asked.explain !== undefined) return { out: explanations(asked.explain) };
  const world = worldOf(asked.profile === undefined ? facts : withProfile(facts, asked.profile));
  const files = asked.scripts.length === 0 ? ["-"] : asked.scripts.flatMap((path) => filesAt(facts.cwd, path));
  const reports = files.map((file) => report(facts, file, { asked, world }));
  const mendable = reports.flatMap(({ findings }) => findings.filter(isFixable)).length;
  const mended = asked.fix || asked.dryRun ? reports.map((one) => mend(facts, one, asked.dryRun)).join("") : "";
  const left =
    asked.fix && !asked.dryRun
      ? files.filter((file) => file !== "-").map((file) => report(facts, file, { asked, world }))
      : reports;
  const out = asked.dryRun || (asked.fix && files.includes("-")) ? "" : formats[asked.format](left, packageVersion());
  const isWrong = left.some(({ findings }) => findings.some(({ severity }) => severity !== "note"));
  const told = asked.fix && !asked.dryRun && mendable > 0 && asked.format === "text" ? `${mendable} mended\n` : "";
  return { out: mended + out, ...(told === "" ? {} : { err: told }), code: isWrong ? 1 : 0 };
}

function report(facts: CliFacts, file: string, { asked, world }: { asked: CheckAsk; world: World }): Report {
  const raw = textOf(facts.cwd, file);
  const findings = findingsIn(subjectOf({ file, raw, as: asked.as }, world));
  return { file, raw, findings: findings.filter(({ severity }) => asked.notes || severity !== "note") };
}

/** Writes a mended script in the place of the old one, or gives the difference; standard input is answered with the text. */
function mend(facts: CliFacts, { file, raw, findings }: Report, dryRun: boolean): string {
  const text = fixed(raw, findings);
  if (dryRun) return difference(file, raw, text);
  if (file === "-") return text;
  if (text === raw) return "";
  const path = realpathSync(resolve(facts.cwd, file));
  const beside = `${path}.headnode-${process.pid}`;
  writeFileSync(beside, text, { mode: statSync(path).mode & 0o7777, flag: "wx" });
  renameSync(beside, path);
  return "";
}

/** The machine as it is. */
function withProfile(facts: CliFacts, profile: string): CliFacts {
  const path = resolve(facts.cwd, profile);
  if (!existsSync(path)) throw new UsageError(`there is no ${profile}: headnode profile capture TARGET writes one`, 2);
  return { ...facts, env: { ...facts.env, HEADNODE_CONFIG: path } };
}

function worldOf({ cwd, env }: CliFacts): World {
  const { username, uid, gid, homedir, shell } = userInfo();
  const path = (env.PATH ?? "").split(delimiter).filter(Boolean);
  return {
    directory: cwd,
    user: { name: username, uid, gid, group: "", home: env.HOME ?? homedir, shell: shell ?? "/bin/sh" },
    isDirectory: (place) => existsSync(place) && statSync(place).isDirectory(),
    exists: existsSync,
    hasCommand: (name) => path.some((directory) => isRunnable(join(directory, name))),
    moduleMeans: modulesOf(env),
    cluster: describedCluster(env),
  };
}

/** Real modules mean something; of others the config says it. */
function modulesOf(env: CliFacts["env"]): World["moduleMeans"] {
  if (env.MODULESHOME !== undefined || env.LMOD_CMD !== undefined) return () => "something";
  const loaded = loadConfig(configPath(env));
  if (loaded.kind === "wrong") return () => "nothing";
  const { modules, jobs, top } = loaded.config;
  const others = (jobs.modules ?? (top.strict ? "refuse" : "accept")) === "accept" ? "nothing" : "refused";
  return (name) => {
    const rule = modules.find((each) => fits(each.name, name));
    if (!rule) return others;
    return rule.refuse === null ? "something" : "refused";
  };
}

/** * and ? stand for any text. */
function fits(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|\\[\]]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(name);
}

/** The cluster that the config describes; null where it says nothing of machine, nodes or queues. */
function describedCluster(env: CliFacts["env"]): ClusterDescription | null {
  const loaded = loadConfig(configPath(env));
  if (loaded.kind === "wrong") return null;
  const { machine, nodes, queues } = loaded.config;
  const isSaid = nodes !== null || queues.length > 0 || Object.values(machine).some((value) => value !== null);
  const [host = "localhost"] = hostname().split(".");
  const here = { host, cpus: availableParallelism(), memory: totalmem(), gpus: 0 };
  return isSaid ? describeCluster(loaded.config, here) : null;
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What one check is about, or all of them. */
function explanations(id: string): string {
  const found = id === "" ? checks : checks.filter((check) => check.id === id);
  if (found.length === 0) throw new UsageError(`there is no check ${id}; headnode check --explain lists them all`, 2);
  return found.map(explanation).join("\n");
}

function explanation({ id, severity, what, why, remedy }: Check): string {
  return `${id} (${severity})\n  ${what}\n  ${why}\n  ${remedy}\n`;
}
