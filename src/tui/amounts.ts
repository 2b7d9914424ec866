/** Owns how amounts are written in the monitor: lengths of time, sizes, and bars. */

import type { WatchedPart } from "../model/watch.ts";

/** `1-02:03:04`, `2:03:04`, `3:04`; of milliseconds. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const clock = `${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (seconds < 3600) return clock.replace(/^0/, "");
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}:${clock}`;
  return `${Math.floor(seconds / 86_400)}-${two((seconds / 3600) % 24)}:${clock}`;
}

/** How long a part runs or ran. */
export function span(part: WatchedPart, now: number): string {
  if (part.kind !== "element" || part.startedAt === null) return "";
  return duration((part.endedAt ?? now) - part.startedAt);
}

/** `812K`, `3.4M`, `16G`; of bytes. */
export function size(bytes: number): string {
  const units = ["B", "K", "M", "G", "T"];
  let amount = bytes;
  let unit = 0;
  for (; amount >= 1000 && unit < units.length - 1; unit++) amount /= 1024;
  return `${amount >= 10 || unit === 0 ? Math.round(amount) : amount.toFixed(1)}${units[unit]}`;
}

/** `2026-11-21 16:03:04`, local. */
export function moment(epoch: number): string {
  return new Date(epoch - new Date(epoch).getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace("T", " ");
}

const heights = "▁▂▃▄▅▆▇█";

/** The last `width` values as a line of bars against `top`. */
export function sparkline(values: readonly number[], width: number, top: number): string {
  const shown = values.slice(-width);
  const most = Math.max(top, ...shown, Number.MIN_VALUE);
  return shown
    .map((value) => heights[Math.min(heights.length - 1, Math.floor((value / most) * heights.length))])
    .join("")
    .padStart(width);
}

/** How many of `width` cells each amount gets; what is there at all gets one, as long as there is room. */
export function shares(amounts: readonly number[], width: number): number[] {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (total === 0) return amounts.map(() => 0);
  const cells = amounts.map((amount) => (amount === 0 ? 0 : Math.max(1, Math.round((amount / total) * width))));
  const largest = (): number => cells.indexOf(Math.max(...cells));
  for (let over = cells.reduce((sum, cell) => sum + cell, 0) - width; over !== 0; over += over > 0 ? -1 : 1)
    cells[largest()] = (cells[largest()] ?? 0) + (over > 0 ? -1 : 1);
  return cells;
}

/** Text in exactly so many characters. */
export function fitted(text: string, width: number, right = false): string {
  const plain = text.replaceAll(/\p{Cc}/gu, "?");
  const cut = plain.length > width ? `${plain.slice(0, Math.max(0, width - 1))}…`.slice(0, width) : plain;
  return right ? cut.padStart(width) : cut.padEnd(width);
}
