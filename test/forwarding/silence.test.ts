/** Owns proofs about how jobs of a silent target are listed: unknown in plain words, in forms that programs still read. */

import { afterEach, expect, test } from "vitest";
import { reasonOf, stateOf } from "../../src/dialects/slurm/states.ts";
import { silentTarget } from "../../src/model/away.ts";
import { type AwayWorld, openAway } from "../support/away-world.ts";

let away: AwayWorld;
afterEach(() => away.world.close());

const minute = 60_000;

async function silent(): Promise<void> {
  away = await openAway();
  await away.send();
  await away.send();
  away.lab.set(100, "RUNNING");
  await away.world.advance(minute);
  away.lab.away = true;
  await away.world.advance(10 * minute);
}

async function shown(name: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { out } = await away.world.run(name, args);
  return out.split("\n").filter(Boolean);
}

test("squeue keeps states that programs know, and says it in the column of the reason", async () => {
  await silent();
  expect(await shown("squeue", "-h", "-o", "%i %t %R")).toEqual([
    "2 PD (unknown: lab is silent)",
    "1 R n1 (unknown: lab is silent)",
  ]);
  expect(await shown("squeue", "-h", "-o", "%i|%T|%N|%r")).toEqual([
    "2|PENDING||unknown: lab is silent",
    "1|RUNNING|n1|unknown: lab is silent",
  ]);
  expect(await shown("squeue", "-h", "-O", "jobid:4,cluster:4,admin_comment:8")).toEqual([
    "2   lab lab:101 ",
    "1   lab lab:100 ",
  ]);
  const record = await shown("scontrol", "show", "job", "1");
  expect(record).toContain("   JobState=RUNNING Reason=unknown:_lab_is_silent Dependency=(null)");
  expect(record).toContain("   AdminComment=lab:100 ");
  expect(await shown("sacct", "-nPX", "-j", "1", "-o", "state,reason,admincomment")).toEqual([
    "RUNNING|unknown: lab is silent|lab:100",
  ]);
});

test("qstat keeps its states and the number of its columns, and says it in the column of the queue", async () => {
  await silent();
  const [, , ...rows] = await shown("qstat", "-u", "*");
  expect(rows.map((row) => row.trim().split(/ +/)).map((cells) => [cells[4], cells[7]])).toEqual([
    ["r", "unknown:lab_is_silent"],
    ["qw", "1"],
  ]);
  const all = await shown("qstat", "-f", "-u", "*");
  expect(all.find((line) => line.includes("@n1"))).toMatch(/^main@n1 .* u$/);
  const detail = await shown("qstat", "-j", "1");
  expect(detail).toContain("target:                     lab as 100");
  expect(detail.find((line) => line.startsWith("unknown:"))).toMatch(
    /lab is silent since .*Connection refused.*was so/,
  );
});

test("what ended is as it ended, and when the target answers everything is as it is", async () => {
  await silent();
  away.lab.away = false;
  await away.world.advance(3 * minute);
  away.lab.set(100, "COMPLETED");
  await away.world.advance(minute);
  away.lab.away = true;
  await away.world.advance(10 * minute);
  const [ended, waiting] = away.world.verbs.select({ endedSince: 0 });
  expect(ended && [silentTarget(ended), stateOf(ended).code, reasonOf(ended)]).toEqual([null, "CD", "None"]);
  expect(waiting && silentTarget(waiting)).toBe("lab");
});

test("what was not sent yet waits here, for its target or for something else", async () => {
  away = await openAway();
  away.lab.away = true;
  await away.send();
  await away.send({ beginAt: away.world.clock.now() + 60 * minute });
  const said = away.world.verbs.select({}).map((one) => reasonOf(one));
  expect(said).toEqual(["unknown: lab is silent", "BeginTime"]);
});
