/** Owns how commits that nobody waits for come to the disk all the same: soon, and beside the work. */

import { close, fdatasync, open } from "node:fs";

/** Milliseconds between two syncs at least. */
const pauseMs = 50;

export interface Settling {
  /** Something was committed that is not known to be on the disk. */
  soon(): void;
  /** Nothing more is synced; what is under way ends by itself. */
  stop(): void;
}

/**
 * Syncs the write-ahead log at that path after each call, one at a time; a sync covers all that was committed before it.
 * A disk that refuses is no news here: the next commit that somebody waits for says so.
 */
export function settling(log: string): Settling {
  let state: "idle" | "busy" | "asked again" | "stopped" = "idle";
  const done = (): void => {
    if (state === "stopped") return;
    const again = state === "asked again";
    state = "idle";
    if (again) soon();
  };
  const soon = (): void => {
    if (state === "busy") state = "asked again";
    if (state !== "idle") return;
    state = "busy";
    sync(log, () => setTimeout(done, pauseMs).unref());
  };
  return {
    soon,
    stop() {
      state = "stopped";
    },
  };
}

/** Nobody locks the log, so that closing it here lets go of no lock of SQLite's. */
function sync(path: string, then: () => void): void {
  open(path, "r", (missing, file) => {
    if (missing) return then();
    fdatasync(file, () => close(file, then));
  });
}
