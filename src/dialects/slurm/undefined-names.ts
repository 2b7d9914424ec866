/** Owns which names a job may use that nobody has defined. */

import type { NameKind } from "../../language/undefined-names.ts";
import { plainQueue } from "./partitions.ts";

/** One row for each kind of name that sites define. */
export const nameKinds: readonly NameKind[] = [
  {
    word: "partition",
    names: ({ queues }, cluster) =>
      cluster.queues.length > 0 ? [] : (queues ?? []).filter((name) => name !== plainQueue),
  },
  { word: "account", names: ({ account }, { accounts }) => (account === null || accounts ? [] : [account]) },
  { word: "QOS", names: ({ qualityOfService: name }) => (name === null || name === "normal" ? [] : [name]) },
  {
    word: "feature",
    names: ({ features }, { nodes }) => {
      const known = nodes.flatMap((node) => node.features ?? []);
      return featureNames(features ?? "").filter((name) => !known.includes(name));
    },
  },
  { word: "reservation", names: ({ reservation }) => (reservation === null ? [] : [reservation]) },
];

/** The names in an expression like `[rack1|rack2]&ib*2`. */
export function featureNames(expression: string): readonly string[] {
  return expression.split(/[^\w.:/-]+/).filter((name) => /[a-z_]/i.test(name));
}
