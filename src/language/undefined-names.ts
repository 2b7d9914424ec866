/** Owns what is told of names that a job uses and nobody has defined: they are taken, and mean nothing here. */

import type { ClusterDescription } from "../model/cluster.ts";
import type { JobSpec } from "../model/spec.ts";

/** A kind of name that sites define, and those of a job that nobody has defined here. */
export interface NameKind {
  readonly word: string;
  readonly names: (spec: JobSpec, cluster: ClusterDescription) => readonly string[];
}

/** One sentence about all of them; none where everything is known. */
export function undefinedNote(
  kinds: readonly NameKind[],
  spec: JobSpec,
  cluster: ClusterDescription,
): readonly string[] {
  const found = kinds.flatMap(({ word, names }) => {
    const unknown = [...new Set(names(spec, cluster))];
    return unknown.length === 0 ? [] : [`${word} ${unknown.join(", ")}`];
  });
  return found.length === 0 ? [] : [`nobody has defined ${found.join("; ")}: taken as said, without any effect`];
}
