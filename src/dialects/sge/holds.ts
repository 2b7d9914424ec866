/** Owns holds as letters: which are set and which are removed, who may, and what is said of it. */

import { type Codec, ValueError } from "../../language/codec.ts";
import { eachIndex, type Indices, joinedIndices } from "../../model/indices.ts";
import type { Hold } from "../../model/job.ts";
import type { Result } from "../../model/verbs.ts";

/** What is to become of holds. */
export interface HoldChange {
  readonly set: readonly Hold[];
  readonly remove: readonly Hold[];
}

const kinds: readonly { readonly letter: string; readonly hold: Hold; readonly role: string; readonly name: string }[] =
  [
    { letter: "u", hold: "user", role: "", name: "user" },
    { letter: "s", hold: "system", role: "manager", name: "manager" },
    { letter: "o", hold: "operator", role: "operator", name: "operator" },
  ];

/** The letters of `qhold -h` (u o s), or those of qalter: n removes all, capitals remove one. */
export function holdLetters(all: boolean): Codec<HoldChange> {
  const pattern = all ? /^[nuosUOS]+$/ : /^[uos]+$/;
  return {
    kind: "hold list",
    read: (value) => {
      if (!pattern.test(value)) throw new ValueError("expected letters of u o s", { kind: "hold list", column: 1 });
      return {
        set: holdsOf((letter) => value.includes(letter)),
        remove: holdsOf((letter) => value.includes("n") || value.includes(letter.toUpperCase())),
      };
    },
    write: () => null,
  };
}

/** The change of qrls: what would be set is removed. */
export function released({ set }: HoldChange): HoldChange {
  return { set: [], remove: set };
}

/** Why somebody who is no operator may not; one line for each hold. Removing one that is not there is nothing. */
export function holdDenials(who: string, change: HoldChange, present: readonly Hold[]): readonly string[] {
  return kinds
    .filter(({ role }) => role !== "")
    .flatMap(({ hold, role, name }) => [
      ...(change.set.includes(hold) ? [`denied: "${who}" must be ${role} to set ${name} hold`] : []),
      ...(change.remove.includes(hold) && present.includes(hold)
        ? [`denied: "${who}" must be ${role} to remove ${name} hold`]
        : []),
    ]);
}

/** A line for the job, or for each of its tasks, whose holds are others now. */
export function holdLines(id: number, results: readonly Result[]): readonly string[] {
  const changed = results.flatMap((result) => (result.kind === "changed" ? [result.indices] : []));
  if (changed.some((indices) => indices === null)) return [`modified hold of job ${id}`];
  const tasks = changed.reduce<Indices>((sum, indices) => joinedIndices(sum, indices ?? []), []);
  return [...eachIndex(tasks)].map((index) => `modified hold of job-array task ${id}.${index}`);
}

function holdsOf(meant: (letter: string) => boolean): readonly Hold[] {
  return kinds.filter(({ letter }) => meant(letter)).map(({ hold }) => hold);
}
