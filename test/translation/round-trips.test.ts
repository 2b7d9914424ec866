/** What two families can both say survives the way there and back; what one cannot say, it names with a reason. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Part, type SiteWords, saidFields, sayingsOf } from "../../src/language/neutral.ts";
import { directiveText, wordsFor } from "../../src/language/writing.ts";
import type { DialectName } from "../../src/model/job.ts";
import { emptySpec, type FieldName, type JobSpec, specFields } from "../../src/model/spec.ts";
import { families } from "../../src/translation/families.ts";

const site: SiteWords = { environments: {}, memory: "h_vmem", gpus: "gpu" };
const names: readonly DialectName[] = ["slurm", "sge", "pbs"];
const job = (kind: "ok" | "end" | "start" | "notOk", id: number) => ({
  kind,
  job: id,
  name: null,
  index: null,
  delay: 0,
});

/** Neutral values that every family can say which can say the field at all. */
const values: Readonly<Record<FieldName, fc.Arbitrary<unknown>>> = {
  ...{
    name: word(),
    comment: fc.string(),
    account: word(),
    project: word(),
    qualityOfService: word(),
    reservation: word(),
  },
  ...{ queues: words(), softQueues: words(), masterQueues: words(), clusters: words() },
  suitability: fc.constantFrom("warn" as const, "refuse" as const),
  nodes: fc.integer({ min: 1, max: 64 }).map((least) => ({ least, most: null })),
  ...{ nodeList: words(), excludedNodes: words(), features: word(), exclusive: fc.constantFrom("node", "no") },
  ...{
    ranks: several(),
    ranksPerNode: several(),
    cpusPerNode: several(),
    cpusPerRank: several(),
    threadsPerCore: count(),
  },
  distribution: fc.constantFrom("block", "cyclic"),
  ...{ hint: fc.constant("nomultithread"), overcommit: fc.constant(true) },
  parallelEnvironment: fc.constant({ name: "smp", slots: [{ first: 4, last: 4 }] }),
  ...{ memoryPerNode: bytes(), memoryPerCpu: bytes(), memoryPerGpu: bytes(), temporaryDisk: bytes() },
  ...{ gpus: gpus(), gpusPerNode: gpus(), gpusPerRank: gpus(), cpusPerGpu: count() },
  genericResources: fc.constant([{ name: "tmp", type: null, count: 2 }]),
  licenses: fc.constant([{ name: "matlab", type: null, count: 2 }]),
  requests: fc.constant([{ name: "arch", value: "lx-amd64", soft: false }]),
  wallTime: fc.integer({ min: 1, max: 20_000 }).map((minutes) => minutes * 60),
  ...{ softWallTime: fc.constant(600), minimumWallTime: fc.constant(600) },
  warning: fc.constant({ signal: 10, before: 60, to: "shell" }),
  beginTime: fc.integer({ min: 1_800_000_000, max: 1_900_000_000 }),
  deadline: fc.constant(1_900_000_000),
  array: fc
    .record({
      first: fc.integer({ min: 1, max: 500 }),
      more: fc.integer({ min: 1, max: 50 }),
      step: fc.integer({ min: 1, max: 9 }),
    })
    .map(({ first, more, step }) => [{ first, last: first + more * step, step }]),
  arrayThrottle: count(),
  dependency: fc.array(fc.integer({ min: 1, max: 99_999 }), { minLength: 1, maxLength: 3 }).map((ids) => ({
    need: "all",
    conditions: ids.map((id) => job("ok", id)),
  })),
  dependencyPerElement: fc.constant({ need: "all", conditions: [{ ...job("end", 5), kind: "correspondingEnd" }] }),
  cancelIfNeverMet: fc.boolean(),
  held: fc.constant(true),
  priority: fc.constant(5),
  nice: fc.integer({ min: -1000, max: 1000 }),
  ...{ reserve: fc.boolean(), requeue: fc.boolean() },
  stdin: fc.constant("data/in.txt"),
  stdout: fc.constantFrom(["out.txt"], ["/tmp/log/out.log"], ["out.%a.txt"]),
  stderr: fc.constantFrom(["err.txt"], ["err.%a.txt"]),
  joinStreams: fc.constant(true),
  openMode: fc.constant("append"),
  workingDirectory: fc.constantFrom("/scratch/x", "."),
  shell: fc.constant("/bin/bash"),
  throughShell: fc.boolean(),
  export: fc.constantFrom(
    { base: "all", variables: [], text: "ALL" },
    {
      base: "none",
      variables: [
        { name: "A", value: "1" },
        { name: "B", value: null },
      ],
      text: "A=1,B",
    },
  ),
  userEnvironment: fc.constant("L"),
  mailEvents: fc.subarray(["BEGIN", "END", "FAIL"], { minLength: 1 }),
  mailUsers: words(),
  notify: fc.constant(true),
  contexts: fc.constant(["a=b"]),
  accountString: word(),
  jobShare: count(),
  binding: fc.constant("set linear:2"),
  workloadKey: word(),
};

function word() {
  return fc.stringMatching(/^[a-z][a-z0-9.]{0,9}$/);
}
function words() {
  return fc.uniqueArray(word(), { minLength: 1, maxLength: 3 });
}
function count() {
  return fc.integer({ min: 1, max: 64 });
}
// One of each is what a job has by itself.
function several() {
  return fc.integer({ min: 2, max: 64 });
}
function bytes() {
  return fc.integer({ min: 1, max: 400_000 }).map((megabytes) => megabytes * 2 ** 20);
}
function gpus() {
  return fc.integer({ min: 1, max: 8 }).map((number) => [{ name: "gpu", type: null, count: number }]);
}

const fields = Object.keys(specFields) as FieldName[];

describe.each(names)("%s", (name) => {
  const { words: own } = families[name];

  test("says every field, or gives the reason why it cannot", () => {
    expect(Object.keys(own.ways).sort()).toEqual([...fields].sort());
    for (const way of Object.values(own.ways))
      if (way.kind !== "same") expect(way.kind === "cannot" ? way.why : way.how).not.toBe("");
  });

  test.each(fields)("%s alone: a saying or a loss, as its table has it", (field) => {
    fc.assert(
      fc.property(values[field], (value) => {
        const neutral = { ...emptySpec(), [field]: value } as JobSpec;
        const found = sayingsOf(own, neutral, site).filter(({ parts }) =>
          parts.some((part: Part) => part.split(".")[0] === field),
        );
        expect(found.length).toBeGreaterThan(0);
        if (own.ways[field].kind === "same")
          expect(found.flatMap((one) => ("why" in one ? [one.why] : []))).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});

const pairs = names.flatMap((one) => names.filter((other) => other !== one).map((other) => [one, other] as const));

describe.each(pairs)("%s and %s", (one, other) => {
  const both = fields.filter((field) => [one, other].every((name) => families[name].words.ways[field].kind === "same"));

  test("share most of what scripts ask for", () => {
    expect(both).toEqual(expect.arrayContaining(["name", "wallTime", "array", "mailEvents", "export", "cpusPerRank"]));
  });

  test.each(both)("%s survives both ways", (field) => {
    fc.assert(
      fc.property(values[field], (value) => {
        const neutral = {
          ...emptySpec(),
          ...(field === "arrayThrottle" ? { array: [{ first: 1, last: 9, step: 1 }] } : {}),
          ...(field.startsWith("std") ? { array: [{ first: 1, last: 9, step: 1 }] } : {}),
          [field]: value,
        } as JobSpec;
        const there = written(neutral, one);
        const back = written(read(there, one), other);
        expect(read(back, other)[field]).toEqual(value);
      }),
      { numRuns: 25 },
    );
  });
});

/** A family's spec in neutral words, with what holds by itself. */
function read(spec: JobSpec, name: DialectName): JobSpec {
  const { words } = families[name];
  const neutral = words.neutralOf(spec, site).spec;
  const said = Object.fromEntries(saidFields(neutral).map((field) => [field, neutral[field]]));
  return { ...emptySpec(), ...words.defaults(neutral), ...said };
}

/** A neutral spec written in a family's words and read again, as that family has it. */
function written(neutral: JobSpec, name: DialectName): JobSpec {
  const family = families[name];
  const lines = sayingsOf(family.words, neutral, site).flatMap((one) => ("why" in one ? [] : [one]));
  const script = lines.flatMap(({ spec }) => {
    if (saidFields({ ...emptySpec(), ...spec }).length === 0) return [];
    return [`${family.prefix} ${directiveText(wordsFor(family.table, spec) ?? [], family.style)}\n`];
  });
  return family.read({ text: `#!/bin/sh\n${script.join("")}`, file: "job.sh", now: 0 }).spec;
}

test("every value here is of a field that is said", () => {
  for (const field of fields)
    expect(saidFields({ ...emptySpec(), [field]: fc.sample(values[field], 1)[0] } as JobSpec)).toEqual([field]);
});
