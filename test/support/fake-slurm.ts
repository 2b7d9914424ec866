/** Owns a pretended Slurm behind a pretended connection: it does what the scripts that come over say, and has faults on order. */

import type { Ran, Transport } from "../../src/backends/transports.ts";
import type { LineReply } from "../../src/language/driver.ts";

/**
 * What happens to the next conversation: `refused`: nothing is done; `deaf`: all is done, and the answer is lost; `halfway`:
 * a submission gets as far as its receipt; `timedOut`: the controller takes a submission, and its command doesn't hear of it;
 * null: nothing.
 */
export type Fault = "refused" | "deaf" | "halfway" | "timedOut" | null;

export interface FakeJob {
  readonly native: number;
  readonly args: readonly string[];
  readonly indices: readonly number[] | null;
  /** By index, 0 for a plain job; the state, and `code:signal` once it ended. */
  readonly states: Map<number, { state: string; exit: number; started: number; ended: number }>;
}

export interface FakeSlurm {
  readonly transport: Transport;
  readonly jobs: ReadonlyMap<number, FakeJob>;
  /** Scheduler's commands that were run, oldest first, without squeue and sacct. */
  readonly said: readonly string[];
  /** Conversations so far. */
  count(): number;
  faults: Fault[];
  /** While it is set, nobody gets in. */
  away: boolean;
  /** While it is set, sbatch refuses: so many jobs as may be there are. */
  full: boolean;
  /** While it is set, squeue's controller does not answer. */
  busy: boolean;
  /** What it says to orders; null: it does them. */
  refusal: string | null;
  /** No accounts are kept. */
  unaccounted: boolean;
  set(native: number, state: string, more?: { readonly index?: number; readonly exit?: number }): void;
  /** The controller forgets the job; the accounts keep it. */
  purge(native: number): void;
  /** The receipts are gone. */
  lose(): void;
}

export function fakeSlurm(now: () => number): FakeSlurm {
  const jobs = new Map<number, FakeJob>();
  const purged = new Map<number, FakeJob>();
  const receipts = new Map<string, LineReply | null>();
  const said: string[] = [];
  let count = 0;
  let next = 100;

  const submit = (words: readonly string[]): LineReply => {
    if (words.some((word) => word.includes("nowhere")))
      return {
        code: 1,
        out: "",
        err: "sbatch: error: Batch job submission failed: Invalid partition name specified\n",
      };
    if (fake.full) return { code: 1, out: "", err: fullText };
    const native = next++;
    const array = words.find((word) => word.startsWith("--array="))?.slice(8);
    const [first = 0, last = first] = (array ?? "").split(/[-%]/).map(Number);
    const indices = array === undefined ? null : Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const state = words.includes("--hold") || words.includes("-H") ? "HELD" : "PENDING";
    const fresh = () => ({ state, exit: 0, started: 0, ended: 0 });
    jobs.set(native, {
      native,
      args: words,
      indices,
      states: new Map((indices ?? [0]).map((index) => [index, fresh()])),
    });
    said.push(`sbatch ${words.slice(1, -1).join(" ")}`);
    return { code: 0, out: `${native}\n`, err: "" };
  };
  const rowsOf = (job: FakeJob): readonly string[] =>
    [...job.states].map(([index, { state, exit, started, ended }]) => {
      const held = state === "HELD";
      const node = started > 0 ? "n1" : "";
      const time = (ms: number) => (ms > 0 ? String(Math.floor(ms / 1000)) : "N/A");
      const cells = [
        job.native,
        job.indices ? index : "N/A",
        held ? "PENDING" : state,
        exit,
        held ? "JobHeldUser" : "Priority",
        node,
      ];
      return `${[...cells, time(started), time(ended), 0].join("|")}|\n`;
    });
  const commands: Readonly<Record<string, (words: readonly string[]) => LineReply>> = {
    squeue(words) {
      if (fake.busy)
        return { code: 1, out: "", err: "slurm_load_jobs error: Socket timed out on send/recv operation\n" };
      if (words.includes("--me")) {
        const lines = [...jobs.values()].map(
          (job) => `${job.native}|${job.args.find((word) => word.startsWith("--comment="))?.slice(10)}|\n`,
        );
        return { code: 0, out: lines.join(""), err: "" };
      }
      const asked = (words[words.indexOf("-j") + 1] ?? "").split(",").map(Number);
      const known = asked.flatMap((native) => jobs.get(native) ?? []);
      if (known.length === 0) return { code: 1, out: "", err: "slurm_load_jobs error: Invalid job id specified\n" };
      return { code: 0, out: known.flatMap(rowsOf).join(""), err: "" };
    },
    sacct(words) {
      if (fake.unaccounted) return { code: 1, out: "", err: "Slurm accounting storage is disabled\n" };
      const asked = (words[words.indexOf("-j") + 1] ?? "").split(",").map(Number);
      const all = [...jobs, ...purged].filter(([native]) => asked.includes(native)).map(([, job]) => job);
      const lines = all.flatMap((job) =>
        [...job.states].map(([index, { state, exit, started, ended }]) => {
          const id = job.indices ? `${job.native}_${index}` : job.native;
          const node = started > 0 ? "n1" : "None assigned";
          return `${[id, state, `${exit >> 8}:${exit & 127}`, started / 1000, ended / 1000, node, "00:01.500", "00:00.250", ""].join("|")}\n`;
        }),
      );
      return { code: 0, out: words.includes("-j") ? lines.join("") : "", err: "" };
    },
    scontrol(words) {
      const [, what = "", which = ""] = words;
      said.push(words.join(" "));
      if (fake.refusal !== null) return { code: 1, out: "", err: fake.refusal };
      for (const [, entry] of statesOf(which))
        if (entry.state === "PENDING" || entry.state === "HELD") entry.state = what === "hold" ? "HELD" : "PENDING";
      return { code: 0, out: "", err: "" };
    },
    scancel(words) {
      said.push(words.join(" "));
      if (words.some((word) => word.startsWith("--signal"))) return { code: 0, out: "", err: "" };
      for (const [, entry] of statesOf(words.at(-1) ?? ""))
        if (["PENDING", "HELD", "RUNNING"].includes(entry.state))
          Object.assign(entry, { state: "CANCELLED", ended: now() });
      return { code: 0, out: "", err: "" };
    },
  };
  const statesOf = (which: string) => {
    const [native = "", list] = which.replaceAll(/[[\]]/g, "").split("_");
    const wanted = (list ?? "").split(",").flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, at) => first + at);
    });
    return [...(jobs.get(Number(native))?.states ?? [])].filter(
      ([index]) => list === undefined || wanted.includes(index),
    );
  };
  const talk = (script: string): readonly LineReply[] => {
    const fault = fake.faults[0];
    const replies: LineReply[] = [];
    let mark = "";
    for (const line of script.split("\n")) {
      mark = /^hn_d=.*\/receipts\/([\w-]+)/.exec(line)?.[1] ?? mark;
      if (line.startsWith("rm -rf ")) receipts.delete(/receipts\/([\w-]+)/.exec(line)?.[1] ?? "");
      if (line.startsWith("mkdir -p ")) replies.length = 0;
      if (/^exec env/.test(line) && !receipts.has(mark)) {
        const reply = fault === "halfway" ? null : submit(wordsOf(line.slice(line.indexOf("sbatch "))));
        receipts.set(
          mark,
          fault === "timedOut"
            ? {
                code: 1,
                out: "",
                err: "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation\n",
              }
            : reply,
        );
      }
      if (/^if \[ -e "\$hn_d\/code" \]/.test(line)) replies.push(receipts.get(mark) ?? { code: 251, out: "", err: "" });
      if (/; hn_tell 0 /.test(line)) replies.push({ code: 0, out: "", err: "" });
      const words = line.startsWith("hn_run ")
        ? wordsOf(line).filter((word) => !/^(hn_run|env|[A-Z_]+=.*)$/.test(word))
        : [];
      const command = commands[words[0] ?? ""];
      if (command) replies.push(command(words));
    }
    return replies;
  };
  const run = async (script: Uint8Array): Promise<Ran> => {
    count += 1;
    if (fake.away) return { kind: "unreachable", why: "Connection refused", began: false };
    const fault = fake.faults[0];
    if (fault === "refused") {
      fake.faults.shift();
      return { kind: "unreachable", why: "Connection refused", began: false };
    }
    const replies = talk(Buffer.from(script).toString());
    fake.faults.shift();
    if (fault === "deaf" || fault === "halfway") return { kind: "unreachable", why: "Broken pipe", began: true };
    const texts = replies.map(
      ({ code, out, err }) => `${code} ${Buffer.byteLength(out)} ${Buffer.byteLength(err)}\n${out}${err}`,
    );
    return { kind: "ran", code: 0, out: Buffer.from(`${texts.join("")}headnode-was-here\n`), err: "" };
  };
  const fake: FakeSlurm = {
    transport: { run, copy: async () => null, close: async () => undefined, open: () => never() },
    ...{ jobs, said, faults: [], away: false, full: false, busy: false, unaccounted: false, refusal: null },
    count: () => count,
    set(native, state, { index = 0, exit = 0 } = {}) {
      const entry = jobs.get(native)?.states.get(index);
      if (!entry) throw new Error(`there is no ${native}_${index}`);
      if (entry.started === 0) entry.started = now();
      Object.assign(entry, { state, exit, ended: state === "RUNNING" ? 0 : now() });
    },
    purge(native) {
      const job = jobs.get(native);
      if (job) purged.set(native, job);
      jobs.delete(native);
    },
    lose: () => receipts.clear(),
  };
  return fake;
}

const fullText =
  "sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n";

/** Words of a shell line that has no more than single quotes. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:'(?:[^']|'\\'')*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replaceAll(/'((?:[^']|'\\'')*)'/g, "$1"),
  );
}

function never(): never {
  throw new Error("nothing is opened at a cluster");
}
