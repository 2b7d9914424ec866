/** Every option of every family, one by one: what its translation says is kept or changed comes back the same, and nothing is passed over. */

import { describe, expect, test } from "vitest";
import type { OptionRow } from "../../src/language/option.ts";
import { directiveText, spelled } from "../../src/language/writing.ts";
import type { DialectName } from "../../src/model/job.ts";
import { emptySpec, type FieldName, type JobSpec } from "../../src/model/spec.ts";
import { families } from "../../src/translation/families.ts";
import { translate } from "../../src/translation/translate.ts";

const names: readonly DialectName[] = ["slurm", "sge", "pbs"];
const site = { environments: {}, memory: "h_vmem", gpus: "gpu" };
const now = new Date("2026-11-21T12:00:00").getTime();

/** Tried in this order; the first that an option takes is its sample. */
const usual = [
  ...["2", "word", "1:00:00", "4G", "y", "2-4", "gpu:2", "a=b", "out.txt", "afterok:5", "USR1@60", "12312359"],
];

/** What options take that take none of those, or that would say nothing with them; `more` is what they need beside them. */
const samples: Readonly<Record<string, { readonly values: readonly string[]; readonly more?: string }>> = {
  ...{ "slurm export": of("A=1,B"), "slurm mail-type": of("END,FAIL"), "slurm array": of("1-9:2%3") },
  ...{ "slurm begin": of("2027-01-01T12:00:00"), "slurm deadline": of("2027-01-02T12:00:00") },
  ...{ "slurm open-mode": of("append"), "slurm hint": of("nomultithread"), "slurm kill-on-invalid-dep": of("yes") },
  ...{ "slurm signal": beside("--time=60", "B:USR1@120"), "slurm exclusive": of(), "slurm get-user-env": of() },
  ...{ "slurm licenses": of("matlab:2"), "slurm gres": of("gpu:2"), "slurm chdir": of("/scratch/x") },
  ...{ "slurm mem": of("4G"), "slurm mem-per-cpu": of("7680M"), "slurm mem-per-gpu": beside("--gpus=2", "4G") },
  ...{ "slurm cpus-per-gpu": beside("--gpus=2", "4"), "slurm gpus-per-task": beside("--ntasks=2", "1") },
  ...{ "slurm nodelist": of("n1"), "slurm exclude": of("n1,n2"), "slurm distribution": of("cyclic") },
  ...{ "slurm tmp": of("4G"), "slurm nodes": of("2"), "slurm ntasks-per-node": beside("--nodes=2", "4") },
  ...{ "sge pe": of("smp", "4"), "sge l": of("h_rt=1:00:00,h_vmem=2G"), "sge t": of("1-9:2"), "sge m": of("be") },
  ...{ "sge a": of("202701011200"), "sge dl": of("202701011200"), "sge p": of("-5"), "sge wd": of("/scratch/x") },
  ...{ "sge hold_jid": of("5,6"), "sge hold_jid_ad": of("5"), "sge binding": of("set", "linear:2") },
  ...{ "sge N": of("name"), "sge v": of("A=1,B"), "sge o": of("out.$JOB_ID"), "sge e": of("err.$JOB_ID") },
  ...{ "sge S": of("/bin/bash"), "sge q": of("all.q"), "sge tc": beside("-t 1-9", "2") },
  ...{ "pbs resources": of("walltime=1:00:00,select=1:ncpus=4:mem=4gb"), "pbs join": of("oe"), "pbs mail": of("be") },
  ...{ "pbs attributes": of("depend=afterok:5"), "pbs directory": of("/scratch/x"), "pbs workdir": of("/scratch/x") },
};

function of(...values: readonly string[]) {
  return { values };
}

function beside(more: string, ...values: readonly string[]) {
  return { values, more };
}

/** Options that say something of the submission, not of the job; the account's words for them are its own. */
const cases = names.flatMap((from) =>
  families[from].table.rows
    .filter(({ effect }) => effect.fields.length > 0 && effect.standing.kind !== "refused")
    .flatMap((row) =>
      names.filter((to) => to !== from).map((to) => ({ from, to, row, option: row.name || row.letter })),
    ),
);

describe.each(cases)("$from: $option in the words of $to", ({ from, to, row, option }) => {
  const line = lineOf(from, row);

  test("has a sample", () => {
    expect(line, `say in the table above what ${from}'s ${option} takes`).not.toBeNull();
  });

  test("has its account, and what that calls the same is the same on the way back", () => {
    const script = `#!/bin/sh\n${line}\n`;
    const there = translate({ text: script, file: "job.sh", now }, { from, to, site });
    const own = there.account.filter((each) => each.line === 2);
    expect(own, script).not.toEqual([]);
    if (!own.every(({ fate }) => fate === "kept" || fate === "changed")) {
      for (const { fate, why } of own) if (fate === "approximated" || fate === "lost") expect(why).toBeTruthy();
      return;
    }
    const back = translate({ text: there.script, file: "job.sh", now }, { from: to, to: from, site });
    const before = neutral(from, script);
    const after = { ...emptySpec(), ...families[from].words.defaults(before), ...stated(neutral(from, back.script)) };
    expect(total(after), back.script).toEqual(total(before));
    for (const field of said(before).filter((each) => !counted.has(each) && !isSaidByCommand(each, from, to)))
      expect({ [field]: after[field] }, back.script).toEqual({ [field]: before[field] });
  });
});

function lineOf(name: DialectName, row: OptionRow): string | null {
  const { table, prefix, style } = families[name];
  const { values: given, more = "" } = samples[`${name} ${row.name || row.letter}`] ?? {};
  const takesNothing = row.effect.takes === "nothing";
  const tried = given ? [given] : takesNothing ? [[]] : usual.map((value) => [value]);
  for (const values of tried) {
    const line = `${prefix} ${more} ${directiveText(spelled(table, row, values), style)}`.replace(/ +/g, " ");
    if (isTaken(name, line)) return line;
  }
  return null;
}

function isTaken(name: DialectName, line: string): boolean {
  try {
    const { spec } = families[name].read({ text: `#!/bin/sh\n${line}\n`, file: "job.sh", now });
    return said(spec).length > 0;
  } catch {
    return false;
  }
}

function neutral(name: DialectName, text: string): JobSpec {
  const { words, read } = families[name];
  return words.neutralOf(read({ text, file: "job.sh", now }).spec, site).spec;
}

function stated(spec: JobSpec): Partial<JobSpec> {
  return Object.fromEntries(said(spec).map((field) => [field, spec[field]]));
}

function said(spec: JobSpec): readonly FieldName[] {
  return (Object.keys(spec) as FieldName[]).filter((field) => spec[field] !== null);
}

/** Fields that are said together, each family in its own way: what they come to is compared. */
const counted = new Set<FieldName>([
  ...(["ranks", "ranksPerNode", "nodes", "cpusPerRank", "cpusPerNode", "cpusPerGpu"] as const),
  ...(["memoryPerNode", "memoryPerCpu", "memoryPerGpu", "gpus", "gpusPerNode", "gpusPerRank"] as const),
  ...(["openMode", "exclusive", "joinStreams"] as const),
]);

function total(spec: JobSpec) {
  const nodes = spec.nodes?.least ?? 1;
  const ranks = spec.ranks ?? nodes * (spec.ranksPerNode ?? 1);
  const sum = (some: JobSpec["gpus"]) => (some ?? []).reduce((all, { count }) => all + count, 0);
  const gpus = sum(spec.gpus) || nodes * sum(spec.gpusPerNode) || ranks * sum(spec.gpusPerRank);
  const cpus = Math.max(
    ranks * (spec.cpusPerRank ?? 1),
    nodes * (spec.cpusPerNode ?? 1),
    gpus * (spec.cpusPerGpu ?? 1),
  );
  const { memoryPerNode, memoryPerCpu, memoryPerGpu } = spec;
  const memory = (memoryPerNode ?? 0) * nodes || (memoryPerCpu ?? 0) * cpus || (memoryPerGpu ?? 0) * gpus;
  return { cpus, gpus, memory };
}

// PBS goes to a directory by a command of the script.
function isSaidByCommand(field: FieldName, from: DialectName, to: DialectName): boolean {
  return field === "workingDirectory" && [from, to].includes("pbs");
}
