/** Scripts as sites write them, unchanged, all at once on one cluster: each leaves what it should. */

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";

const fixtures = resolve(import.meta.dirname, "../../fixtures/site-scripts");
const names = readdirSync(fixtures)
  .filter((name) => name.endsWith(".sh"))
  .map((name) => name.slice(0, -".sh".length));

/** The interpreter of a script's first line, by its name; scripts of Grid Engine without one are for sh. */
function interpreterOf(name: string): string {
  const [first = ""] = readFileSync(join(fixtures, `${name}.sh`), "utf8").split("\n");
  const words = first.replace(/^#!\s*/, "").split(/\s+/);
  const [program = "sh", of] = first.startsWith("#!") ? words : ["sh"];
  return (program.endsWith("/env") ? of : program.split("/").at(-1)) ?? "sh";
}

const found = (program: string) =>
  (process.env.PATH ?? "").split(delimiter).some((directory) => existsSync(join(directory, program)));
const missing = names.filter((name) => !found(interpreterOf(name)));
const runnable = names.filter((name) => !missing.includes(name));

/** `== path` and then what is in it, for each file; a star stands for any text, and files are joined in order. */
function expectedOf(name: string): readonly (readonly [path: string, text: string])[] {
  const [, ...parts] = readFileSync(join(fixtures, `${name}.expected`), "utf8").split(/^== (.*)\n/m);
  return parts.flatMap((path, at) => (at % 2 === 0 ? [[path, parts[at + 1] ?? ""] as const] : []));
}

function contentOf(directory: string, pattern: string): string {
  const place = join(directory, dirname(pattern));
  const wanted = new RegExp(`^${pattern.split("/").at(-1)?.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  const files = existsSync(place)
    ? readdirSync(place)
        .filter((file) => wanted.test(file))
        .sort()
    : [];
  return files.length === 0 ? "(no such file)" : files.map((file) => readFileSync(join(place, file), "utf8")).join("");
}

describe.each(chains.slice(0, 1))("by the %s chain", (chain) => {
  let cluster: RealCluster;
  const submitted = new Map<string, { readonly out: string; readonly err: string; readonly code: number }>();

  beforeAll(async () => {
    cluster = await realCluster(chain);
    for (const name of names) {
      const directory = join(cluster.work, name);
      mkdirSync(directory);
      cpSync(join(fixtures, "data"), directory, { recursive: true });
      cpSync(join(fixtures, `${name}.sh`), join(directory, `${name}.sh`));
      const text = readFileSync(join(fixtures, `${name}.sh`), "utf8");
      const [, words = ""] = /^# args: (.*)$/m.exec(text) ?? [];
      const command = /^#\$ /m.test(text) ? "qsub" : "sbatch";
      submitted.set(name, await cluster.run(`cd ${name} && ${command} ${name}.sh ${words}`));
    }
    await cluster.quiet(240);
  }, 300_000);

  afterAll(() => cluster?.close());

  test.each(runnable)("%s", (name) => {
    expect(submitted.get(name)).toMatchObject({ code: 0 });
    const directory = join(cluster.work, name);
    for (const [path, text] of expectedOf(name)) expect(contentOf(directory, path), path).toBe(text);
  });

  test(`what there is no interpreter for fails as it does anywhere: ${missing.join(", ") || "nothing is missing here"}`, async () => {
    for (const name of missing) {
      expect(submitted.get(name)).toMatchObject({ code: 0 });
      const [[path] = [""]] = expectedOf(name);
      expect(contentOf(join(cluster.work, name), path)).toMatch(/No such file or directory|not found/);
    }
  });

  test("what is different here is noted", async () => {
    const id = /[0-9]+/.exec(submitted.get("02-strict-modules")?.out ?? "")?.[0];
    const { out } = await cluster.run(`headnode explain ${id}`);
    expect(out).toContain("note: module load gcc/12.2.0 openmpi/4.1.5 python/3.11");
    expect(readdirSync(join(cluster.state, "scratch"))).toEqual([]);
  });
});
