/** Owns the verdict on one forwarded job: what the accounts here say of it, and how often its script began. */

import type { Planned } from "./forward-jobs.ts";

/** A line of the accounts. */
export interface Known {
  /** `12`, `12_3`, `12_[1-4]`. */
  readonly id: string;
  readonly state: string;
  readonly exit: string;
}

export interface Seen {
  readonly id: string;
  readonly known: readonly Known[];
  /** Names, with a point and the index for elements, each as often as it began. */
  readonly begins: readonly string[];
}

/** What is not as it should be, in lines. */
export function verdictOf({ name, fates }: Planned, { id, known, begins }: Seen): readonly string[] {
  return fates.flatMap(({ index, fate }) => {
    const own = index === null ? name : `${name}.${index}`;
    const began = begins.filter((each) => each === own).length;
    const exact = index === null ? id : `${id}_${index}`;
    // What was taken away before it began is one line for all.
    const found = known.find((each) => each.id === exact) ?? known.find((each) => each.id.startsWith(`${id}_[`));
    const wrong = [
      began > 1 && `began ${began} times`,
      fate.begins !== null && began <= 1 && began !== fate.begins && `began ${began} times, not ${fate.begins}`,
      !found && "is not in the accounts",
      found && found.state !== fate.state && `is ${found.state}, not ${fate.state}`,
      found && fate.exit !== null && found.exit !== fate.exit && `ended with ${found.exit}, not ${fate.exit}`,
    ];
    return wrong.filter((each) => each).map((each) => `${exact} ${own} ${each}`);
  });
}
