/** Owns `headnode explain JOB`: in plain words what was asked, what was ignored or changed here, why it waits and how long. */

import type { Command } from "../language/command.ts";
import type { Context } from "../language/context.ts";
import type { Condition } from "../model/dependency.ts";
import { RefusedError, UsageError } from "../model/errors.ts";
import { countIndices, type Indices, indicesOf, writeIndices } from "../model/indices.ts";
import type { Element } from "../model/job.ts";
import { outcomeWords } from "../model/outcomes.ts";
import type { Reason } from "../model/scheduling.ts";
import type { HistoryEvent, JudgedCondition, Listed } from "../model/verbs.ts";

export const explain: Command = {
  dialect: "headnode",
  name: "explain",
  wordError: (message) => `headnode: ${message}\n`,
  run: async (context) => {
    const [id, ...more] = context.args.map(Number);
    if (id === undefined || more.length > 0 || !Number.isInteger(id))
      throw new UsageError("say one job id: headnode explain 12", 2);
    const listed = context.verbs.select({ ids: [{ id, indices: null }], endedSince: 0 });
    if (listed.length === 0) throw new RefusedError(`there is no job ${id} here`);
    return {
      out: [
        ...headLines(context, listed[0] as Listed),
        ...alike(listed.map((one) => standing(context, one))),
        ...historyLines(context.verbs.history(id)),
      ].join(""),
    };
  },
};

/** Why something waits. */
const reasons: Readonly<Record<Reason, string>> = {
  none: "starts as soon as the scheduler looks",
  resources: "waits for processors, memory or GPUs that are taken; it is the next in line",
  priority: "waits behind jobs that come first",
  reserved: "waits, as what it wants is kept for a job of another queue that is ahead of it",
  dependency: "waits for other jobs",
  dependencyNeverMet: "waits for something that can no longer happen: cancel it, or it stays for ever",
  heldByUser: "is held by its owner until released",
  heldByOperator: "is held by an operator until released",
  beginTime: "is not to start yet",
  throttle: "waits because so many elements of the array run already as it allows at a time",
  queueDown: "waits for its queue, which starts nothing now",
  nodesDown: "waits for nodes that were taken down or are being drained",
  queueTimeLimit: "asks for more time than its queue allows",
  queueNodeLimit: "asks for more nodes than its queue allows",
  queueConfiguration: "asks for more processors than its queue has",
  startFailed: "could not be started, and waits until somebody has looked",
  requeuedHeld: "was requeued on hold until released",
  targetSilent: "unknown: its target gives no answer; it is asked again and again",
  notTaken: "waits here until its target takes it",
};

/** Reasons that end by themselves once there is room. */
const endsByItself: readonly Reason[] = ["none", "resources", "priority", "beginTime", "throttle"];

function* headLines(context: Context, { job }: Listed): Generator<string> {
  const { need, spec } = job;
  const path = job.command.join(" ");
  yield `job ${job.id} "${job.name}" of ${job.user.name}, ${job.dialect}, queue ${job.queue}, submitted ${time(job.submittedAt)}\n`;
  if (path !== "") yield `runs ${path} in ${job.workingDirectory}\n`;
  if (job.indices) {
    const atATime = job.throttle > 0 ? `, ${job.throttle} at a time` : "";
    yield `is an array of ${plural(countIndices(job.indices), "element")}, ${writeIndices(job.indices)}${atATime}\n`;
  }
  const asked = [
    plural(need.cpus, "processor"),
    need.memory ? `${Math.round(need.memory / 2 ** 20)} MB` : "",
    need.gpus ? plural(need.gpus, "GPU") : "",
    need.nodes > 1 ? plural(need.nodes, "node") : "",
    Number.isFinite(need.wallTime) ? `${need.wallTime / 60_000} minutes` : "no time limit",
  ];
  yield `asks for ${asked.filter(Boolean).join(", ")}\n`;
  const streams = [...(spec.stdout ?? []), ...(spec.stderr ?? [])];
  if (streams.length > 0) yield `writes to ${streams.join(" and ")}\n`;
  const noted = context.verbs.history(job.id).flatMap(({ what, why }) => (what === "note" ? [why] : []));
  // What was noted at the submission, then what when elements ended.
  yield* awayLines(context, job.id);
  const notes = new Set([...(context.verbs.job(job.id)?.notes ?? job.notes), ...noted]);
  for (const line of notes) yield `note: ${line}\n`;
}

function* awayLines(context: Context, job: number): Generator<string> {
  const away = context.verbs.whereabouts(job);
  if (away === null) return;
  const { target, native, stage, silentSince, heardAt, why } = away;
  if (native !== null) yield `is ${native} at ${target}\n`;
  else if (stage === "sent") yield `is at ${target}\n`;
  else yield stage === "due" ? `waits here to be handed to ${target}\n` : `is on its way to ${target}\n`;
  if (silentSince === null && stage === "sending" && why !== "") yield `${target} does not take it yet: ${why}\n`;
  if (silentSince === null || stage === "over") return;
  const known = heardAt === null ? "nothing is known of it" : `what follows was so ${time(heardAt)}`;
  yield `unknown how it stands now: ${target} gives no answer since ${time(silentSince)} (${why}); ${known}\n`;
}

/** What is to be said of some elements; those of which the same is to be said are put together. */
interface Saying {
  readonly indices: Indices | null;
  readonly text: string;
}

function* alike(sayings: readonly Saying[]): Generator<string> {
  const byText = new Map<string, Saying[]>();
  for (const saying of sayings) byText.set(saying.text, [...(byText.get(saying.text) ?? []), saying]);
  for (const [text, same] of byText) {
    const runs = same.flatMap(({ indices }) => indices ?? []);
    const all = indicesOf(runs.map(([first, last]) => ({ first, last, step: 1 })));
    yield `${all.length === 0 ? "" : `[${writeIndices(all)}] `}${text}\n`;
  }
}

function standing(context: Context, listed: Listed): Saying {
  switch (listed.kind) {
    case "waiting":
      return { indices: listed.part.indices, text: waitingText(context, listed) };
    case "removed": {
      const { indices, removedAt } = listed.removed;
      return { indices, text: `removed before it started, ${time(removedAt)}` };
    }
    default: {
      const { index } = listed.element;
      return { indices: index === null ? null : [[index, index]], text: elementText(listed.element, index === null) };
    }
  }
}

function waitingText(context: Context, listed: Listed & { readonly kind: "waiting" }): string {
  const { job, part, reason, conditions } = listed;
  const latest = endsByItself.includes(reason) ? context.verbs.latestStart(job.id) : null;
  const waits = conditions.filter(({ standing }) => standing !== "met").map(conditionText);
  return [
    reasons[reason],
    reason === "beginTime" && part.beginAt ? `not before ${time(part.beginAt)}` : "",
    reason === "dependency" || reason === "dependencyNeverMet" ? waits.join(" and ") : "",
    reason === "none" ? "" : latestText(latest),
    part.error ?? "",
  ]
    .filter(Boolean)
    .join(": ");
}

function latestText(latest: number | null): string {
  if (latest === null) return "";
  return Number.isFinite(latest)
    ? `starts ${time(latest)} at the latest, if what is ahead takes all its time`
    : "nobody knows when: what is ahead has no time limit";
}

const conditionWords: Readonly<Record<Exclude<Condition["kind"], "singleton">, string>> = {
  ok: "must end well",
  notOk: "must fail",
  end: "must end",
  stagedOut: "must end",
  start: "must start",
  correspondingOk: "must end well, element by element",
  correspondingEnd: "must end, element by element",
};

function conditionText({ condition, standing }: JudgedCondition): string {
  const never = standing === "never" ? ", which can't happen any more" : "";
  if (condition.kind === "singleton") return `earlier jobs of the same name must end${never}`;
  const element = condition.index === null ? "" : `_${condition.index}`;
  return `job ${condition.job ?? condition.name}${element} ${conditionWords[condition.kind]}${never}`;
}

function elementText(element: Element, isAlone: boolean): string {
  const since = element.startedAt === null ? "" : ` since ${time(element.startedAt)}`;
  if (element.state !== "ended") return `${element.state}${since} on ${element.node}`;
  const isOwn = element.outcome === "completed" || element.outcome === "failed";
  const how = !isOwn ? "" : element.signal ? `, signal ${element.signal}` : `, exit code ${element.code ?? 0}`;
  const remark = element.remark ? `: ${element.remark}` : "";
  // Elements that ended alike are put together, whenever that was.
  const when = isAlone && element.endedAt !== null ? ` ${time(element.endedAt)}` : "";
  return `ended${when}, ${outcomeWords[element.outcome ?? "failed"]}${how}${remark}`;
}

/** Events that are shown; of a long history the first and the last, and what isn't usual. */
const mostEvents = 40;

/** What every element of an array has in its history. */
const usual: readonly string[] = ["started", "ended"];

const inWords: ReadonlyMap<string, string> = new Map(Object.entries(outcomeWords));

function* historyLines(history: readonly HistoryEvent[]): Generator<string> {
  const events = history.filter(({ what }) => what !== "note");
  const half = mostEvents / 2;
  const unusual = events.slice(half, -half).filter(({ what }) => !usual.includes(what));
  const kept = new Set([...events.slice(0, half), ...unusual.slice(0, mostEvents), ...events.slice(-half)]);
  let left = 0;
  for (const event of events) {
    if (!kept.has(event)) {
      left++;
      continue;
    }
    if (left > 0) yield `  … ${left} more …\n`;
    left = 0;
    const { index, what } = event;
    const why = inWords.get(event.why) ?? event.why;
    yield `  ${time(event.at)} ${index === null ? "" : `[${index}] `}${what}${why ? `: ${why}` : ""}\n`;
  }
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

function time(epoch: number): string {
  const date = new Date(epoch);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
