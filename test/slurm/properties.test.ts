/** What Slurm's values have in common: what is written is read as the same, whatever it is. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { arrays, foldIndices } from "../../src/dialects/slurm/arrays.ts";
import { megabytes, memory, timeLimit } from "../../src/dialects/slurm/codecs.ts";
import { dependencies } from "../../src/dialects/slurm/dependencies.ts";
import { longDuration } from "../../src/dialects/slurm/durations.ts";
import type { Condition } from "../../src/model/dependency.ts";
import { indicesOf } from "../../src/model/indices.ts";

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.constant({ kind: "singleton" } as const),
  fc.record({
    kind: fc.constantFrom("ok", "notOk", "end", "correspondingOk"),
    job: fc.integer({ min: 1, max: 99_999_999 }),
    name: fc.constant(null),
    index: fc.option(fc.nat(20_000)),
    delay: fc.constant(0),
  }),
  fc.record({
    kind: fc.constant("start" as const),
    job: fc.integer({ min: 1, max: 99_999_999 }),
    name: fc.constant(null),
    index: fc.option(fc.nat(20_000)),
    delay: fc.nat(10_000).map((minutes) => minutes * 60),
  }),
);

const dependency = fc.record({
  need: fc.constantFrom("all" as const, "any" as const),
  conditions: fc.array(condition, { minLength: 2, maxLength: 6 }),
});

test("lists of dependencies are read as they are written", () => {
  fc.assert(
    fc.property(dependency, (made) => {
      expect(dependencies.read(dependencies.write(made) ?? "")).toEqual(made);
    }),
  );
});

const range = fc
  .tuple(fc.nat(5_000), fc.nat(5_000), fc.integer({ min: 1, max: 50 }))
  .map(([first, more, step]) => ({ first, last: first + more, step: more === 0 ? 1 : step }));

test("array specifications are read as they are written", () => {
  const made = fc.record({
    ranges: fc.array(range, { minLength: 1, maxLength: 6 }),
    throttle: fc.option(fc.integer({ min: 1, max: 1_000 })),
  });
  fc.assert(
    fc.property(made, (spec) => {
      expect(arrays.read(arrays.write(spec) ?? "")).toEqual(spec);
    }),
  );
});

test("indices that are folded for display are the same indices", () => {
  const lists = fc.array(range, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(lists, (ranges) => {
      const indices = indicesOf(ranges);
      const { ranges: read } = arrays.read(foldIndices(indices, 0, 0));
      expect(indicesOf(read ?? [])).toEqual(indices);
    }),
  );
});

test("time limits are whole minutes, and read as listings show them", () => {
  const minutes = fc.integer({ min: 1, max: 500_000 });
  fc.assert(
    fc.property(minutes, (count) => {
      expect(timeLimit.read(String(count))).toBe(count * 60);
      expect(timeLimit.read(longDuration(count * 60))).toBe(count * 60);
      expect(timeLimit.read(timeLimit.write(count * 60) ?? "")).toBe(count * 60);
    }),
  );
});

test("sizes of memory are read as they are written, and as listings show whole ones", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 * 1024 }), (count) => {
      const bytes = count * 2 ** 20;
      expect(memory.read(memory.write(bytes) ?? "")).toBe(bytes);
      expect(memory.read(megabytes(count * 2 ** 30))).toBe(count * 2 ** 30);
    }),
  );
});
