/** Owns changes of a job's time limit by `scontrol update`: set, moved by an amount, or given by the end. */

import { attempt } from "../../language/codec.ts";
import { UsageError } from "../../model/errors.ts";
import { timeLimit } from "./codecs.ts";
import { geometryOf, queueOf } from "./geometry.ts";
import { moments } from "./moments.ts";
import type { Asked, Change } from "./update-change.ts";

/** What an owner is told who asks for what is an operator's to give. */
export const denied = "Access/permission denied";

/** `TimeLimit=5`, `=+5`, `=-5`; a minus always takes away here. */
export function timeLimitChange(asked: Asked): Change {
  const [, sign = "", amount = ""] = /^([+-]?)(.*)$/s.exec(asked.value) ?? [];
  const said = limitIn({ ...asked, value: amount });
  if (sign === "") return permitted(asked, said);
  const current = currentLimit(asked);
  if (!Number.isFinite(current)) return { refused: "Requested time limit is invalid (missing or exceeds some limit)" };
  if (sign === "-" && said > current) {
    const word = `decrement larger than current time limit (${said / 60} > ${current / 60})`;
    throw new UsageError(`scontrol: error: TimeLimit ${word}`, 1);
  }
  return permitted(asked, sign === "+" ? current + said : current - said);
}

/** `EndTime=`: the limit that ends a running job then. */
export function endTime(asked: Asked): Change {
  if (asked.startedAt === null) return { refused: "Job is not running" };
  const read = attempt(moments(asked.now), asked.value);
  if ("error" in read) {
    const text = `Invalid time specification (pos=${read.error.column - 1}): ${asked.value}`;
    throw new UsageError(`${text}\nNo changes specified`, 1);
  }
  const minutes = Math.max(1, Math.ceil((read.value - asked.startedAt) / 60_000));
  return permitted(asked, minutes * 60);
}

/** `TimeMin=`. */
export function leastTimeLimit(asked: Asked): Change {
  const least = limitIn(asked);
  if (least > currentLimit(asked))
    return { refused: "Invalid time-min specification (exceeds job's time or other limits)" };
  return { spec: { minimumWallTime: least } };
}

function limitIn({ key, value }: Asked): number {
  const read = attempt(timeLimit, value);
  if ("error" in read) throw new UsageError(`scontrol: error: Invalid ${key} value`, 1);
  return read.value;
}

function currentLimit({ job, cluster }: Asked): number {
  return geometryOf(job.spec, cluster).wallTime;
}

// Owners may lower the limit, and raise it as far as the partition goes while the job waits.
function permitted(asked: Asked, seconds: number): Change {
  const most = queueOf(asked.job.spec, asked.cluster)?.maxWallTime ?? Number.POSITIVE_INFINITY;
  const lawful = seconds <= currentLimit(asked) || (asked.startedAt === null && seconds <= most);
  return lawful || asked.operator ? { spec: { wallTime: seconds } } : { refused: denied };
}
