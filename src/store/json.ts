/** Owns how structures become JSON text in the store and come back: also the numbers that JSON can't say. */

/** JSON text in which Infinity and NaN survive. */
export function writeJson(value: unknown): string {
  // Where they are JSON has null; a replacer makes writing several times slower, and hardly any text has one.
  const text = JSON.stringify(value);
  if (text === undefined || !/(?:^|[:,[])null/.test(text)) return text;
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === "number" && !Number.isFinite(part) ? { [mark]: String(part) } : part,
  );
}

/** Reads what `writeJson` wrote; the caller says what it is. */
export function readJson<T>(text: string): T {
  // Hardly any text has such a number, and a reviver makes reading several times slower.
  return text.includes(mark) ? JSON.parse(text, revive) : JSON.parse(text);
}

const mark = "$number";

function revive(_name: string, part: unknown): unknown {
  return part !== null && typeof part === "object" && mark in part ? Number(part[mark]) : part;
}
