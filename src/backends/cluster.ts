/**
 * Owns a real cluster as a place for jobs: what its family's driver says, run over a transport. It knows no store: what it
 * is asked it answers, or it says that the target is silent.
 */

import type { Driver, Line, LineReply } from "../language/driver.ts";
import type { ForwardTarget, NativeOrder, Sighting } from "../model/forwarding.ts";
import { countIndices, type Indices, withoutIndices } from "../model/indices.ts";
import type { SiteProfile } from "../model/site-profile.ts";
import { isSilent, type Silent, type SubmitAnswer, type Talk } from "./answers.ts";
import { partOf, repliesIn, scriptOf, shellWord } from "./dialogue.ts";
import { dropReceiptPart, type SubmitAsk } from "./receipts.ts";
import { createSubmissions } from "./submissions.ts";
import type { Transport } from "./transports.ts";

/** `cannot`: the family has no command for it. */
export type OrderAnswer =
  | { readonly kind: "done" | "gone" | "cannot" }
  /** `later`: the scheduler there did not answer to this one. */
  | { readonly kind: "refused" | "later"; readonly why: string };

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

export function createTargetCluster(place: ClusterPlace): TargetCluster {
  const dropped = new Set<string>();
  let known = place.root;
  const talk: Talk = async (parts, { count = parts.length, timeoutMs = patienceMs } = {}) => {
    const leaving = known === null ? [] : [...dropped];
    const drops = leaving.map((mark) => dropReceiptPart(mark, shellWord(known ?? "")));
    const ran = await place.transport.run(scriptOf([...place.before, ...drops, ...parts]), timeoutMs);
    if (ran.kind === "unreachable") return { kind: "silent", why: ran.why, untouched: !ran.began };
    const replies = repliesIn(ran.out);
    if (replies === null || replies.length !== count)
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
  const submissions = createSubmissions({ driver: place.driver, now: place.now, talk, ask });
  const withRoot = async <T>(work: (own: string) => Promise<T | Silent>): Promise<T | Silent> => {
    const own = await root();
    return typeof own === "string" ? work(shellWord(own)) : own;
  };
  return {
    transport: place.transport,
    drop: (marks) => marks.forEach((mark) => void dropped.add(mark)),
    root,
    submit: (asks) =>
      withRoot((own) =>
        submissions.submit(
          asks.map((asked) => ({ ...asked, line: called(place, asked.line) })),
          own,
        ),
      ),
    lookUp: (marks) => withRoot((own) => submissions.lookUp(marks, own)),
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

interface Asking extends ClusterPlace {
  readonly ask: (lines: readonly Line[]) => Promise<readonly LineReply[] | Silent>;
}

const nothing: LineReply = { code: 1, out: "", err: "" };

function called({ target, locate }: ClusterPlace, { argv: [command = "", ...args], variables }: Line): Line {
  return { argv: [locate(command), ...args], variables: { ...target.variables, ...variables } };
}

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
    answers.push(line === null ? { kind: "cannot" } : place.driver.ordered(replies[at++] ?? nothing));
  }
  return answers;
}
