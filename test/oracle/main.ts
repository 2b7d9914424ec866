/** Owns `npm run oracle -- slurm|sge|forward [NAME…]`: plays scenarios on the real scheduler and here, and prints how they compare. */

import { join } from "node:path";
import { printDifferences, printTable } from "../conformance/report.ts";
import { readReviewed } from "../conformance/reviewed.ts";
import { forwardMain } from "./forward.ts";
import { captureMain } from "./forward-capture.ts";
import { playScenario } from "./play.ts";
import { findReal } from "./real.ts";
import { readScenarios, scenarioDirectory } from "./scenario.ts";

/** Runs with those arguments; the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [family, ...parts] = args;
  if (family === "capture") return captureMain();
  if (family === "forward") return forwardMain(parts);
  if (family !== "slurm" && family !== "sge") {
    process.stderr.write("usage: npm run oracle -- slurm|sge [NAME…], or forward [COUNT] [ROUNDS], or capture\n");
    return 2;
  }
  const real = await findReal(family);
  const played = [];
  for (const scenario of readScenarios(family, parts)) {
    played.push({ file: scenario.name, outcomes: await playScenario(family, real, scenario) });
    process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${scenario.name}\n`);
  }
  const reviewed = readReviewed(join(scenarioDirectory(family), "differences.txt"));
  const open = printDifferences(played, reviewed);
  printTable(played, open);
  return open > 0 ? 1 : 0;
}
