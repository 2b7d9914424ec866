/** Well-known programs' conversations with a scheduler, call by call: the answers are what the real ones gave to the same scripts. */

import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";

const fixtures = resolve(import.meta.dirname, "../../fixtures/clients");
const names = readdirSync(fixtures)
  .filter((name) => name.endsWith(".expected"))
  .map((name) => name.slice(0, -".expected".length));

describe.each(chains.slice(0, 1))("by the %s chain", (chain) => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster(chain);
    cpSync(join(fixtures, "words.sh"), join(cluster.work, "words.sh"));
  });
  afterAll(() => cluster?.close());

  test.concurrent.each(names)("%s", { timeout: 240_000 }, async (name) => {
    const directory = join(cluster.work, name);
    mkdirSync(directory);
    cpSync(join(fixtures, `${name}.sh`), join(directory, "calls.sh"));
    const { out } = await cluster.run(`cd ${name} && bash calls.sh`);
    expect(out).toBe(readFileSync(join(fixtures, `${name}.expected`), "utf8"));
  });
});
