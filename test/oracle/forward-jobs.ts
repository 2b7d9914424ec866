/** Owns which jobs a campaign of forwarding submits: rows of what each does, how it is treated, and how it is to end. */

import type { Family } from "../conformance/oracle-like.ts";

/** How one element is to end: its state in `sacct`'s words, its exit code, and how often its script began. */
export interface Fate {
  readonly state: "COMPLETED" | "FAILED" | "CANCELLED" | "TIMEOUT";
  /** `code:signal`; null: any. */
  readonly exit: string | null;
  /** Null: any number up to one. */
  readonly begins: 0 | 1 | null;
}

/** One submission. */
export interface Planned {
  readonly name: string;
  readonly script: string;
  /** Elements by index; one with null for a plain job. */
  readonly fates: readonly { readonly index: number | null; readonly fate: Fate }[];
  /** Words for the submitting command that name another job by its key. */
  readonly after: { readonly name: string; readonly kind: "ok" | "end" } | null;
  /** What is done to it: when it waits, or once it runs. */
  readonly treatment: "cancelWaiting" | "cancelRunning" | "release" | null;
}

const good: Fate = { state: "COMPLETED", exit: "0:0", begins: 1 };
const bad = (code: number): Fate => ({ state: "FAILED", exit: `${code}:0`, begins: 1 });
const never: Fate = { state: "CANCELLED", exit: null, begins: 0 };

interface Row {
  readonly key: string;
  readonly count: (all: number) => number;
  /** Shell; `$I` is the index of an array's element. */
  readonly body: (at: number) => string;
  readonly fate: (at: number, index: number | null) => Fate;
  readonly indices?: readonly number[];
  readonly held?: boolean;
  readonly minutes?: number;
  readonly after?: { readonly key: string; readonly kind: "ok" | "end" };
  readonly treatment?: Planned["treatment"];
  /** Only Slurm's words can say it. */
  readonly only?: Family;
}

const share = (part: number) => (all: number) => Math.max(1, Math.round(all * part));

const rows: readonly Row[] = [
  { key: "ok", count: share(0.35), body: () => "true", fate: () => good },
  { key: "fail", count: share(0.1), body: (at) => `exit ${1 + (at % 90)}`, fate: (at) => bad(1 + (at % 90)) },
  {
    ...{ key: "array", count: share(0.15), indices: [1, 2, 3, 4], body: () => "[ $I != 3 ] || exit 7" },
    fate: (_, index) => (index === 3 ? bad(7) : good),
  },
  { key: "steps", count: share(0.04), indices: [2, 4, 6], body: () => "exit $I", fate: (_, index) => bad(index ?? 0) },
  {
    ...{ key: "zero", count: share(0.03), indices: [0, 1, 2], body: () => "exit $I", only: "slurm" as const },
    fate: (_, index) => (index === 0 ? good : bad(index ?? 0)),
  },
  {
    key: "signal",
    count: share(0.05),
    body: () => "kill -9 $$",
    fate: () => ({ state: "FAILED", exit: "0:9", begins: 1 }),
  },
  { key: "held", count: share(0.05), body: () => "true", held: true, treatment: "release", fate: () => good },
  {
    key: "heldgone",
    count: share(0.05),
    body: () => "true",
    held: true,
    treatment: "cancelWaiting",
    fate: () => never,
  },
  {
    ...{ key: "stopped", count: share(0.03), body: () => "sleep 600", treatment: "cancelRunning" as const },
    fate: () => ({ state: "CANCELLED", exit: null, begins: null }),
  },
  {
    ...{ key: "late", count: () => 1, body: () => "sleep 600", minutes: 1 },
    fate: () => ({ state: "TIMEOUT", exit: null, begins: 1 }),
  },
  { key: "next", count: share(0.07), body: () => "true", after: { key: "ok", kind: "ok" }, fate: () => good },
  { key: "whatever", count: share(0.05), body: () => "true", after: { key: "fail", kind: "end" }, fate: () => good },
  {
    ...{
      key: "vain",
      count: share(0.03),
      body: () => "true",
      after: { key: "fail", kind: "ok" as const },
      only: "slurm" as const,
    },
    fate: () => never,
  },
];

/** The jobs of one campaign, in the order of their submission; `all`: about how many. */
export function plannedJobs(
  family: Family,
  tag: string,
  { all, ledger }: { readonly all: number; readonly ledger: string },
): readonly Planned[] {
  const wanted = rows.filter(({ only }) => only === undefined || only === family);
  return wanted.flatMap((row) =>
    Array.from({ length: row.count(all) }, (_, at): Planned => {
      const name = `${tag}${row.key}${at}`;
      return {
        name,
        script: scriptOf(family, row, { name, at, ledger }),
        fates: (row.indices ?? [null]).map((index) => ({ index, fate: row.fate(at, index) })),
        after: row.after ? { name: `${tag}${row.after.key}${at}`, kind: row.after.kind } : null,
        treatment: row.treatment ?? null,
      };
    }),
  );
}

interface About {
  readonly name: string;
  readonly at: number;
  readonly ledger: string;
}

function scriptOf(
  family: Family,
  { body, indices, held, minutes = 5, after }: Row,
  { name, at, ledger }: About,
): string {
  const step = indices && indices.length > 1 ? (indices[1] ?? 0) - (indices[0] ?? 0) : 1;
  const range = indices ? `${indices[0]}-${indices.at(-1)}:${step}` : "";
  const directives =
    family === "slurm"
      ? [
          ...[`-J ${name}`, `-t ${minutes}`, "--mem=20", "-o /dev/null"],
          ...[range && `-a ${range}`, held && "-H", after?.kind === "ok" && "--kill-on-invalid-dep=yes"],
        ].map((words) => words && `#SBATCH ${words}`)
      : [
          ...[`-N ${name}`, `-l h_rt=${minutes * 60}`, "-o /dev/null", "-j y", "-S /bin/bash", "-cwd"],
          ...[range && `-t ${range}`, held && "-h"],
        ].map((words) => words && `#$ ${words}`);
  const index = family === "slurm" ? "$SLURM_ARRAY_TASK_ID" : "$SGE_TASK_ID";
  const said = indices ? [`I=${index}`, `echo "${name}.$I" >>${ledger}`] : [`echo "${name}" >>${ledger}`];
  return ["#!/bin/bash", ...directives.filter(Boolean), ...said, body(at), ""].join("\n");
}
