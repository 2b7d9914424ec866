/** Owns what happens while salloc holds its allocation: the command runs, and hears of what becomes of the job. */

import { allocationVariables } from "../../dialects/slurm/environment.ts";
import { withEntries } from "../../dialects/slurm/export.ts";
import type { AllocationRequest } from "../../dialects/slurm/salloc-reading.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { RankEnd, Working } from "../../language/work.ts";
import type { Attended } from "../../model/attended.ts";
import type { Element } from "../../model/job.ts";
import type { TimelineRow } from "../../model/launch.ts";

export interface Held {
  readonly context: Context;
  readonly request: AllocationRequest;
  readonly attended: Attended;
  readonly element: Element;
}

interface Following extends Held {
  readonly working: Working<TimelineRow>;
  /** The job is over: the command goes on without it. */
  revoked: boolean;
}

const [hangUp, interrupt, quit, kill, terminate] = [1, 2, 3, 9, 15];
/** What a terminal sends to the command as well, which alone is meant. */
const typed: readonly number[] = [interrupt, quit];
/** A command that ends by one of these did so by its user's will: that is no failure. */
const wanted: readonly number[] = [hangUp, interrupt, quit, kill];

/** Runs the command on the caller's terminal and gives the resources back at its end. */
export async function holdAllocation(held: Held): Promise<Reply> {
  const { context, request, attended, element } = held;
  const { job } = attended;
  const variables = allocationVariables({ job, element }, context.verbs.description);
  const own: Omit<Parameters<Context["work"]>[0]["ranks"][number], "argv"> = {
    ...{ stdin: "", stdout: "", stderr: "", environment: [] },
  };
  const working = context.work<TimelineRow>({
    ...{ label: false, append: false, apart: false, memoryKiB: 0 },
    cwd: request.settled.spec.workingDirectory === null ? "" : job.workingDirectory,
    environment: withEntries(context.environment, variables),
    ranks: [{ ...own, argv: job.command }],
  });
  attended.onOrder(working.put);
  return follow({ ...held, working, revoked: false });
}

/** Lets one piece of news after the other have its effect, until the command has ended. */
async function follow(following: Following): Promise<Reply> {
  const { working, attended } = following;
  for (;;) {
    const news = await working.next();
    switch (news.kind) {
      case "ended":
        return ended(following, news.end);
      case "signal":
        if (news.signal === hangUp) return hungUp(following);
        if (following.revoked || (following.context.terminal.input && typed.includes(news.signal))) break;
        return { err: revoke(following), next: () => follow(following) };
      case "put": {
        const err = ordered(following, news.put);
        if (err !== "") return { err, next: () => follow(following) };
        break;
      }
      case "gone":
        attended.end({ code: null, signal: hangUp });
        return { code: 128 + hangUp };
      default:
        break;
    }
  }
}

/** The terminal has gone: the command hears of it, and the resources are given back. */
function hungUp({ working, attended, request, element, revoked }: Following): Reply {
  working.signal(hangUp);
  attended.end({ code: 0, signal: null });
  return { err: request.asks.quiet || revoked ? "" : goodbye(element), code: 1 };
}

/** A signal to salloc itself takes the allocation away; the command goes on without it, as it does with the real one. */
function revoke(following: Following): string {
  const { context, attended, element, request } = following;
  following.revoked = true;
  context.verbs.cancel({ id: attended.job.id, indices: null }, context.user.uid);
  return request.asks.quiet ? "" : `salloc: Job allocation ${element.id} has been revoked.\n`;
}

function goodbye({ id }: Element): string {
  return `salloc: Relinquishing job allocation ${id}\n`;
}

/** The job is being ended: its steps are, too, and the command if that was asked for; a shell goes on without the job. */
function ordered(following: Following, { signal, tag, notice }: TimelineRow): string {
  const { context, attended, element, request, working } = following;
  if (tag === "") {
    if (signal !== 0) context.verbs.orderSteps(element, { signal, ends: "nothing" });
    return "";
  }
  const first = !following.revoked;
  following.revoked = true;
  if (first) context.verbs.orderSteps(element, { signal: 0, ends: "nothing", due: tag });
  if (signal !== 0) context.verbs.orderSteps(element, { signal, ends: signal === terminate ? "job" : "nothing" });
  const runs = context.verbs.steps(attended.job.id).some(({ endedAt }) => endedAt === null);
  if (signal === kill || !runs) attended.end({ code: 0, signal: null });
  if (!first) return "";
  if (request.asks.killCommand !== undefined) working.signal(request.asks.killCommand);
  const text = notice.includes("TIME LIMIT")
    ? `Job ${element.id} has exceeded its time limit and its allocation has been revoked.`
    : `Job allocation ${element.id} has been revoked.`;
  return request.asks.quiet ? "" : `salloc: ${text}\n`;
}

function ended({ request, attended, element, revoked }: Following, { code, signal, failure }: RankEnd): Reply {
  const exit = failure ? 1 : (code ?? (wanted.includes(signal ?? 0) ? 0 : 1));
  const [program = ""] = attended.job.command;
  const lost = failure ? `salloc: error: _fork_command: Unable to find command "${program}"\n` : "";
  attended.end({ code: exit, signal: null });
  const bye = request.asks.quiet || revoked ? "" : goodbye(element);
  return { err: lost + bye, code: exit };
}
