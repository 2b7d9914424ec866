/** Every warning about every directive line found in public repositories is one of those that were read and found right. */

import { expect, test } from "vitest";
import { reviewedFindings, wildLines } from "../support/wild.ts";
import { found, world } from "./world.ts";

const everywhere = { ...world, exists: () => true, hasCommand: () => true, moduleMeans: () => "something" as const };

const findings = (["slurm", "sge", "pbs", "disabled-or-misspelt"] as const).flatMap((dialect) =>
  wildLines(dialect).flatMap((line) => {
    const as = dialect === "disabled-or-misspelt" ? undefined : dialect;
    const all = found(`#!/bin/bash\n${line}\n`, as, everywhere).filter(({ severity }) => severity !== "note");
    return all.map(({ id, message }) => ({ id, message, line }));
  }),
);

test("the warnings about directive lines of public repositories are the reviewed ones", () => {
  const others = findings.filter(({ id }) => id !== "output-directory");
  expect(others.map(({ id, line, message }) => `${id}\t${line}\t${message}`)).toEqual(reviewedFindings());
});

test("a missing directory is only reported where the line names it", () => {
  const wrong = findings.filter(({ id, line, message }) => {
    const directory = /^the directory (\S+) (\(below .*\) )?does not exist$/.exec(message)?.[1] ?? "?";
    return id === "output-directory" && !(line.includes(`${directory}/`) && !/[%$<]/.test(directory));
  });
  expect(wrong).toEqual([]);
  expect(findings.filter(({ id }) => id === "output-directory").length).toBeGreaterThan(900);
});
