/** Callers on plain machines: what is called otherwise there. */

import { describe, expect, test } from "vitest";
import { callerPlace } from "../../src/daemon/caller-place.ts";

const house = {
  own: "/home/ada/.headnode",
  runners: () => ["/scratch/hn/on/node1/ab"],
  directoryOf: (job: number) => (job === 20 ? "/data/run" : null),
};
const placeOf = (home: string | undefined, cwd: string) => callerPlace({ home, cwd }, house);

describe("the place of a caller", () => {
  test("is this machine without a state directory, with the one here, and with one that nobody knows", () => {
    for (const home of [undefined, house.own, "/elsewhere"]) expect(placeOf(home, "/data")).toBeNull();
  });

  test("has the same paths where files are shared", () => {
    const place = placeOf("/scratch/hn/on/node1/ab", "/data/run");
    expect(place?.here("/data/run/x")).toBe("/data/run/x");
    expect(place?.there("/data/run/x")).toBe("/data/run/x");
  });

  test("has the job's copied directory for the one here, and back, but no other that begins alike", () => {
    const there = "/scratch/hn/on/node1/ab/files/20";
    const place = placeOf("/scratch/hn/on/node1/ab", `${there}/below`);
    expect(place?.here(`PWD=${there}/below`)).toBe("PWD=/data/run/below");
    expect(place?.here(`${there}0/x`)).toBe(`${there}0/x`);
    expect(place?.there("/data/run/out.txt")).toBe(`${there}/out.txt`);
    expect(place?.there("/data/running/out.txt")).toBe("/data/running/out.txt");
  });
});
