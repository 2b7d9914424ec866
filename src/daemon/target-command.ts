/** Owns what the daemon does about targets: lists, keeps, forgets, chooses and tests them. */

import { setTimeout as pause } from "node:timers/promises";
import { isSilent } from "../backends/answers.ts";
import { beingReached } from "../backends/host.ts";
import type { Command } from "../language/command.ts";
import type { Reply } from "../language/context.ts";
import { RefusedError } from "../model/errors.ts";
import { type ForwardTarget, localTarget } from "../model/forwarding.ts";
import type { Store } from "../store/store.ts";
import type { TargetBook } from "./away.ts";
import type { Cluster } from "./cluster.ts";
import { machineLine } from "./machines.ts";

/** The command `target`: `list`, `put JSON`, `remove NAME`, `use NAME`, `test NAME`, `profile NAME`. */
export function targetCommand(targets: TargetBook, cluster: Cluster, store: Store): Command {
  const house: House = { targets, cluster, store };
  return {
    ...{ dialect: "headnode", name: "target" },
    wordError: (message) => `headnode: ${message}\n`,
    run: async ({ args: [what = "list", text = ""] }) => {
      const deed = deeds[what];
      if (!deed) throw new RefusedError(`the daemon knows nothing of target ${what}`);
      return deed(house, text);
    },
  };
}

interface House {
  readonly targets: TargetBook;
  readonly cluster: Cluster;
  readonly store: Store;
}

type Deed = (house: House, text: string) => Promise<Reply> | Reply;

const deeds: Readonly<Record<string, Deed>> = {
  list: (house) => ({ out: lines(house).join("") }),
  put(house, text) {
    const target: ForwardTarget = JSON.parse(text);
    refuseWritten(house, target.name);
    house.store.commit.durable(() => house.store.targets.put(target));
    house.cluster.forwarding.begin();
    house.cluster.retarget();
    return { out: `target ${target.name}: ${placeOf(target)}\n` };
  },
  remove(house, name) {
    refuseWritten(house, name);
    found(house, name);
    const busy = house.cluster.jobsOn(name);
    if (busy > 0) throw new RefusedError(`${busy} jobs are for ${name}: cancel them or wait for them first`);
    const [first, ...others] = house.store.forwarded.underWayAt(name);
    if (first) {
      const which = others.length === 0 ? `job ${first.job} is` : `job ${first.job} and ${others.length} more are`;
      throw new RefusedError(`${which} for ${name}: cancel or wait first`);
    }
    house.store.commit.durable(() => {
      house.store.targets.remove(name);
      if (house.store.targets.chosen() === name) house.store.targets.choose(null);
    });
    house.cluster.retarget();
    return { out: `target ${name} is forgotten\n` };
  },
  use(house, name) {
    if (name === "") return { out: `${house.targets.chosen() ?? localTarget}\n` };
    if (name !== localTarget) found(house, name);
    house.store.commit.durable(() => house.store.targets.choose(name === localTarget ? null : name));
    return { out: name === localTarget ? "jobs run here\n" : `jobs are handed to ${name} unless they say otherwise\n` };
  },
  async profile(house, name) {
    const cluster = house.targets.connect(found(house, name));
    const answer = await cluster.probe();
    const profile = isSilent(answer) ? answer : await cluster.profile();
    if (isSilent(profile)) throw new RefusedError(`${name} gives no answer: ${profile.why}`);
    return { out: JSON.stringify(profile) };
  },
  async test(house, name) {
    if (name === localTarget) return { out: "local: this machine\n" };
    if (found(house, name).kind === "hosts") return testMachines(house, name);
    const answer = await house.targets.connect(found(house, name)).probe();
    if (isSilent(answer)) throw new RefusedError(`${name} gives no answer: ${answer.why}`);
    return { out: `${name}: ${answer.what}\n` };
  },
};

/** Programs are compiled there at the first time. */
const patienceMs = 300_000;

async function testMachines({ cluster }: House, name: string): Promise<Reply> {
  const own = () => cluster.machines().filter(({ target }) => target.name === name);
  const isOpen = () => own().some(({ silence }) => silence?.why === beingReached);
  for (const until = Date.now() + patienceMs; isOpen() && Date.now() < until; ) await pause(50);
  const [lost, there] = [own().filter(({ silence }) => silence), own().filter(({ silence }) => !silence)];
  const out = there.map(machineLine).join("");
  if (lost.length === 0) return { out };
  return { out, err: lost.map((each) => `headnode: ${machineLine(each)}`).join(""), code: 1 };
}

function refuseWritten({ targets }: House, name: string): void {
  if (name === localTarget) throw new RefusedError(`${localTarget} is this machine, and always there`);
  if (targets.isWritten(name))
    throw new RefusedError(`${name} is in the config: change it there (headnode config show)`);
}

function found({ targets }: House, name: string): ForwardTarget {
  const target = targets.all().find((one) => one.name === name);
  if (!target) throw new RefusedError(`there is no target ${name}: see headnode target list`);
  return target;
}

function lines({ targets, cluster, store }: House): readonly string[] {
  const chosen = targets.chosen() ?? localTarget;
  const rows = targets.all().map((target) => {
    const state = cluster.forwarding.stateOf(target.name);
    if (target.kind === "hosts") return [target.name, placeOf(target), machinesStanding(cluster, target.name)] as const;
    const count = store.forwarded.countAt(target.name);
    const standing = state?.silentSince
      ? `unknown: silent since ${new Date(state.silentSince).toISOString().slice(0, 19)}Z (${state.why})`
      : `${count} job${count === 1 ? "" : "s"}`;
    return [target.name, placeOf(target), standing] as const;
  });
  const all = [[localTarget, "this machine", ""] as const, ...rows];
  const width = (at: 0 | 1) => Math.max(...all.map((row) => row[at].length));
  return all.map(([name, place, standing]) =>
    `${name === chosen ? "*" : " "} ${name.padEnd(width(0))}  ${place.padEnd(width(1))}  ${standing}`
      .trimEnd()
      .concat("\n"),
  );
}

function machinesStanding(cluster: Cluster, name: string): string {
  const own = cluster.machines().filter(({ target }) => target.name === name);
  const silent = own.filter(({ silence }) => silence).map(({ node, silence }) => `${node}: ${silence?.why}`);
  const said = `${own.length} machines, ${cluster.jobsOn(name)} jobs`;
  return silent.length === 0 ? said : `${said}; unknown: ${silent.join("; ")}`;
}

function placeOf({ kind, over, files }: ForwardTarget): string {
  return `${kind} over ${over}${files === "copy" ? ", files are copied" : ""}`;
}
