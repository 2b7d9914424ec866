/** Owns the resources every Grid Engine knows from the start: name, short name, kind of value, and whether a job may ask. */

import { parse as parseDuration } from "#grammar/durations.js";
import { parse as parseQuantity } from "#grammar/quantities.js";

/** What kind of value a resource has; a message says it the way the real one does. */
export type ValueKind = "string" | "host" | "time" | "memory" | "integer" | "double" | "boolean";

/** One resource. */
export interface Complex {
  readonly name: string;
  readonly shortcut: string;
  readonly kind: ValueKind;
  readonly requestable: boolean;
  readonly consumable: boolean;
}

const complex = (name: string, shortcut: string, kind: ValueKind): Complex => ({
  name,
  shortcut,
  kind,
  requestable: true,
  consumable: false,
});
const unrequestable = (name: string, shortcut: string, kind: ValueKind): Complex => ({
  ...complex(name, shortcut, kind),
  requestable: false,
});
const consumable = (name: string, shortcut: string, kind: ValueKind): Complex => ({
  ...complex(name, shortcut, kind),
  consumable: true,
});

/** All of them, as `qconf -sc` lists them on a fresh cluster. */
export const complexes: readonly Complex[] = [
  complex("arch", "a", "string"),
  complex("calendar", "c", "string"),
  complex("cpu", "cpu", "double"),
  complex("display_win_gui", "dwg", "boolean"),
  complex("h_core", "h_core", "memory"),
  complex("h_cpu", "h_cpu", "time"),
  complex("h_data", "h_data", "memory"),
  complex("h_fsize", "h_fsize", "memory"),
  complex("h_rss", "h_rss", "memory"),
  complex("h_rt", "h_rt", "time"),
  complex("h_stack", "h_stack", "memory"),
  consumable("h_vmem", "h_vmem", "memory"),
  complex("hostname", "h", "host"),
  unrequestable("load_avg", "la", "double"),
  unrequestable("load_long", "ll", "double"),
  unrequestable("load_medium", "lm", "double"),
  unrequestable("load_short", "ls", "double"),
  complex("m_core", "core", "integer"),
  complex("m_socket", "socket", "integer"),
  complex("m_thread", "thread", "integer"),
  complex("m_topology", "topo", "string"),
  complex("m_topology_inuse", "utopo", "string"),
  complex("mem_free", "mf", "memory"),
  complex("mem_total", "mt", "memory"),
  complex("mem_used", "mu", "memory"),
  unrequestable("min_cpu_interval", "mci", "time"),
  unrequestable("np_load_avg", "nla", "double"),
  unrequestable("np_load_long", "nll", "double"),
  unrequestable("np_load_medium", "nlm", "double"),
  unrequestable("np_load_short", "nls", "double"),
  complex("num_proc", "p", "integer"),
  complex("qname", "q", "string"),
  unrequestable("rerun", "re", "boolean"),
  complex("s_core", "s_core", "memory"),
  complex("s_cpu", "s_cpu", "time"),
  complex("s_data", "s_data", "memory"),
  complex("s_fsize", "s_fsize", "memory"),
  complex("s_rss", "s_rss", "memory"),
  complex("s_rt", "s_rt", "time"),
  complex("s_stack", "s_stack", "memory"),
  complex("s_vmem", "s_vmem", "memory"),
  unrequestable("seq_no", "seq", "integer"),
  consumable("slots", "s", "integer"),
  complex("swap_free", "sf", "memory"),
  complex("swap_rate", "sr", "memory"),
  complex("swap_rsvd", "srsv", "memory"),
  complex("swap_total", "st", "memory"),
  complex("swap_used", "su", "memory"),
  unrequestable("tmpdir", "tmp", "string"),
  complex("virtual_free", "vf", "memory"),
  complex("virtual_total", "vt", "memory"),
  complex("virtual_used", "vu", "memory"),
];

const byName = new Map(complexes.flatMap((row) => [[row.shortcut, row] as const, [row.name, row] as const]));

/** The resource of that name or short name; undefined for one that a site made up. */
export function complexNamed(name: string): Complex | undefined {
  return byName.get(name);
}

/** Seconds of a time value, Infinity for no limit; null if it is none. */
export function secondsOf(value: string): number | null {
  if (/^-[0-9]+$/.test(value)) return Number(value);
  return reading(() => parseDuration(value, { startRule: "SecondsFirst" }));
}

/** Bytes of a memory value, Infinity for no limit; null if it is none. */
export function bytesOf(value: string): number | null {
  const sign = value.startsWith("-") ? -1 : 1;
  const bytes = reading(() => parseQuantity(sign < 0 ? value.slice(1) : value, { startRule: "Bytes" }));
  return bytes === null ? null : sign * bytes;
}

/** The amount that a value of a resource stands for; null if it is none. */
export function amountSaid({ kind }: Pick<Complex, "kind">, value: string): number | null {
  if (kind === "time") return secondsOf(value);
  if (kind === "memory") return bytesOf(value);
  if (kind === "boolean") return /^(true|1)$/i.test(value) ? 1 : 0;
  return value.trim() === "" || Number.isNaN(Number(value)) ? null : Number(value);
}

// A value that cannot be read is an answer here: the master words it, long after the command line was read.
function reading(parse: () => number): number | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
