/** Owns what listings tell of jobs that are at a target: where, as what, and that nobody knows how they stand while it is silent. */

import type { Whereabouts } from "./forwarding.ts";
import type { Listed } from "./verbs.ts";

/** Where something listed is, if it is at a target. */
export type Away = Pick<Whereabouts, "target" | "native" | "stage" | "silentSince" | "heardAt" | "why">;

/** The target (or plain machine) of what is listed if that gives no answer, so that nobody knows how this stands; null: it is as it is listed. */
export function silentTarget(listed: Listed): string | null {
  const { away, unreached } = listed;
  if (unreached !== undefined) return unreached;
  if (!away || away.silentSince === null || away.stage === "over" || listed.kind === "removed") return null;
  // What was not sent yet waits here, for this or for something else.
  if (away.stage === "due") return listed.kind === "waiting" && listed.reason === "targetSilent" ? away.target : null;
  return listed.kind === "element" && listed.element.state === "ended" ? null : away.target;
}

/** In words. */
export function unknownText(target: string): string {
  return `unknown: ${target} is silent`;
}

/** The target, and the job's number there once it has one; null for what is here. */
export function placeText({ away }: Pick<Listed, "away">): string | null {
  if (!away) return null;
  return away.native === null ? away.target : `${away.target}:${away.native}`;
}
