/** Owns records of `Key=Value` pairs as scontrol prints them: on lines of their own, or all on one. */

/** One pair: its key, and its value; null leaves it out. */
export interface Pair<T> {
  readonly key: string;
  readonly value: (item: T) => string | number | null;
}

/** A pair of a table. */
export function pair<T>(key: string, value: (item: T) => string | number | null): Pair<T> {
  return { key, value };
}

/** How a kind of record is laid out. */
export interface RecordStyle {
  /** Everything on one line. */
  readonly oneLine: boolean;
  /** Whether the last line is opened and left empty, as after a job. */
  readonly openEnd: boolean;
}

/** The text of one record. A line of which no pair is there is left out. */
export function recordText<T>(lines: readonly (readonly Pair<T>[])[], item: T, style: RecordStyle): string {
  const texts = lines.map((line) => lineText(line, item)).filter((text) => text !== null);
  const joint = style.oneLine ? " " : "\n   ";
  return `${texts.join(joint)}${style.openEnd ? joint : ""}${style.oneLine ? "\n" : "\n\n"}`;
}

function lineText<T>(line: readonly Pair<T>[], item: T): string | null {
  const shown = line.flatMap(({ key, value }) => {
    const text = value(item);
    return text === null ? [] : [`${key}=${text}`];
  });
  return shown.length === 0 ? null : shown.join(" ");
}
