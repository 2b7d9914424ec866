/** Owns how a job is submitted whose resources are for the caller's own processes. */

import type { Attended } from "../model/attended.ts";
import type { Element, Submission } from "../model/job.ts";
import type { Launch, TimelineRow } from "../model/launch.ts";
import type { Means } from "./means.ts";
import { submit } from "./submit.ts";

/** Keeps the submission and looks once whether it can start. */
export async function attend(means: Means, submission: Submission): Promise<Attended> {
  const { store, engine } = means;
  const job = await submit(means, { ...submission, attended: true });
  const early: TimelineRow[] = [];
  let hear = (row: TimelineRow): void => void early.push(row);
  let told = (_: Launch | null): void => undefined;
  const launch = new Promise<Launch | null>((resolve) => {
    told = resolve;
  });
  const granted = new Promise<Element | null>((resolve) => {
    const begun = (): void => resolve(store.elements.aliveOf(job.id)[0] ?? null);
    const finished = (): void => {
      // Nobody attends to what is over, or to a job that was kept without a command.
      engine.release(job.id, { code: null, signal: null });
      resolve(null);
      told(null);
    };
    const taken = (asked: Launch): void => {
      told(asked);
      begun();
    };
    engine.claim(job.id, { granted: taken, order: (row) => hear(row) });
    engine.watch(job.id, { started: begun, ended: () => undefined, finished });
  });
  await nextLook();
  return {
    job,
    waits: store.waiting.of(job.id).length > 0,
    granted,
    launch,
    onOrder(tell) {
      hear = tell;
      for (const row of early.splice(0)) tell(row);
    },
    end: (how) => engine.release(job.id, how),
  };
}

/** The loop's next turn was asked for before this and comes first. */
function nextLook(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
