/** Owns listings: what of which jobs a filter means, line by line and in order. */

import type { ClusterDescription } from "../model/cluster.ts";
import { localTarget } from "../model/forwarding.ts";
import { commonIndices, eachIndex, hasIndex, type Indices, withoutIndices } from "../model/indices.ts";
import { type Alteration, asStarted, type Outcome, type State, type Waiting, withOwn } from "../model/job.ts";
import { type Reason, type ReasonKey, reasonKey } from "../model/scheduling.ts";
import type { Filter, JobHead, JudgedCondition, Listed } from "../model/verbs.ts";
import { type Found, find, whatWaits } from "./find.ts";
import type { Means } from "./means.ts";

/** What the filter means, in order of id; of each job what waits, what was removed, then its elements by index. */
export function createSelect(means: Means): (filter: Filter) => Listed[] {
  const plain = plainLines(means);
  return (filter) => select(means, plain, filter);
}

function select(means: Means, plain: PlainLines, filter: Filter): Listed[] {
  const listing: Listing = { means, reasons: lazily(() => means.engine.reasons()) };
  const found = find(means.store, filter);
  const lines: Listed[] = [];
  const isMeant = matcher(filter, means.description);
  const silent = new Set(means.description.nodes.filter(({ mark }) => mark?.isSilent).map(({ name }) => name));
  for (const id of found.ids) {
    const job = means.store.jobs.head(id);
    if (!job) continue;
    const parts = found.of(id);
    const known = parts === whatWaits ? plain(job, id, listing.reasons()) : null;
    if (known) {
      if (isMeant(known)) lines.push(known);
      continue;
    }
    const away = job.target === undefined ? null : means.engine.whereabouts(id);
    for (const line of linesOf(listing, job, parts))
      if (isMeant(line)) lines.push(away ? { ...line, away } : unreached(line, silent));
  }
  return lines;
}

function unreached(line: Listed, silent: ReadonlySet<string>): Listed {
  if (silent.size === 0 || line.kind !== "element" || line.element.state === "ended") return line;
  return silent.has(line.element.node) ? { ...line, unreached: line.element.node } : line;
}

interface Listing {
  readonly means: Means;
  /** Found out once, and only if something waits. */
  readonly reasons: () => ReadonlyMap<ReasonKey, Reason>;
}

function linesOf(listing: Listing, job: JobHead, found: Found): readonly Listed[] {
  const lines = found.waits ? waitingLines(listing, job, found.indices) : [];
  if (found.elements.length + found.removed.length === 0) return lines;
  for (const removed of found.removed) {
    const indices = within(removed.indices, found.indices);
    if (indices !== "none")
      lines.push({ kind: "removed", job: withOwn(job, removed), removed: { ...removed, indices } });
  }
  const wanted = found.elements.filter(
    ({ index }) => found.indices === null || (index !== null && hasIndex(found.indices, index)),
  );
  for (const element of wanted.sort((a, b) => (a.index ?? 0) - (b.index ?? 0) || a.restarts - b.restarts))
    lines.push({ kind: "element", job: asStarted(job, element), element });
  return lines;
}

/** The line of a job of which nothing can be said but that it waits; null for any other. */
type PlainLines = (job: JobHead, id: number, reasons: ReadonlyMap<ReasonKey, Reason>) => Listed | null;

/** What waits as it did when it was listed last has the line that it had: then nothing of the job itself is looked at. */
function plainLines({ store }: Means): PlainLines {
  const known = new WeakMap<readonly Waiting[], WaitingLine>();
  return (job, id, reasons) => {
    const parts = store.waiting.of(id);
    const reason = reasons.get(id) ?? "none";
    const last = known.get(parts);
    if (last?.job === job && last.reason === reason) return last;
    const [part, another] = parts;
    if (!part || another || part.own || job.dependency || job.target !== undefined || job.indices) return null;
    const line: WaitingLine = { kind: "waiting", job, part, reason, conditions: none };
    known.set(parts, line);
    return line;
  };
}

type WaitingLine = Extract<Listed, { kind: "waiting" }>;

function waitingLines({ means, reasons }: Listing, job: JobHead, wanted: Indices | null): Listed[] {
  const lines: Listed[] = [];
  for (const part of means.store.waiting.of(job.id)) {
    const indices = within(part.indices, wanted);
    if (indices === "none") continue;
    const reason = reasons().get(reasonKey(job.id, part)) ?? "none";
    const asked = withOwn(job, part);
    const whole = indices === part.indices ? part : { ...part, indices };
    if (asked.dependency) for (const line of dependentLines(means, asked, { part: whole, reason })) lines.push(line);
    else lines.push({ kind: "waiting", job: asked, part: whole, reason, conditions: none });
  }
  return lines;
}

/** Elements that wait for their own partners have lines of their own as soon as they wait in vain. */
function* dependentLines(
  { engine }: Means,
  job: JobHead,
  { part, reason }: { readonly part: Waiting; readonly reason: Reason },
): Generator<Listed> {
  const conditionsOf = (index: number | null) => engine.conditions(job.id, index);
  const { lost, left } = apart(job, part.indices, conditionsOf);
  for (const index of lost) {
    const alone = { ...part, indices: singleIndex(index), own: part.own ?? nothingChanged };
    yield { kind: "waiting", job, part: alone, reason: "dependencyNeverMet", conditions: conditionsOf(index) };
  }
  if (lost.length > 0 && left?.length === 0) return;
  const still = lost.length > 0 && reason === "dependencyNeverMet" ? "dependency" : reason;
  const conditions = conditionsOf(left?.[0]?.[0] ?? null);
  yield { kind: "waiting", job, part: { ...part, indices: left }, reason: still, conditions };
}

const none: readonly JudgedCondition[] = [];
const nothingChanged: Alteration = { spec: {}, submission: {} };
const singleIndex = (index: number): Indices => [[index, index]];

/** Where elements wait for their own partners: those that wait in vain, each for itself, and the others. */
function apart(
  { dependency }: JobHead,
  indices: Indices | null,
  conditionsOf: (index: number) => readonly JudgedCondition[],
): { readonly lost: readonly number[]; readonly left: Indices | null } {
  const paired = dependency?.conditions.some(({ kind }) => kind === "correspondingOk");
  if (!paired || indices === null) return { lost: [], left: indices };
  const inVain = (index: number): boolean => {
    const never = conditionsOf(index).map(({ standing }) => standing === "never");
    return dependency?.need === "any" ? never.every(Boolean) : never.some(Boolean);
  };
  const lost = [...eachIndex(indices)].filter(inVain);
  return { lost, left: withoutIndices(indices, lost.flatMap(singleIndex)) };
}

/** Those of the indices that are wanted. A plain job is wanted only as a whole. */
function within(indices: Indices | null, wanted: Indices | null): Indices | null | "none" {
  if (wanted === null) return indices;
  const common = commonIndices(indices ?? [], wanted);
  return common.length > 0 ? common : "none";
}

/** What of the filter concerns single lines; what it leaves open is not looked at. */
function matcher(filter: Filter, description: ClusterDescription): (line: Listed) => boolean {
  const { users, names, queues, accounts, states, outcomes } = filter;
  const tests: readonly (((line: Listed) => boolean) | undefined)[] = [
    users && (({ job }) => users.includes(job.user.name)),
    names && (({ job }) => names.includes(job.name)),
    queues && (({ job }) => queues.includes(job.queue)),
    accounts && (({ job }) => accounts.includes(job.account)),
    states && ((line) => states.includes(stateOf(line))),
    outcomes && ((line) => outcomes.some((outcome) => outcome === outcomeOf(line))),
    membership(filter, description),
  ];
  const asked = tests.filter((test) => test !== undefined);
  return (line) => asked.every((test) => test(line));
}

/** Whether a job is of the clusters that the filter asks for, if any: asked once for each listing, as targets are read from the store. */
function membership(
  { clusters }: Filter,
  { name, targets = [] }: ClusterDescription,
): ((line: Listed) => boolean) | undefined {
  const known = clusters?.filter((each) => each === name || each === localTarget || targets.includes(each)) ?? [];
  if (known.length === 0 || clusters?.includes("all")) return undefined;
  return ({ job: { target, need } }) => {
    const place = target ?? need.target;
    return known.some((each) => (place === undefined ? !targets.includes(each) : each === place));
  };
}

function stateOf(line: Listed): State {
  if (line.kind === "waiting") return "waiting";
  return line.kind === "removed" ? "ended" : line.element.state;
}

function outcomeOf(line: Listed): Outcome | null {
  if (line.kind === "waiting") return null;
  return line.kind === "removed" ? line.removed.outcome : line.element.outcome;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
