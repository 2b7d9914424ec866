/** Owns what every verb is given. */

import type { Clock } from "../model/clock.ts";
import type { ClusterDescription } from "../model/cluster.ts";
import type { Store } from "../store/store.ts";
import type { Engine } from "./engine.ts";

export interface Means {
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly description: ClusterDescription;
}
