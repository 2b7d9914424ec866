// The picture that README shows: elements a second by who runs them, and each goal with what was measured.

import { median } from "./timing.mjs";

const width = 820;
const [left, right, line] = [250, 120, 26];
const room = width - left - right;

/** An SVG document of the results. */
export function plot({ rows, results }) {
  const rates = Object.entries(results.find(({ name }) => name === "rate")?.figures ?? {})
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => ({ name, value: median(values) }))
    .sort((a, b) => b.value - a.value);
  const ratios = rows.filter(({ value }) => value !== null);
  const first = 70;
  const second = first + rates.length * line + 60;
  const height = second + ratios.length * line + 20;
  const parts = [
    text(20, 30, "Elements of an array of true a second, on two slots", "title"),
    text(20, 50, "bash scripts; more is better; logarithmic", "note"),
    ...rates.map(({ name, value }, at) => rateBar(name, value, { y: first + at * line, most: rates[0].value })),
    text(20, second - 22, "What was measured, as a share of what is allowed", "title"),
    ...ratios.map((row, at) => goalBar(row, second + at * line)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<style>text{font:13px sans-serif;fill:#57606a}.title{font-weight:bold;font-size:15px}.note{font-size:12px}</style>
${parts.join("\n")}
</svg>
`;
}

function rateBar(name, value, { y, most }) {
  const length = (Math.log10(Math.max(value, 1.1)) / Math.log10(most)) * room;
  return [
    text(left - 10, y + 14, name, "", "end"),
    bar(y, length, name.startsWith("headnode") ? "#1f6feb" : "#8c959f"),
    text(left + length + 8, y + 14, value >= 10 ? value.toFixed(0) : value.toFixed(1)),
  ].join("\n");
}

/** Half of the room is what is allowed; what is twice as much fills it. */
function goalBar({ what, value, said, goal, holds }, y) {
  const limit = Number.parseFloat(goal.slice(2));
  const share = goal.startsWith("≥") ? limit / value : limit === 0 ? (value > 0 ? 2 : 0) : value / limit;
  const length = Math.min(2, share) * (room / 2);
  return [
    text(left - 10, y + 14, short(what), "note", "end"),
    bar(y, length, holds ? "#2da44e" : "#bf8700"),
    `<line x1="${left + room / 2}" x2="${left + room / 2}" y1="${y - 2}" y2="${y + line - 4}" stroke="#57606a" stroke-dasharray="3 2"/>`,
    text(left + Math.max(length, room / 2) + 8, y + 14, `${said} (${goal})`, "note"),
  ].join("\n");
}

function bar(y, length, colour) {
  return `<rect x="${left}" y="${y}" width="${Math.max(1, length).toFixed(1)}" height="${line - 8}" rx="2" fill="${colour}"/>`;
}

function text(x, y, words, kind = "", anchor = "start") {
  const safe = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x.toFixed(1)}" y="${y}" class="${kind}" text-anchor="${anchor}">${safe}</text>`;
}

const short = (words) =>
  words.replaceAll("`", "").length > 40 ? `${words.replaceAll("`", "").slice(0, 39)}…` : words.replaceAll("`", "");
