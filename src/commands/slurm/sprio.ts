/** Owns sprio: the priorities of jobs that wait and could start. */

import { defaultLength } from "../../dialects/slurm/arrays.ts";
import { readListedIds } from "../../dialects/slurm/job-ids.ts";
import { type Line, linesOf } from "../../dialects/slurm/listing.ts";
import { sprioOptions } from "../../dialects/slurm/plain-options.ts";
import type { PlainRequest } from "../../dialects/slurm/plain-request.ts";
import { priorityText, sortPriorities } from "../../dialects/slurm/priority-listing.ts";
import { wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context } from "../../language/context.ts";
import { UsageError } from "../../model/errors.ts";
import type { Reason } from "../../model/scheduling.ts";
import { plainCommand } from "./plain-command.ts";

export const sprio: Command = plainCommand({ name: "sprio", table: sprioOptions }, "[OPTIONS]", (context, request) => {
  const asks = {
    ...{ heading: !request.flag("noHeader"), format: request.text("format"), long: request.flag("long") },
    ...{ normalized: request.flag("normalized"), byUser: request.list("users") !== null },
  };
  if (request.flag("weights")) return priorityText(asks, [{ kind: "weights" }]);
  const users = usersOf(context, request);
  const lines = sortPriorities(waiting(context, request), request.text("sort") ?? "i");
  const narrowed = request.text("jobs") !== null || request.list("users") !== null;
  if (narrowed && lines.length === 0 && users.err === "")
    return { out: "Unable to find jobs matching user/id(s) specified\n" };
  const text = priorityText(
    asks,
    lines.map((line) => ({ kind: "job", line })),
  );
  return { out: text.out, err: users.err + text.err };
});

/** Reasons of jobs whose turn alone it is that they wait for. */
const inTurn: readonly Reason[] = ["none", "resources", "priority", "reserved", "throttle"];

function waiting(context: Context, request: PlainRequest): readonly Line[] {
  const { verbs, clock } = context;
  const { ids, bad } = readListedIds(request.text("jobs") ?? "");
  if (bad !== null) throw new UsageError(`Invalid job id: ${bad}`, 1);
  const users = usersOf(context, request).known;
  const queues = request.list("partitions");
  const parts = verbs.select({
    states: ["waiting"],
    ...(ids.length > 0 ? { ids: ids.map(({ id, indices }) => ({ id, indices })) } : {}),
    ...(users ? { users } : {}),
    ...(queues ? { queues } : {}),
  });
  const listing = { cluster: verbs.description, now: clock.now(), bitLength: defaultLength, convert: true };
  const counted = parts.filter((part) => part.kind === "waiting" && inTurn.includes(part.reason));
  return linesOf(counted, { ...listing, isArray: () => false });
}

function usersOf(
  context: Context,
  request: PlainRequest,
): { readonly known: readonly string[] | null; readonly err: string } {
  const asked = request.list("users");
  if (asked === null) return { known: null, err: "" };
  const bad = asked.filter((name) => context.userNamed(name) === null);
  return {
    known: asked.flatMap((name) => context.userNamed(name)?.name ?? []),
    err: bad.map((name) => wordLines("sprio", `Invalid user: ${name}\n`)).join(""),
  };
}
