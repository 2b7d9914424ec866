/**
 * Owns a real cluster as a place for jobs: what its family's driver says, run over a transport. It knows no store: what it
 * is asked it answers, or it says that the target is silent.
 */

import type { Driver, Line, LineReply, Trouble } from "../language/driver.ts";
import type { ForwardTarget, NativeOrder, Sighting } from "../model/forwarding.ts";
import { countIndices, type Indices, withoutIndices } from "../model/indices.ts";
import type { SiteProfile } from "../model/site-profile.ts";
import { type Part, partOf, repliesIn, scriptOf, shellWord } from "./dialogue.ts";
import { brokenOff, dropReceiptPart, isAnswer, readReceiptPart, receiptPart, type SubmitAsk } from "./receipts.ts";
import type { Transport } from "./transports.ts";

/** Nobody knows anything new: the target could not be reached, or its scheduler did not answer. */
export interface Silent {
  readonly kind: "silent";
  readonly why: string;
  /** Nobody was reached: nothing of what was asked was done. Left out: nobody knows. */
  readonly untouched?: boolean;
}

/** `pending`: it is still at work there, or nobody knows yet whether it came through. */
export type SubmitAnswer =
  | { readonly kind: "accepted"; readonly native: string }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "pending"; readonly why: string };

/** `cannot`: the family has no command for it. */
export type OrderAnswer =
  | { readonly kind: "done" | "gone" | "cannot" }
  | { readonly kind: "refused"; readonly why: string };

/** A job that is looked for, with those of its elements that are not known to have ended (null: a plain job). */
export interface Watched {
  readonly native: string;
  readonly alive: Indices | null;
}

export interface TargetCluster {
  /** The same mark is never submitted twice, however often it is asked for. */
  submit(asks: readonly SubmitAsk[]): Promise<readonly SubmitAnswer[] | Silent>;
  /** Looks whether a submission that was given up came through all the same. */
  lookUp(marks: readonly string[]): Promise<readonly (SubmitAnswer | { readonly kind: "never" })[] | Silent>;
  /** One question for all jobs; the accounts are asked for what has ended. */
  look(
    watched: readonly Watched[],
  ): Promise<{ readonly kind: "seen"; readonly sightings: readonly Sighting[] } | Silent>;
  order(orders: readonly NativeOrder[]): Promise<readonly OrderAnswer[] | Silent>;
  /** What is there, in words. */
  probe(): Promise<{ readonly kind: "there"; readonly what: string } | Silent>;
  /** What the cluster has and allows. */
  profile(): Promise<SiteProfile | Silent>;
  /** headnode's own directory there. */
  root(): Promise<string | Silent>;
  /** Receipts that are no longer needed. */
  drop(marks: readonly string[]): void;
  readonly transport: Transport;
}

export interface ClusterPlace {
  readonly target: ForwardTarget;
  readonly driver: Driver;
  readonly transport: Transport;
  /** Said before anything else there. */
  readonly before: readonly string[];
  /** headnode's own directory there; null: `.headnode` in the home of the login. */
  readonly root: string | null;
  /** Epoch ms. */
  readonly now: () => number;
  /** The path under which a command is called there. */
  readonly locate: (command: string) => string;
}

/** So long may the place take for an answer, in milliseconds. */
const patienceMs = 90_000;
const submissionMs = 240_000;

export function createTargetCluster(place: ClusterPlace): TargetCluster {
  const dropped = new Set<string>();
  const doubts = new Map<string, number>();
  const cleared = new Set<string>();
  let known = place.root;
  const talk = async (parts: readonly Part[], timeoutMs = patienceMs): Promise<readonly LineReply[] | Silent> => {
    const leaving = known === null ? [] : [...dropped];
    const drops = leaving.map((mark) => dropReceiptPart(mark, shellWord(known ?? "")));
    const ran = await place.transport.run(scriptOf([...place.before, ...drops, ...parts]), timeoutMs);
    if (ran.kind === "unreachable") return { kind: "silent", why: ran.why, untouched: !ran.began };
    const replies = repliesIn(ran.out);
    if (replies === null || replies.length !== parts.length)
      return {
        kind: "silent",
        why: `the connection broke: ${ran.err.trim().split("\n").at(-1) || `sh ended with ${ran.code}`}`,
      };
    for (const mark of leaving) dropped.delete(mark);
    return replies;
  };
  const root = async (): Promise<string | Silent> => {
    if (known !== null) return known;
    const replies = await talk(['cd "$HOME" && hn_run pwd']);
    if (isSilent(replies)) return replies;
    known = `${replies[0]?.out.trim()}/.headnode`;
    return known;
  };
  const ask = (lines: readonly Line[]) => talk(lines.map((line) => partOf(called(place, line))));
  const withRoot = async <T>(work: (own: string) => Promise<T | Silent>): Promise<T | Silent> => {
    const own = await root();
    return typeof own === "string" ? work(shellWord(own)) : own;
  };
  return {
    transport: place.transport,
    drop: (marks) => marks.forEach((mark) => void dropped.add(mark)),
    root,
    submit: (asks) => withRoot((own) => submit({ ...place, talk, ask, own, doubts, cleared }, asks)),
    lookUp: (marks) => withRoot((own) => lookUp({ ...place, talk, ask, own, doubts, cleared }, marks)),
    look: (watched) => look({ ...place, ask }, watched),
    order: (orders) => order({ ...place, ask }, orders),
    async profile() {
      const first = await ask(place.driver.profile.first());
      if (isSilent(first)) return first;
      const further = await ask(place.driver.profile.further(first));
      return isSilent(further) ? further : place.driver.profile.read(first, further);
    },
    async probe() {
      const replies = await ask([place.driver.probe()]);
      if (isSilent(replies)) return replies;
      const probed = place.driver.probed(replies[0] ?? nothing);
      return probed.kind === "there" ? probed : { kind: "silent", why: probed.why };
    },
  };
}

/** Whether nothing was learnt. */
export function isSilent(answer: unknown): answer is Silent {
  return typeof answer === "object" && answer !== null && "kind" in answer && answer.kind === "silent";
}

interface Asking extends ClusterPlace {
  readonly ask: (lines: readonly Line[]) => Promise<readonly LineReply[] | Silent>;
}

interface Talking extends Asking {
  readonly talk: (parts: readonly Part[], timeoutMs?: number) => Promise<readonly LineReply[] | Silent>;
  /** The own directory, as a word of the shell. */
  readonly own: string;
  /** Marks that certainly nothing there has. */
  readonly cleared: Set<string>;
  /** Since when marks are looked for and not found, epoch ms. */
  readonly doubts: Map<string, number>;
}

const nothing: LineReply = { code: 1, out: "", err: "" };

function called({ target, locate }: ClusterPlace, { argv: [command = "", ...args], variables }: Line): Line {
  return { argv: [locate(command), ...args], variables: { ...target.variables, ...variables } };
}

async function submit(place: Talking, asks: readonly SubmitAsk[]): Promise<readonly SubmitAnswer[] | Silent> {
  const parts = asks.map((asked) =>
    asked.again && !place.cleared.has(asked.mark)
      ? readReceiptPart(asked.mark, place.own)
      : receiptPart({ ...asked, line: called(place, asked.line) }, place.own),
  );
  const replies = await place.talk(parts, submissionMs);
  if (isSilent(replies)) return replies;
  const read = await readReceipts(
    place,
    asks.map(({ mark }) => mark),
    replies,
  );
  if (isSilent(read)) return read;
  // It certainly never came: what is left of it is cleared away, and it is asked for again.
  return read.map((one) =>
    one.kind === "never" ? { kind: "pending", why: "the submission was broken off; it is made again" } : one,
  );
}

async function lookUp(place: Talking, marks: readonly string[]): Promise<readonly (SubmitAnswer | Never)[] | Silent> {
  const replies = await place.talk(marks.map((mark) => readReceiptPart(mark, place.own)));
  return isSilent(replies) ? replies : readReceipts(place, marks, replies);
}

interface Never {
  readonly kind: "never";
}

async function readReceipts(
  place: Talking,
  marks: readonly string[],
  replies: readonly LineReply[],
): Promise<readonly (SubmitAnswer | Never)[] | Silent> {
  const answers: (SubmitAnswer | Never)[] = [];
  for (const [at, mark] of marks.entries()) {
    const reply = replies[at] ?? nothing;
    if (!isAnswer(reply) && reply.code !== brokenOff) {
      answers.push({ kind: "pending", why: "the target's own command is still at work" });
      continue;
    }
    const said = isAnswer(reply) ? place.driver.submitted(reply) : ({ kind: "later", why: "broken off" } as const);
    if (said.kind !== "later") answers.push(said);
    else {
      const found = await searched(place, mark, said);
      if (isSilent(found)) return found;
      answers.push(found);
    }
  }
  return answers;
}

/** Nobody had an answer, or the answer was that there was none in time: the cluster itself is asked for the mark. */
async function searched(place: Talking, mark: string, said: Trouble): Promise<SubmitAnswer | Never | Silent> {
  const replies = await place.ask(place.driver.find(mark));
  if (isSilent(replies)) return replies;
  const found = place.driver.found(replies, mark);
  if (found.kind !== "found") return { kind: "silent", why: found.why };
  if (found.native !== null) return { kind: "accepted", native: found.native };
  // A request that was cut off may still be in somebody's queue.
  const since = place.doubts.get(mark) ?? place.now();
  place.doubts.set(mark, since);
  if (place.now() - since < doubtMs) return { kind: "pending", why: said.why };
  const dropped = await place.talk([`${dropReceiptPart(mark, place.own)}; hn_tell 0 /dev/null /dev/null`]);
  if (isSilent(dropped)) return dropped;
  place.doubts.delete(mark);
  place.cleared.add(mark);
  return said.why === "broken off" ? { kind: "never" } : { kind: "pending", why: said.why };
}

/** Milliseconds after which what was not found will not come any more. */
const doubtMs = 20_000;

async function look(
  place: Asking,
  watched: readonly Watched[],
): Promise<{ readonly kind: "seen"; readonly sightings: readonly Sighting[] } | Silent> {
  const { driver } = place;
  const natives = watched.map(({ native }) => native);
  const replies = await place.ask([driver.query(natives)]);
  if (isSilent(replies)) return replies;
  const seen = driver.seen(replies[0] ?? nothing, natives);
  if (seen.kind !== "seen") return { kind: "silent", why: seen.why };
  const asked = watched.filter((one) => isOpen(one, seen.sightings)).map(({ native }) => native);
  if (asked.length === 0) return seen;
  const accounts = await place.ask(driver.account(asked));
  if (isSilent(accounts)) return accounts;
  const kept = driver.accounted(accounts, asked);
  // Without accounts what the queue says must do.
  return kept.kind === "seen" ? { kind: "seen", sightings: merged(seen.sightings, kept.sightings) } : seen;
}

/** Whether the queue leaves something open of what is not known to have ended: its end, or all of it. */
function isOpen({ native, alive }: Watched, sightings: readonly Sighting[]): boolean {
  const own = sightings.filter((one) => one.native === native);
  if (own.some((one) => one.kind === "ended" && one.usage === null)) return true;
  if (alive === null) return own.length === 0;
  return countIndices(withoutIndices(alive, seenIndices(own))) > 0;
}

/** The elements that sightings are of. */
export function seenIndices(sightings: readonly Sighting[]): Indices {
  const all = sightings.flatMap((one): Indices => {
    if ("indices" in one) return one.indices ?? [];
    return one.index === null ? [] : [[one.index, one.index]];
  });
  return [...all].sort(([a], [b]) => a - b);
}

/** What the accounts say of an end is fuller than what the queue says; of what lives the queue knows better. */
function merged(queue: readonly Sighting[], accounts: readonly Sighting[]): readonly Sighting[] {
  const key = (one: Sighting) => `${one.native}.${"index" in one ? one.index : "all"}`;
  const living = new Set(queue.filter(({ kind }) => kind === "running").map(key));
  const waiting = queue.filter(({ kind }) => kind === "waiting");
  const isWaiting = (one: Sighting) =>
    waiting.some(
      (other) =>
        other.native === one.native &&
        "indices" in other &&
        (other.indices === null ||
          ("index" in one &&
            other.indices.some(([first, last]) => first <= (one.index ?? -1) && (one.index ?? -1) <= last))),
    );
  const full = accounts.filter((one) => !living.has(key(one)) && !isWaiting(one));
  const known = new Set(full.map(key));
  return [...queue.filter((one) => !known.has(key(one))), ...full];
}

async function order(place: Asking, orders: readonly NativeOrder[]): Promise<readonly OrderAnswer[] | Silent> {
  const lines = orders.map((one) => place.driver.order(one));
  const known = lines.filter((line) => line !== null);
  const replies = known.length === 0 ? [] : await place.ask(known);
  if (isSilent(replies)) return replies;
  let at = 0;
  const answers: OrderAnswer[] = [];
  for (const line of lines) {
    const answer = line === null ? ({ kind: "cannot" } as const) : place.driver.ordered(replies[at++] ?? nothing);
    if (answer.kind === "later") return { kind: "silent", why: answer.why };
    answers.push(answer);
  }
  return answers;
}
