/** Owns what of an output file is on the screen, and how keys and new output move it. */

import type { Deed } from "./keys.ts";
import { findLine, type LogLine, linesFrom, looksBad, placeAbove, sizeOfFile } from "./log-file.ts";
import { type WatchedFile, watchFile } from "./log-watch.ts";

/** What is shown of a log. */
export interface LogPicture {
  readonly path: string;
  readonly stream: Stream;
  readonly lines: readonly LogLine[];
  /** Bytes; null where there is no file yet. */
  readonly size: number | null;
  readonly follows: boolean;
  readonly found: number | null;
  readonly note: string;
}

type Stream = "stdout" | "stderr";

/** The two files of an element; `stderr` empty: with standard output. */
export interface LogFiles {
  readonly stdout: string;
  readonly stderr: string;
}

export interface LogView {
  picture(): LogPicture;
  deed(deed: Deed, text: string): void;
  resized(): void;
  close(): void;
}

/** Where one stands in the file. `top`: where the first line shown begins; `search` counts searches. */
interface Place {
  readonly files: LogFiles;
  readonly rows: () => number;
  readonly changed: () => void;
  stream: Stream;
  top: number;
  follows: boolean;
  found: number | null;
  note: string;
  test: Test | null;
  search: number;
  watched: WatchedFile | null;
}

type Test = (text: string) => boolean;

/** Opens the output of an element at its end; `changed` is called whenever there is something else to show. */
export function openLogView(files: LogFiles, rows: () => number, changed: () => void): LogView {
  const place: Place = {
    ...{ files, rows, changed, stream: "stdout", top: 0, follows: true, found: null, note: "", test: null },
    ...{ search: 0, watched: null },
  };
  begin(place);
  return {
    picture() {
      const path = pathOf(place);
      const { stream, follows, found, note, top } = place;
      return { path, stream, follows, found, note, size: sizeOfFile(path), lines: linesFrom(path, top, rows()) };
    },
    deed(deed, text) {
      place.note = "";
      deeds[deed]?.(place, text);
      changed();
    },
    resized: () => void (place.follows && toEnd(place)),
    close() {
      place.search += 1;
      place.watched?.close();
    },
  };
}

const deeds: Partial<Record<Deed, (place: Place, text: string) => void>> = {
  up: (place) => move(place, -1),
  down: (place) => move(place, 1),
  pageUp: (place) => move(place, 1 - place.rows()),
  pageDown: (place) => move(place, place.rows() - 1),
  first(place) {
    place.top = 0;
    place.follows = false;
  },
  last: begin,
  follow: begin,
  otherStream(place) {
    if (place.files.stderr === "") place.note = "standard error goes to the same file";
    else {
      place.stream = place.stream === "stdout" ? "stderr" : "stdout";
      begin(place);
    }
  },
  search(place, text) {
    place.test = searchTest(text);
    place.found = null;
    void seek(place, place.test, false);
  },
  searchNext: (place) => void seek(place, place.test, false),
  searchBack: (place) => void seek(place, place.test, true),
  nextError: (place) => void seek(place, looksBad, false),
  previousError: (place) => void seek(place, looksBad, true),
};

function pathOf({ files, stream }: Place): string {
  return files[stream] || files.stdout;
}

/** Where the last screenful begins. */
function lastTop(place: Place): number {
  const path = pathOf(place);
  return placeAbove(path, sizeOfFile(path) ?? 0, place.rows());
}

function toEnd(place: Place): void {
  place.top = lastTop(place);
}

/** Goes to the end and follows it. */
function begin(place: Place): void {
  place.watched?.close();
  place.watched = watchFile(pathOf(place), () => {
    if (place.follows) toEnd(place);
    place.changed();
  });
  place.search += 1;
  place.found = null;
  place.follows = true;
  toEnd(place);
}

function move(place: Place, lines: number): void {
  const path = pathOf(place);
  if (lines < 0) place.top = placeAbove(path, place.top, -lines);
  else place.top = linesFrom(path, place.top, lines + 1).at(-1)?.at ?? place.top;
  const end = lastTop(place);
  place.top = Math.min(place.top, end);
  place.follows = lines > 0 && place.top === end;
}

/** Goes to the next line that passes, from the one found last or the first one shown. */
async function seek(place: Place, test: Test | null, back: boolean): Promise<void> {
  if (!test) return;
  place.search += 1;
  const mine = place.search;
  place.note = "searching …";
  place.follows = false;
  const stopped = (): boolean => place.search !== mine;
  const found = await findLine(pathOf(place), place.found ?? place.top, { back, test, stopped });
  if (stopped()) return;
  place.note = found === null ? (back ? "nothing above" : "nothing below") : "";
  if (found !== null) {
    place.found = found;
    place.top = Math.min(placeAbove(pathOf(place), found, Math.floor(place.rows() / 3)), lastTop(place));
  }
  place.changed();
}

function searchTest(text: string): Test {
  const [, source, flags] = /^\/(.+)\/(i?)$/.exec(text) ?? [];
  try {
    if (source !== undefined) {
      const expression = new RegExp(source, flags);
      return (line) => expression.test(line);
    }
  } catch {
    // Half an expression stands for its letters.
  }
  const letters = text.toLowerCase();
  return (line) => line.toLowerCase().includes(letters);
}
