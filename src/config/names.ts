/** Owns the names of several things in one text: `node[01-04,7]`. */

/** The names one by one. */
export function expandNames(text: string): readonly string[] {
  const [, head, list, tail = ""] = /^([^[\]]*)\[([0-9,-]+)\](.*)$/.exec(text) ?? [];
  if (head === undefined || list === undefined) return [text];
  const numbers = list.split(",").flatMap((range) => {
    const [first = "", last = first] = range.split("-");
    const count = Math.max(0, Number(last) - Number(first) + 1);
    return Array.from({ length: count }, (_, at) => String(Number(first) + at).padStart(first.length, "0"));
  });
  return numbers.flatMap((number) => expandNames(tail).map((rest) => `${head}${number}${rest}`));
}
