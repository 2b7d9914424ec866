/** Whole-table tests of sbatch, squeue and scancel: complete, told apart, helped, and said back as they were read. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrays, foldIndices } from "../../src/dialects/slurm/arrays.ts";
import { scancelOptions } from "../../src/dialects/slurm/cancel-options.ts";
import { memory, timeLimit } from "../../src/dialects/slurm/codecs.ts";
import { scontrolOptions } from "../../src/dialects/slurm/control-options.ts";
import { dependencies } from "../../src/dialects/slurm/dependencies.ts";
import { helpText } from "../../src/dialects/slurm/help.ts";
import { sbatchOptions } from "../../src/dialects/slurm/options.ts";
import { squeueOptions } from "../../src/dialects/slurm/queue-options.ts";
import { parseJob } from "../../src/dialects/slurm/reading.ts";
import { sinfoOptions } from "../../src/dialects/slurm/sinfo-options.ts";
import { indicesOf } from "../../src/model/indices.ts";

const manual = readFileSync(resolve(import.meta.dirname, "../../fixtures/slurm/sbatch-options.txt"), "utf8");
const tables = {
  sbatch: sbatchOptions,
  squeue: squeueOptions,
  scancel: scancelOptions,
  scontrol: scontrolOptions,
  sinfo: sinfoOptions,
};

describe.each(Object.entries(tables))("the table of %s", (name, table) => {
  test("has help in every row, and prints it", () => {
    for (const row of table.rows) expect(row.help, row.name).not.toBe("");
    const help = helpText(name, "", table);
    for (const row of table.rows) expect(help).toContain(`--${row.name}`);
  });

  test("says why an option is ignored or refused", () => {
    for (const { effect, name: option } of table.rows)
      if (effect.standing.kind !== "honoured") expect(effect.standing.why, option).not.toBe("");
  });

  test("names no variable twice", () => {
    const variables = table.rows.flatMap(({ variable }) => variable ?? []);
    expect(new Set(variables).size).toBe(variables.length);
  });
});

test("sbatch has every option of its manual page", () => {
  const missing = manual.split("\n").filter((name) => name !== "" && sbatchOptions.long(name)?.takes === undefined);
  expect(missing).toEqual([]);
});

const read = (...args: string[]) =>
  parseJob({ args: [...args, "job.sh"], variable: () => undefined, script: "", file: "job.sh", now: 0 });

test("what an option's row writes is read back the same", () => {
  const said = [
    ...["--account=a", "--array=1-3,7%2", "--begin=2031-01-01T05:06:07", "--comment=c", "--chdir=/tmp", "-c2", "-n4"],
    ...[
      "--dependency=afterok:5:6+2,singleton",
      "--error=e",
      "--exclusive=user",
      "--gres=gpu:a100:2",
      "--gpus=2",
      "-N1-2",
    ],
    ...[
      "--export=ALL,A=1",
      "--kill-on-invalid-dep=no",
      "--mail-type=END,FAIL",
      "--mem=5G",
      "--nice=7",
      "--open-mode=a",
    ],
    ...["--signal=B:USR1@30", "--time=1-02:03:00", "--time-min=5", "--partition=a,b", "--requeue", "--hold"],
  ];
  const { spec } = read(...said).settled;
  const again = sbatchOptions.rows.flatMap((row) => {
    const values = row.effect.write(spec);
    return values === null ? [] : [values[0] === undefined ? `--${row.name}` : `--${row.name}=${values[0]}`];
  });
  expect(read(...again).settled.spec).toEqual(spec);
});

describe("values round-trip", () => {
  test("time limits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (minutes) => {
        expect(timeLimit.read(timeLimit.write(minutes * 60) ?? "")).toBe(minutes * 60);
      }),
    );
  });

  test("memory", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (megabytes) => {
        expect(memory.read(memory.write(megabytes * 2 ** 20) ?? "")).toBe(megabytes * 2 ** 20);
      }),
    );
  });

  test("folded array indices", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1 }), (numbers) => {
        const indices = indicesOf(numbers.map((number) => ({ first: number, last: number, step: 1 })));
        const { ranges, throttle } = arrays.read(foldIndices(indices, 3, 0));
        expect(throttle).toBe(3);
        expect(indicesOf(ranges ?? [])).toEqual(indices);
      }),
    );
  });

  test.each(["afterok:5", "after:5+2", "afterany:5_3", "afternotok:5?afterok:6", "aftercorr:7,singleton"])(
    "%s",
    (text) => {
      expect(dependencies.write(dependencies.read(text))).toBe(text);
    },
  );
});

test("the last word is the command line's, then the variables', then the script's", () => {
  const script = "#!/bin/sh\n#SBATCH -J script -t 5 --comment=script\n";
  const variables: Readonly<Record<string, string>> = { SBATCH_JOB_NAME: "variable", SBATCH_TIMELIMIT: "6" };
  const source = {
    args: ["-J", "line", "job.sh"],
    variable: (name: string) => variables[name],
    script,
    file: "job.sh",
  };
  const { settled } = parseJob({ ...source, now: 0 });
  expect([settled.spec.name, settled.spec.wallTime, settled.spec.comment]).toEqual(["line", 360, "script"]);
  expect(settled.origins.get("comment")?.where).toEqual({ source: "job.sh", line: 2, column: 24 });
});
