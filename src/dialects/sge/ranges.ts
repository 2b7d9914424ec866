/** Owns what Grid Engine says of a range of numbers that it cannot read. */

/** The complaint about one range, as `-t` (with a step) or `-pe` (without) words it; null if there is nothing wrong. */
export function rangeComplaint(text: string, kind: "tasks" | "slots" = "tasks"): string | null {
  if (kind === "tasks" && text.includes(",")) return "-t option only allows one range specification";
  if (text === "" || (kind === "tasks" && /^[0-9]+-$/.test(text))) return lostArguments;
  const [first, afterFirst] = number(text);
  if (first === null) return text.startsWith("-") ? openComplaint(text, kind) : noNumber(text);
  if (afterFirst === "") return null;
  if (afterFirst[0] !== "-" && !(kind === "tasks" && afterFirst[0] === ":")) return trailer(text, afterFirst);
  return kind === "slots" && afterFirst === "-" ? null : restComplaint(afterFirst.slice(1), kind);
}

/**
 * An open or empty task range makes the real qsub forget the words after it, the script among them: it then waits for
 * a script on standard input.
 */
export const lostArguments = "no input read from stdin";

function restComplaint(text: string, kind: "tasks" | "slots"): string | null {
  const [last, rest] = number(text);
  if (last === null) return noNumber(text);
  if (rest === "") return null;
  if (kind === "slots" || rest[0] !== ":") return trailer(text, rest);
  const [step, end] = number(rest.slice(1));
  if (step === 0 || rest[1] === "-") return "Negative or zero step in range is not allowed";
  if (step === null) return noNumber(rest.slice(1));
  return end === "" ? null : trailer(rest.slice(1), end);
}

// -3 is up to three slots, but no task range; a lone - is any number of slots.
function openComplaint(text: string, kind: "tasks" | "slots"): string | null {
  const [last, rest] = number(text.slice(1));
  if (kind === "tasks") return trailer(text, text.slice(1));
  if (text === "-") return null;
  if (last === null) return noNumber(text.slice(1));
  return rest === "" ? null : trailer(text.slice(1), rest);
}

function number(text: string): readonly [number | null, string] {
  const digits = /^[0-9]+/.exec(text)?.[0];
  return digits === undefined ? [null, text] : [Number(digits), text.slice(digits.length)];
}

function noNumber(text: string): string {
  return `Numerical value invalid!\nThe initial portion of string "${text}" contains no decimal number`;
}

function trailer(text: string, rest: string): string {
  return `Range specifier "${text}" has unknown trailer "${rest}"`;
}
