/** Owns qacct: what became of jobs, from the store's own records, whichever family they were of. */

import { type Account, accountsOf } from "../../dialects/sge/accounting.ts";
import { readAccountingFile } from "../../dialects/sge/accounting-file.ts";
import { type AccountingAsks, accountingUsage, readAccounting } from "../../dialects/sge/accounting-options.ts";
import { recordText } from "../../dialects/sge/accounting-record.ts";
import { inGroups, queueTest, summaryText } from "../../dialects/sge/accounting-summary.ts";
import { errnoText } from "../../dialects/sge/errno.ts";
import { offers, unknownRequest } from "../../dialects/sge/offers.ts";
import { isPattern, matches, matchesQueue } from "../../dialects/sge/patterns.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { ClusterDescription } from "../../model/cluster.ts";
import { hasIndex, indicesOf } from "../../model/indices.ts";
import type { Filter } from "../../model/verbs.ts";

export const qacct: Command = {
  dialect: "sge",
  name: "qacct",
  wordError: (message) => `${message}\n`,
  async run(context) {
    const asks = readAccounting(context.args, context.clock.now());
    if (asks.help) return { out: accountingUsage() };
    const unknown = unknownRequest(asks.requests, context.verbs.description);
    if (unknown !== null) return { err: `error: ${unknown}\n`, code: 1 };
    return asks.file === null ? ofHere(context, asks) : ofFile(context, asks, asks.file);
  },
};

function ofHere(context: Context, asks: AccountingAsks): Reply {
  const { verbs, variable } = context;
  const recorded = accountsOf(verbs.select(filterOf(asks)), verbs.description);
  // Accounting begins with the first end of a job.
  if (recorded.length === 0 && verbs.select({ states: ["ended"], endedSince: 0, earlierRuns: true }).length === 0)
    return neverAccounted(
      `${variable("SGE_ROOT") || "/var/lib/gridengine"}/${variable("SGE_CELL") || "default"}/common/accounting`,
      "ENOENT",
    );
  return replyOf(context, asks, recorded);
}

async function ofFile(context: Context, asks: AccountingAsks, path: string): Promise<Reply> {
  const read = await context.files.read(path);
  if ("errno" in read && read.errno !== "EISDIR") return neverAccounted(path, read.errno);
  const { accounts, invalid } = readAccountingFile("bytes" in read ? Buffer.from(read.bytes).toString("utf8") : "");
  const reply = replyOf(context, asks, accounts);
  const complaints = invalid.map((line) => `error: ignoring invalid entry in line ${line}\n`).join("");
  return { ...reply, err: `${complaints}${reply.err ?? ""}` };
}

function neverAccounted(path: string, errno: string): Reply {
  return { out: "no jobs running since startup\n", err: `${path}: ${errnoText(errno)}\n`, code: 1 };
}

function replyOf({ verbs }: Context, asks: AccountingAsks, recorded: readonly Account[]): Reply {
  const accounts = selected(recorded, asks, verbs.description);
  if (asks.jobs === null) return { out: summaryText(accounts, asks) };
  if (accounts.length > 0) return { out: accounts.map(recordText) };
  return asks.jobs.word === null ? { out: summaryText([], { by: new Map() }) } : notFound(asks.jobs.word, asks);
}

function selected(recorded: readonly Account[], asks: AccountingAsks, cluster: ClusterDescription): readonly Account[] {
  const named = queueTest(cluster, matchesQueue);
  const tasks = asks.tasks && indicesOf([asks.tasks]);
  return recorded
    .filter((account) => asks.jobs === null || meant(account, asks.jobs.word))
    .filter(({ task }) => tasks === null || (task !== null && hasIndex(tasks, task)))
    .filter(({ parallelTask }) => !asks.mastersOnly || parallelTask === null)
    .filter((account) => inGroups(asks, account, named))
    .filter((account) => inPeriod(asks, account))
    .filter(({ queue }) => offers(cluster, queue, asks.requests));
}

// An id is looked up; a name may be a pattern.
// What started in a period has ended in it or after it.
function filterOf({ jobs, since }: AccountingAsks): Filter {
  const all: Filter = { states: ["ended"], endedSince: Math.max(0, since), earlierRuns: true };
  const id = idOf(jobs?.word ?? null);
  if (id !== null) return { ...all, ids: [{ id, indices: null }] };
  return jobs?.word && !isPattern(jobs.word) ? { ...all, names: [jobs.word] } : all;
}

function meant({ id, name }: Account, word: string | null): boolean {
  if (word === null) return true;
  const asked = idOf(word);
  if (asked !== null) return id === asked;
  return isPattern(word) ? matches(word, name) : name === word;
}

// Whatever follows the digits does not count.
function idOf(word: string | null): number | null {
  const digits = /^[0-9]+/.exec(word ?? "")?.[0];
  return digits === undefined ? null : Number(digits);
}

function inPeriod({ since, until, byEnd }: AccountingAsks, { startedAt, endedAt }: Account): boolean {
  if (since === Number.NEGATIVE_INFINITY && until === Number.POSITIVE_INFINITY) return true;
  const at = Math.floor(((byEnd ? endedAt : startedAt) ?? 0) / 1000) * 1000;
  return at >= since && at <= until;
}

function notFound(word: string, { tasks }: AccountingAsks): Reply {
  const id = idOf(word);
  const range = tasks && `${tasks.first}-${tasks.last}:${tasks.step}`;
  if (range) return { err: `error: Job-array tasks ${id ?? `"${word}"`}.${range} not found\n`, code: 1 };
  return { err: `error: job ${id === null ? `name ${word}` : `id ${id}`} not found\n`, code: 1 };
}
