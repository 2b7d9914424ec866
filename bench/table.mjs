// The table of goals: what each came to, and whether it holds.

import { median, ratio } from "./timing.mjs";

/** The rows, and the text for a terminal. A goal whose other side is not installed has no figure. */
export function table(goals, results) {
  const rows = goals.map((goal) => rowOf(goal, results));
  const cells = rows.map(({ what, said, goal, holds, spread }) => [what, said, goal, words.get(holds), spread]);
  return { rows, text: aligned([["what", "measured", "goal", "holds", "least … median … most"], ...cells]) };
}

const words = new Map([
  [true, "yes"],
  [false, "NO"],
  [null, "-"],
]);

function rowOf({ what, measure, of, to, most, least, unit = "×" }, results) {
  const figures = results.find(({ name }) => name === measure)?.figures ?? {};
  const these = figures[of] ?? [];
  const those = to === undefined ? [] : (figures[to] ?? []);
  const goal = most === undefined ? `≥ ${least}` : `≤ ${most}`;
  if (these.length === 0 || (to !== undefined && those.length === 0))
    return { what, measure, value: null, said: "not measured", goal: withUnit(goal, unit), holds: null, spread: "" };
  const value = to === undefined ? median(these) : ratio(these, those);
  const holds = most === undefined ? value >= least : value <= most;
  const spread = [spreadOf(of, these), ...(to === undefined ? [] : [spreadOf(to, those)])].join("; ");
  return { what, measure, value, said: withUnit(digits(value), unit), goal: withUnit(goal, unit), holds, spread };
}

function spreadOf(name, values) {
  const figures = [Math.min(...values), median(values), Math.max(...values)].map(digits);
  return `${name} ${figures.join(" … ")}`;
}

const digits = (value) =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(Math.abs(value) < 0.1 ? 2 : 3);
const withUnit = (text, unit) => (unit === "×" ? `${text} ×` : `${text} ${unit}`.trim());

function aligned(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell.padEnd(widths[column]))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
