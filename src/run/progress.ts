/** Owns the line that says how far a run is, and the one that says how it ended. */

import { failures, type Results } from "./results.ts";

/** How far it is: `340 of 1000 done, 2 failed, 4 running, 0:12, about 0:24 left`. Times in milliseconds. */
export function progressText(results: Results, elapsed: number): string {
  const { total, running, removed } = results;
  const over = results.ended.size + removed;
  const failed = failures(results).length;
  const left = over > 0 ? (elapsed / over) * (total - over) : Number.NaN;
  return [
    `${over} of ${total} done`,
    failed > 0 ? `${failed} failed` : "",
    running.size > 0 ? `${running.size} running` : "",
    clock(elapsed),
    Number.isFinite(left) && over < total ? `about ${clock(left)} left` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

/** How it ended: `1000 elements in 0:36: 998 done, 2 failed`. */
export function summaryText(results: Results, elapsed: number): string {
  const { total, removed } = results;
  const failed = failures(results).length;
  const parts = [
    `${results.ended.size - failed} done`,
    failed > 0 ? `${failed} failed` : "",
    removed > 0 ? `${removed} never started` : "",
  ];
  return `${total} element${total === 1 ? "" : "s"} in ${clock(elapsed)}: ${parts.filter(Boolean).join(", ")}`;
}

/** `0:07`, `1:02:03`. */
export function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
