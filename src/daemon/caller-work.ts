/** Owns the work that a caller does for its command: what it is asked, and what it tells. */

import { randomUUID } from "node:crypto";
import { constants } from "node:os";
import type { RankEnd, WorkAsk, Working } from "../language/work.ts";
import { fromFigures } from "../model/usage.ts";
import { encodeStrings } from "../relay/frames.ts";
import { decodeRankEnd, encodeWork } from "../relay/work-plan.ts";
import type { Outlet } from "./outlet.ts";
import { workInbox } from "./work-inbox.ts";

export interface CallerWork {
  /** Whether the command has asked for any. */
  begun(): boolean;
  begin<Put>(ask: WorkAsk): Working<Put>;
  /** A process ended. */
  ended(payload: Uint8Array): void;
  signal(number: number): void;
  /** Another relay has taken over. */
  again(): void;
  gone(): void;
}

/** Where work is done. */
export interface Workplace {
  /** The path of a control group for something of that name; empty for none. */
  readonly memoryGroup: (name: string) => string;
  /** A text with paths as they are where the caller is. */
  readonly there: (text: string) => string;
}

export function createCallerWork(outlet: Pick<Outlet, "send">, place: Workplace): CallerWork {
  let payload: Uint8Array | null = null;
  let inbox: ReturnType<typeof workInbox> | null = null;
  let isGone = false;
  const tell = (number: number): void => outlet.send("q", encodeStrings([number]));
  return {
    begun: () => payload !== null,
    begin<Put>(ask: WorkAsk): Working<Put> {
      const made = workInbox<Put>(tell);
      inbox = made as ReturnType<typeof workInbox>;
      const memoryGroup = ask.memoryKiB > 0 ? place.memoryGroup(`step-${randomUUID()}`) : "";
      payload = encodeWork({ ...askThere(ask, place), ownGroups: ask.apart, memoryGroup, takesInput: ask.apart });
      if (isGone) made.hear({ kind: "gone" });
      else outlet.send("w", payload);
      return made;
    },
    ended: (told) => inbox?.hear({ kind: "ended", end: readEnd(told) }),
    signal: (number) => inbox?.hear({ kind: "signal", signal: number }),
    again: () => payload && outlet.send("w", payload),
    gone() {
      isGone = true;
      inbox?.hear({ kind: "gone" });
    },
  };
}

function askThere(ask: WorkAsk, { there }: Workplace): WorkAsk {
  const ranks = ask.ranks.map((rank) => ({
    ...{ ...rank, stdin: there(rank.stdin), stdout: there(rank.stdout), stderr: there(rank.stderr) },
    environment: rank.environment.map(there),
  }));
  return { ...ask, cwd: there(ask.cwd), environment: ask.environment.map(there), ranks };
}

function readEnd(told: Uint8Array): RankEnd {
  const { rank, code, signal, stage, errno, figures } = decodeRankEnd(told);
  const name = Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? "EIO";
  const failure = stage === "" ? null : { stage, errno: name, number: errno };
  return { rank, code, signal, failure, usage: fromFigures(figures) };
}
