import { describe, expect, test } from "vitest";
import { qacctOptions } from "../../src/dialects/sge/accounting-options.ts";
import { qalter, qhold, qresub } from "../../src/dialects/sge/alteration-options.ts";
import { amountText } from "../../src/dialects/sge/amounts.ts";
import { qconfOptions } from "../../src/dialects/sge/configuration.ts";
import { qhostOptions, qselectOptions } from "../../src/dialects/sge/host-options.ts";
import { qmodOptions } from "../../src/dialects/sge/modification.ts";
import { offers } from "../../src/dialects/sge/offers.ts";
import { requestList } from "../../src/dialects/sge/requests.ts";
import { makeWorld } from "../support/cluster.ts";
import { described, sgeWorld } from "./world.ts";

test("every row of every table says what it is for, and why where it is not done", () => {
  const tables = [qacctOptions, qalter.table, qhold.table, qresub.table, qconfOptions, qhostOptions];
  for (const { name, help, effect } of [...tables, qselectOptions, qmodOptions].flatMap(({ rows }) => rows)) {
    expect(help, name).not.toBe("");
    if (effect.standing.kind !== "honoured") expect(effect.standing.why, name).not.toBe("");
  }
});

describe("what a queue offers", () => {
  test.each([
    ["arch=lx-*", true],
    ["arch=lx-amd64,num_proc=8", true],
    ["num_proc=4", false],
    ["h_vmem=64G", true],
    ["h_vmem=65G", false],
    ["mem_total=1T", false],
    ["h_rt=3600", true],
    ["qname=all*", true],
    ["q=long.q", false],
    ["hostname=vm", true],
    ["mem_free=999G", true],
    ["site_made=1", true],
  ])("%s: %s", (list, met) => expect(offers(described, "all.q", requestList(false).read(list))).toBe(met));
});

test.each([
  [0, 1, "0.0"],
  [889_597_952, 1, "848.4M"],
  [2 ** 36, 3, "64.000G"],
])("%d is shown with %d digits as %s", (amount, digits, text) => expect(amountText(amount, digits)).toBe(text));

test("qalter -v changes what the job sees, and nothing of where it came from", async () => {
  const world = await makeWorld(sgeWorld());
  await world.run("qsub", ["-h", "-v", "OLD=1", "-b", "y", "true"], { env: { HOME: "/home/alice" } });
  await world.run("qalter", ["-v", "NEW=2", "1"], { env: { HOME: "/elsewhere" } });
  await world.run("qrls", ["1"]);
  const environment = world.backend.launches[0]?.environment ?? [];
  expect(environment).toContain("NEW=2");
  expect(environment).not.toContain("OLD=1");
  expect(environment).toContain("SGE_O_HOME=/home/alice");
  await world.close();
});

test("a job that runs keeps its queue and slots when they are altered", async () => {
  const world = await makeWorld(sgeWorld());
  await world.run("qsub", ["-v", "FAKE_SECONDS=60", "-b", "y", "sleep", "60"]);
  await world.run("qalter", ["-q", "long.q", "-pe", "smp", "4", "-l", "h_rt=30", "1"]);
  expect(world.verbs.job(1)).toMatchObject({ queue: "all.q", need: { cpus: 1, wallTime: 30_000 } });
  await world.close();
});
