/** Owns what callers of one daemon meet: all commands, its own ones, and who they are. */

import { systemClock } from "../model/clock.ts";
import { RefusedError } from "../model/errors.ts";
import { packageVersion } from "../relay/facts.ts";
import { checkBackup, type Restored, restore } from "../store/backup.ts";
import type { Store } from "../store/store.ts";
import type { TargetBook } from "./away.ts";
import type { Cluster } from "./cluster.ts";
import type { Place } from "./daemon-options.ts";
import { destined } from "./destination.ts";
import { type FrontDoor, openFrontDoor } from "./front-door.ts";
import { machineGauge } from "./machine-use.ts";
import { ownCommands } from "./own-commands.ts";
import { targetCommand } from "./target-command.ts";
import { traceCommand } from "./trace-command.ts";
import { createUsers } from "./users.ts";

interface Doorway extends Place {
  readonly cluster: Cluster;
  readonly targets: TargetBook;
  readonly store: Store;
  readonly retire: (asking: number, last?: () => void) => Promise<void>;
  readonly moved: () => void;
}

/** Opens the way in for every command. */
export function openDoor(doorway: Doorway): Promise<FrontDoor> {
  const { options, paths, cluster, configuration, store, targets, retire, moved } = doorway;
  const version = packageVersion();
  const own = ownCommands({
    ...{ pid: options.pid, version, retire: () => retire(1), storeSize: store.size, backUp: store.backUp },
    stateDirectory: paths.directory,
    startedAt: systemClock.now(),
    counts: cluster.counts,
    reload() {
      configuration.refresh();
      return configuration.trouble();
    },
    async restore(path) {
      checkBackup(path);
      const replaced: Restored[] = [];
      const put = () => replaced.push(restore({ from: path, to: paths.store, now: systemClock.now() }));
      await retire(1, put);
      const [restored] = replaced;
      if (!restored) throw new RefusedError("the daemon was told to end at the same time; try again");
      return restored;
    },
  });
  const notice = () => {
    configuration.refresh();
    return configuration.trouble().map((line) => `${line}; what held before goes on`);
  };
  const gauge = machineGauge();
  const house = {
    ...{
      commands: [...options.commands, ...own, targetCommand(targets, cluster, store), traceCommand(store)],
      build: version,
      verbs: cluster.verbs,
      log: options.log,
    },
    ...{
      clock: systemClock,
      users: createUsers(options.env.HEADNODE_USER_HOME),
      machineUse: () => ({ ...gauge(), machines: cluster.machineUses() }),
      notice,
      able() {
        store.present();
        cluster.heed();
      },
      memoryGroup: cluster.memoryGroup,
      elsewhere: {
        own: paths.directory,
        runners: () => cluster.machines().flatMap(({ facts }) => facts?.own ?? []),
        directoryOf: (job: number) => store.jobs.head(job)?.submitDirectory ?? null,
      },
    },
    verbsFor: (variable: (name: string) => string | undefined) => destined(cluster.verbs, variable, targets),
  };
  return openFrontDoor(paths.socket, house, moved);
}
