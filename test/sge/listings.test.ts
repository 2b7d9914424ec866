import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeWorld, type TestWorld } from "../support/cluster.ts";
import { malformed } from "../support/well-formed.ts";
import { sgeWorld } from "./world.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await makeWorld(sgeWorld());
  await world.run("qsub", ["-N", "a<b&c>d", "-b", "y", "-ac", "k=<&>", "-v", "V='\"&<\u0001", "sleep", "<x> & 'y'"]);
  await world.run("qsub", ["-N", "wide", "-pe", "smp", "3", "-t", "1-3", "-b", "y", "sleep", "60"]);
  await world.run("qsub", ["-N", "held", "-h", "-l", "h_rt=60", "-soft", "-l", "arch=<", "-b", "y", "true"]);
  await world.advance(1_000);
});
afterEach(() => world.close());

const forms = [
  "qstat -xml",
  "qstat -f -xml",
  "qstat -F -xml",
  "qstat -ext -urg -pri -r -xml",
  "qstat -g t -xml",
  "qstat -g d -xml",
  "qstat -g c -xml",
  "qstat -s z -xml",
  "qstat -j * -xml",
  "qstat -j nosuch<& -xml",
  "qhost -xml",
  "qhost -q -j -F -xml",
  "qquota -xml",
];

describe("what is written as XML", () => {
  test.each(forms)("%s is a well-formed document", async (line) => {
    const [command = "", ...args] = line.split(" ");
    const words = args.includes("-g") ? line.replace(/^\S+ /, "").split(/ (?=-)|(?<=-g) /) : args;
    const { out, code } = await world.run(command, words);
    expect(code).toBe(0);
    expect(malformed(out)).toBeNull();
  });

  test("the check itself finds what is wrong", () => {
    expect(malformed("<a><b></a></b>\n")).toContain("closes");
    expect(malformed("<a>x & y</a>")).toContain("bare &");
    expect(malformed("<a></a><b></b>")).toContain("second root");
    expect(malformed("<a>")).toContain("not closed");
    expect(malformed("")).toBe("no root");
  });
});

test("the site's options for qstat hold before the user's own", async () => {
  mkdirSync(join(world.work, "default/common"), { recursive: true });
  writeFileSync(join(world.work, "default/common/sge_qstat"), "-xml\n");
  const { out } = await world.run("qstat", [], { env: { SGE_ROOT: world.work } });
  expect(out).toMatch(/^<\?xml/);
});
