/** Owns how often is drawn: at once for a key, for news ten times a second at most and a twentieth of the time. */

const leastMs = 100;
const share = 20;

/** `draw` at a pace; its own time decides how long it rests. */
export function paced(draw: () => void, now: () => number): (urgent: boolean) => void {
  let timer: NodeJS.Timeout | null = null;
  let restUntil = 0;
  const go = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    const begun = now();
    draw();
    // Ink lays out and writes behind this call.
    setImmediate(() => {
      restUntil = now() + Math.max(leastMs, (now() - begun) * share);
    });
  };
  return (urgent) => {
    if (urgent) go();
    else timer ??= setTimeout(go, Math.max(0, restUntil - now()));
  };
}
