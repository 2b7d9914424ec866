/** Owns how often is drawn: at once for a key; for news ten times a second at most, and only with a twentieth of a core. */

const leastMs = 100;
const mostMs = 2_000;
const share = 20;

/** What a pace is kept by, in milliseconds: the time, and the processor time used so far. */
export interface Stopwatch {
  now(): number;
  used(): number;
}

/** `draw` at a pace. All that was computed since the last frame counts, not only the drawing itself. */
export function paced(draw: () => void, watch: Stopwatch): (urgent: boolean) => void {
  const last = { at: Number.NEGATIVE_INFINITY, used: watch.used() };
  let timer: NodeJS.Timeout | null = null;
  const due = (): number => {
    const rest = (watch.used() - last.used) * share;
    return last.at + Math.min(mostMs, Math.max(leastMs, rest));
  };
  const go = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    last.at = watch.now();
    last.used = watch.used();
    draw();
  };
  const soon = (): void => {
    const left = due() - watch.now();
    // What was computed while it rested makes the rest longer.
    timer = left <= 0 ? null : setTimeout(soon, left);
    if (left <= 0) go();
  };
  return (urgent) => {
    if (urgent) go();
    else if (timer === null) timer = setTimeout(soon, Math.max(0, due() - watch.now()));
  };
}
