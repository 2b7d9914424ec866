// The back end of local processes: the daemon's client of the runner. Its kind is `c` or `node`, after the runner's.

import { join } from "node:path";
import type { Ending } from "../model/launch.ts";
import { noUsage } from "../model/usage.ts";
import type { MemoryControl } from "../relay/memory-control.ts";
import {
  begunRecord,
  type JobRecord,
  prepareWithdrawals,
  readRecords,
  removeRecord,
  withdraw,
} from "../runner/records.ts";
import { type Backend, type BackendEvents, type Lines, nodeFailureTag } from "./backend.ts";
import { type LineOrders, openClient } from "./runner-client.ts";
import { prepareMemory, type RunnerMemory } from "./runner-memory.ts";
import { reachRunner } from "./runner-process.ts";

/** Where the runner works and how it is reached. */
export interface ProcessesOptions {
  /** The state directory. */
  readonly directory: string;
  /** Path of the runner's socket; without it `runner.sock` in the directory. */
  readonly socket?: string;
  /** Whether the compiled runner may be used. */
  readonly native: boolean;
  /** How memory can be held to limits here; left out: by watching. */
  readonly control?: MemoryControl;
  readonly events: BackendEvents;
}

/**
 * Reaches the runner, starting it if there is none. Before it resolves, `events` has been told every end that was not
 * acknowledged yet, of an earlier runner's jobs too. A failure `EEXIST` at stage `record`: the key was used before and
 * nothing runs under it.
 */
export async function connectProcesses(options: ProcessesOptions): Promise<Backend> {
  const { control = usualControl } = options;
  for (let tries = 1; ; tries++) {
    const { socket, startedPid } = await reachRunner({
      ...options,
      words: control.kind === "systemd" ? control.words : [],
    });
    const memory = prepareMemory({ control, directory: options.directory, startedPid });
    const client = openClient(socket, options.events, memory);
    // A runner that was just ending itself for want of work accepts a connection and is gone.
    const facts = await client.listed;
    if (facts === undefined) {
      if (tries === 5) throw new Error(`the runner in ${options.directory} ends as soon as it is asked`);
      continue;
    }
    const known = client.reported();
    const records = readRecords(options.directory).filter((record) => !known.has(record.key));
    for (const key of tellRecords(records, options.events)) removeRecord(options.directory, key);
    return {
      ...{ ...client.orders, kind: facts.kind, running: client.running },
      ...{ memory: memory.said, memoryGroup: groupMaker(memory) },
      ...(facts.lines ? { lines: linesOf(client.lineOrders, options.directory) } : {}),
    };
  }
}

/** What waits at the runner is taken back by making its record first, so that nobody need wait for an answer. */
function linesOf({ follow, giveUp }: LineOrders, directory: string): Lines {
  prepareWithdrawals(directory);
  return {
    follow,
    begun(key) {
      const record = begunRecord(directory, key);
      return record && (record.after?.key ?? "");
    },
    withdraw(keys) {
      const taken: string[] = [];
      try {
        return new Set(keys.filter((key) => !withdraw(directory, key) || !taken.push(key)));
      } finally {
        giveUp(taken);
      }
    },
  };
}

const usualControl = { kind: "watching", why: "nothing else was asked for" } as const;

function groupMaker({ groups }: RunnerMemory): (name: string) => string {
  return (name) => (groups === "" ? "" : join(groups, name));
}

/**
 * Tells what records say that nobody else can tell any more, in the order in which they were begun. Gives the keys of those
 * that say nothing and may go.
 */
export function tellRecords(records: readonly JobRecord[], events: BackendEvents): string[] {
  const begun = records.filter(({ withdrawn }) => !withdrawn);
  for (const record of begun.toSorted((a, b) => begunAt(a) - begunAt(b) || a.touchedAt - b.touchedAt)) {
    const { key, exited, failed, after } = record;
    if (after) events.followed(key, after.key, after.note);
    if (exited) events.ended(exited);
    else if (failed) events.failed(failed);
    else events.ended(abandoned(key, begunAt(record)));
  }
  return records.flatMap(({ key, withdrawn }) => (withdrawn ? [key] : []));
}

const begunAt = ({ started, touchedAt }: JobRecord): number => started?.at ?? touchedAt;

/** When it really ended nobody knows: like a cluster's, a lost node's jobs end when the loss is seen. */
function abandoned(key: string, startedAt: number): Ending {
  return { key, code: null, signal: 9, startedAt, endedAt: Date.now(), ...noUsage, tag: nodeFailureTag };
}
