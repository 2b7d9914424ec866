/** Which environment is kept with a submission. */

import { expect, test } from "vitest";
import { submittedEnvironment } from "../../src/dialects/slurm/export.ts";
import { parseJob } from "../../src/dialects/slurm/reading.ts";
import { ada } from "./described.ts";

/** `NAME=value` of what was submitted with those options; `file`: what --export-file has. */
function kept(args: readonly string[], file: readonly string[] | null = null): readonly string[] {
  const { settled } = parseJob({
    args: [...args, "x.sh"],
    variable: () => undefined,
    script: "#!/bin/sh\n",
    file: "x.sh",
  });
  const caller = { environment: ["A=1", "B=2", "USER=somebody"], user: ada, niceness: 0 };
  return submittedEnvironment(caller, { settled, file }).filter((entry) => /^(A|B|C|HOME|USER)=/.test(entry));
}

const login = [`HOME=${ada.home}`, "USER=ada"];

test.each([
  ["everything", [], ["A=1", "B=2", "USER=somebody"]],
  ["nothing but a login", ["--export=NONE"], login],
  ["a login and names", ["--export=A,C=3"], [...login, "A=1", "C=3"]],
  ["everything, on top of a name", ["--export=A=9,C=3,ALL"], ["B=2", "USER=somebody", "A=1", "C=3"]],
  ["everything beneath a name", ["--export=ALL,A=9"], ["B=2", "USER=somebody", "A=9"]],
  ["everything, also after NONE", ["--export=NONE,ALL"], ["A=1", "B=2", "USER=somebody"]],
  ["everything, with what a login has besides", ["--get-user-env"], [login[0], "A=1", "B=2", "USER=somebody"]],
])("%s: %j", (_, args, expected) => {
  expect(kept(args)).toEqual(expected);
});

test("a file stands for the environment, unless a login does", () => {
  expect(kept(["--export-file=f"], ["C=4"])).toEqual(["C=4"]);
  expect(kept(["--export=NONE", "--export-file=f"], ["C=4"])).toEqual(login);
});
