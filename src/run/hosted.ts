/** Owns what hosted build services want to be told, and how: annotations, folded parts of the log, a summary. */

import { clock } from "./progress.ts";
import { endText, failures, type Outcomes, type Results } from "./results.ts";

/** A service, recognized by a variable it sets. */
export interface Hosted {
  /** Opens and closes a part of the log; `name` is a word of its own. */
  readonly open: (title: string, part: { readonly name: string; readonly now: number }) => string;
  readonly close: (part: { readonly name: string; readonly now: number }) => string;
  /** Points at what failed; empty where the service has no such thing. */
  readonly annotation: (element: Outcomes) => string;
  /** The variable with the file the summary goes to; empty for none. */
  readonly summaryVariable: string;
}

const seconds = (now: number) => Math.floor(now / 1000);

/** One row per service. */
const services: readonly (readonly [variable: string, Hosted])[] = [
  [
    "GITHUB_ACTIONS",
    {
      open: (title) => `::group::${title}\n`,
      close: () => "::endgroup::\n",
      annotation: (element) => {
        const { script, name, id } = element;
        return `::error file=${property(script)},line=1,title=${property(`${name} (${id})`)}::${data(endText(element))}\n`;
      },
      summaryVariable: "GITHUB_STEP_SUMMARY",
    },
  ],
  [
    "GITLAB_CI",
    {
      open: (title, { name, now }) =>
        `\u001b[0Ksection_start:${seconds(now)}:${name}[collapsed=true]\r\u001b[0K${title}\n`,
      close: ({ name, now }) => `\u001b[0Ksection_end:${seconds(now)}:${name}\r\u001b[0K\n`,
      annotation: () => "",
      summaryVariable: "",
    },
  ],
  [
    "BUILDKITE",
    {
      open: (title) => `--- ${title}\n`,
      close: () => "",
      annotation: (element) => `^^^ +++\n${element.script}: ${element.id}: ${endText(element)}\n`,
      summaryVariable: "",
    },
  ],
];

/** The service this runs in; null for none. */
export function hostedBy(variable: (name: string) => string | undefined): Hosted | null {
  return services.find(([name]) => variable(name) === "true")?.[1] ?? null;
}

/** Annotations a service shows for one step; GitHub drops what is beyond. */
const mostAnnotations = 10;

export function annotations(hosted: Hosted, results: Results): string {
  return failures(results).slice(0, mostAnnotations).map(hosted.annotation).join("");
}

const mostRows = 100;

/** The summary as Markdown: one line for all, a table of what failed. */
export function summaryMarkdown(results: Results, summary: string): string {
  const failed = failures(results);
  const rows = failed.slice(0, mostRows).map((element) => {
    const { id, name, script, took } = element;
    return `| ${[id, name, script, endText(element), clock(took)].map(cell).join(" | ")} |\n`;
  });
  const table =
    failed.length === 0
      ? ""
      : `\n| element | job | script | how it ended | time |\n| --- | --- | --- | --- | --- |\n${rows.join("")}`;
  const more = failed.length > mostRows ? `\n… and ${failed.length - mostRows} more\n` : "";
  return `### headnode run\n\n${summary}\n${table}${more}\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
