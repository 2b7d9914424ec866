/** Owns the command `trace`: what ran here as a trace that `headnode simulate` plays, page by page. */

import type { Command } from "../language/command.ts";
import { totals } from "../model/cluster.ts";
import { writeTraceJob } from "../simulation/trace.ts";
import type { Store } from "../store/store.ts";

/** Runs told at a time: others are answered between two pages. */
const page = 20_000;

/** `trace JOB INDEX`: what stands behind that run, and in the last line (`; next JOB INDEX`) where to go on, if there is more. */
export function traceCommand(store: Store): Command {
  return {
    ...{ dialect: "headnode", name: "trace" },
    wordError: (message) => `headnode: ${message}\n`,
    run: async ({ args: [job = "0", index = "-1"], verbs }) => {
      const runs = store.overview.ended({ job: Number(job), index: Number(index) }, page);
      const last = runs.length === page ? runs.at(-1) : undefined;
      const { nodes } = verbs.description;
      const lines = [
        `; MaxNodes: ${nodes.length}`,
        `; MaxProcs: ${totals(verbs.description).cpus}`,
        ...runs.map((run) => traced(store, run)),
        ...(last ? [`; next ${last.job} ${last.index}`] : []),
      ];
      return { out: lines.map((line) => `${line}\n`).join("") };
    },
  };
}

function traced(store: Store, run: ReturnType<Store["overview"]["ended"]>[number]): string {
  const need = store.jobs.head(run.job)?.need;
  const seconds = (ms: number): number => Math.max(0, ms / 1000);
  return writeTraceJob(
    {
      submittedAt: seconds(run.submittedAt),
      wait: seconds(run.startedAt - run.submittedAt),
      runTime: seconds(run.endedAt - run.startedAt),
      cpus: Math.max(1, need?.cpus ?? 1),
      wallTime: (need?.wallTime ?? Number.POSITIVE_INFINITY) / 1000,
    },
    run.job,
  );
}
