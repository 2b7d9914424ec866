/** Owns how frames get to the terminal: only lines that changed, in one piece, and no faster than the terminal takes them. */

/** What is written to: process.stdout, or a test's. */
export interface Canvas {
  write(text: string): boolean;
  once(event: "drain", run: () => void): unknown;
}

export interface Painter {
  paint(frame: string): void;
  /** The next frame is painted whole: the terminal was resized. */
  forget(): void;
  /** Nothing is painted any more. */
  stop(): void;
}

const [begin, end] = ["\u001b[?2026h", "\u001b[?2026l"];

/** Paints from the first line of the screen on. Of frames that come while the terminal is busy only the last one counts. */
export function createPainter(canvas: Canvas): Painter {
  let painted: readonly string[] | null = null;
  let waiting: string | null = null;
  let busy = false;
  let stopped = false;
  const paint = (frame: string): void => {
    if (stopped) return;
    if (busy) {
      waiting = frame;
      return;
    }
    const lines = frame.split("\n");
    const text = changes(painted, lines);
    painted = lines;
    if (text === "" || canvas.write(`${begin}${text}${end}`)) return;
    busy = true;
    canvas.once("drain", () => {
      busy = false;
      const last = waiting;
      waiting = null;
      if (last !== null) paint(last);
    });
  };
  return {
    paint,
    forget() {
      painted = null;
    },
    stop() {
      stopped = true;
    },
  };
}

function changes(before: readonly string[] | null, after: readonly string[]): string {
  const clear = before === null ? "\u001b[2J" : "";
  const lines = after.map((line, at) => (before?.[at] === line ? "" : `\u001b[${at + 1};1H${line}\u001b[K`));
  const rest = before !== null && before.length > after.length ? `\u001b[${after.length + 1};1H\u001b[J` : "";
  return clear + lines.join("") + rest;
}
