/** Owns what a scancel command line asks for, and how its results are told. */

import { commandLine, readVariables, readWords } from "../../language/reading.ts";
import { settle } from "../../language/settle.ts";
import { nodeNames } from "../../model/cluster.ts";
import { UsageError } from "../../model/errors.ts";
import type { State } from "../../model/job.ts";
import type { Filter, Listed, Result, SignalAsk, Verbs } from "../../model/verbs.ts";
import { foldIndices } from "./arrays.ts";
import { scancelOptions } from "./cancel-options.ts";
import { cancelledNotice, stepScope } from "./endings.ts";
import { readJobId, type WantedJob } from "./job-ids.ts";
import { signalNumber } from "./signals.ts";
import { findState } from "./states.ts";
import { optionProblem, tryHelp, valueWording } from "./wording.ts";

/** A scancel command line that was read. */
export interface CancelRequest {
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | null;
  readonly ids: readonly WantedJob[];
  readonly state: State | null;
  /** Null ends the job; otherwise this is sent. */
  readonly signal: Pick<SignalAsk, "signal" | "to" | "sparing"> | null;
  /** Whether jobs are looked up before they are acted on: then an unknown id is an error. */
  readonly looksUp: boolean;
}

const killSignal = 9;
const terminateSignal = 15;
/** KILL, CONT and STOP reach whatever there is; of other signals, tasks hear by themselves, and not what they have started. */
const wholesale: readonly number[] = [killSignal, 18, 19];
const filters = ["account", "name", "nodes", "partition", "quality", "reservation", "state", "user", "workloadKey"];

/** Reads the command line. Throws UsageError, worded as scancel does. */
export function readCancelRequest(source: {
  readonly args: readonly string[];
  readonly variable: (name: string) => string | undefined;
}): CancelRequest {
  const { said, operands, problem } = readWords(scancelOptions, commandLine(source.args));
  if (problem) throw optionProblem(problem, scancelOptions, { after: tryHelp("scancel"), code: 1 });
  const { asks } = settle(
    [...readVariables(scancelOptions, source.variable), ...said],
    valueWording({ usage: 1, error: 1 }),
  );
  const flag = (name: string) => asks[name] === true;
  const text = (name: string) => (typeof asks[name] === "string" ? asks[name] : null);
  const informs = ["help", "usage", "version"].some(flag);
  const ids = informs ? [] : operands.flatMap((operand) => idsIn(operand.text));
  const filtered = filters.some((name) => text(name) !== null);
  if (!informs && ids.length === 0 && !filtered && !flag("me"))
    throw new UsageError("No job identification provided", 1);
  const signal = signalOf(text("signal"), flag);
  return {
    ...{ flag, text, ids, signal, state: stateOf(text("state")) },
    // A cluster alone names no jobs.
    looksUp:
      filtered ||
      text("clusters") !== null ||
      flag("me") ||
      flag("interactive") ||
      flag("batch") ||
      text("signal") !== null,
  };
}

function idsIn(operand: string): readonly WantedJob[] {
  const [first = "", ...rest] = operand.match(/(?:\[[^\]]*\]|[^,[])+|\[.*|^$/g) ?? [operand];
  // A comma too many is reported with what follows it.
  const words = /^,|,,/.test(operand) ? [operand.replace(/^[^,]+,(?=,)/, "")] : [first, ...rest];
  return words.map((word) => {
    const id = readJobId(word);
    if (!id) throw new UsageError(`Invalid job id ${word}`, 1);
    return id;
  });
}

function stateOf(text: string | null): State | null {
  if (text === null) return null;
  const states: Readonly<Record<string, State>> = {
    PENDING: "waiting",
    RUNNING: "running",
    SUSPENDED: "suspended",
    COMPLETING: "ending",
  };
  const state = states[findState(text)?.word ?? ""];
  if (!state)
    throw new UsageError(
      `Invalid job state specified: ${text}\nValid job states are PENDING, RUNNING, and SUSPENDED`,
      1,
    );
  return state;
}

function signalOf(text: string | null, flag: CancelRequest["flag"]): CancelRequest["signal"] {
  const signal = text === null ? killSignal : signalNumber(text);
  if (signal === null) throw new UsageError(`Unknown job signal: ${text}`, 1);
  if (flag("batch")) return { signal, to: "shell" };
  if (flag("full") && text !== null)
    return wholesale.includes(signal) ? { signal, to: "all" } : { signal, to: "all", sparing: stepScope };
  return signal === killSignal ? null : { signal, to: "steps" };
}

/** The filter of a command that looks jobs up. Without a user, one's own jobs are meant; root means everybody's. */
export function cancelFilter({ ids, flag, text, state }: CancelRequest, self: { name: string; uid: number }): Filter {
  const named = text("user");
  const own = flag("me") || (self.uid !== 0 && ids.length === 0);
  const users = named ?? (own ? self.name : null);
  const names = text("name");
  const [queue, account] = [text("partition"), text("account")];
  return {
    ...(ids.length > 0
      ? { ids: ids.filter(({ step }) => step === null).map(({ id, indices }) => ({ id, indices })) }
      : {}),
    ...(users === null ? {} : { users: [users] }),
    ...(names === null ? {} : { names: names.split(",") }),
    ...(queue === null ? {} : { queues: [queue] }),
    ...(account === null ? {} : { accounts: [account] }),
    ...(text("clusters") === null ? {} : { clusters: (text("clusters") ?? "").split(",") }),
    ...(state === null ? {} : { states: state === "running" ? ["running", "starting"] : [state] }),
  };
}

/** Whether a part is meant, beyond what the filter says. */
export function isMeant({ text }: CancelRequest, listed: Listed): boolean {
  const { spec } = listed.job;
  const quality = text("quality");
  if (quality !== null && quality !== (spec.qualityOfService ?? "normal")) return false;
  if (text("reservation") !== null && text("reservation") !== spec.reservation) return false;
  if (text("workloadKey") !== null && text("workloadKey") !== spec.workloadKey) return false;
  if (text("nodes") !== null) {
    const meant = nodesOf(text("nodes"));
    return listed.kind === "element" && nodeNames(listed.element).some((name) => meant.includes(name));
  }
  return listed.kind !== "removed";
}

function nodesOf(text: string | null): readonly string[] {
  return (text ?? "").split(",");
}

/** The id of what is meant, as scancel names it. */
export function meantId(listed: Listed): WantedJob {
  const { job } = listed;
  const indices = listed.kind === "waiting" ? listed.part.indices : indexRange(listed);
  const shown = listed.kind === "waiting" && indices ? `_[${foldIndices(indices, job.throttle)}]` : "";
  const index = listed.kind === "element" && listed.element.index !== null ? `_${listed.element.index}` : "";
  return { text: `${job.id}${shown}${index}`, id: job.id, indices, step: null };
}

function indexRange(listed: Listed): readonly (readonly [number, number])[] | null {
  if (listed.kind !== "element" || listed.element.index === null) return null;
  return [[listed.element.index, listed.element.index]];
}

/** Does what is asked to one id. */
export function act(request: CancelRequest, target: WantedJob, on: { verbs: Verbs; by: number }): readonly Result[] {
  const { signal } = request;
  if (target.step !== null)
    return on.verbs.signalStep(target, on.by, { step: Number(target.step), signal: signal?.signal ?? null });
  if (signal === null) return on.verbs.cancel(target, on.by);
  const deadly = signal.signal === killSignal || signal.signal === terminateSignal;
  return on.verbs.signal(target, on.by, deadly ? { ...signal, notice: cancelledNotice } : signal);
}

/** Exit codes are Slurm's error numbers, of which a shell sees the last byte. */
const errors: Partial<
  Readonly<Record<Result["kind"], { readonly text: string; readonly code: number; readonly minor: boolean }>>
> = {
  unknown: { text: "Invalid job id specified", code: 1, minor: true },
  alreadyEnded: { text: "Job/step already completing or completed", code: 0, minor: true },
  alreadyEnding: { text: "Job/step already completing or completed", code: 0, minor: true },
  denied: { text: "Access/permission denied", code: 210, minor: false },
  notRunning: { text: "Job can not be altered now, try again later", code: 228, minor: false },
};

const stepCodes: Readonly<Record<string, number>> = {
  "Invalid job id specified": 225,
  "Job/step already completing or completed": 229,
  "Access/permission denied": 210,
};

/** What is said on stderr of what became of one id, and the exit code. Minor errors are told only with -v. */
export function told(
  request: CancelRequest,
  target: WantedJob,
  results: readonly Result[],
): { readonly err: string; readonly code: number } {
  const done = results.some(({ kind }) => ["removed", "ending", "signalled"].includes(kind));
  const failed = done ? undefined : results.map(({ kind }) => errors[kind]).find((found) => found !== undefined);
  // What is wrong with a step is always said, and is Slurm's own number.
  const error =
    failed && target.step !== null ? { ...failed, minor: false, code: stepCodes[failed.text] ?? 1 } : failed;
  const what = target.step === null ? `job id ${target.text}` : `job step id ${target.id}`;
  const verbose = request.flag("verbose") && !request.flag("quiet");
  const doing = verbose ? `scancel: ${doingWhat(request)} ${target.text}\n` : "";
  if (!error) return { err: doing, code: 0 };
  const loud = verbose || (error.minor ? request.looksUp && error.code !== 0 : !request.flag("quiet"));
  const err = loud ? `scancel: error: Kill job error on ${what}: ${error.text}\n` : "";
  return { err: doing + err, code: error.minor && !request.looksUp ? 0 : error.code };
}

function doingWhat({ signal }: CancelRequest): string {
  if (signal === null) return "Terminating job";
  return `Signal ${signal.signal} to ${signal.to === "shell" ? "batch " : ""}job`;
}
