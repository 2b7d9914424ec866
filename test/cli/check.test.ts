/** `headnode check` reads files, directories and standard input, mends, and speaks JSON and SARIF. */

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checks } from "../../src/check/checks.ts";
import { type CheckAsk, checkScripts } from "../../src/cli/check.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headnode-check-"));
  mkdirSync(join(directory, "jobs"));
  writeFileSync(join(directory, "jobs", "bad.sh"), "#!/bin/sh\r\n#SBATCH --mem=4\r\n");
  writeFileSync(join(directory, "jobs", "good.sh"), "#!/bin/sh\n#SBATCH --mem=4G\n");
  writeFileSync(join(directory, "jobs", "notes.txt"), "a manual:\n#SBATCH --mem=4\n");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const plain: CheckAsk = { scripts: ["jobs"], format: "text", notes: false, fix: false, dryRun: false };

function check(asked: Partial<CheckAsk>) {
  return checkScripts({ cwd: directory, env: { PATH: "/bin:/usr/bin" }, argv: [] }, { ...plain, ...asked });
}

test("findings are shown with their line and a caret, and the exit code is 1", async () => {
  expect(await check({})).toEqual({
    code: 1,
    out: [
      "jobs/bad.sh:1:10: error: 2 lines end with a carriage return [crlf]",
      "  1 | #!/bin/sh",
      "    |          ^",
      "jobs/bad.sh:2:9: warning: --mem of 4 is 4 megabytes; 4G is 4 gigabytes [memory-unit]",
      "  2 | #SBATCH --mem=4",
      "    |         ^~~~~~~",
      "1 error, 1 warning; 1 can be mended by --fix",
      "",
    ].join("\n"),
  });
});

test("a good script gives nothing and 0", async () => {
  expect(await check({ scripts: ["jobs/good.sh"] })).toEqual({ code: 0, out: "" });
});

test("a file that is not there is named, with exit code 2", async () => {
  await expect(check({ scripts: ["none.sh"] })).rejects.toMatchObject({ message: "there is no none.sh", exitCode: 2 });
});

test("--dry-run shows the difference and --fix makes it, mode and all", async () => {
  const path = join(directory, "jobs", "bad.sh");
  chmodSync(path, 0o750);
  const { out } = await check({ dryRun: true });
  expect(out).toContain("--- jobs/bad.sh\n+++ jobs/bad.sh\n@@ -1 +1 @@\n-#!/bin/sh^M\n+#!/bin/sh\n");
  expect(readFileSync(path, "utf8")).toContain("\r");
  const { out: left } = await check({ fix: true });
  expect(left).toContain("memory-unit");
  expect(left).not.toContain("crlf");
  expect(readFileSync(path, "utf8")).toBe("#!/bin/sh\n#SBATCH --mem=4\n");
  expect(statSync(path).mode & 0o777).toBe(0o750);
});

test("JSON has each file and its findings", async () => {
  const { out = "" } = await check({ format: "json" });
  const { version, files } = JSON.parse(out);
  expect(version).toBe(1);
  expect(files.map(({ file, findings }: { file: string; findings: unknown[] }) => [file, findings.length])).toEqual([
    ["jobs/bad.sh", 2],
    ["jobs/good.sh", 0],
  ]);
  expect(files[0].findings[1]).toEqual({
    id: "memory-unit",
    severity: "warning",
    line: 2,
    column: 9,
    length: 7,
    message: "--mem of 4 is 4 megabytes; 4G is 4 gigabytes",
    fixable: false,
  });
});

test("SARIF has what its schema requires, and every result's rule", async () => {
  const { out = "" } = await check({ format: "sarif" });
  const log = JSON.parse(out);
  expect(log.version).toBe("2.1.0");
  const [run] = log.runs;
  expect(run.tool.driver.name).toBe("headnode check");
  expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(checks.map(({ id }) => id));
  expect(run.results).toHaveLength(2);
  for (const { ruleId, ruleIndex, level, message, locations } of run.results) {
    expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(["error", "warning", "note"]).toContain(level);
    expect(message.text).not.toBe("");
    const { artifactLocation, region } = locations[0].physicalLocation;
    expect(artifactLocation.uri).toBe("jobs/bad.sh");
    expect(region.endColumn).toBeGreaterThan(region.startColumn);
  }
});

test("--explain tells of one check or all", async () => {
  expect((await check({ explain: "crlf" })).out).toContain("crlf (error)\n");
  expect((await check({ explain: "" })).out?.match(/^\S+ \((error|warning|note)\)$/gm)).toHaveLength(checks.length);
  await expect(check({ explain: "nonsense" })).rejects.toMatchObject({ exitCode: 2 });
});

test("the limits of a described queue hold", async () => {
  const config = join(directory, "config.toml");
  writeFileSync(config, '[queues.short]\nmax_time = "1:00:00"\n');
  writeFileSync(join(directory, "long.sh"), "#!/bin/sh\n#SBATCH --time=2:00:00\n");
  const facts = { cwd: directory, env: { PATH: "/bin", HEADNODE_CONFIG: config }, argv: [] };
  const { out } = await checkScripts(facts, { ...plain, scripts: ["long.sh"] });
  expect(out).toContain("queue short allows 60 minutes [over-limit]");
});
