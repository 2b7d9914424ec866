/** Owns the module command of jobs: whether the machine has one of its own, and what names mean by the config. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Fitting, Piece } from "./outfit-piece.ts";

/** A stand-in for environment modules, where there are none and they are not switched off. */
export function modulePiece(fitting: Fitting): Piece {
  const { config, start, wardrobe, once } = fitting;
  const mode = config.jobs.modules ?? (config.top.strict ? "refuse" : "accept");
  if (mode === "off" || once("own modules", () => hasModules(fitting))) return { variables: [] };
  const place = join(start.directory, "modules");
  const asks = () => /\b(module|ml)\b/.test(Buffer.from(start.job.script ?? []).toString("latin1"));
  // Most jobs never ask; what they find then is a command that accepts everything.
  const kept = mode === "refuse" || config.modules.length > 0 || once("asks for modules", asks);
  const { variables, standIns } = once("stand-in for modules", () => standIn(wardrobe.shims));
  const worn = { variables: [["HEADNODE_MODULES", place] as const, ...variables], standIns };
  if (!kept) return worn;
  const files = [
    { path: join(place, "rules"), text: rulesText(config.modules, start.job.user.home), mode: 0o600 },
    { path: join(place, "asked"), text: "", mode: 0o600 },
    ...(mode === "refuse" ? [{ path: join(place, "refusing"), text: "", mode: 0o600 }] : []),
  ];
  return { ...worn, makeDirectories: [place], writeFiles: files };
}

/** The command itself, which is the same for all. */
function standIn(shims: string): Required<Pick<Piece, "variables" | "standIns">> {
  const command = join(shims, "modules", "modulecmd");
  const body = (words: string) => `() { eval "$('${command.replaceAll("'", "'\\''")}' sh ${words}"$@")" || return 1\n}`;
  return {
    variables: [
      ["HEADNODE_MODULECMD", command],
      // How bash hands functions on.
      ["BASH_FUNC_module%%", body("")],
      ["BASH_FUNC_ml%%", body("--ml ")],
    ],
    standIns: [join(shims, "modules", "bin")],
  };
}

/** Variables that environment modules and Lmod set, and functions that shells hand on. */
const marks = ["MODULESHOME", "LMOD_CMD", "LMOD_DIR", "MODULES_CMD", "BASH_FUNC_module%%", "BASH_FUNC_module()"];

/** Where they put what every login shell reads. */
const profiles = ["modules.sh", "lmod.sh", "z00_lmod.sh"].map((name) => join("/etc/profile.d", name));

/** A stand-in that an outer job had is none of the machine's own. */
function hasModules({ variable }: Fitting): boolean {
  const own = (mark: string) => variable(mark) !== undefined && !variable(mark)?.includes("modules/modulecmd'");
  if (marks.some(own)) return true;
  const path = (variable("PATH") ?? "").split(":").filter(Boolean);
  return [...path.map((directory) => join(directory, "modulecmd")), ...profiles].some((file) => existsSync(file));
}

/** One rule a line: pattern, kind and up to two values, separated by tabs. */
function rulesText(modules: Config["modules"], home: string): string {
  return modules
    .flatMap(({ name, path, variables, source, conda, refuse }) => {
      const rules = [
        ...(refuse === null ? [] : [["refuse", refuse]]),
        ...(conda === null ? [] : [["conda", conda]]),
        ...[...(path ?? [])].reverse().map((directory) => ["path", atHome(directory, home)]),
        ...[...(variables ?? [])].map((pair) => ["variable", ...pair]),
        ...(source === null ? [] : [["source", atHome(source, home)]]),
      ];
      return (rules.length === 0 ? [["nothing"]] : rules).map((rule) => [name, ...rule]);
    })
    .map((rule) => `${rule.map((word) => word.replaceAll(/[\t\n]/g, " ")).join("\t")}\n`)
    .join("");
}

function atHome(path: string, home: string): string {
  return path.startsWith("~/") ? join(home, path.slice(2)) : path;
}
