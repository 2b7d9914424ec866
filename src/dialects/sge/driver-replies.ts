/** Owns what a real Grid Engine's replies to the driver's commands mean. */

import type { Driver, LineReply, Trouble } from "../../language/driver.ts";
import { markStart, type Sighting } from "../../model/forwarding.ts";
import { type Indices, indicesOf } from "../../model/indices.ts";
import type { Outcome } from "../../model/job.ts";
import { fromFigures } from "../../model/usage.ts";

export const submitted: Driver["submitted"] = (reply) => {
  // Warnings go before; an array is "12.1-4:1".
  const [, native = ""] = /^([0-9]+)(?:\.[0-9:-]+)?$/m.exec(reply.out) ?? [];
  return reply.code === 0 && native !== "" ? { kind: "accepted", native } : troubleOf(reply);
};

export const found: Driver["found"] = ([queue, ...accounts], marks) => {
  if (queue === undefined || accounts.length < marks.length) return unasked;
  // Nobody has any job: that is said as an error.
  if (queue.code !== 0 && !/do not exist|^$/.test(queue.err)) return laterOf(queue);
  const blocks = queue.out.split(/^=+$/m).filter((block) => block.includes(markStart));
  const natives = new Map<string, string>();
  for (const [at, mark] of marks.entries()) {
    const live = blocks.find((block) => block.includes(`headnode=${mark}`)) ?? "";
    const number = /^job_number: +([0-9]+)/m.exec(live) ?? /^jobnumber +([0-9]+)/m.exec(accounts[at]?.out ?? "");
    if (number?.[1] !== undefined) natives.set(mark, number[1]);
  }
  return { kind: "found", natives };
};

export const seen: Driver["seen"] = (reply, natives) => {
  if (reply.code !== 0 || !reply.out.includes("</job_info>")) return laterOf(reply);
  const wanted = new Set(natives);
  const lists = [...reply.out.matchAll(/<job_list[^>]*>([\s\S]*?)<\/job_list>/g)].map(([, inner = ""]) => inner);
  return { kind: "seen", sightings: lists.filter((one) => wanted.has(textOf(one, "JB_job_number"))).flatMap(queued) };
};

function queued(list: string): readonly Sighting[] {
  const native = textOf(list, "JB_job_number");
  const state = textOf(list, "state");
  const tasks = textOf(list, "tasks");
  const indices = tasks === "" ? null : indicesNamed(tasks);
  const queue = textOf(list, "queue_name");
  if (queue === "" || /w/.test(state)) {
    const failed = state.includes("E");
    const reason = failed ? "startFailed" : state.includes("h") ? "heldByUser" : "resources";
    const error = failed ? "the target put it into the error state; its own qstat -j says why" : null;
    return [{ kind: "waiting", native, indices, reason, error }];
  }
  const startedAt = utc(textOf(list, "JAT_start_time"));
  const node = queue.slice(queue.indexOf("@") + 1);
  const alike = { kind: "running", native, suspended: /[sST]/.test(state), node, startedAt, restarts: null } as const;
  const numbers = indices === null ? [null] : indices.flatMap(([first, last]) => counted(first, last));
  return numbers.map((index) => ({ ...alike, index }));
}

export const accounted: Driver["accounted"] = (replies) => {
  const silent = replies.find(({ code, err }) => code !== 0 && !/not found|no such/i.test(err));
  if (silent) return laterOf(silent);
  const records = replies.flatMap(({ out }) => out.split(/^=+$/m)).filter((record) => /^jobnumber/m.test(record));
  // Each run has a record; the last one counts, and those of runs that were put back end nothing.
  const last = new Map<string, Sighting>();
  for (const record of records) {
    const sighting = kept(record);
    if (sighting?.kind === "ended") last.set(`${sighting.native}.${sighting.index}`, sighting);
  }
  return { kind: "seen", sightings: [...last.values()] };
};

function kept(record: string): Sighting | null {
  const value = (name: string) => new RegExp(`^${name} +(.*?) *$`, "m").exec(record)?.[1] ?? "";
  const [, failed = "0", words = ""] = /^([0-9]+)(?: *: *(.*))?$/.exec(value("failed")) ?? [];
  if (failed === "25" || failed === "24") return null;
  const task = value("taskid");
  // "137                  (Killed)".
  const exit = Number.parseInt(value("exit_status"), 10) || 0;
  const signal = exit > 128 && failed === "100" ? exit - 128 : null;
  return {
    ...{ kind: "ended", native: value("jobnumber"), index: task === "undefined" ? null : Number(task) },
    outcome: outcomeOf(Number(failed), exit),
    ...{ code: signal === null ? exit : 0, signal, node: value("hostname") },
    ...{ startedAt: localUtc(value("start_time")), endedAt: localUtc(value("end_time")) },
    remark: words === "" ? "" : `${failed} : ${words}`,
    usage: fromFigures([
      ...[1e6 * amount(value("ru_utime")), 1e6 * amount(value("ru_stime"))].map(Math.round),
      ...[amount(value("ru_maxrss")), amount(value("maxvmem")) / 1024].map(Math.round),
    ]),
  };
}

// What the shepherd says of an end: 37 is a limit of the queue's or the job's, up to 36 it never began.
function outcomeOf(failed: number, exit: number): Outcome {
  if (failed === 37) return "timedOut";
  if (failed === 100) return "failed";
  if (failed === 0) return exit === 0 ? "completed" : "failed";
  return "launchFailed";
}

export const ordered: Driver["ordered"] = (reply) => {
  const words = `${reply.out}\n${reply.err}`;
  if (
    /does not exist|do not exist|has already been|already in deletion|can not be found|unable to find job/i.test(words)
  )
    return { kind: "gone" };
  return reply.code === 0 ? { kind: "done" } : troubleOf(reply);
};

export const probed: Driver["probed"] = (reply) => {
  if (reply.code !== 0) return troubleOf(reply);
  return { kind: "there", what: `Grid Engine, administrative hosts ${reply.out.trim().split("\n").join(", ")}` };
};

const passing =
  /commlib error|unable to (send|contact|receive)|can't connect|cannot connect|got (select|send|read) error|timeout|timed out|not (yet )?ready|try again|quota|no space left|shutting down|max_u_jobs|max_jobs|allowed jobs|resource temporarily/i;

function troubleOf(reply: LineReply): Trouble {
  const why = wordsOf(reply);
  return { kind: passing.test(why) ? "later" : "refused", why };
}

function laterOf(reply: LineReply): Trouble {
  return { kind: "later", why: wordsOf(reply) };
}

const unasked: Trouble = { kind: "later", why: "nothing was answered" };

function wordsOf({ err, out, code }: LineReply): string {
  return (err.trim() || out.trim() || `exit code ${code}`).split("\n").join("; ");
}

function textOf(text: string, tag: string): string {
  return new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1]?.trim() ?? "";
}

/** `5-100:1,103`. */
function indicesNamed(tasks: string): Indices {
  return indicesOf(
    tasks.split(",").map((range) => {
      const [, first = "1", last = first, step = "1"] =
        /^([0-9]+)(?:-([0-9]+))?(?::([0-9]+))?$/.exec(range.trim()) ?? [];
      return { first: Number(first), last: Number(last), step: Number(step) };
    }),
  );
}

function counted(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function utc(text: string): number | null {
  const at = Date.parse(`${text}Z`);
  return Number.isNaN(at) ? null : at;
}

/** `Sat Nov 21 17:53:57 2026`, or with milliseconds `11/21/2026 17:53:57.123`; `-/-` for never. */
function localUtc(text: string): number | null {
  const at = Date.parse(`${text} UTC`);
  return Number.isNaN(at) ? null : at;
}

/** `0.008s`, `3.477MB`, `12.3`. What 8.1.9 words `4.434KB` in ru_maxrss is 4540 of the kernel's KiB. */
function amount(text: string): number {
  const [, number = "0", unit = ""] = /^([0-9.]+) *([KMGT]?)/.exec(text) ?? [];
  return Number(number) * 1024 ** Math.max(0, " KMGT".indexOf(unit || " "));
}
