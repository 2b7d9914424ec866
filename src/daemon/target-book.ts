/** Owns which targets there are, of the config and by hand, and how each is reached. */

import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createTargetCluster, type TargetCluster } from "../backends/cluster.ts";
import { pathWithoutShims, realCommand } from "../backends/real-commands.ts";
import { transportOf } from "../backends/transports.ts";
import type { Config } from "../config/config.ts";
import { targetsOf } from "../config/targets.ts";
import { driverOf } from "../forwarding/drivers.ts";
import { systemClock } from "../model/clock.ts";
import { UnreachableError } from "../model/errors.ts";
import type { ForwardTarget } from "../model/forwarding.ts";
import type { Environment, StatePaths } from "../relay/state-directory.ts";
import type { Store } from "../store/store.ts";
import type { TargetBook } from "./away.ts";

export interface BookPlace {
  readonly store: Store;
  readonly paths: StatePaths;
  /** The daemon's own. */
  readonly env: Environment;
  readonly config: () => Config;
}

/** What the config says of a target counts; the store has the others. */
export function openTargetBook(place: BookPlace): TargetBook {
  const { store, config } = place;
  const all = (): readonly ForwardTarget[] => {
    const written = targetsOf(config());
    const names = new Set(written.map(({ name }) => name));
    return [...written, ...store.targets.all().filter(({ name }) => !names.has(name))];
  };
  return {
    all,
    isWritten: (name) => targetsOf(config()).some((one) => one.name === name),
    chosen: () => store.targets.chosen(),
    ofQueue: (queue) => config().queues.find(({ name }) => name === queue)?.target ?? null,
    connect: (target) => reach(target, place),
  };
}

function reach(target: ForwardTarget, { paths, env }: BookPlace): TargetCluster {
  const driver = driverOf(target);
  if (driver === null) throw new UnreachableError(`${target.name} has no scheduler`);
  const isHere = target.over === "here";
  const path = pathWithoutShims(target.variables.PATH ?? env.PATH ?? "");
  const transport = transportOf({
    ...{ over: target.over, sshOptions: target.sshOptions, directory: socketDirectory(paths) },
    environment: { ...callerEnvironment(env), PATH: path },
  });
  const locate = (command: string): string => {
    const found = isHere ? realCommand(command, path) : command;
    if (found === null) throw new UnreachableError(`there is no ${command} on this machine but headnode's own`);
    return found;
  };
  const own = join(paths.directory, "targets", target.name);
  return createTargetCluster({
    ...{ target, driver, transport, locate, now: systemClock.now },
    before: isHere ? [] : ["[ -r /etc/profile ] && . /etc/profile >/dev/null 2>&1"],
    root: target.directory || (isHere ? own : null),
  });
}

/** What a daemon was started with, without what only its own commands look at. */
export function callerEnvironment(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(HEADNODE|SLURM|SBATCH|SQUEUE|SACCT)_/.test(name)),
  );
}

/** The path of a kept connection's socket must be short, and ssh puts 60 characters behind it. */
const longest = 40;

export function socketDirectory(paths: StatePaths): string {
  const usual = join(dirname(paths.socket), "ssh");
  return usual.length <= longest ? usual : join(tmpdir(), `headnode-ssh-${process.getuid?.() ?? 0}`);
}
