/** Owns how submissions are made once and only once: by receipts, and by marks where a receipt was broken off. */

import type { Driver, Line, LineReply, Trouble } from "../language/driver.ts";
import { isSilent, type Silent, type SubmitAnswer, type Talk } from "./answers.ts";
import { brokenOff, dropReceiptPart, isAnswer, readReceiptPart, receiptsPart, type SubmitAsk } from "./receipts.ts";

/** It certainly never came. */
export interface Never {
  readonly kind: "never";
}

export interface Submissions {
  /** In the order of the asks; `root` is headnode's own directory there, as a word of the shell. */
  submit(asks: readonly SubmitAsk[], root: string): Promise<readonly SubmitAnswer[] | Silent>;
  lookUp(marks: readonly string[], root: string): Promise<readonly (SubmitAnswer | Never)[] | Silent>;
}

export interface SubmissionsOptions {
  readonly driver: Driver;
  /** Epoch ms. */
  readonly now: () => number;
  readonly talk: Talk;
  readonly ask: (lines: readonly Line[]) => Promise<readonly LineReply[] | Silent>;
}

/** So long may a batch take, in milliseconds. */
const submissionMs = 240_000;
/** Milliseconds after which what was not found will not come any more: a request may still be in somebody's queue. */
const doubtMs = 20_000;

export function createSubmissions(options: SubmissionsOptions): Submissions {
  const memory: Memory = { doubts: new Map(), cleared: new Set() };
  const { talk } = options;
  return {
    async submit(asks, root) {
      const fresh = asks.filter(({ again, mark }) => !again || memory.cleared.has(mark));
      const known = asks.filter((asked) => !fresh.includes(asked));
      const parts = known.map(({ mark }) => readReceiptPart(mark, root));
      const all = fresh.length > 0 ? [...parts, receiptsPart(fresh, root)] : parts;
      const replies = await talk(all, { count: asks.length, timeoutMs: submissionMs });
      if (isSilent(replies)) return replies;
      const byMark = new Map([...known, ...fresh].map(({ mark }, at) => [mark, replies[at] ?? nothing] as const));
      const read = await readAll(options, memory, { byMark, root });
      if (isSilent(read)) return read;
      return asks.map(({ mark }) => {
        const answer = read.get(mark) ?? undecided;
        return answer.kind === "never" ? { kind: "pending", why: "it never came; it is submitted again" } : answer;
      });
    },
    async lookUp(marks, root) {
      const replies = await talk(marks.map((mark) => readReceiptPart(mark, root)));
      if (isSilent(replies)) return replies;
      const byMark = new Map(marks.map((mark, at) => [mark, replies[at] ?? nothing] as const));
      const read = await readAll(options, memory, { byMark, root });
      return isSilent(read) ? read : marks.map((mark) => read.get(mark) ?? undecided);
    },
  };
}

interface Memory {
  /** Since when marks are looked for and not found, epoch ms. */
  readonly doubts: Map<string, number>;
  /** Marks that certainly nothing there has. */
  readonly cleared: Set<string>;
}

const nothing: LineReply = { code: brokenOff, out: "", err: "" };
const undecided: SubmitAnswer = { kind: "pending", why: "nobody knows yet" };

type Answers = ReadonlyMap<string, SubmitAnswer | Never>;

async function readAll(
  options: SubmissionsOptions,
  memory: Memory,
  { byMark, root }: { readonly byMark: ReadonlyMap<string, LineReply>; readonly root: string },
): Promise<Answers | Silent> {
  const answers = new Map<string, SubmitAnswer | Never>();
  const unclear = new Map<string, Trouble>();
  for (const [mark, reply] of byMark) {
    const atWork = !isAnswer(reply) && reply.code !== brokenOff;
    const said = isAnswer(reply) ? options.driver.submitted(reply) : broken;
    if (atWork) answers.set(mark, { kind: "pending", why: "the target's own command is still at work" });
    else if (said.kind === "later") unclear.set(mark, said);
    else answers.set(mark, said);
  }
  if (unclear.size === 0) return answers;
  const searched = await search(options, memory, { unclear, root });
  return isSilent(searched) ? searched : new Map([...answers, ...searched]);
}

const broken: Trouble = { kind: "later", why: "it was broken off" };

/** Nobody had an answer, or the answer was that there was none in time: the cluster itself is asked for the marks, once for all. */
async function search(
  { driver, ask, talk, now }: SubmissionsOptions,
  { doubts, cleared }: Memory,
  { unclear, root }: { readonly unclear: ReadonlyMap<string, Trouble>; readonly root: string },
): Promise<Answers | Silent> {
  const marks = [...unclear.keys()];
  const replies = await ask(driver.find(marks));
  if (isSilent(replies)) return replies;
  const found = driver.found(replies, marks);
  if (found.kind !== "found") return { kind: "silent", why: found.why };
  const since = (mark: string): number => doubts.get(mark) ?? now();
  const missing = marks.filter((mark) => !found.natives.has(mark));
  for (const mark of missing) doubts.set(mark, since(mark));
  const gone = missing.filter((mark) => now() - since(mark) >= doubtMs);
  if (gone.length > 0) {
    const drops = gone.map((mark) => dropReceiptPart(mark, root)).join("; ");
    const dropped = await talk([`${drops}; hn_tell 0 /dev/null /dev/null`]);
    if (isSilent(dropped)) return dropped;
  }
  for (const mark of gone) {
    doubts.delete(mark);
    cleared.add(mark);
  }
  return new Map(
    marks.map((mark): readonly [string, SubmitAnswer | Never] => {
      const native = found.natives.get(mark);
      if (native !== undefined) return [mark, { kind: "accepted", native }];
      const why = unclear.get(mark)?.why ?? "";
      return [mark, gone.includes(mark) && why === broken.why ? { kind: "never" } : { kind: "pending", why }];
    }),
  );
}
