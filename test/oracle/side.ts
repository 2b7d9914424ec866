/** Owns what a side of the comparison is, and ours: the replica that the recordings are played on. */

import { type Family, openReplica, type Ran, type Replica } from "../conformance/oracle-like.ts";

export interface Side {
  readonly places: Pick<Replica, "home" | "work" | "state">;
  run(line: string): Promise<Ran>;
  /** The next job gets this id, where that can be chosen. */
  nextId(id: number): void;
  /** Ends what is left of those jobs, and leaves no trace. */
  close(ids: readonly number[]): Promise<void>;
}

/** Our side, as seen by `user`: the recordings' own, or root. */
export async function openOurs(family: Family, user: string): Promise<Side> {
  const replica = await openReplica(family, "w");
  const run = user === "root" ? replica.as("root") : replica.run;
  return {
    places: replica,
    run: (line) => run(line, "", null),
    nextId: (id) => replica.nextId(id),
    close: () => replica.close(),
  };
}
