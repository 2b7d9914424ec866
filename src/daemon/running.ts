/** Owns the elements that were started and have not ended, in memory, by the key of their start. */

import { type ClusterDescription, totals } from "../model/cluster.ts";
import { eachIndex, readIndices } from "../model/indices.ts";
import { launchKey, withOwn } from "../model/job.ts";
import { needOf } from "../model/need.ts";
import type { Holding } from "../model/scheduling.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Store } from "../store/store.ts";

/** An element that runs, and what it holds. */
export interface RunningElement {
  readonly key: string;
  readonly element: StoredElement;
  readonly holding: Holding;
  /** It runs at a target, and holds nothing here. */
  readonly away: boolean;
}

export interface Running {
  /** Reads everything anew. */
  load(): void;
  /** Reads what runs of one job anew. */
  refresh(job: number): void;
  /** The element was changed in the store. */
  update(element: StoredElement): void;
  remove(key: string): void;
  get(key: string): RunningElement | null;
  values(): Iterable<RunningElement>;
  holding(): Holding[];
  count(): number;
}

/** What runs, as a store has it; empty until it is loaded. */
export function createRunning(store: Store, describe: () => ClusterDescription): Running {
  const elements = new Map<string, RunningElement>();
  const update = (element: StoredElement): void => {
    const key = launchKey(element);
    const away = store.jobs.head(element.job)?.target !== undefined;
    elements.set(key, { key, element, holding: holdingOf(store, describe(), element), away });
  };
  const refresh = (job: number): void => store.elements.aliveOf(job).forEach(update);
  return {
    load() {
      elements.clear();
      store.elements.alive().forEach(update);
    },
    refresh,
    update,
    remove: (key) => void elements.delete(key),
    get: (key) => elements.get(key) ?? null,
    values: () => elements.values(),
    holding: () => [...elements.values()].flatMap(({ holding, away }) => (away ? [] : [holding])),
    count: () => elements.size,
  };
}

function holdingOf(store: Store, description: ClusterDescription, element: StoredElement): Holding {
  const shared = store.jobs.head(element.job);
  const head = shared && withOwn(shared, element);
  return {
    job: element.job,
    index: element.index,
    node: element.node,
    need: head ? needOf(head.need, element) : { ...totals(description), nodes: 1, wallTime: Number.POSITIVE_INFINITY },
    cpuList: [...eachIndex(readIndices(element.cpuList))],
    gpuList: element.gpuList,
    queue: element.queue ?? head?.queue ?? "",
    ...(element.shares ? { shares: element.shares } : {}),
    startedAt: element.startedAt ?? 0,
  };
}
