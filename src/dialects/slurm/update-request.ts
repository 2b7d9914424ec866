/** Owns what a `scontrol update` says: of which jobs, which keys, and what that comes to for one of them. */

import { UsageError } from "../../model/errors.ts";
import type { Submission } from "../../model/job.ts";
import type { JobSpec } from "../../model/spec.ts";
import type { JobHead } from "../../model/verbs.ts";
import { geometryOf, needOf, queueOf } from "./geometry.ts";
import { refusalOf } from "./refusals.ts";
import type { Asked } from "./update-change.ts";
import { findUpdateKey, type UpdateKey } from "./update-keys.ts";

/** One `Key=Value`. */
export interface Said {
  readonly row: UpdateKey;
  readonly key: string;
  readonly value: string;
}

/** An update of jobs that was read. */
export interface UpdateRequest {
  /** As written, commas and all; null where a name says which. */
  readonly ids: string | null;
  readonly name: string | null;
  readonly said: readonly Said[];
}

/** Reads the words after `update`. Throws UsageError, worded as scontrol does. */
export function readUpdate(words: readonly string[]): UpdateRequest | ClusterUpdate {
  if (words.length === 0) throw new UsageError("too few arguments for update keyword", 1);
  const pairs = pairsOf(words);
  const ofCluster = readClusterUpdate(pairs);
  if (ofCluster) return ofCluster;
  const value = (name: RegExp) => pairs.find(([key]) => name.test(key))?.[1] ?? null;
  const ids = value(/^job(id?)?$/i);
  const names = value(/^jobname$/i);
  if (ids === null && names === null) throw new UsageError(elsewhere(pairs), 1);
  const keys = pairs.filter(([key]) => !/^job(id?)?$/i.test(key) && (ids !== null || !/^jobname$/i.test(key)));
  if (keys.length === 0) throw new UsageError("No changes specified", 1);
  return { ids, name: ids === null ? names : null, said: keys.map(saidOf) };
}

/** An update of nodes or of a partition. */
export interface ClusterUpdate {
  readonly of: "nodes" | "partition";
  readonly name: string;
  readonly pairs: readonly KeyValue[];
}

function readClusterUpdate(pairs: readonly KeyValue[]): ClusterUpdate | null {
  const at = pairs.findIndex(([key]) =>
    /^(nod(e(n(a(me?)?)?)?)?|par(t(i(t(i(o(n(n(a(me?)?)?)?)?)?)?)?)?)?)$/i.test(key),
  );
  const named = pairs[at];
  if (!named || pairs.some(([key]) => /^job(id?)?$/i.test(key))) return null;
  const of = /^n/i.test(named[0]) ? "nodes" : "partition";
  return { of, name: named[1], pairs: pairs.filter((_, index) => index !== at) };
}

/** A key and what is said of it. */
export type KeyValue = readonly [key: string, value: string];

// `update job 5 …` and `Nice` alone are words without an equals sign; `TimeLimit+=5` moves a value.
function pairsOf(words: readonly string[]): readonly KeyValue[] {
  const pairs: KeyValue[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const [, key = "", sign = "", value = ""] = /^([^=+-]+)([+-]?)=(.*)$/s.exec(word) ?? [];
    if (key !== "") pairs.push([key, sign + value]);
    else if (/^job(id?)?$/i.test(word) && words[at + 1] !== undefined) pairs.push([word, words[++at] ?? ""]);
    else if (/^nice$/i.test(word)) pairs.push([word, "100"]);
    else throw new UsageError(`Invalid input: ${word}\nRequest aborted`, 1);
  }
  return pairs;
}

function saidOf([key, value]: KeyValue): Said {
  const row = findUpdateKey(key);
  if (!row) throw new UsageError(`Update of this parameter is not supported: ${key}=${value}\nRequest aborted`, 1);
  if (row.standing.kind === "refused") throw new UsageError(`${key} is not changed here: ${row.standing.why}`, 1);
  return { row, key, value };
}

// What else the real one can change.
function elsewhere(pairs: readonly KeyValue[]): string {
  const other = pairs.find(([key]) => /^(reservation|step|slurmctlddebug)/i.test(key));
  if (other) return `${other[0]} is not changed here: there is none`;
  return [
    "No valid entity in update command",
    'Input line must include "NodeName", "PartitionName", "Reservation", "JobId", or "SlurmctldDebug"',
  ].join("\n");
}

/** What is asked comes to this for one job; or it is refused. */
export function changeOf(
  request: UpdateRequest,
  asked: Omit<Asked, "key" | "value">,
): { readonly spec: Partial<JobSpec>; readonly submission: Partial<Submission> } | { readonly refused: string } {
  let job: JobHead = asked.job;
  let spec: Partial<JobSpec> = {};
  let submission: Partial<Submission> = {};
  for (const { row, key, value } of request.said) {
    const change = row.change({ ...asked, key: row.names[0] ?? key, value, job });
    if ("refused" in change) return change;
    spec = { ...spec, ...change.spec };
    submission = { ...submission, ...change.submission };
    job = { ...job, ...submission, spec: { ...job.spec, ...spec } };
  }
  const refused = newRefusal(asked, job.spec);
  if (refused !== null) return { refused };
  const need = needOf(geometryOf(job.spec, asked.cluster));
  // What runs keeps what it was given, whatever the machine is like today.
  const pending = request.said.some(({ row }) => row.when === "pending");
  return { spec, submission: { ...submission, need: pending ? need : { ...asked.job.need, wallTime: need.wallTime } } };
}

// What would be refused at submission is refused now, unless the job was like that before.
function newRefusal({ cluster, uid, operator, job }: Omit<Asked, "key" | "value">, spec: JobSpec): string | null {
  const judged = (each: JobSpec) => {
    const geometry = geometryOf(each, cluster, queueOf(each, cluster));
    const refusal = refusalOf({ spec: each, geometry, cluster, uid: operator ? 0 : uid, user: job.user.name });
    return refusal && (refusal.reason || (refusal.before.at(-1) ?? ""));
  };
  const now = judged(spec);
  return now === judged(job.spec) ? null : now;
}
