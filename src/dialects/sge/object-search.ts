/** Owns `qconf -sobjl`: the names of objects whose attribute has a value. */

import type { ClusterDescription } from "../../model/cluster.ts";
import { objectKinds } from "./definable-objects.ts";
import { matches } from "./patterns.ts";

/** The names, a line each. The real one says nothing of objects and attributes that it doesn't know. */
export function objectsWith(
  cluster: ClusterDescription,
  [object, attribute, value = ""]: readonly (string | undefined)[],
): string {
  const kind = objectKinds.find(({ word }) => word === object && (word === "queue" || word === "exechost"));
  if (!kind) return "";
  const found = kind
    .names(cluster)
    .filter((name) =>
      kind.entries(cluster, name).some(([key, said]) => key === attribute && matches(value, String(said))),
    );
  // Those two are hosts to it, too.
  const besides = object === "exechost" && attribute === "hostname" ? ["global", "template"] : [];
  return [...besides.filter((name) => matches(value, name)), ...found].map((name) => `${name}\n`).join("");
}
