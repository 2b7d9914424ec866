// The streams of the processes of work: the caller's own, pipes to the relay, or files, each of which is opened once.

import { closeSync, constants as files, openSync, writeSync } from "node:fs";
import { Writable } from "node:stream";
import { encodeText } from "./bytes.ts";
import { errorNumber } from "./error-numbers.ts";
import type { RankEnd, WorkPlan } from "./work-plan.ts";

type Descriptor = number | "pipe" | LabelledFile;

/** Standard input, output and error of one process. */
export type Descriptors = readonly [Descriptor, Descriptor, Descriptor];

/** A file that the relay writes, for the sake of the labels. */
interface LabelledFile {
  readonly file: number;
}

/** Descriptors of each rank; the same path is opened once. Nothing, where one cannot be opened: that is told. */
export function openStreams({ ranks, append, label }: WorkPlan, tell: (end: RankEnd) => void): Descriptors[] {
  const opened = new Map<string, number>();
  const output = (path: string, own: 1 | 2): Descriptor => {
    if (path === "") return label ? "pipe" : own;
    const flags = files.O_WRONLY | files.O_CREAT | files.O_APPEND | (append ? 0 : files.O_TRUNC);
    const file = opened.get(path) ?? openSync(encodeText(path), flags, 0o666);
    opened.set(path, file);
    return label && path !== "/dev/null" ? { file } : file;
  };
  const input = (path: string): number | "pipe" =>
    path === "" ? 0 : path === "*" ? "pipe" : openSync(encodeText(path), "r");
  const found: Descriptors[] = [];
  for (const [rank, { stdin, stdout, stderr }] of ranks.entries()) {
    let stage: RankEnd["stage"] = "stdin";
    try {
      const first = input(stdin);
      stage = "stdout";
      const second = output(stdout, 1);
      stage = "stderr";
      found.push([first, second, output(stderr, 2)]);
    } catch (error) {
      tell({ rank, code: null, signal: null, stage, errno: errorNumber(error), figures: [] });
      closeStreams(found, "given");
      closeStreams(found, "kept");
      return [];
    }
  }
  return found;
}

/** Closes what was opened for them: the processes have their own by now; what the relay writes itself is `kept` to the end. */
export function closeStreams(streams: readonly Descriptors[], which: "given" | "kept"): void {
  const all = streams.flat().map((stream) => {
    if (typeof stream === "object") return which === "kept" ? stream.file : 0;
    return which === "given" && typeof stream === "number" ? stream : 0;
  });
  for (const descriptor of new Set(all)) if (descriptor > 2) closeSync(descriptor);
}

/** What a rank is started with. */
export function stdioOf(streams: Descriptors): (number | "pipe")[] {
  return streams.map((stream) => (typeof stream === "object" ? "pipe" : stream));
}

/** The file that the relay writes for a stream; null where it writes none. */
export function fileOf(stream: Descriptor): Writable | null {
  if (typeof stream !== "object") return null;
  const target = new Writable({
    write(chunk: Buffer, _, done) {
      try {
        for (let at = 0; at < chunk.length; ) at += writeSync(stream.file, chunk, at);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  // A full disk loses lines, as it does where a rank writes them itself.
  return target.on("error", () => undefined);
}
