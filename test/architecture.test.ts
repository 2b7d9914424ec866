/** Holds the layers as data: fails on an upward import, a cycle between folders, or a heavy package where it must not be. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const source = join(root, "src");

/** What each folder may import besides itself. `node` and `#grammar` are written out like packages. */
const layers: Readonly<Record<string, readonly string[]>> = {
  model: [],
  scheduler: ["model"],
  language: ["model", "#grammar"],
  "dialects/slurm": ["language", "model", "#grammar"],
  "dialects/sge": ["language", "model", "#grammar"],
  "dialects/mpi": ["language", "model"],
  "dialects/pbs": ["language", "model", "#grammar"],
  store: ["model", "node", "better-sqlite3"],
  verbs: ["model", "store"],
  "commands/slurm": ["dialects/slurm", "language", "verbs", "model"],
  "commands/sge": ["dialects/sge", "language", "verbs", "model"],
  "commands/mpi": ["dialects/mpi", "language", "model"],
  commands: ["commands/slurm", "commands/sge", "commands/mpi", "dialects/slurm", "dialects/sge", "language", "model"],
  relay: ["node"],
  config: ["model", "node", "toml-eslint-parser"],
  runner: ["model", "node", "relay", "store"],
  backends: ["model", "language", "node", "relay", "runner", "execa"],
  forwarding: ["model", "language", "store", "verbs", "backends", "translation", "dialects/slurm", "dialects/sge"],
  simulation: ["model", "scheduler"],
  daemon: [
    "simulation",
    "model",
    "config",
    "scheduler",
    "language",
    "store",
    "verbs",
    "commands",
    "backends",
    "forwarding",
    "relay",
    "node",
  ],
  run: ["model", "node"],
  check: ["model", "language", "dialects/slurm", "dialects/sge", "dialects/pbs", "#grammar"],
  translation: ["model", "language", "dialects/slurm", "dialects/sge", "dialects/pbs"],
  tui: ["model", "language", "dialects/slurm", "dialects/sge", "relay", "node", "ink", "react"],
  cli: [
    "tui",
    "simulation",
    "model",
    "config",
    "language",
    "check",
    "translation",
    "run",
    "dialects/slurm",
    "dialects/sge",
    "dialects/pbs",
    "relay",
    "node",
    "yargs",
    "better-sqlite3",
  ],
  documents: ["model", "config", "language", "dialects/slurm", "dialects/sge", "dialects/pbs", "node"],
  demo: ["node", "cli", "execa"],
};

interface Import {
  readonly from: string;
  readonly folder: string;
  readonly target: string;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory()
      ? filesBelow(path)
      : path.endsWith(".ts") || path.endsWith(".tsx")
        ? [path]
        : [];
  });
}

function folderOf(path: string): string {
  const folder = relative(source, dirname(path));
  const known = Object.keys(layers).filter((layer) => folder === layer || folder.startsWith(`${layer}/`));
  return known.sort((a, b) => b.length - a.length)[0] ?? folder;
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, "utf8");
  const specifiers = [...text.matchAll(/(?:from|import|import\()\s*"([^"]+)"/g)].map((match) => match[1] as string);
  return specifiers.map((specifier) => ({
    from: relative(source, path),
    folder: folderOf(path),
    target: targetOf(path, specifier),
  }));
}

function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith(".")) return folderOf(resolve(dirname(path), specifier));
  if (specifier.startsWith("node:")) return "node";
  if (specifier.startsWith("#grammar")) return "#grammar";
  return specifier;
}

const imports = filesBelow(source).flatMap(importsOf);

describe("the layers", () => {
  test("every folder of src is in the table", () => {
    const folders = new Set(filesBelow(source).map(folderOf));
    expect([...folders].filter((folder) => !(folder in layers))).toEqual([]);
  });

  test("nothing is imported that the table does not allow", () => {
    const wrong = imports
      .filter(({ folder, target }) => target !== folder && !(layers[folder] ?? []).includes(target))
      .map(({ from, target }) => `${from} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  test("the table has no cycle", () => {
    const seen = new Set<string>();
    const visit = (folder: string, above: readonly string[]): void => {
      expect(above).not.toContain(folder);
      if (seen.has(folder)) return;
      for (const below of layers[folder] ?? []) if (below in layers) visit(below, [...above, folder]);
      seen.add(folder);
    };
    for (const folder of Object.keys(layers)) visit(folder, []);
  });

  test("a dialect never names another", () => {
    const wrong = imports.filter(
      ({ folder, target }) => folder.startsWith("dialects/") && target.startsWith("dialects/") && target !== folder,
    );
    expect(wrong).toEqual([]);
  });
});

describe("the rules of the house", () => {
  const text = (path: string) => readFileSync(path, "utf8");

  test("only mains touch the process's arguments, environment and exit", () => {
    const allowed = /(^|\/)main\.ts$|^relay\/facts\.ts$/;
    const wrong = filesBelow(source)
      .filter((path) => !allowed.test(relative(source, path)))
      .filter((path) =>
        /process\.(argv|env|exit|exitCode)\b/.test(text(path).replaceAll(/^\s*(\/\/|\*|\/\*\*).*$/gm, "")),
      );
    expect(wrong.map((path) => relative(source, path))).toEqual([]);
  });

  test("SQL is only in the store", () => {
    const wrong = filesBelow(source)
      .filter((path) => !relative(source, path).startsWith("store/"))
      .filter((path) => /\b(SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b/.test(text(path)));
    expect(wrong.map((path) => relative(source, path))).toEqual([]);
  });

  test("no folder or file has a name that says nothing", () => {
    const wrong = filesBelow(source).filter((path) =>
      /(^|\/)(utils?|helpers?|common|misc|manager)(\.|\/|-)/.test(relative(source, path)),
    );
    expect(wrong).toEqual([]);
  });

  test("grammars stay small and know no option", () => {
    const grammars = readdirSync(join(root, "grammar")).filter((name) => name.endsWith(".peggy"));
    for (const name of grammars) {
      const lines = readFileSync(join(root, "grammar", name), "utf8");
      expect(lines.split("\n").length, name).toBeLessThanOrEqual(80);
      expect(/--(time|mem|ntasks|array)\b|-hold_jid|-cwd/.test(lines), name).toBe(false);
    }
  });

  test("commands print nothing, catch nothing and ask the system nothing", () => {
    const wrong = filesBelow(join(source, "commands")).filter((path) =>
      /\bconsole\.|\btry\b\s*\{|process\.std/.test(text(path)),
    );
    expect(wrong).toEqual([]);
  });
});
