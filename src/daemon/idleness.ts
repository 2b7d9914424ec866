/** Owns how a daemon notices that it has had nothing to do for a while. */

export interface Idleness {
  /** Somebody came or went. */
  readonly touch: () => void;
  /** Ends it all when nothing moved for the whole time and `isIdle` agrees. */
  watch(isIdle: () => boolean, end: () => void): void;
  stop(): void;
}

/** How long a timer may be; looking again costs nothing. */
const longestMs = 3_600_000;

/** `after` gives milliseconds, each time it is looked; what is not above 0 is never. */
export function createIdleness(after: () => number): Idleness {
  let timer: NodeJS.Timeout | undefined;
  let movedAt = performance.now();
  const stop = (): void => clearTimeout(timer);
  return {
    // No timer is set anew for each command; the one that runs looks when the last one came.
    touch: () => {
      movedAt = performance.now();
    },
    watch(isIdle, end) {
      const look = (): void => {
        const afterMs = after();
        const leftMs = movedAt + afterMs - performance.now();
        if (afterMs > 0 && leftMs <= 0 && isIdle()) end();
        else timer = setTimeout(look, Math.min(longestMs, afterMs > 0 && leftMs > 0 ? leftMs : afterMs || longestMs));
      };
      timer = setTimeout(look, Math.min(longestMs, after() || longestMs));
    },
    stop,
  };
}
