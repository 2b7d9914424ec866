/** Owns the look at how busy the machine is. */

import { readFileSync } from "node:fs";
import { cpus, freemem, loadavg, totalmem } from "node:os";
import type { MachineUse } from "../model/machine-use.ts";

/** Looks at the machine; how busy the processors are is counted from the look before, the first time since boot. */
export function machineGauge(): () => MachineUse {
  let before: Ticks = { busy: 0, all: 0 };
  return () => {
    const now = ticks();
    const passed = now.all - before.all;
    const busy = passed > 0 ? (100 * (now.busy - before.busy)) / passed : 0;
    before = now;
    const [one = 0, five = 0, fifteen = 0] = loadavg();
    return { load: [one, five, fifteen], busy, daemonSeconds: process.uptime(), ...memory() };
  };
}

interface Ticks {
  readonly busy: number;
  readonly all: number;
}

function ticks(): Ticks {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, each) => sum + each.idle, 0);
  const all = times.reduce((sum, { user, nice, sys, irq, idle: none }) => sum + user + nice + sys + irq + none, 0);
  return { busy: all - idle, all };
}

// What buffers and caches hold is free for whoever wants it.
function memory(): Omit<MachineUse, "load" | "busy" | "daemonSeconds"> {
  const listed = meminfo();
  const bytes = (name: string): number => (listed.get(name) ?? 0) * 1024;
  const total = bytes("MemTotal") || totalmem();
  const free = listed.size > 0 ? bytes("MemFree") + bytes("Buffers") + bytes("Cached") : freemem();
  const swapTotal = bytes("SwapTotal");
  return { memoryUsed: total - free, memoryFree: free, swapTotal, swapUsed: swapTotal - bytes("SwapFree") };
}

/** KiB by name; nothing where the system has no such list. */
function meminfo(): ReadonlyMap<string, number> {
  let text = "";
  try {
    text = readFileSync("/proc/meminfo", "utf8");
  } catch {
    return new Map();
  }
  return new Map([...text.matchAll(/^(\w+): +([0-9]+) kB$/gm)].map(([, name = "", amount]) => [name, Number(amount)]));
}
