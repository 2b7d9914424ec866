/** Owns what of the elements' output is shown, and when: as it comes, in one piece at the end, only what failed, nothing. */

import { readFileSync } from "node:fs";
import type { RunEvent, RunFile } from "../model/run.ts";
import { createFollower, type Sink } from "./follower.ts";
import type { Hosted } from "./hosted.ts";
import { createLines, type Lines } from "./lines.ts";
import { clock } from "./progress.ts";
import { elementName, endText, type Outcomes } from "./results.ts";

export type LogMode = "live" | "grouped" | "failed" | "none";

/** Where output goes. */
export interface Screen {
  readonly out: (text: Buffer | string) => void;
  readonly err: (text: Buffer | string) => void;
}

export interface RunLog {
  started(event: RunEvent & { readonly kind: "started" }): void;
  ended(element: Outcomes): void;
  close(): void;
}

interface Stream {
  readonly path: string;
  readonly sink: Sink;
  readonly lines: Lines;
}

/** How to show it. */
export interface LogOptions {
  readonly mode: LogMode;
  /** Names in front of lines: more than one element writes. */
  readonly isPrefixed: () => boolean;
  readonly hosted: Hosted | null;
  readonly now: () => number;
}

/** The log of a run on this screen. */
export function createLog(screen: Screen, options: LogOptions): RunLog {
  const follower = createFollower(options.mode === "live");
  const streams = new Map<string, readonly Stream[]>();
  const gathered = new Map<string, Buffer[]>();
  const streamOf = (file: RunFile, id: string, write: (text: Buffer | string) => void): Stream => {
    const kept = gathered.get(id);
    const prefix = options.mode === "live" && options.isPrefixed() ? `[${id}] ` : "";
    const lines = createLines(prefix, options.mode === "live" ? write : (text) => void kept?.push(Buffer.from(text)));
    const stream = { path: file.path, lines, sink: lines.add };
    follower.begin(file, stream.sink);
    return stream;
  };
  return {
    started({ job, index, stdout, stderr }) {
      if (options.mode === "none") return;
      const id = elementName(job, index);
      gathered.set(id, []);
      const both = [streamOf(stdout, id, screen.out), ...(stderr ? [streamOf(stderr, id, screen.err)] : [])];
      streams.set(id, both);
    },
    ended(element) {
      for (const { path, sink, lines } of streams.get(element.id) ?? []) {
        follower.end(path, sink);
        lines.end();
      }
      streams.delete(element.id);
      const kept = gathered.get(element.id) ?? [];
      gathered.delete(element.id);
      if (options.mode === "grouped" || (options.mode === "failed" && element.outcome !== "completed"))
        showWhole(screen, { element, kept, options });
    },
    close: follower.close,
  };
}

function showWhole(
  { out }: Screen,
  { element, kept, options }: { element: Outcomes; kept: readonly Buffer[]; options: LogOptions },
): void {
  const title = `${element.name} (${element.id}): ${endText(element)}, ${clock(element.took)}`;
  const part = { name: `headnode_${element.id}`, now: options.now() };
  const text = Buffer.concat(kept);
  out(options.hosted?.open(title, part) ?? `==> ${title}\n`);
  out(text);
  if (text.length > 0 && text.at(-1) !== 10) out("\n");
  out(options.hosted?.close(part) ?? "");
}

const mostBytes = 64 * 1024;

/** The last of what an element wrote, both streams. */
export function tailOf({ stdout, stderr }: Outcomes): string {
  return [stdout, stderr]
    .filter((path) => path !== "" && path !== "/dev/null")
    .map(tail)
    .join("");
}

function tail(path: string): string {
  try {
    return readFileSync(path).subarray(-mostBytes).toString();
  } catch {
    return "";
  }
}
