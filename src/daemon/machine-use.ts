/** Owns the look at how busy the machine is. */

import { readFileSync } from "node:fs";
import { cpus, freemem, loadavg, machine, release, totalmem, type, uptime, version } from "node:os";
import type { MachineUse } from "../model/machine-use.ts";

/** Looks at the machine; how busy the processors are is counted from the look before, the first time since boot. */
export function machineGauge(): () => MachineUse {
  const made = { megahertz: speed(), system: `${type()} ${release()} ${version()}`, architecture: machine() };
  let before: Ticks = { busy: 0, all: 0 };
  return () => {
    const now = ticks();
    const passed = now.all - before.all;
    const busy = passed > 0 ? (100 * (now.busy - before.busy)) / passed : 0;
    before = now;
    const [one = 0, five = 0, fifteen = 0] = loadavg();
    const since = { daemonSeconds: process.uptime(), bootedAt: Date.now() - Math.round(uptime() * 1000) };
    return { load: [one, five, fifteen], busy, ...made, ...since, ...memory() };
  };
}

/** What does not change while a machine is up. */
type Made = Pick<MachineUse, "megahertz" | "system" | "architecture">;

// On virtual machines the system knows of no steps in which the speed is set, but of the speed.
function speed(): number {
  const said = /^cpu MHz\s*:\s*([\d.]+)/m.exec(textOf("/proc/cpuinfo"))?.[1];
  return Math.round(Number(said ?? cpus()[0]?.speed ?? 0)) || 0;
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
function memory(): Omit<MachineUse, "load" | "busy" | "bootedAt" | "daemonSeconds" | keyof Made> {
  const listed = meminfo();
  const bytes = (name: string): number => (listed.get(name) ?? 0) * 1024;
  const total = bytes("MemTotal") || totalmem();
  const free = listed.size > 0 ? bytes("MemFree") + bytes("Buffers") + bytes("Cached") : freemem();
  const swapTotal = bytes("SwapTotal");
  return { memoryUsed: total - free, memoryFree: free, swapTotal, swapUsed: swapTotal - bytes("SwapFree") };
}

/** KiB by name; nothing where the system has no such list. */
function meminfo(): ReadonlyMap<string, number> {
  const lines = textOf("/proc/meminfo").matchAll(/^(\w+): +([0-9]+) kB$/gm);
  return new Map([...lines].map(([, name = "", amount]) => [name, Number(amount)]));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
