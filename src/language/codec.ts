/** Owns codecs: how a value's text is read (by a grammar's start rule) and written back. The one place for casts of values. */

/** A value that could not be read; `column` counts from 1 within the value's text. */
export class ValueError extends Error {
  override readonly name = "ValueError";
  readonly column: number;
  /** What kind of value was expected; dialects word their message by it. */
  readonly kind: string;
  constructor(message: string, at: { kind: string; column: number }) {
    super(message);
    this.kind = at.kind;
    this.column = at.column;
  }
}

/** Reads and writes one kind of value. `write` gives null for a value this notation cannot say. */
export interface Codec<T> {
  /** What the value is called in help and in messages: `time`, `number`. */
  readonly kind: string;
  read(text: string): T;
  write(value: T): string | null;
}

interface GrammarError {
  readonly message: string;
  readonly location: { readonly start: { readonly column: number } };
}

/** A codec from a grammar. `parse` may throw the grammar's error; it becomes a ValueError with its column. */
export function codec<T>(kind: string, parse: (text: string) => T, write: (value: T) => string | null): Codec<T> {
  return { kind, read: (text) => reading(kind, () => parse(text)), write };
}

/** A codec whose value is passed through another function after reading, and before writing. */
export function mapped<A, B>(inner: Codec<A>, to: (value: A) => B, from: (value: B) => A | null): Codec<B> {
  return {
    kind: inner.kind,
    read: (text) => reading(inner.kind, () => to(inner.read(text))),
    write: (value) => {
      const back = from(value);
      return back === null ? null : inner.write(back);
    },
  };
}

/** Reads, or says why not as a value: for what is judged later than it is read. */
export function attempt<T>(inner: Codec<T>, text: string): { readonly value: T } | { readonly error: ValueError } {
  try {
    return { value: inner.read(text) };
  } catch (error) {
    if (error instanceof ValueError) return { error };
    throw error;
  }
}

/** Any text, as it is. */
export const text: Codec<string> = { kind: "text", read: (value) => value, write: (value) => value };

/** Texts separated by commas; empty ones are dropped. */
export const texts: Codec<readonly string[]> = {
  kind: "list",
  read: (value) => value.split(",").filter((part) => part !== ""),
  write: (value) => value.join(","),
};

/** One of several words. `fold` ignores case. */
export function oneOf<T extends string>(kind: string, words: readonly T[], fold = false): Codec<T> {
  const find = (value: string) =>
    words.find((word) => (fold ? word.toLowerCase() === value.toLowerCase() : word === value));
  return {
    kind,
    read: (value) => {
      const word = find(value);
      if (word === undefined) throw new ValueError(`expected one of ${words.join(", ")}`, { kind, column: 1 });
      return word;
    },
    write: (value) => value,
  };
}

/** A whole number between bounds. */
export function wholeNumber(kind: string, least: number, most = Number.MAX_SAFE_INTEGER): Codec<number> {
  return {
    kind,
    read: (value) => {
      const number = /^[+-]?[0-9]+$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= least && number <= most))
        throw new ValueError(`expected a number from ${least}`, { kind, column: 1 });
      return number;
    },
    write: String,
  };
}

function reading<T>(kind: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ValueError) throw error;
    const { message, location } = error as GrammarError;
    throw new ValueError(message, { kind, column: location?.start.column ?? 1 });
  }
}
