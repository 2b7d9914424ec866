// npm run fuzz: the tests that feed nonsense, with very much of it: 1,020,000 inputs to the readers of scripts, 100,000
// frames and connections to the daemon. Whatever breaks them is printed with the seed that repeats it.

import { spawnSync } from "node:child_process";

const campaigns = [
  ["test/parsers.test.ts", 170_000],
  ["test/daemon/hostile-callers.test.ts", 100_000],
];
const results = campaigns.map(([file, runs]) => {
  console.log(`${runs} of each kind: ${file}`);
  const env = { ...process.env, HEADNODE_FUZZ_RUNS: String(runs) };
  return spawnSync("npx", ["vitest", "run", file, "--testTimeout=0"], { stdio: "inherit", env }).status;
});
process.exit(results.every((status) => status === 0) ? 0 : 1);
