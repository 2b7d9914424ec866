/** Owns what follows when the cluster was changed: it is kept, and jobs that wait are measured anew. */

import { derivedOf } from "../../dialects/sge/submission.ts";
import type { Context } from "../../language/context.ts";
import type { Amendment } from "../../model/amendment.ts";

/** Keeps the amendments. */
export function keep(context: Context, amendments: readonly Amendment[]): void {
  const { verbs, user } = context;
  for (const amendment of amendments) verbs.amend(amendment, user.uid);
  const waiting = verbs.select({ states: ["waiting"] }).flatMap(({ job }) => (job.dialect === "sge" ? [job] : []));
  for (const job of new Map(waiting.map((each) => [each.id, each])).values()) {
    const { need, queue } = derivedOf(job.spec, verbs.description, job.user.name);
    const same = queue === job.queue && JSON.stringify(need) === JSON.stringify(job.need);
    if (!same) verbs.alter({ id: job.id, indices: null }, 0, { spec: {}, submission: { need, queue } });
  }
}
