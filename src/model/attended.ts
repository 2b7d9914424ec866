/** Owns what a command knows of a job that it attends: the resources are for processes on the caller's terminal. */

import type { Element, Job } from "./job.ts";
import type { Launch, TimelineRow } from "./launch.ts";

/** How the work came to its end. */
export interface AttendedEnd {
  readonly code: number | null;
  readonly signal: number | null;
  /** Processes that were killed for want of memory; none where it is left out. */
  readonly memoryKills?: number;
}

export interface Attended {
  readonly job: Job;
  /** Whether it could not start at once. */
  readonly waits: boolean;
  /** Its element when it has its resources; null when it was removed before. */
  readonly granted: Promise<Element | null>;
  /** The environment and directory that a batch job would have had, when its files are made; null like `granted`. */
  readonly launch: Promise<Launch | null>;
  /** Calls back with what is due for the processes: the time limit, a cancellation, a signal. Also what was due before. */
  onOrder(hear: (row: TimelineRow) => void): void;
  /** The processes have ended: the resources are free. */
  end(how: AttendedEnd): void;
}
