/** Owns the pictures of `headnode top` in docs: a real session under tmux, its cells captured and written as SVG. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { svgOf } from "./svg.mjs";

const root = resolve(import.meta.dirname, "../..");
const size = { columns: 110, rows: 26 };

const directory = mkdtempSync(join(tmpdir(), "headnode-pictures-"));
const work = join(directory, "data");
mkdirSync(work);
const env = {
  HEADNODE_HOME: join(directory, "state"),
  HEADNODE_CPUS: "8",
  HOME: work,
  LANG: "C.UTF-8",
  TERM: "tmux-256color",
  COLORTERM: "truecolor",
  PATH: [
    ...["native/slurm", "native/sge", "slurm", "sge", ""].map((part) => join(root, "shims", part)),
    process.env.PATH,
  ].join(":"),
};
const tmux = async (...words) =>
  (await execa("tmux", ["-S", join(directory, "tmux"), "-f", "/dev/null", "-u", ...words], { env, cwd: work })).stdout;

/** What is looked at: each picture with the keys that lead to it from the one before. */
const pictures = [
  { name: "top-queue", keys: ["j", "Right", "k"], waits: 3000 },
  { name: "top-detail", keys: ["g", "Enter"], waits: 1500 },
  { name: "top-log", keys: ["q", "g", "o"], waits: 2500 },
  { name: "top-usage", keys: ["q", "u"], waits: 45_000 },
];

const jobs = `
cat >train.sh <<'EOF'
#!/bin/bash
#SBATCH --job-name=train
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=2:00:00
for epoch in $(seq 1 500); do
  echo "epoch $epoch  loss 0.$((RANDOM % 900 + 100))"
  [ $((epoch % 9)) = 0 ] && echo "Warning: loss is nan, step skipped"
  timeout 0.4 sh -c 'while :; do :; done'
  sleep 0.2
done
EOF
sbatch train.sh
sbatch -J sweep -a 1-60%4 -o /dev/null --wrap 'sleep $((RANDOM % 6 + 4)); [ $((SLURM_ARRAY_TASK_ID % 7)) != 0 ]'
sbatch -J report -d afterany:2 -o /dev/null --wrap 'true'
sbatch -J archive -d afterok:1 -o /dev/null --wrap 'true'
sbatch -J fit -n 6 -t 30 -o /dev/null --wrap 'sleep 90'
qsub -cwd -N align -h -b y sleep 10
qsub -cwd -N blast -t 1-40 -o /dev/null -j y -b y sleep 15
sbatch -J broken -o /dev/null --wrap 'exit 3'
`;

try {
  await execa("bash", ["-c", jobs], { env, cwd: work });
  await pause(12_000);
  await tmux("new-session", "-d", "-x", String(size.columns), "-y", String(size.rows), "exec headnode top");
  await pause(4_000);
  for (const { name, keys, waits } of pictures) {
    for (const key of keys) {
      await tmux("send-keys", key);
      await pause(700);
    }
    await pause(waits);
    const cells = await tmux("capture-pane", "-p", "-e", "-N");
    const shown = cells.replaceAll(directory, "/home/ada");
    writeFileSync(join(root, "docs", `${name}.svg`), svgOf(shown, size));
  }
} finally {
  await tmux("kill-server").catch(() => "");
  await execa("bash", ["-c", "scancel -u $(id -un); sleep 1; headnode daemon stop"], { env, cwd: work, reject: false });
  rmSync(directory, { recursive: true, force: true });
}
