/** Owns one monitor at work: state, jobs and the link to the daemon, and who is told when there is something else to draw. */

import type { QueueEvent, WatchedJob } from "../model/watch.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import type { Link, Subscription } from "./link.ts";
import type { LogPicture } from "./log-view.ts";
import { createOffice, type Detail } from "./office.ts";
import { createAsker } from "./parts.ts";
import { reduce } from "./reducer.ts";
import { arrangementOf, type Happening, type State } from "./state.ts";
import { createThroughput, heard, noUsageYet, type Throughput, type Usage } from "./usage.ts";
import { nowhere, type Surroundings } from "./words.ts";

/** All that a frame is drawn from. */
export interface Picture {
  readonly state: State;
  readonly jobs: Jobs;
  readonly around: Surroundings;
  readonly detail: Detail | null;
  readonly log: LogPicture | null;
  readonly usage: Usage;
  readonly throughput: Throughput;
}

export interface Session {
  happen(happening: Happening): void;
  picture(): Picture;
  /** Calls back when there is something else to draw; `urgent` when a key was pressed. */
  onChange(changed: (urgent: boolean) => void): void;
  /** Resolves when the snapshot is there. */
  readonly ready: Promise<void>;
  close(): void;
}

export interface SessionOptions {
  readonly link: Link;
  readonly first: State;
  readonly quit: () => void;
  readonly now: () => number;
}

/** Begins to listen at once. */
export function openSession({ link, first, quit, now }: SessionOptions): Session {
  const jobs = createJobs(arrangementOf(first));
  const throughput = createThroughput();
  const ready = latch();
  const hold = { state: first, cluster: nowhere.cluster, usage: noUsageYet };
  let changed: (urgent: boolean) => void = () => undefined;

  const happen = (happening: Happening): void => {
    const { state, errands } = reduce(hold.state, happening, jobs);
    hold.state = state;
    for (const errand of errands) {
      if (errand.kind === "arrange") jobs.arrange(errand.how);
      else office.perform(errand);
    }
    office.heed(state, happening.kind === "resized");
    usageWatch(state.screen === "usage");
    ask(state, none);
    changed(happening.kind === "key" || happening.kind === "resized");
  };
  const office = createOffice({
    ...{ link, quit, rows: () => Math.max(1, hold.state.size.rows - 3), changed: (urgent) => changed(urgent) },
    say: (text, bad) => happen({ kind: "said", text, bad }),
  });
  const ask = createAsker(link, jobs, (look) => happen({ kind: "looked", look }));
  const usageWatch = switched(() =>
    link.watchUsage((event) => {
      hold.usage = heard(hold.usage, event);
      changed(false);
    }),
  );
  const hear = (event: QueueEvent): void => {
    if (event.kind === "cluster") hold.cluster = event.cluster;
    else if (event.kind === "reasons") jobs.explain(event.reasons);
    else if (event.kind === "jobs") {
      if (hold.state.whole) for (const job of event.jobs) throughput.add(endedNow(jobs.get(job.head.id), job), now());
      jobs.put(event.jobs);
      jobs.remove(event.gone);
    }
    if (event.kind === "whole") ready.open();
    if (event.kind === "whole") happen({ kind: "whole" });
    else if (hold.state.whole) happen({ kind: "moved" });
    if (event.kind !== "jobs" || !hold.state.whole) return;
    const moved = new Set(event.jobs.map(({ head }) => head.id));
    ask(hold.state, moved);
    office.moved(hold.state, moved);
  };
  const watching = insist(
    () => link.watchQueue(hear),
    (why) => {
      if (why !== "") happen({ kind: "said", text: why, bad: true });
      happen({ kind: "lost" });
    },
  );
  return {
    ...{ happen, ready: ready.opened },
    picture: () => ({
      ...{ state: hold.state, jobs, around: { cluster: hold.cluster, now: now() }, usage: hold.usage, throughput },
      ...{ detail: office.detail(), log: office.log() },
    }),
    onChange(callBack) {
      changed = callBack;
    },
    close() {
      office.close();
      usageWatch(false);
      watching.close();
    },
  };
}

const none: ReadonlySet<number> = new Set();

function latch(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function endedNow(before: WatchedJob | undefined, after: WatchedJob): number {
  const ended = ({ done, failed }: WatchedJob["tally"]): number => done + failed;
  return Math.max(0, ended(after.tally) - (before ? ended(before.tally) : 0));
}

/** A subscription that is there as long as it is wanted. */
function switched(subscribe: () => Subscription): (wanted: boolean) => void {
  let subscription: Subscription | null = null;
  return (wanted) => {
    if (!wanted) subscription?.close();
    subscription = wanted ? (subscription ?? subscribe()) : null;
  };
}

const reconnectMs = 1_000;

/** A subscription that is made again when the daemon goes away. */
function insist(subscribe: () => Subscription, lost: (why: string) => void): { close(): void } {
  const hold: { closed: boolean; subscription: Subscription | null } = { closed: false, subscription: null };
  const begin = (): void => {
    if (hold.closed) return;
    hold.subscription = subscribe();
    const again = (why: string): void => {
      if (hold.closed) return;
      lost(why);
      setTimeout(begin, reconnectMs);
    };
    hold.subscription.over.then(
      () => again(""),
      (error: unknown) => again(error instanceof Error ? error.message : String(error)),
    );
  };
  begin();
  return {
    close() {
      hold.closed = true;
      hold.subscription?.close();
    },
  };
}
