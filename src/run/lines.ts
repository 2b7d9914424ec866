/** Owns how pieces of output become whole lines with the element's name in front. */

export interface Lines {
  add(piece: Buffer): void;
  /** The last line, even if it has no end; nothing comes after it. */
  end(): void;
}

/** Whole lines of one stream, each with `prefix`; with an empty prefix pieces go on as they are. */
export function createLines(prefix: string, write: (text: Buffer | string) => void): Lines {
  if (prefix === "") return { add: (piece) => write(Buffer.from(piece)), end: () => undefined };
  let rest: Buffer = Buffer.alloc(0);
  const show = (line: Buffer): void => {
    write(prefix);
    write(line);
  };
  return {
    add(piece) {
      const all = rest.length > 0 ? Buffer.concat([rest, piece]) : Buffer.from(piece);
      let from = 0;
      for (let at = all.indexOf(10); at !== -1; at = all.indexOf(10, from)) {
        show(all.subarray(from, at + 1));
        from = at + 1;
      }
      rest = all.subarray(from);
    },
    end() {
      if (rest.length > 0) show(Buffer.concat([rest, Buffer.from("\n")]));
      rest = Buffer.alloc(0);
    },
  };
}
