/** Stores that earlier versions left behind (fixtures/stores, one of each schema): nothing in them is lost, and they go on. */

import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import { commands, dialects } from "../../src/commands/index.ts";
import { migrations } from "../../src/store/migrations/migrate.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/stores");
const schemas = readdirSync(fixtures).filter((name) => name.endsWith(".sql"));
const root = { name: "root", uid: 0, gid: 0, group: "root", home: "/root", shell: "/bin/sh" };

let world: TestWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

function load(dump: string, path: string): void {
  const database = new Database(path);
  database.exec(readFileSync(join(fixtures, dump), "utf8"));
  database.close();
  chmodSync(path, 0o600);
}

/** Each of them was made by the same commands. */
const finished = `1|job.sh|COMPLETED|0:0
2|fails|FAILED|3:0
3_1|three|COMPLETED|0:0
3_2|three|COMPLETED|0:0
3_3|three|COMPLETED|0:0
7|later|COMPLETED|0:0
9|over|FAILED|2:0
`;

test("there is one of every schema but the newest", () => {
  expect(schemas.length).toBe(migrations.length - 1);
});

test.each(schemas)("%s", async (dump) => {
  world = await makeWorld({
    ...{ commands, dialects, users: [root], now: Date.UTC(2026, 10, 22) },
    found: (path) => load(dump, path),
  });
  const said = async (name: string, ...words: string[]): Promise<string> => (await world?.run(name, words))?.out ?? "";
  const states = (wanted: string): Promise<string> =>
    said("sacct", "-n", "-P", "-X", "-S", "2026-11-01", "-s", wanted, "-o", "JobID,JobName,State,ExitCode");
  expect(await states("CD,F")).toBe(finished);
  expect(await said("squeue", "-h", "-S", "i", "-o", "%i %j %r %k %l")).toBe(
    "6_[1,4,7,10%2] sieve JobHeldUser (null) UNLIMITED\n8 rest JobHeldUser (null) UNLIMITED\n" +
      "10 dated BeginTime (null) UNLIMITED\n11 dropped BeginTime (null) UNLIMITED\n",
  );
  expect(await said("qacct", "-j", "9")).toMatch(/^exit_status +2 *$/m);
  expect(await said("scontrol", "show", "job", "10")).toMatch(/EligibleTime=2031-01-01T00:00:00/);
  await said("scontrol", "release", "6");
  await said("qrls", "8");
  await world.advance(10_000);
  expect(await states("CD,F")).toMatch(/^6_1\|sieve\|COMPLETED\|0:0\n6_4.*\n6_7.*\n6_10.*\n7.*\n8\|rest\|COMPLETED/m);
  // Elements that started took numbers of their own.
  expect(await said("sbatch", "--parsable", "-H", "--wrap", "true")).toBe("15\n");
});
