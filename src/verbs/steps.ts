/** Owns the steps of running elements: their numbers, what of the element they hold, and who waits for that. */

import { type Element, launchKey, withOwn } from "../model/job.ts";
import type { Step, StepAsk, StepEnd } from "../model/step.ts";
import type { Result, StepOrder, Target, Verbs } from "../model/verbs.ts";
import type { Means } from "./means.ts";
import { meantBy, withLeftOver } from "./target.ts";

type StepVerbs = Pick<
  Verbs,
  "allocation" | "beginStep" | "endStep" | "heedStep" | "orderSteps" | "signalStep" | "stepEnded" | "steps"
>;

export type OrderSteps = Verbs["orderSteps"];

/** What a step that runs keeps from others. */
interface Held {
  readonly step: Step;
  readonly cpus: number;
  readonly hear: (order: StepOrder) => void;
}

/** The verbs about steps. What runs is known in memory only: a step ends with the daemon that its command talks to. */
export function createSteps(means: Means): StepVerbs {
  const { store, clock, engine } = means;
  const held = new Map<string, Held[]>();
  const waiting = new Map<string, (() => void)[]>();
  const cancelled = new WeakMap<Step, number>();
  const order: OrderSteps = (element, what) => {
    for (const { hear } of held.get(launchKey(element)) ?? []) hear(what);
  };
  // What an element leaves behind that was started elsewhere, on a terminal of its own, ends with it.
  const watched = new Set<string>();
  const endWith = (element: Element): void => {
    const key = launchKey(element);
    if (watched.has(key)) return;
    watched.add(key);
    engine.watch(element.job, {
      due: (other, tag) => void (launchKey(other) === key && order(element, { signal: 0, ends: "nothing", due: tag })),
      ended: (other) => {
        if (launchKey(other) !== key) return;
        watched.delete(key);
        order(element, { signal: killSignal, ends: "job" });
      },
      finished: () => undefined,
    });
  };
  const wake = (key: string): void => {
    const all = waiting.get(key) ?? [];
    waiting.delete(key);
    for (const resume of all) resume();
  };
  return {
    allocation: (id) => allocation(means, id),
    beginStep(element, ask) {
      const key = launchKey(element);
      const others = held.get(key) ?? [];
      const gpuList = freeGpus(element, others).slice(0, ask.holdsGpus);
      if (!fits(ask, others) || gpuList.length < Math.min(ask.holdsGpus, element.gpuList.length)) return null;
      const step = store.commit.relaxed(() => begin(means, element, { ask, gpuList }));
      endWith(element);
      held.set(key, [...others, { step, cpus: ask.holdsCpus, hear: () => undefined }]);
      return step;
    },
    endStep(step, end) {
      const key = launchKey(step);
      const left = (held.get(key) ?? []).filter((each) => each.step.step !== step.step);
      if (left.length > 0) held.set(key, left);
      else held.delete(key);
      const by = cancelled.get(step);
      const who = by === undefined ? {} : { endedBy: by };
      store.commit.relaxed(() => store.steps.ended({ ...step, ...end, ...who, endedAt: clock.now() }));
      wake(key);
    },
    heedStep(step, hear) {
      const key = launchKey(step);
      const all = held.get(key) ?? [];
      held.set(
        key,
        all.map((each) => (each.step.step === step.step ? { ...each, hear } : each)),
      );
    },
    orderSteps: order,
    signalStep(target, by, what) {
      const holding = (element: Element) => held.get(launchKey(element))?.find(({ step }) => step.step === what.step);
      return signalStep(means, { target, by }, { ...what, holding, cancels: (step) => cancelled.set(step, by) });
    },
    stepEnded: (element) =>
      new Promise((resolve) => {
        const key = launchKey(element);
        waiting.set(key, [...(waiting.get(key) ?? []), resolve]);
        const ended = (other: Element): void => void (launchKey(other) === key && resolve());
        engine.watch(element.job, { ended, finished: resolve });
      }),
    steps: (job) => store.steps.of(job).map((step) => asHeld(step, held.get(launchKey(step)))),
  };
}

/** With what is known of it only while it runs. */
function asHeld(step: Step, all: readonly Held[] = []): Step {
  const own = all.find((each) => each.step.step === step.step && each.step.restarts === step.restarts);
  return own?.step ?? step;
}

interface ForStep {
  readonly step: number;
  readonly signal: number | null;
  /** That step of an element, as long as it runs. */
  readonly holding: (element: Element) => Held | undefined;
  /** The step is ended by this. */
  readonly cancels: (step: Step) => void;
}

/** What ends a step alone, or is left of one, is final at once. */
const killSignal = 9;

function signalStep(
  { store }: Means,
  asked: { readonly target: Target; readonly by: number },
  { step, signal, holding, cancels }: ForStep,
): Result[] {
  const meant = meantBy(store, asked.target, asked.by);
  if ("kind" in meant) return [meant];
  const { job } = meant;
  const results = meant.alive.map((element): Result => {
    const found = holding(element);
    if (found && signal === null) cancels(found.step);
    found?.hear({ signal: signal ?? killSignal, ends: signal === null ? "step" : "nothing" });
    if (found) return { kind: "signalled", job, element };
    const known = store.steps.of(job.id).some((each) => launchKey(each) === launchKey(element) && each.step === step);
    return known ? { kind: "alreadyEnded", job, element } : { kind: "unknown", ...asked.target };
  });
  return withLeftOver(store, meant, results);
}

function allocation({ store }: Means, id: number): ReturnType<Verbs["allocation"]> {
  const which = store.elements.byOwnId(id);
  const own = which && store.elements.get(which);
  const element = own ?? store.elements.aliveOf(id).find((each) => each.id === id);
  const job = element && element.state !== "ended" ? store.jobs.whole(element.job) : null;
  return element && job ? { job: withOwn(job, element), element } : null;
}

function begin(
  { store, clock }: Means,
  { job, index, restarts }: Element,
  { ask, gpuList }: { readonly ask: StepAsk; readonly gpuList: readonly number[] },
): Step {
  const { name, submitLine, ranks, nodes, cpus, wallTime } = ask;
  const end: StepEnd = { outcome: null, code: null, signal: null, usage: null };
  const times = { startedAt: clock.now(), endedAt: null };
  const step = store.steps.next({ job, index, restarts });
  const about = { name, submitLine, ranks, nodes, cpus, gpuList, wallTime };
  const made: Step = { job, index, restarts, step, ...about, ...times, ...end };
  store.steps.insert(made);
  return made;
}

function fits({ holdsCpus, mostCpus }: StepAsk, others: readonly Held[]): boolean {
  return others.reduce((sum, { cpus }) => sum + cpus, holdsCpus) <= Math.max(mostCpus, holdsCpus);
}

function freeGpus({ gpuList }: Element, others: readonly Held[]): readonly number[] {
  const taken = others.flatMap(({ step }) => step.gpuList);
  return gpuList.filter((gpu) => !taken.includes(gpu));
}
