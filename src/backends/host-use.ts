/** Owns the look at how busy a plain machine is: what its shell tells, and what that means. */

import { idleMachine, type MachineUse } from "../model/machine-use.ts";

/** A piece of shell that tells it in lines `name=value`; a system without `/proc` tells less. */
export const useText = `printf '%s\\n' "system=$(uname -srv)" "machine=$(uname -m)" "load=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null)"
sed -n 's/^btime /booted=/p' /proc/stat 2>/dev/null
sed -n 's/^cpu MHz[^:]*: */megahertz=/p' /proc/cpuinfo 2>/dev/null | head -n 1
sed -n 's/^\\(MemTotal\\|MemFree\\|Buffers\\|Cached\\|SwapTotal\\|SwapFree\\): *\\([0-9]*\\).*/\\1=\\2/p' /proc/meminfo 2>/dev/null`;

/** What was told of a machine. */
export function readUse(said: Readonly<Record<string, string>>): MachineUse {
  const number = (name: string): number => Number(said[name]) || 0;
  const bytes = (name: string): number => number(name) * 1024;
  const [one = 0, five = 0, fifteen = 0] = (said.load ?? "").split(" ").map(Number);
  const free = bytes("MemFree") + bytes("Buffers") + bytes("Cached");
  return {
    ...idleMachine,
    ...{ load: [one, five, fifteen], memoryFree: free, memoryUsed: Math.max(0, bytes("MemTotal") - free) },
    ...{ swapTotal: bytes("SwapTotal"), swapUsed: bytes("SwapTotal") - bytes("SwapFree") },
    ...{ bootedAt: number("booted") * 1000, megahertz: Math.round(number("megahertz")) },
    ...{ system: said.system ?? "", architecture: said.machine ?? "" },
  };
}
