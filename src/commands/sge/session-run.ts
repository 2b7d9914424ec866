/** Owns the running of a session's process on the caller's side, until it ends. */

import type { Session } from "../../dialects/sge/session.ts";
import type { Context } from "../../language/context.ts";
import type { TimelineRow } from "../../model/launch.ts";

/** What is run, and where. */
export interface SessionPlan {
  readonly session: Pick<Session, "terminal" | "input">;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: readonly string[];
  /** Is given a way to hear what is due for the process. */
  readonly orders?: (hear: (row: TimelineRow) => void) => void;
}

/** How it ended; `code` is the command's own exit code, 128 + n for a signal. */
export interface SessionEnd {
  readonly code: number;
  readonly signal: number | null;
}

/** Runs the process; signals of the user and of the cluster are passed on to it. */
export async function runSession(context: Context, plan: SessionPlan): Promise<SessionEnd> {
  const { session, argv, cwd, environment } = plan;
  // Without a terminal of its own a command gets a copy of the input, and knows that it is none.
  const stdin = session.terminal ? "" : session.input ? "*" : "/dev/null";
  // What is typed at a terminal reaches all processes in the terminal's group.
  const { input, output, errors } = context.terminal;
  const apart = !session.terminal && !input && !output && !errors;
  const working = context.work<TimelineRow>({
    ...{ label: false, append: true, memoryKiB: 0, apart, cwd, environment },
    ranks: [{ stdin, stdout: "", stderr: "", argv, environment: [] }],
  });
  plan.orders?.(working.put);
  for (;;) {
    const news = await working.next();
    if (news.kind === "ended") return endOf(news.end);
    if (news.kind === "gone") return { code: 129, signal: 1 };
    if (news.kind === "signal") working.signal(news.signal);
    if (news.kind === "put" && news.put.signal !== 0) working.signal(news.put.signal);
  }
}

function endOf({
  code,
  signal,
  failure,
}: {
  readonly code: number | null;
  readonly signal: number | null;
  readonly failure: { readonly errno: string } | null;
}): SessionEnd {
  if (failure) return { code: failure.errno === "ENOENT" ? 127 : 126, signal: null };
  return signal === null ? { code: code ?? 0, signal: null } : { code: 128 + signal, signal };
}
