/** Owns which GPUs the machine has, as far as its drivers tell without being asked to do much. */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How many GPUs there are. Looked at once, when the daemon starts. `path` is where programs lie; `root` is another one in tests. */
export function foundGpus(path: string, root = "/"): number {
  return nvidiaByDriver(root) || amdByDriver(root) || (root === "/" ? nvidiaByProgram(path) : 0);
}

function nvidiaByDriver(root: string): number {
  return entriesOf(join(root, "proc/driver/nvidia/gpus")).length;
}

/** Nodes of AMD's driver that are no processors have a number of their own. */
function amdByDriver(root: string): number {
  const nodes = join(root, "sys/class/kfd/kfd/topology/nodes");
  return entriesOf(nodes).filter((node) => !/^0*$/.test(textOf(join(nodes, node, "gpu_id")).trim())).length;
}

/** Milliseconds; a driver in trouble must not keep the daemon from starting. */
const patienceMs = 3_000;

/** Where the driver is not to be seen (WSL), its program knows. Most machines have none, and no start waits for a process. */
function nvidiaByProgram(path: string): number {
  if (!path.split(":").some((place) => existsSync(join(place, "nvidia-smi")))) return 0;
  const { stdout } = spawnSync("nvidia-smi", ["-L"], {
    encoding: "utf8",
    timeout: patienceMs,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return (stdout ?? "").split("\n").filter((line) => /^GPU [0-9]+:/.test(line)).length;
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
