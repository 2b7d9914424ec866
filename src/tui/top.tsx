/** Owns `headnode top` from start to end: a frame on a pipe, the monitor on a terminal, and the terminal as it was after it. */

import { writeSync } from "node:fs";
import { render } from "ink";
import type { Environment } from "../relay/state-directory.ts";
import { App } from "./app.tsx";
import { plainFrame } from "./frame.ts";
import { openLink } from "./link.ts";
import { paced } from "./pace.ts";
import { createPainter, type Painter } from "./painter.ts";
import { coloured, colourless } from "./palette.ts";
import { openSession, type Session } from "./session.ts";
import { firstState } from "./state.ts";
import { takeScreen } from "./terminal.ts";
import type { Vocabulary } from "./words.ts";

export interface TopOptions {
  readonly words: Vocabulary;
  readonly filter: string;
}

/** Lines of the one frame that a pipe gets, and its width where nobody says one. */
const pipeRows = 1_000_000;
const pipeColumns = 120;

/** Ends when the user quits. */
export async function open(
  { env }: { readonly env: Environment },
  options: TopOptions,
): Promise<{ code?: number; out?: string }> {
  const isTerminal = process.stdout.isTTY === true && process.stdin.isTTY === true;
  const size = isTerminal ? terminalSize() : { columns: Number(env.COLUMNS) || pipeColumns, rows: pipeRows };
  const palette = env.NO_COLOR ? colourless : coloured;
  let quit: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    quit = resolve;
  });
  const session = openSession({
    link: openLink(env),
    first: firstState(size, options.words, options.filter),
    quit: () => quit(),
    now: Date.now,
  });
  if (!isTerminal) {
    await session.ready;
    const out = plainFrame(session.picture(), palette);
    session.close();
    return { out };
  }
  return onTerminal({ session, over, quit: () => quit(), palette });
}

function terminalSize(): { readonly columns: number; readonly rows: number } {
  return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
}

interface Course {
  readonly session: Session;
  readonly over: Promise<void>;
  readonly quit: () => void;
  readonly palette: typeof coloured;
}

const lastSignals = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130 } as const;

async function onTerminal({ session, over, quit, palette }: Course): Promise<{ code: number }> {
  let code = 0;
  const screen = takeScreen((text) => writeSync(1, text));
  const painter = createPainter(process.stdout);
  const putBack = (): void => {
    painter.stop();
    screen.restore();
  };
  process.once("exit", putBack);
  const resized = (): void => {
    painter.forget();
    session.happen({ kind: "resized", size: terminalSize() });
  };
  process.stdout.on("resize", resized);
  for (const [name, number] of Object.entries(lastSignals))
    process.on(name, () => {
      code = number;
      quit();
    });
  const pace = (draw: () => void) => paced(draw, { now: Date.now, used });
  const app = render(<App session={session} palette={palette} pace={pace} />, {
    // In this mode Ink hands over whole frames, and how they are painted is the painter's.
    ...{ stdout: paintedBy(painter), debug: true, exitOnCtrlC: false, patchConsole: false },
  });
  try {
    await Promise.race([over, app.waitUntilExit()]);
  } finally {
    putBack();
    app.unmount();
    session.close();
    process.stdout.off("resize", resized);
  }
  return { code };
}

/** Milliseconds of processor time of this process. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Standard output as Ink knows it, whose writes are frames. */
function paintedBy(painter: Painter): NodeJS.WriteStream {
  const write = (frame: string, ...more: readonly unknown[]): boolean => {
    painter.paint(frame);
    const done = more.at(-1);
    if (typeof done === "function") done();
    return true;
  };
  const stream: NodeJS.WriteStream = Object.create(process.stdout, { write: { value: write } });
  return stream;
}
