/** Owns a world with two pretended clusters as targets, `lab` and `other`, and how what is in it is told in lines. */

import { createTargetCluster } from "../../src/backends/cluster.ts";
import { explain } from "../../src/commands/explain.ts";
import { sgeCommands } from "../../src/commands/sge/index.ts";
import { slurmCommands } from "../../src/commands/slurm/index.ts";
import { plainTarget } from "../../src/config/targets.ts";
import { noTargets, type TargetBook } from "../../src/daemon/away.ts";
import { sgeDialect } from "../../src/dialects/sge/dialect.ts";
import { slurmDialect } from "../../src/dialects/slurm/dialect.ts";
import { slurmDriver } from "../../src/dialects/slurm/driver.ts";
import type { ForwardTarget } from "../../src/model/forwarding.ts";
import type { Job, Submission } from "../../src/model/job.ts";
import type { Listed } from "../../src/model/verbs.ts";
import { makeWorld, type TestWorld } from "./cluster.ts";
import { type FakeSlurm, fakeSlurm } from "./fake-slurm.ts";
import type { MovableClock } from "./movable-clock.ts";
import { submissionOf } from "./plain-dialect.ts";

export interface AwayWorld {
  readonly world: TestWorld;
  readonly lab: FakeSlurm;
  readonly other: FakeSlurm;
  /** Submits to `lab` if nothing else is said, and waits until nothing is under way. */
  send(given?: Partial<Submission>): Promise<Job>;
  /** How everything stands, in order. */
  lines(): string[];
}

/** With the commands of both families; targets as `change` makes them. */
export async function openAway(change: Partial<ForwardTarget> = {}): Promise<AwayWorld> {
  let sites: Readonly<Record<"lab" | "other", FakeSlurm>> | undefined;
  const world = await makeWorld({
    commands: [...slurmCommands, ...sgeCommands, explain],
    dialects: [slurmDialect, sgeDialect],
    targets(clock: MovableClock): TargetBook {
      const made = { lab: fakeSlurm(clock.now), other: fakeSlurm(clock.now) };
      sites = made;
      return bookOf(made, clock, change);
    },
  });
  if (!sites) throw new Error("nobody asked for targets");
  const { lab, other } = sites;
  return {
    ...{ world, lab, other },
    async send(given = {}) {
      const job = await world.verbs.submit(submissionOf({ target: "lab", ...given }));
      await world.settle();
      return job;
    },
    lines: () => world.verbs.select({ endedSince: 0 }).map(said),
  };
}

function bookOf(
  sites: Readonly<Record<"lab" | "other", FakeSlurm>>,
  clock: MovableClock,
  change: Partial<ForwardTarget>,
): TargetBook {
  const all = (["lab", "other"] as const).map((name) => ({
    ...plainTarget,
    name,
    kind: "slurm" as const,
    over: "here",
    ...change,
  }));
  return {
    ...noTargets,
    all: () => all,
    connect: (target) =>
      createTargetCluster({
        ...{ target, driver: slurmDriver, before: [], root: "/there", locate: (command) => command, now: clock.now },
        transport: sites[target.name === "lab" ? "lab" : "other"].transport,
      }),
  };
}

/** One line of a listing: number, indices or index, and how it stands. */
export function said(line: Listed): string {
  if (line.kind === "waiting") return `${line.job.id}${JSON.stringify(line.part.indices)} ${line.reason}`;
  if (line.kind === "removed") return `${line.job.id}${JSON.stringify(line.removed.indices)} ${line.removed.outcome}`;
  const { index, state, outcome } = line.element;
  return `${line.job.id}_${index} ${outcome ?? state}`;
}
