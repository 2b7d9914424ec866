/** Owns qacct: what became of jobs, from the store's own records, whichever family they were of. */

import { type Account, accountsOf } from "../../dialects/sge/accounting.ts";
import { type AccountingAsks, accountingUsage, readAccounting } from "../../dialects/sge/accounting-options.ts";
import { recordText } from "../../dialects/sge/accounting-record.ts";
import { inGroups, queueTest, summaryText } from "../../dialects/sge/accounting-summary.ts";
import { errnoText } from "../../dialects/sge/errno.ts";
import { offers, unknownRequest } from "../../dialects/sge/offers.ts";
import { isPattern, matches, matchesQueue } from "../../dialects/sge/patterns.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { RefusedError } from "../../model/errors.ts";
import { hasIndex, indicesOf } from "../../model/indices.ts";
import type { Filter } from "../../model/verbs.ts";

export const qacct: Command = {
  dialect: "sge",
  name: "qacct",
  wordError: (message) => `${message}\n`,
  async run(context) {
    const asks = readAccounting(context.args, context.clock.now());
    if (asks.help) return { out: accountingUsage() };
    if (asks.file !== null) return otherFile(context, asks.file);
    const unknown = unknownRequest(asks.requests, context.verbs.description);
    if (unknown !== null) return { err: `error: ${unknown}\n`, code: 1 };
    const accounts = selected(context, asks);
    if (asks.jobs === null) return { out: summaryText(accounts, asks) };
    if (accounts.length > 0) return { out: accounts.map(recordText) };
    return asks.jobs.word === null ? { out: summaryText([], { by: new Map() }) } : notFound(asks.jobs.word, asks);
  },
};

// Whatever a file says, these jobs were not run here.
async function otherFile({ files }: Context, path: string): Promise<Reply> {
  const read = await files.read(path);
  if ("bytes" in read)
    throw new RefusedError(`qacct -f: headnode keeps its records in its own store and reads no file`);
  return { out: "no jobs running since startup\n", err: `${path}: ${errnoText(read.errno)}\n`, code: 1 };
}

function selected({ verbs }: Context, asks: AccountingAsks): readonly Account[] {
  const cluster = verbs.description;
  const named = queueTest(cluster, matchesQueue);
  const tasks = asks.tasks && indicesOf([asks.tasks]);
  return accountsOf(verbs.select(filterOf(asks)), cluster)
    .filter((account) => asks.jobs === null || meant(account, asks.jobs.word))
    .filter(({ element: { index } }) => tasks === null || (index !== null && hasIndex(tasks, index)))
    .filter((account) => inGroups(asks, account, named))
    .filter((account) => inPeriod(asks, account))
    .filter(({ job }) => offers(cluster, job.queue, asks.requests));
}

// An id is looked up; a name may be a pattern.
// What started in a period has ended in it or after it.
function filterOf({ jobs, since }: AccountingAsks): Filter {
  const all: Filter = { states: ["ended"], endedSince: Math.max(0, since), earlierRuns: true };
  const id = idOf(jobs?.word ?? null);
  if (id !== null) return { ...all, ids: [{ id, indices: null }] };
  return jobs?.word && !isPattern(jobs.word) ? { ...all, names: [jobs.word] } : all;
}

function meant({ job }: Account, word: string | null): boolean {
  if (word === null || idOf(word) !== null) return true;
  return isPattern(word) ? matches(word, job.name) : job.name === word;
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
