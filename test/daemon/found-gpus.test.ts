/** GPUs are found where a driver shows them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { foundGpus } from "../../src/daemon/found-gpus.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "headnode-gpus-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a machine without a driver has none", () => {
  expect(foundGpus("", root)).toBe(0);
});

test("NVIDIA's driver has a directory for each", () => {
  for (const bus of ["0000:01:00.0", "0000:02:00.0"])
    mkdirSync(join(root, "proc/driver/nvidia/gpus", bus), { recursive: true });
  expect(foundGpus("", root)).toBe(2);
});

test("AMD's driver lists processors, too; they have no number", () => {
  for (const [node, id] of ["0", "51140", "51141", "51142"].entries()) {
    const place = join(root, "sys/class/kfd/kfd/topology/nodes", String(node));
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "gpu_id"), `${id}\n`);
  }
  expect(foundGpus("", root)).toBe(3);
});
