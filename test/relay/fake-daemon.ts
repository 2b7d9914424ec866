// A daemon for tests of the relays: answers with what a test's script says, and remembers what it was told.

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeFrame, encodeStrings, frameReader } from "../../src/relay/frames.ts";
import { decodeGreeting, type Greeting, largestGreeting } from "../../src/relay/protocol.ts";

export interface Visit {
  readonly greeting: Greeting;
  readonly socket: Socket;
  say(kind: string, payload?: string | Buffer): void;
  exit(code: number): void;
  /** Frames after the greeting, told as they come. */
  onFrame: (kind: string, payload: Buffer) => void;
}

export interface FakeDaemon {
  readonly home: string;
  readonly visits: Visit[];
  stop(): Promise<void>;
}

/** A fresh state directory, 0700, removed by `remove`. */
export function temporaryHome(): { home: string; remove(): void } {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "headnode-relay-")));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

export async function fakeDaemon(home: string, script: (visit: Visit) => void): Promise<FakeDaemon> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const visits: Visit[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: false }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    let visit: Visit | undefined;
    const read = frameReader(largestGreeting, (kind, payload) => {
      if (visit) return visit.onFrame(kind, Buffer.from(payload));
      const greeting = decodeGreeting(payload);
      if (!greeting) throw new Error("no greeting");
      visit = {
        greeting,
        socket,
        say: (what, text = "") => void socket.write(encodeFrame(what, Buffer.from(text))),
        exit: (code) => void socket.end(encodeFrame("x", encodeStrings([code]))),
        onFrame: () => undefined,
      };
      visits.push(visit);
      script(visit);
    });
    socket.on("data", read);
  });
  await new Promise<void>((resolve) => server.listen(join(home, "socket"), resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  return { home, visits, stop };
}
