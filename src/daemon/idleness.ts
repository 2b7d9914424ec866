/** Owns how a daemon notices that it has had nothing to do for a while. */

export interface Idleness {
  /** Somebody came or went. */
  readonly touch: () => void;
  /** Ends it all when nothing moved for the whole time and `isIdle` agrees. */
  watch(isIdle: () => boolean, end: () => void): void;
  stop(): void;
}

/** `afterMs` 0 is never. */
export function createIdleness(afterMs: number): Idleness {
  let timer: NodeJS.Timeout | undefined;
  let movedAt = performance.now();
  const stop = (): void => clearTimeout(timer);
  return {
    // No timer is set anew for each command; the one that runs looks when the last one came.
    touch: () => {
      movedAt = performance.now();
    },
    watch(isIdle, end) {
      if (!(afterMs > 0)) return;
      const look = (): void => {
        const leftMs = movedAt + afterMs - performance.now();
        if (leftMs <= 0 && isIdle()) end();
        else timer = setTimeout(look, leftMs > 0 ? leftMs : afterMs);
      };
      timer = setTimeout(look, afterMs);
    },
    stop,
  };
}
