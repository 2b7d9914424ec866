// Measures headnode beside /bin/true and xargs in one run, interleaved; prints medians, spread and ratios.
// Ratios are what counts: the machines are shared, and both sides of a ratio see the same weather.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "headnode-bench-"));
const native = existsSync(join(root, "shims/native/runner"));
const shims = (family) => join(root, "shims", native ? "native" : "", family);
const env = {
  ...process.env,
  HEADNODE_HOME: join(directory, "state"),
  HEADNODE_CPUS: "2",
  PATH: [shims("slurm"), shims("sge"), process.env.PATH].join(":"),
};

/** Milliseconds a command takes as a whole process, run `count` times in one shell to even out the shell's start. */
function measure(command, count = 1) {
  const line =
    count === 1 ? command : `i=0; while [ $i -lt ${count} ]; do ${command} >/dev/null 2>&1; i=$((i+1)); done`;
  const begin = process.hrtime.bigint();
  const { status, stderr } = spawnSync("/bin/sh", ["-c", line], { cwd: directory, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return Number(process.hrtime.bigint() - begin) / 1e6 / count;
}

const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Runs the cases in turn, round after round, so that all of them see the same weather. */
function interleave(cases, rounds) {
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) for (const [name, run] of Object.entries(cases)) times[name].push(run());
  return times;
}

/** Wall time from submission until the last element is accounted, of an array of `true`. */
function arrayOfTrue(count) {
  return measure(`sbatch --wait -o /dev/null -a 1-${count} true.sh >/dev/null`);
}

async function idleWakeUps() {
  const { pid } = JSON.parse(
    spawnSync(join(root, "shims/headnode"), ["daemon", "status", "--json"], { env, encoding: "utf8" }).stdout,
  );
  await pause(1500);
  const switches = () =>
    [...readFileSync(`/proc/${pid}/status`, "utf8").matchAll(/^(?:non)?voluntary_ctxt_switches:\s+(\d+)/gm)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
  const before = switches();
  await pause(5000);
  return switches() - before;
}

function report(rows) {
  const text = rows.map(
    ({ what, figure, goal, holds }) => `| ${what} | ${figure} | ${goal} | ${holds ? "yes" : "NO"} |`,
  );
  return ["| what | measured | goal | holds |", "| --- | --- | --- | --- |", ...text, ""].join("\n");
}

try {
  mkdirSync(join(directory, "out"));
  writeFileSync(join(directory, "true.sh"), "#!/bin/bash\ntrue\n", { mode: 0o755 });
  measure("sbatch -H true.sh && scancel 1 && squeue");
  const quick = interleave(
    {
      true: () => measure("/bin/true", 40),
      sbatch: () => measure("sbatch -H true.sh", 40),
      squeue: () => measure("squeue -u nobody", 40),
    },
    9,
  );
  measure('scancel -u "$(id -un)"');
  const empty = interleave({ true: () => measure("/bin/true", 40), squeue: () => measure("squeue", 40) }, 9);
  const rates = interleave(
    { xargs: () => measure("seq 1000 | xargs -n1 -P2 bash true.sh"), headnode: () => arrayOfTrue(1000) },
    5,
  );
  const submit = [];
  for (let round = 0; round < 7; round++) {
    submit.push(measure("sbatch -H -a 0-9999 true.sh"));
    measure('scancel -u "$(id -un)"');
  }
  const wakeUps = await idleWakeUps();
  const ratio = (a, b) => middle(a) / middle(b);
  const spread = (values) =>
    `${Math.min(...values).toFixed(2)}…${middle(values).toFixed(2)}…${Math.max(...values).toFixed(2)} ms`;
  const rows = [
    { what: "warm `sbatch job.sh` against `/bin/true`", value: ratio(quick.sbatch, quick.true), unit: "×", most: 5 },
    {
      what: "`squeue` on an empty queue against `/bin/true`",
      value: ratio(empty.squeue, empty.true),
      unit: "×",
      most: 5,
    },
    {
      what: "array of 1,000 × `true`, 2 slots, rate against `xargs -P2 bash`",
      value: ratio(rates.xargs, rates.headnode),
      unit: "×",
      least: 0.3,
    },
    { what: "submitting an array of 10,000 elements", value: middle(submit), unit: " ms", most: 300 },
    { what: "context switches of an idle daemon in 5 s", value: wakeUps, unit: "", most: 0 },
  ].map((row) => ({
    ...row,
    figure: `${row.value.toFixed(row.unit === "" ? 0 : 2)}${row.unit}`,
    goal: row.most === undefined ? `≥ ${row.least}` : `≤ ${row.most}`,
    holds: row.most === undefined ? row.value >= row.least : row.value <= row.most,
  }));
  const raw = { ...quick, "squeue empty": empty.squeue, ...rates, "sbatch 10,000 elements": submit };
  console.log(`${native ? "C" : "Node"} relay and runner, Node ${process.version}\n`);
  console.log(report(rows));
  for (const [name, values] of Object.entries(raw))
    console.log(`${name.padEnd(24)} least…median…most ${spread(values)}`);
  writeFileSync(join(root, "bench/results.json"), `${JSON.stringify({ native, rows, raw }, null, 2)}\n`);
  process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
} finally {
  spawnSync(join(root, "shims/headnode"), ["daemon", "stop"], { env });
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
