/** Owns what the cluster of this machine is made of: its description, its processors, its post office, its jobs' outfit. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeCluster } from "../config/cluster.ts";
import type { Config } from "../config/config.ts";
import { systemClock } from "../model/clock.ts";
import { type ClusterDescription, totals } from "../model/cluster.ts";
import type { Store } from "../store/store.ts";
import { type Affinity, affinityOn, allowedCpus } from "./affinity.ts";
import type { TargetBook } from "./away.ts";
import { type Cluster, openCluster } from "./cluster.ts";
import type { Configuration } from "./configuration.ts";
import type { DaemonOptions, Place } from "./daemon-options.ts";
import { hostBook } from "./host-book.ts";
import { machineGauge } from "./machine-use.ts";
import { createOutfit } from "./outfit.ts";
import { createPostOffice, type PostOffice } from "./post-office.ts";
import { shimsFor } from "./shims.ts";
import { createSpareDirectories } from "./spare-directories.ts";
import { systemTimers } from "./timers.ts";

interface LocalPlace extends Place {
  readonly targets: TargetBook;
}

/** The cluster of this machine, as its config describes it. */
export function openLocalCluster(
  { options, paths, configuration, targets }: LocalPlace,
  store: Store,
): Promise<Cluster> {
  const { machine, env, log } = options;
  mkdirSync(paths.jobs, { recursive: true, mode: 0o700 });
  const native = env.HEADNODE_NATIVE !== "0";
  return openCluster({
    ...{ store, log, machine },
    clock: systemClock,
    timers: systemTimers,
    machineUse: machineGauge(),
    connect: options.connect(paths, configuration.current()),
    dialects: options.dialects,
    description: described(configuration.current(), options),
    jobsDirectory: paths.jobs,
    spares: createSpareDirectories(join(paths.directory, "spares")),
    affinity: affinityUnder(configuration, machine.cpus),
    ...shimsFor(native),
    targets,
    hosts: hostBook({ paths, env, store, config: configuration.current }),
    post: openPostOffice({ options, paths, configuration }).send,
    outfit: createOutfit({
      ...{ shims: fileURLToPath(new URL("../../shims", import.meta.url)), native },
      scratch: join(paths.directory, "scratch"),
      config: configuration.current,
    }),
  });
}

function openPostOffice({ options, paths, configuration }: Place): PostOffice {
  const { env, log } = options;
  return createPostOffice({
    ...{ log, path: env.PATH ?? "", outbox: join(paths.directory, "mail") },
    from: `headnode@${shortName(options.machine.hostName)}`,
    posting: () => {
      const { to, desktop } = configuration.current().mail;
      return { to: to ?? null, desktop: desktop ?? false };
    },
  });
}

/** Binds to the processors that this process may use; worked out anew when the config changes. */
function affinityUnder(configuration: Configuration, cpus: number): Affinity {
  const allowed = allowedCpus();
  const under = (config: Config): Affinity => affinityOn(allowed, usedCpus(config, cpus));
  let affinity = under(configuration.current());
  configuration.onChange((config) => {
    affinity = under(config);
  });
  return (cpuList) => affinity(cpuList);
}

/** Processors that the scheduler counts with; virtual nodes may have more than the machine. */
function usedCpus(config: Config, cpus: number): number {
  return totals(describeCluster(config, { host: "", cpus, memory: 0, gpus: 0 })).cpus;
}

/** A node is called by its name alone, without the domain. */
function shortName(hostName: string): string {
  return hostName.split(".", 1)[0] || "localhost";
}

/** The cluster on that machine. */
export function described(config: Config, { machine }: DaemonOptions): ClusterDescription {
  const { cpus, memory, gpus } = machine;
  return describeCluster(config, { host: shortName(machine.hostName), cpus, memory, gpus });
}
