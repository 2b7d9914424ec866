/** Owns what operators change of nodes and queues, and what that means for what runs there. */

import type { Amendment } from "../model/amendment.ts";
import { nodeNames } from "../model/cluster.ts";
import { markEnding } from "./cancel.ts";
import type { Means } from "./means.ts";
import { meantBy } from "./target.ts";

/** Keeps the change; on disk when it returns. What runs on a node that is taken down has lost it. `by`: uid. */
export function amend(means: Means, amendment: Amendment, by: number): void {
  const { store, engine } = means;
  store.commit.durable(() => store.amendments.add(amendment));
  engine.amended();
  if (amendment.kind === "node" && amendment.change.mark?.state === "down") endAllOn(means, amendment.name, by);
}

function endAllOn(means: Means, node: string, by: number): void {
  const { store, engine } = means;
  for (const element of store.elements.alive().filter((each) => nodeNames(each).includes(node))) {
    const indices = element.index === null ? null : ([[element.index, element.index]] as const);
    const meant = meantBy(store, { id: element.job, indices }, 0);
    if ("kind" in meant) continue;
    const ending = store.commit.durable(() =>
      markEnding(means, { ...meant, alive: [element] }, { by, stop: "nodeFailure" }),
    );
    for (const result of ending) if (result.kind === "ending") engine.stop(result.element, "nodeFailure");
  }
}
