/** `headnode env`: the words for each shell. */

import { expect, test } from "vitest";
import { shellWords } from "../../src/cli/env.ts";

const facts = (PATH: string, SHELL = "/bin/bash") => ({
  env: { PATH, SHELL, HEADNODE_NATIVE: "0" },
  cwd: "/",
  argv: [],
});
const words = (path: string, asked: Partial<Parameters<typeof shellWords>[1]> = {}) =>
  shellWords(facts(path), { off: false, ...asked }).out ?? "";

test("both families come first on PATH, or the one that is asked for", () => {
  expect(words("/usr/bin:/bin")).toMatch(
    /^export PATH='[^']*\/shims\/slurm:[^']*\/shims\/sge:[^':]*\/shims:\/usr\/bin:\/bin'\n/,
  );
  expect(words("/usr/bin", { dialects: ["sge"] })).toMatch(
    /^export PATH='[^':]*\/shims\/sge:[^':]*\/shims:\/usr\/bin'\n/,
  );
});

test("saying it twice changes nothing, and --off leaves what was there", () => {
  const path = /'(.*)'/.exec(words("/usr/bin:/bin"))?.[1] ?? "";
  expect(words(path)).toBe(words("/usr/bin:/bin"));
  expect(words(path, { off: true })).toMatch(/^export PATH='\/usr\/bin:\/bin'\n/);
});

test("each shell is spoken to in its own language, quotes and all", () => {
  expect(words("/it's:/bin", { off: true, shell: "bash" })).toMatch(/^export PATH='\/it'\\''s:\/bin'\n/);
  expect(words("/it's:/bin", { off: true, shell: "fish" })).toBe("set -gx PATH '/it\\'s' '/bin';\n");
  expect(words("/wow!:/bin", { off: true, shell: "tcsh" })).toBe("setenv PATH '/wow\\!:/bin';\nrehash;\n");
});
