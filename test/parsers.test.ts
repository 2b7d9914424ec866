/** Readers of scripts under bad weather: mutated wild lines and noise never crash, never hang, and every refusal is worded. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJob as parsePbs } from "../src/dialects/pbs/reading.ts";
import { parseJob as parseSge } from "../src/dialects/sge/reading.ts";
import { parseJob as parseSlurm } from "../src/dialects/slurm/reading.ts";
import { RefusedError, UsageError } from "../src/model/errors.ts";
import { wildLines } from "./support/wild.ts";

interface Source {
  readonly args: readonly string[];
  readonly variable: (name: string) => string | undefined;
  readonly script: string;
  readonly file: string;
}

const readers: Readonly<Record<string, (source: Source) => unknown>> = {
  slurm: parseSlurm,
  sge: parseSge,
  pbs: parsePbs,
};
const prefixes: Readonly<Record<string, string>> = { slurm: "#SBATCH", sge: "#$", pbs: "#PBS" };

/** Longest one input may take, in milliseconds of the processor: other load on the machine does not count. */
const patience = 1000;

/** How many inputs of each kind; the long campaign sets more. */
const runs = Number(process.env.HEADNODE_FUZZ_RUNS ?? 400);

function readWorded(dialect: string, source: Omit<Source, "variable" | "file">): void {
  const begin = process.cpuUsage();
  try {
    readers[dialect]?.({ ...source, variable: () => undefined, file: "job.sh" });
  } catch (error) {
    expect(
      error instanceof UsageError || error instanceof RefusedError,
      String(error instanceof Error ? error.stack : error),
    ).toBe(true);
    expect((error as Error).message).not.toMatch(/undefined|\[object|NaN/);
  }
  expect(process.cpuUsage(begin).user / 1000).toBeLessThan(patience);
}

const noise = fc.string({ unit: fc.constantFrom(..."-=:,%[]+?#'\"\\ \t$@*0159aZ_é\u00a0\u2013\0"), maxLength: 40 });

/** A wild line with pieces cut out, doubled, or replaced by noise. */
const mutated = (dialect: string) =>
  fc.tuple(fc.constantFrom(...wildLines(dialect)), fc.nat(), fc.nat(8), noise).map(([line, at, cut, text]) => {
    const place = at % (line.length + 1);
    return line.slice(0, place) + text + line.slice(place + cut);
  });

describe.each(Object.keys(readers))("the reader of %s", (dialect) => {
  test("takes mutated directive lines", () => {
    fc.assert(
      fc.property(fc.array(mutated(dialect), { maxLength: 4 }), (lines) =>
        readWorded(dialect, { args: ["job.sh"], script: ["#!/bin/sh", ...lines, ""].join("\n") }),
      ),
      { numRuns: runs },
    );
  });

  test("takes noise as a directive and as arguments", () => {
    fc.assert(
      fc.property(noise, fc.array(noise, { maxLength: 5 }), (line, args) =>
        readWorded(dialect, { args, script: `#!/bin/sh\n${prefixes[dialect]} ${line}\n` }),
      ),
      { numRuns: runs },
    );
  });

  test("takes words that nest and repeat without end", () => {
    for (const piece of ["[", "(", ":", ",", "-", "%", "=", "'", '"', "a,", "1-", "1:", "afterok:", "#", " "]) {
      readWorded(dialect, {
        args: [piece.repeat(20_000)],
        script: `#!/bin/sh\n${prefixes[dialect]} -l ${piece.repeat(20_000)}\n`,
      });
    }
  });
});
