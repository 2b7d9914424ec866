/** Owns what the daemon asks of a dialect: how a job of it is started, judged and stopped. All pure. */

import type { ClusterDescription } from "../model/cluster.ts";
import type { DialectName, Element, Job, Outcome } from "../model/job.ts";
import type { Ending, Launch, StartFailure, TimelineRow } from "../model/launch.ts";
import type { JobHead } from "../model/verbs.ts";
import type { Letter, Occasion, Subject } from "./mail.ts";

/** What starts of one job have in common: those of elements that go to the same node and were not changed alone. */
export interface Kin {
  readonly job: Job;
  readonly element: Pick<Element, "node" | "shares">;
  readonly cluster: ClusterDescription;
  /** The copy of the script in the state directory, mode 0700; empty where there is none. */
  readonly scriptPath: string;
  /** Directory of the shims this job should find first on PATH; empty to leave PATH alone. */
  readonly shims: string;
  /** Whether every login shell finds the family's commands anyway, because they lie where the system's own do. */
  readonly shimsInstalled: boolean;
  /** Facts of the machine; a dialect does no I/O of its own. */
  readonly machine: { readonly arch: string; readonly hostName: string };
}

/** One start of one element. */
export interface Start extends Kin {
  readonly element: Element;
  /** A directory of this start's own, which is removed after the end. */
  readonly directory: string;
  /** What such a function finds, worked out for the first start of its kin and remembered for the others. */
  readonly once: <T>(find: (kin: Kin) => T) => T;
}

/** What is to be made before a launch, and the launch. */
export interface StartPlan {
  readonly launch: Launch;
  /** Said on the job's stderr when its directory is not there and the fallback is used; empty for nothing. */
  readonly fallbackNotice: string;
  /** Directories to make (parents too), before the start. */
  readonly makeDirectories: readonly string[];
  /** Of these, the job's own that others may look into (0755); left out: none. */
  readonly openDirectories?: readonly string[];
  /** Directories of the job's own to be removed with all content after its end. */
  readonly removeDirectories: readonly string[];
  /** Small files to write before the start: the host file of a parallel environment. */
  readonly writeFiles: readonly {
    readonly path: string;
    readonly text: string | Uint8Array;
    readonly mode: number;
  }[];
}

/** What an end or a failed start means. */
export type Verdict =
  | {
      readonly kind: "ended";
      readonly outcome: Outcome;
      readonly code: number | null;
      readonly signal: number | null;
      readonly remark: string /** A line for the job's stderr file. */;
      readonly notice: string;
    }
  /** Waits again: at `at` (epoch ms), or on hold with an error for somebody to clear. */
  | {
      readonly kind: "again";
      readonly at: number;
      readonly error: string | null;
      readonly remark: string;
      /** What is said of the run that ended; left out: that it was queued again. */
      readonly outcome?: Outcome;
    };

/** Why a running element is stopped. */
export type StopReason = "cancel" | "requeue" | "deadline" | "force" | "nodeFailure";

export interface Dialect {
  readonly name: DialectName;
  /** What the spooled copy of a job's script is called: scripts look at `$0`. */
  scriptName(job: number): string;
  /** How this start goes. */
  plan(start: Start): StartPlan;
  /** What this end means. `stopped`: somebody asked for it. `now`: epoch ms. */
  judge(ended: {
    readonly start: Start;
    readonly ending: Ending;
    readonly stopped: StopReason | null;
    readonly now: number;
  }): Verdict;
  /** What a start that failed means. */
  judgeFailure(failed: { readonly start: Start; readonly failure: StartFailure; readonly now: number }): Verdict;
  /** Signals and notices that bring a running element to its end. */
  stop(start: Start, why: StopReason): readonly TimelineRow[];
  /** The rows of the time limit, from now on, after a change of the limit; `elapsed` in ms. */
  limits(start: Start, elapsed: number): readonly TimelineRow[];
  /** The mail that the job wants to be sent about what happened; null for none. */
  mail?(occasion: Occasion, about: Subject): Letter | null;
  /** The mail about a job that waits for what can no longer happen; null for none. */
  strandedMail?(job: JobHead): Letter | null;
  /** Whether the time limit stands still while an element is suspended. */
  readonly pausesLimits?: boolean;
}
