// Who headnode is measured beside, as far as they are installed: found on PATH, and reached as their users reach them.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { timeOf } from "./timing.mjs";

/** The project's own script starts a private Slurm there (test/oracle/real-slurm.sh). */
const ownSlurm = join(process.env.HEADNODE_ORACLE ?? "/var/tmp/headnode-oracle", "slurm.conf");

/** One row each: what must answer for it to count as there, and the variables its commands need. */
const rows = [
  { name: "slurm", probe: "sinfo -h", env: () => (existsSync(ownSlurm) ? { SLURM_CONF: ownSlurm } : {}) },
  { name: "sge", probe: "qstat -help && qconf -sql" },
  // By Debian's name and by its own.
  { name: "tsp", probe: "tsp -V || ts -V" },
  { name: "nq", probe: "command -v nq && command -v fq" },
  { name: "parallel", probe: "parallel --version" },
  { name: "xargs", probe: "command -v xargs" },
];

/** Those that answer, by name: each with `sh`, which runs a line among its commands and gives milliseconds. */
export function findPeers(site) {
  const found = rows.flatMap(({ name, probe, env = () => ({}) }) => {
    const base = { ...env(), ...process.env, PATH: site.path, CLOCK: site.env.CLOCK };
    const { status } = spawnSync("/bin/sh", ["-c", probe], { env: base, timeout: 10_000 });
    if (status !== 0) return [];
    const sh = (line, count = 1) => timeOf(line, { cwd: site.directory, env: base, count });
    return [[name, { sh, env: base }]];
  });
  return Object.fromEntries(found);
}
