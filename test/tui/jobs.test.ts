/** The order of the jobs holds whatever comes in one by one, as if everything were sorted anew. */

import fc from "fast-check";
import { expect, test } from "vitest";
import type { WatchedJob } from "../../src/model/watch.ts";
import { createJobs } from "../../src/tui/jobs.ts";
import { arrangementOf, firstState } from "../../src/tui/state.ts";
import { ended, job, now, runs, size, waits } from "./samples.ts";

const anyJob = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 4 }), fc.constantFrom("a", "b", "c"))
  .map(([id, kind, name]): WatchedJob => {
    const parts = [
      waits,
      runs(null),
      ended("completed", now - id),
      ended("failed"),
      { ...waits, holds: ["user" as const] },
    ];
    return job(id, { name, part: parts[kind] ?? waits });
  });

for (const grouping of ["none", "state", "name"] as const)
  test(`grouped by ${grouping}: one by one is as good as all at once`, () => {
    fc.assert(
      fc.property(
        fc.array(anyJob, { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 4 }),
        (list, gone) => {
          const how = arrangementOf({ ...firstState(size, "neutral", "!name:c"), grouping });
          const slow = createJobs(how);
          for (const one of list) slow.put([one]);
          slow.remove(gone);
          const fast = createJobs(how);
          fast.put(
            [...new Map(list.map((one) => [one.head.id, one])).values()].filter(({ head }) => !gone.includes(head.id)),
          );
          fast.arrange(how);
          const ids = (jobs: typeof slow) => Array.from({ length: jobs.count }, (_, at) => jobs.at(at)?.head.id);
          expect(ids(slow)).toEqual(ids(fast));
          expect(slow.tally).toEqual(fast.tally);
          expect(slow.groups()).toEqual(fast.groups());
          for (const [place, id] of ids(slow).entries()) expect(slow.placeOf(id ?? 0)).toBe(place);
        },
      ),
    );
  });
