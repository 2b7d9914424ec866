// Measures headnode beside the real ones and beside what runs many commands otherwise: `npm run bench [-- NAME…]`.
// Ratios are what counts: machines are shared, and both sides of a ratio see the same weather.
// Everybody measures what is in measures/; what a row of the table says is written there.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findPeers } from "./peers.mjs";
import { plot } from "./plot.mjs";
import { openSite } from "./site.mjs";
import { table } from "./table.mjs";
import { interleave } from "./timing.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const wanted = process.argv.slice(2);
const order = ["submission", "loop", "rate", "crowded-rate", "first-instruction", "next-start", "large-array"];

/** The measures that were asked for, or all. */
async function measures() {
  const files = readdirSync(here("measures")).filter((file) => file.endsWith(".mjs"));
  const all = await Promise.all(files.map(async (file) => (await import(`./measures/${file}`)).measure));
  const place = ({ name }) => (order.includes(name) ? order.indexOf(name) : order.length);
  const chosen = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (chosen.length === 0) throw new Error(`there are ${all.map(({ name }) => name).join(", ")}`);
  return chosen.sort((a, b) => place(a) - place(b));
}

async function play(measure) {
  const site = openSite();
  const bench = { site, peers: findPeers(site) };
  try {
    // Everybody's first is slower; the daemon is warm unless the measure says otherwise.
    site.sh("sbatch --wait -o /dev/null -a 1-20 true.sh");
    await measure.prepare?.(bench);
    const figures = await interleave(measure.cases(bench), measure.rounds);
    return { name: measure.name, how: measure.how, figures };
  } finally {
    await measure.clean?.(bench);
    site.close();
  }
}

const all = await measures();
const results = [];
for (const measure of all) {
  process.stderr.write(`${measure.name} …\n`);
  try {
    results.push(await play(measure));
  } catch (error) {
    process.stderr.write(`${measure.name}: ${error.message}\n`);
  }
}
const goals = all.flatMap(({ name, goals: rows }) => rows.map((goal) => ({ ...goal, measure: name })));
const rows = table(goals, results);
process.stdout.write(rows.text);
// What was measured apart keeps its place beside what is there.
const known =
  wanted.length === 0 || !existsSync(here("results.json"))
    ? { rows: [], results: [] }
    : JSON.parse(readFileSync(here("results.json"), "utf8"));
const merged = (field, key) => [
  ...known[field].filter((row) => !(field === "rows" ? rows.rows : results).some((other) => key(other) === key(row))),
  ...(field === "rows" ? rows.rows : results),
];
const kept = {
  node: process.version,
  rows: merged("rows", ({ what }) => what),
  results: merged("results", ({ name }) => name),
};
writeFileSync(here("results.json"), `${JSON.stringify(kept, null, 2)}\n`);
writeFileSync(here("../docs/bench.svg"), plot(kept));
process.exitCode = rows.rows.every(({ holds }) => holds !== false) ? 0 : 1;
