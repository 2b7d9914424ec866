/** Owns which names a job may use that nobody has defined. */

import type { NameKind } from "../../language/undefined-names.ts";
import { complexNamed } from "./complexes.ts";
import { gpuRequests, memoryRequests } from "./geometry.ts";
import { isPattern } from "./patterns.ts";
import { describedComplex } from "./site-resources.ts";

/** One row for each kind of name that sites define. */
export const nameKinds: readonly NameKind[] = [
  {
    word: "queue",
    names: ({ queues }, cluster) =>
      cluster.queues.length > 0
        ? []
        : (queues ?? []).filter((request) => !isPattern(request) && !request.startsWith("all.q")),
  },
  { word: "project", names: ({ project }) => (project === null ? [] : [project]) },
  {
    word: "parallel environment",
    names: ({ parallelEnvironment: asked }, { parallelEnvironments }) =>
      asked === null || parallelEnvironments.length > 0 ? [] : [asked.name],
  },
  {
    word: "resource",
    names: ({ requests }, cluster) =>
      (requests ?? [])
        .map(({ name }) => name)
        .filter((name) => !complexNamed(name) && !describedComplex(cluster, name) && !counted.includes(name)),
  },
];

/** Names that count all the same: memory and GPUs under the names that sites give them. */
const counted: readonly string[] = [...memoryRequests, ...gpuRequests];
