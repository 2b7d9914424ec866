/** Owns how findings are shown: as text with the line and a caret, as JSON, and as SARIF 2.1.0. */

import { checks } from "./checks.ts";
import type { Finding, Severity } from "./finding.ts";
import { isFixable } from "./fix.ts";

/** A script and what was found in it. */
export interface Report {
  readonly file: string;
  readonly raw: string;
  readonly findings: readonly Finding[];
}

/** What one format makes of the reports. */
export type Format = (reports: readonly Report[], version: string) => string;

/** One row per `--format`. */
export const formats: Readonly<Record<"text" | "json" | "sarif", Format>> = { text, json, sarif };

function text(reports: readonly Report[]): string {
  const all = reports.flatMap(({ findings }) => findings);
  const shown = reports.flatMap(({ file, raw, findings }) => {
    const lines = raw.replace(/^\uFEFF/, "").split(/\r?\n/);
    return findings.map((finding) => one(file, lines[finding.line - 1] ?? "", finding));
  });
  return all.length === 0 ? "" : `${shown.join("")}${summary(all)}\n`;
}

function one(file: string, line: string, { line: number, column, length, severity, message, id }: Finding): string {
  const margin = String(number);
  // Tabs stay tabs, so that the caret stands where the terminal shows the character.
  const indent = line.slice(0, column - 1).replace(/[^\t]/g, " ");
  const caret = `^${"~".repeat(Math.max(0, Math.min(length, line.length - column + 1) - 1))}`;
  return `${file}:${number}:${column}: ${severity}: ${message} [${id}]\n  ${margin} | ${line}\n  ${" ".repeat(margin.length)} | ${indent}${caret}\n`;
}

function summary(all: readonly Finding[]): string {
  const counts = (["error", "warning", "note"] as const).map((severity) => {
    const count = all.filter((finding) => finding.severity === severity).length;
    return count === 0 ? "" : `${count} ${severity}${count === 1 ? "" : "s"}`;
  });
  const fixable = all.filter(isFixable).length;
  return `${counts.filter(Boolean).join(", ")}${fixable ? `; ${fixable} can be mended by --fix` : ""}`;
}

function json(reports: readonly Report[]): string {
  const files = reports.map(({ file, findings }) => ({
    file,
    findings: findings.map(({ edits: _, ...finding }, at) => ({
      ...finding,
      fixable: isFixable(findings[at] as Finding),
    })),
  }));
  return `${JSON.stringify({ version: 1, files }, null, 2)}\n`;
}

const schema = "https://json.schemastore.org/sarif-2.1.0.json";

function sarif(reports: readonly Report[], version: string): string {
  const rules = checks.map(({ id, severity, what, why, remedy }) => ({
    id,
    shortDescription: { text: what },
    fullDescription: { text: `${what} ${why}` },
    help: { text: remedy },
    defaultConfiguration: { level: severity },
  }));
  const driver = { name: "headnode check", version, rules };
  const results = reports.flatMap(({ file, findings }) => findings.map((finding) => result(file, finding)));
  return `${JSON.stringify({ $schema: schema, version: "2.1.0", runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }] }, null, 2)}\n`;
}

function result(file: string, { id, severity, message, line, column, length, edits }: Finding): object {
  const artifactLocation = { uri: encodeURI(file) };
  const region = (startColumn: number, size: number) => ({
    startLine: line,
    startColumn,
    endColumn: startColumn + size,
  });
  const replacements = (edits ?? []).map((edit) => ({
    deletedRegion: region(edit.column, edit.length),
    insertedContent: { text: edit.text },
  }));
  return {
    ruleId: id,
    ruleIndex: checks.findIndex((check) => check.id === id),
    level: severity satisfies Severity,
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation, region: region(column, length) } }],
    ...(replacements.length
      ? { fixes: [{ description: { text: "mend it" }, artifactChanges: [{ artifactLocation, replacements }] }] }
      : {}),
  };
}
