/** Owns what forwarding asks of a family: the command lines that a real cluster of it is told, and what its replies mean. Pure. */

import type { Dependency } from "../model/dependency.ts";
import type { NativeOrder, Sighting } from "../model/forwarding.ts";
import type { DialectName, Job } from "../model/job.ts";
import type { SiteProfile } from "../model/site-profile.ts";

/** One command to be run there, as words; `variables` are added to its environment. */
export interface Line {
  readonly argv: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** Stands for the name of whoever logs in there, which only the place knows. */
export const loginName = "{login}";

/** How a command ended, and what it said. */
export interface LineReply {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `later`: the cluster could not answer now; `refused`: it said no, and will say it again. */
export type Trouble =
  | { readonly kind: "later"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string };

/** A job's options before and after it is changed, as the submitting command takes them. */
export interface AlterationAsk {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Before when it is not to start, as a time (epoch ms) and from now; null: that does not change. */
  readonly begin: { readonly at: number; readonly inSeconds: number } | null;
}

export interface Driver {
  readonly name: DialectName;
  /** Commands that must be there. */
  readonly commands: readonly string[];
  /** Options that leave a mark on the job; `args` are those that it has already. */
  mark(mark: string, job: Pick<Job, "spec" | "dialect">, args: readonly string[]): readonly string[];
  /** Submits a script (a path there) or a command. */
  submit(asked: {
    readonly args: readonly string[];
    readonly program: readonly string[];
    readonly isScript: boolean;
  }): Line;
  submitted(reply: LineReply): { readonly kind: "accepted"; readonly native: string } | Trouble;
  /** Looks for jobs with marks, in the queue and in the accounts. */
  find(marks: readonly string[]): readonly Line[];
  /** The numbers of jobs by their marks, as far as there are any. */
  found(
    replies: readonly LineReply[],
    marks: readonly string[],
  ): { readonly kind: "found"; readonly natives: ReadonlyMap<string, string> } | Trouble;
  /** One look at all of these jobs. */
  query(natives: readonly string[]): Line;
  seen(
    reply: LineReply,
    natives: readonly string[],
  ): { readonly kind: "seen"; readonly sightings: readonly Sighting[] } | Trouble;
  /** Asks the accounts. */
  account(natives: readonly string[]): readonly Line[];
  accounted(
    replies: readonly LineReply[],
    natives: readonly string[],
  ): { readonly kind: "seen"; readonly sightings: readonly Sighting[] } | Trouble;
  /** Null: the family has no command for it. */
  order(order: NativeOrder): Line | null;
  ordered(reply: LineReply): { readonly kind: "done" } | { readonly kind: "gone" } | Trouble;
  /** The words that make a job what its options say `after`, if it is what they said `before`. */
  alteration(asked: AlterationAsk): { readonly words: readonly string[] } | { readonly cannot: string };
  /** Whether the family can wait for exactly this. */
  canWait(dependency: Dependency): boolean;
  /** Asks what the cluster has and allows: `further` is asked with the replies to `first`. */
  readonly profile: {
    first(): readonly Line[];
    further(replies: readonly LineReply[]): readonly Line[];
    read(first: readonly LineReply[], further: readonly LineReply[]): SiteProfile;
  };
  /** Asks what is there, for people. */
  probe(): Line;
  probed(reply: LineReply): { readonly kind: "there"; readonly what: string } | Trouble;
}
