/** Owns what makes this machine look like a cluster to a job: modules, scratch directories, site variables, stand-ins. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Start, StartPlan } from "../language/dialect.ts";
import type { Job } from "../model/job.ts";
import type { Launch } from "../model/launch.ts";
import { condaRemarks } from "./outfit-conda.ts";
import { gpuPiece } from "./outfit-gpus.ts";
import { modulePiece } from "./outfit-modules.ts";
import { mpiPiece } from "./outfit-mpi.ts";
import type { Fitting, Piece, Wardrobe } from "./outfit-piece.ts";
import { scratchPiece, scratchRemarks } from "./outfit-scratch.ts";
import { withInit } from "./outfit-shells.ts";

export interface Outfit {
  /** The plan with all that is added to it. What is said by the job itself stays. */
  fit(start: Start, plan: StartPlan): StartPlan;
  /** What should be told of a run, in sentences; asked before its directories are removed if it `left` something there. */
  remarks(start: Start, left: boolean): readonly string[];
}

/** Nothing is added. */
export const plainOutfit: Outfit = { fit: (_start, plan) => plan, remarks: () => [] };

/** The outfit that a config asks for. */
export function createOutfit(wardrobe: Wardrobe): Outfit {
  const findings = new WeakMap<Job, Findings>();
  return {
    fit(start, plan) {
      // A command's own job: nothing of it is started by the runner.
      if (plan.launch.file === "") return plan;
      const config = wardrobe.config();
      const variable = (name: string) => valueIn(plan.launch.environment, name);
      const fitting = { start, plan, wardrobe, config, variable, once: remembered(findings, start.job, config) };
      const pieces = [
        modulePiece(fitting),
        scratchPiece(fitting),
        sitePiece(fitting),
        mpiPiece(fitting),
        gpuPiece(fitting),
      ];
      return withInit(dressed(fitting, pieces), fitting);
    },
    remarks(start, left) {
      const config = wardrobe.config();
      const conda = remembered(findings, start.job, config)("conda", () => condaRemarks(start, config));
      const leftovers = left ? [...moduleRemarks(start), ...scratchRemarks(start, wardrobe)] : [];
      return [...leftovers, ...conda];
    },
  };
}

/** What was found out about a job under a config. */
interface Findings {
  readonly config: Config;
  readonly values: Map<string, unknown>;
}

function remembered(findings: WeakMap<Job, Findings>, job: Job, config: Config): Fitting["once"] {
  const before = findings.get(job);
  const { values } = before?.config === config ? before : { values: new Map<string, unknown>() };
  findings.set(job, { config, values });
  return <T>(what: string, find: () => T): T => {
    if (!values.has(what)) values.set(what, find());
    return values.get(what) as T;
  };
}

function dressed({ plan, variable, wardrobe, start }: Fitting, pieces: readonly Piece[]): StartPlan {
  const standIns = pieces.flatMap((piece) => piece.standIns ?? []);
  const path = pathWith(variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin", standIns);
  const own: readonly (readonly [string, string])[] = [
    ["PATH", path],
    ["HEADNODE_SHIMS", start.shims],
    ["HEADNODE_STANDINS", standIns.join(":")],
    // Sourced by every bash that runs a script, after its profile, which sets PATH anew on many systems.
    ["BASH_ENV", variable("BASH_ENV") ?? join(wardrobe.shims, "modules/init.sh")],
    ...pieces.flatMap(({ variables }) => variables),
  ];
  const launch: Launch = { ...plan.launch, environment: withVariables(plan.launch.environment, own) };
  return {
    ...plan,
    launch,
    makeDirectories: [...plan.makeDirectories, ...pieces.flatMap((piece) => piece.makeDirectories ?? [])],
    removeDirectories: [...plan.removeDirectories, ...pieces.flatMap((piece) => piece.removeDirectories ?? [])],
    writeFiles: [...plan.writeFiles, ...pieces.flatMap((piece) => piece.writeFiles ?? [])],
  };
}

/** With the stand-ins at the end. Nearly always none of them is there yet, and nothing has to be taken apart. */
function pathWith(found: string, standIns: readonly string[]): string {
  const kept = standIns.some((directory) => found.includes(directory))
    ? found.split(":").filter((directory) => !standIns.includes(directory))
    : [found];
  return [...kept, ...standIns].join(":");
}

/** The last one of a name counts. Few are asked for, so none is taken apart that is not. */
function valueIn(environment: readonly string[], name: string): string | undefined {
  const start = `${name}=`;
  return environment.findLast((entry) => entry.startsWith(start))?.slice(start.length);
}

function withVariables(environment: readonly string[], own: readonly (readonly [string, string])[]): readonly string[] {
  const names = new Set(own.map(([name]) => name));
  const entries = environment.filter((entry) => !names.has(entry.slice(0, Math.max(0, entry.indexOf("=")))));
  for (const [name, value] of own) entries.push(`${name}=${value}`);
  return entries;
}

/** Variables of the site, where the job has none of that name. A value may name others. */
function sitePiece({ config, variable }: Fitting): Piece {
  const known = new Map<string, string>();
  for (const [name, text] of config.variables) {
    if (variable(name) !== undefined) continue;
    const value = (_: string, plain = "", braced = "") => known.get(plain || braced) ?? variable(plain || braced) ?? "";
    known.set(name, text.replaceAll(/\$(?:(\w+)|\{(\w+)\})/g, value));
  }
  return { variables: [...known] };
}

/** What was asked of modules, once each. */
function moduleRemarks(start: Start): readonly string[] {
  const asked = [...new Set(linesOf(join(start.directory, "modules", "asked")))].filter((line) =>
    /^(load|add|swap|switch|use) /.test(line),
  );
  if (asked.length === 0) return [];
  return [
    `module ${asked.slice(0, 20).join(", module ")}: there are no environment modules here; the config says what names mean`,
  ];
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
