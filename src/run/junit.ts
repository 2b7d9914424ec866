/** Owns the JUnit file of a run: a suite for each script, a case for each element. */

import { endText, type Outcomes, type Results } from "./results.ts";

/** The XML text. `outputOf` gives the end of an element's output, for those that failed. */
export function junitText(results: Results, outputOf: (element: Outcomes) => string): string {
  const elements = [...results.ended.values()].sort((a, b) => a.job - b.job || (a.index ?? 0) - (b.index ?? 0));
  const scripts = [...new Set(elements.map(({ script }) => script))];
  const suites = scripts.map((script) => {
    const cases = elements.filter((element) => element.script === script);
    return `  <testsuite name="${escaped(script)}" ${counts(cases)}>\n${cases.map((one) => caseText(one, outputOf)).join("")}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts(elements)}>\n${suites.join("")}</testsuites>\n`;
}

/** Ended by somebody's wish: no failure of its own. */
const skipped = ["cancelled", "removed"];

function counts(cases: readonly Outcomes[]): string {
  const bad = cases.filter(
    ({ outcome }) => outcome === "failed" || outcome === "timedOut" || outcome === "outOfMemory",
  );
  const skips = cases.filter(({ outcome }) => skipped.includes(outcome));
  const errors = cases.filter(({ outcome }) => outcome !== "completed").length - bad.length - skips.length;
  const time = seconds(cases.reduce((sum, { took }) => sum + took, 0));
  return `tests="${cases.length}" failures="${bad.length}" errors="${errors}" skipped="${skips.length}" time="${time}"`;
}

function caseText(element: Outcomes, outputOf: (element: Outcomes) => string): string {
  const { name, index, script, took, outcome } = element;
  const title = index === null ? name : `${name}[${index}]`;
  const head = `    <testcase name="${escaped(title)}" classname="${escaped(script)}" time="${seconds(took)}"`;
  if (outcome === "completed") return `${head}/>\n`;
  const text = escaped(endText(element));
  if (skipped.includes(outcome)) return `${head}>\n      <skipped message="${text}"/>\n    </testcase>\n`;
  const kind = outcome === "failed" || outcome === "timedOut" || outcome === "outOfMemory" ? "failure" : "error";
  const output = escaped(outputOf(element));
  return `${head}>\n      <${kind} message="${text}" type="${outcome}">${output}</${kind}>\n    </testcase>\n`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "\n" };

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot say
const unsayable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** XML has no way to say most control characters: they are left out. */
function escaped(text: string): string {
  return text.replace(unsayable, "").replace(/[&<>"]/g, (found) => names[found] ?? found);
}
