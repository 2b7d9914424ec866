/** Owns how an element is written as a row and read back. */

import type { Element } from "../model/job.ts";
import { figuresOf, fromFigures, type Usage } from "../model/usage.ts";
import { readJson, writeJson } from "./json.ts";
import { readOwn, writeOwn } from "./own.ts";

/** An element with why it is being stopped, which outlives the daemon that stopped it. */
export interface StoredElement extends Element {
  readonly stop: Stop | null;
}

/** Why a running element is stopped; the dialects' StopReason. */
export type Stop = "cancel" | "requeue" | "deadline" | "force" | "nodeFailure";

export interface ElementRow {
  readonly job: number;
  readonly idx: number;
  readonly restarts: number;
  readonly id: number;
  readonly state: Element["state"];
  readonly outcome: Element["outcome"];
  readonly holds: string;
  readonly node: string;
  readonly cpu_list: string;
  readonly gpu_list: string;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly pid: number | null;
  readonly code: number | null;
  readonly signal: number | null;
  readonly ended_by: number | null;
  readonly stop: Stop | null;
  readonly remark: string;
  readonly usage: string;
  readonly own: string | null;
  readonly stopped: number;
  readonly queue: string | null;
  readonly shares: string | null;
}

/** The figures as a row keeps them; of what has used nothing, nothing. */
export function writeUsage(usage: Usage): string {
  const figures = figuresOf(usage);
  return writeJson(figures.some((figure) => figure !== 0) ? figures : []);
}

export function writeElement(element: StoredElement): ElementRow {
  return {
    job: element.job,
    idx: element.index ?? -1,
    restarts: element.restarts,
    id: element.id,
    state: element.state,
    outcome: element.outcome,
    holds: writeJson(element.holds),
    node: element.node,
    cpu_list: element.cpuList,
    gpu_list: writeJson(element.gpuList),
    started_at: element.startedAt,
    ended_at: element.endedAt,
    pid: element.pid,
    code: element.code,
    signal: element.signal,
    ended_by: element.endedBy,
    stop: element.stop,
    remark: element.remark,
    usage: writeUsage(element),
    own: writeOwn(element),
    stopped: element.stopped ? 1 : 0,
    queue: element.queue,
    shares: element.shares ? writeJson(element.shares) : null,
  };
}

export function readElement(row: ElementRow): StoredElement {
  return {
    job: row.job,
    index: row.idx === -1 ? null : row.idx,
    restarts: row.restarts,
    id: row.id,
    state: row.state,
    outcome: row.outcome,
    holds: readJson(row.holds),
    node: row.node,
    queue: row.queue,
    cpuList: row.cpu_list,
    gpuList: readJson(row.gpu_list),
    startedAt: row.started_at,
    endedAt: row.ended_at,
    pid: row.pid,
    code: row.code,
    signal: row.signal,
    endedBy: row.ended_by,
    stop: row.stop,
    remark: row.remark,
    ...fromFigures(readJson(row.usage)),
    ...readOwn(row),
    ...(row.stopped === 1 ? { stopped: true } : {}),
    ...(row.shares === null ? {} : { shares: readJson(row.shares) }),
  };
}
