/** Owns what qalter's options make of a job: its new spec, what follows from it, and why it may not be. */

import { ValueError } from "../../language/codec.ts";
import type { Draft } from "../../language/option.ts";
import type { Said } from "../../language/reading.ts";
import type { Settled } from "../../language/settle.ts";
import type { Submission } from "../../model/job.ts";
import type { Need } from "../../model/need.ts";
import { emptySpec, type JobSpec, type Request } from "../../model/spec.ts";
import type { JobHead } from "../../model/verbs.ts";
import { refusalOf } from "./admission.ts";
import { badValue } from "./alteration-options.ts";
import { epochSeconds } from "./codecs.ts";
import { resolveDependencies } from "./dependencies.ts";
import { mannerOf } from "./options.ts";
import { wallTimes } from "./requests.ts";
import { type Caller, derivedOf, withDirectories } from "./submission.ts";
import { shownEnvironment, submittedEnvironment } from "./submitted-environment.ts";

/** What is to change of a job. */
export interface Change {
  readonly spec: Partial<JobSpec>;
  readonly submission: Partial<Submission>;
  /** Names of the options that were said, `l` and `q` also as `soft l` and `soft q`. */
  readonly options: ReadonlySet<string>;
}

/** The caller, as far as options mean something only with one; `now` in epoch milliseconds. */
export interface Alterer extends Caller {
  readonly now: number;
}

/** What was said, read upon what the job had: context is added to, every other list is replaced. Throws UsageError. */
export function draftFor(
  said: readonly Said[],
  before: JobSpec | null,
): Draft & { readonly options: Change["options"] } {
  const options = new Set<string>();
  let draft: Draft = { spec: before?.contexts ? { contexts: before.contexts } : {}, asks: {} };
  for (const one of said) {
    const { name } = one.row;
    const change = applied(one, draft);
    if (name !== "soft" && name !== "hard") options.add(draft.asks.soft === true ? softName(name) : name);
    draft = { spec: { ...draft.spec, ...change.spec }, asks: { ...draft.asks, ...change.asks } };
  }
  return { ...draft, options };
}

/** What the options change of a job; `others` are jobs it could wait for. */
export function changeOf(
  job: JobHead & { readonly environment: readonly string[] },
  said: readonly Said[],
  world: { readonly alterer: Alterer; readonly others: readonly JobHead[]; readonly runs: boolean },
): Change {
  const { alterer, others, runs } = world;
  const { spec: drafted, asks, options } = draftFor(said, job.spec);
  const begin = asks.begin as Parameters<typeof epochSeconds>[0] | undefined;
  const directory = directoryAfter(drafted, job);
  const spec: Partial<JobSpec> = {
    ...drafted,
    // The real one forgets the directory where it is asked for the present one: the job runs at home then.
    ...(drafted.workingDirectory === "." ? { workingDirectory: null } : {}),
    ...outputs(drafted, { job, alterer, directory }),
    ...(drafted.requests ? requestsAfter(job.spec, drafted.requests, options) : {}),
    ...(begin === undefined ? {} : { beginTime: epochSeconds(begin, alterer.now) }),
  };
  const whole = { ...job.spec, ...spec };
  const derived = derivedOf(whole, alterer.cluster, job.user.name);
  const found = resolveDependencies(whole, others, job.user.name);
  const environment = spec.export ? submittedEnvironment(spec.export, alterer) : null;
  const submission: Partial<Submission> = {
    // What runs stays where it is and keeps what it has; only its time may change.
    ...(runs ? { need: withTimeOf(job.need, derived.need) } : { need: derived.need, queue: derived.queue }),
    priority: derived.priority,
    ...(spec.name == null ? {} : { name: spec.name }),
    ...(spec.accountString == null ? {} : { account: spec.accountString }),
    ...(spec.arrayThrottle == null ? {} : { throttle: spec.arrayThrottle }),
    ...(spec.beginTime == null ? {} : { beginAt: spec.beginTime * 1000 }),
    ...(directory === job.workingDirectory ? {} : { workingDirectory: directory }),
    ...(found.kind === "found" && (spec.dependency || spec.dependencyPerElement)
      ? { dependency: found.dependency }
      : {}),
    ...(environment ? { environment: withOrigins(job.environment, environment) } : {}),
  };
  return { spec, submission, options };
}

/** Why a change is not made, as the master says it; null if nothing speaks against it. */
export function alterationComplaint(
  job: JobHead,
  change: Change,
  world: { readonly alterer: Alterer; readonly said: readonly Said[]; readonly others: readonly JobHead[] },
): string | null {
  const { alterer, said, others } = world;
  const { user, cluster } = alterer;
  const denied = said.flatMap(({ row, values }) => {
    const why = otherWords[row.name]?.(values[0] ?? "", user.name);
    return why ?? (mannerOf(row.name).denied(values.join(" "), user.name) || []);
  });
  const rises = user.uid !== 0 && (change.spec.priority ?? Number.NEGATIVE_INFINITY) > (job.spec.priority ?? 0);
  if (rises) return `denied: "${user.name}" must be operator to increase job priority`;
  if (change.options.has("tc") && !job.spec.array) return 'invalid option argument "task concurrency"';
  const spec: JobSpec = { ...emptySpec(), array: job.spec.array, ...change.spec, priority: null };
  const found = resolveDependencies(spec, others, job.user.name);
  if (found.kind === "refused") return found.why;
  const refusal = refusalOf({
    ...{ spec, user, cluster, denied },
    name: change.spec.name ?? job.name,
    masterQueues: change.options.has("masterq") && !(change.spec.parallelEnvironment ?? job.spec.parallelEnvironment),
  });
  return refusal?.replace("job rejected: the requested parallel", "denied: parallel") ?? null;
}

/** Where qalter is refused in other words than qsub. */
const otherWords: Readonly<Record<string, (value: string, who: string) => string>> = {
  ckpt: (name) => `denied: checkpointing environment "${name}" does not exist`,
  ot: (_, who) => `denied: "${who}" must be operator to change amount of override tickets`,
};

/** The settled form of what was said, for those who look at questions rather than fields. */
export function asksSaid(said: readonly Said[]): Settled["asks"] {
  return draftFor(said, null).asks;
}

function applied(one: Said, draft: Draft): Partial<Draft> {
  try {
    return one.row.effect.apply(one.values, draft);
  } catch (error) {
    if (error instanceof ValueError) throw badValue(one, error);
    throw error;
  }
}

function softName(name: string): string {
  return name === "l" || name === "q" ? `soft ${name}` : name;
}

// -l replaces the list of its kind, hard or soft; the other stays. Limits of time go with the hard one.
function requestsAfter(before: JobSpec, now: readonly Request[], options: Change["options"]): Partial<JobSpec> {
  const kept = (before.requests ?? []).filter(({ soft }) => !options.has(soft ? "soft l" : "l"));
  const requests = [...kept, ...now];
  return { requests, wallTime: null, softWallTime: null, ...wallTimes(requests) };
}

function outputs(
  { stdout, stderr, name }: Partial<JobSpec>,
  facts: { readonly job: JobHead; readonly alterer: Alterer; readonly directory: string },
): Partial<JobSpec> {
  const { job, alterer, directory } = facts;
  const caller = { ...alterer, user: job.user };
  const spec = { ...emptySpec(), stdout: stdout ?? null, stderr: stderr ?? null };
  const marked = withDirectories(spec, { caller, name: name ?? job.name, workingDirectory: directory });
  return { ...(stdout ? { stdout: marked.stdout } : {}), ...(stderr ? { stderr: marked.stderr } : {}) };
}

function directoryAfter({ workingDirectory: said }: Partial<JobSpec>, job: JobHead): string {
  if (said == null) return job.workingDirectory;
  return said === "." ? job.user.home : said;
}

// Where a job came from does not change.
function withOrigins(before: readonly string[], now: readonly string[]): readonly string[] {
  const shown = (entries: readonly string[]) => new Set(shownEnvironment(entries).map(([name]) => name));
  const nameOf = (entry: string) => entry.slice(0, entry.indexOf("="));
  const [own, others] = [shown(before), shown(now)];
  return [...before.filter((entry) => !own.has(nameOf(entry))), ...now.filter((entry) => others.has(nameOf(entry)))];
}

/** What it has, with another time. */
function withTimeOf({ anyTime: _, ...had }: Need, { wallTime, anyTime }: Need): Need {
  return { ...had, wallTime, ...(anyTime ? { anyTime } : {}) };
}
