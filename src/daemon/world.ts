/** Owns what the phases of the loop share: everything one open cluster consists of. */

import type { Backend } from "../backends/backend.ts";
import type { Forwarding } from "../forwarding/forwarding.ts";
import type { Clock } from "../model/clock.ts";
import type { ClusterDescription } from "../model/cluster.ts";
import type { ForwardTarget } from "../model/forwarding.ts";
import type { Policy } from "../model/scheduling.ts";
import type { Store } from "../store/store.ts";
import type { Affinity } from "./affinity.ts";
import type { Ahead } from "./ahead.ts";
import type { Desk } from "./desk.ts";
import type { Errands } from "./errands.ts";
import type { LoadWatch } from "./load-watch.ts";
import type { Mail } from "./mail.ts";
import type { Notes } from "./notes.ts";
import type { Outfit } from "./outfit.ts";
import type { PlainHosts } from "./plain-hosts.ts";
import type { Plans } from "./plans.ts";
import type { Queue } from "./queue.ts";
import type { Running } from "./running.ts";
import type { SpareDirectories } from "./spare-directories.ts";
import type { Watchers } from "./watchers.ts";

export interface World {
  readonly store: Store;
  readonly clock: Clock;
  readonly description: ClusterDescription;
  readonly policy: Policy;
  readonly queue: Queue;
  readonly running: Running;
  /** Elements that wait, and are in the backend's hands already. */
  readonly ahead: Ahead;
  readonly plans: Plans;
  readonly outfit: Outfit;
  readonly notes: Notes;
  readonly errands: Errands;
  /** What nobody waits for: directories of ended starts. */
  readonly chores: Errands;
  readonly spares: SpareDirectories;
  readonly desk: Desk;
  /** Machines without a scheduler on which jobs are started. */
  readonly hosts: PlainHosts;
  readonly targets: () => readonly ForwardTarget[];
  /** Jobs that are handed to targets. */
  readonly forwarding: Forwarding;
  readonly mail: Mail;
  /** Keys of starts that are in the store and not yet handed to the backend. */
  readonly launching: Set<string>;
  readonly watchers: Watchers;
  /** The backend of the moment. */
  readonly backend: () => Backend;
  readonly affinity: Affinity;
  readonly loadWatch: LoadWatch;
  readonly log: (line: string) => void;
}

/** Something to be done once the turn's transaction is on its way to disk. */
export type Effect = () => void;
