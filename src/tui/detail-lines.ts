/** Owns how all about one job is drawn: the explanation, what it waits for and what waits for it, its script, its environment. */

import type { WatchedJob } from "../model/watch.ts";
import { standingOf } from "./listed.ts";
import type { Palette } from "./palette.ts";
import { progress, tallyText } from "./queue-lines.ts";
import type { Picture } from "./session.ts";
import { plain, type StyledLine, strong } from "./spans.ts";

/** The whole text; the screen shows a part of it. */
export function detailLines(picture: Picture, palette: Palette): readonly StyledLine[] {
  const { state, detail, jobs } = picture;
  const job = state.subject && jobs.get(state.subject.job);
  if (!detail || !state.subject || detail.subject.job !== state.subject.job) return [plain("  asking the daemon …")];
  const environment = state.showsEnvironment
    ? detail.environment.map((entry): StyledLine => plain(`  ${entry}`))
    : [[{ text: `  ${detail.environment.length} variables; e shows them, secrets masked`, color: palette.quiet }]];
  return [
    ...(job ? [standingLine(job, palette)] : []),
    ...detail.explanation.trimEnd().split("\n").map(plain),
    ...section("output", [
      plain(`  ${detail.stdout}`),
      ...(detail.stderr === "" ? [] : [plain(`  ${detail.stderr} (standard error)`)]),
    ]),
    ...(job ? treeSection(picture, job, palette) : []),
    ...section("script", scriptLines(detail.script, palette)),
    ...section("environment", environment),
  ];
}

function section(title: string, lines: readonly StyledLine[]): readonly StyledLine[] {
  return [plain(""), [strong(title)], ...lines];
}

function standingLine(job: WatchedJob, palette: Palette): StyledLine {
  const standing = standingOf(job);
  const bar =
    job.head.indices === null ? [] : [...progress(job.tally, 40, palette), { text: ` ${tallyText(job.tally)}` }];
  return [{ text: `${standing}  `, bold: true, color: palette.standing[standing] }, ...bar];
}

/** A script of ten thousand lines is read elsewhere. */
const mostLines = 2_000;

function scriptLines(script: string, palette: Palette): readonly StyledLine[] {
  const lines = script.replace(/\n$/, "").split("\n");
  const width = String(Math.min(lines.length, mostLines)).length;
  return lines.slice(0, mostLines).map((line, at) => {
    const text = line.replaceAll("\t", "    ").replaceAll(/\p{Cc}/gu, "?");
    const number = { text: `  ${String(at + 1).padStart(width)}  `, color: palette.quiet };
    return /^#(SBATCH|\$|PBS)\s/.test(line)
      ? [number, { text, color: palette.directive, bold: true }]
      : [number, { text, color: line.startsWith("#") ? palette.quiet : undefined }];
  });
}

/** What it waits for above it, what waits for it below. */
function treeSection(picture: Picture, job: WatchedJob, palette: Palette): readonly StyledLine[] {
  const before = [...branch(picture, job.head.id, { way: predecessors, palette })];
  const after = [...branch(picture, job.head.id, { way: followers(picture), palette })];
  if (before.length + after.length === 0) return [];
  return section("dependencies", [
    ...(before.length > 0 ? [plain("  waits for"), ...before] : []),
    ...(after.length > 0 ? [plain("  is waited for by"), ...after] : []),
  ]);
}

type Way = (job: WatchedJob) => readonly { readonly id: number; readonly how: string }[];

const conditionWords: Readonly<Record<string, string>> = {
  ok: "to end well",
  notOk: "to fail",
  end: "to end",
  start: "to start",
  correspondingOk: "to end well, element by element",
  correspondingEnd: "to end, element by element",
};

const predecessors: Way = ({ head }) =>
  (head.dependency?.conditions ?? []).flatMap((condition) =>
    condition.kind === "singleton" || condition.job === null
      ? []
      : [{ id: condition.job, how: conditionWords[condition.kind] ?? "" }],
  );

function followers({ jobs }: Picture): Way {
  const byPredecessor = new Map<number, { readonly id: number; readonly how: string }[]>();
  for (const job of jobs.all())
    for (const { id, how } of predecessors(job))
      byPredecessor.set(id, [...(byPredecessor.get(id) ?? []), { id: job.head.id, how }]);
  return ({ head }) => byPredecessor.get(head.id) ?? [];
}

const mostBranches = 60;
const deepest = 8;

function* branch(
  picture: Picture,
  id: number,
  { way, palette }: { readonly way: Way; readonly palette: Palette },
): Generator<StyledLine> {
  const seen = new Set([id]);
  let left = mostBranches;
  const visit = function* (at: number, depth: number, stems: string): Generator<StyledLine> {
    const job = picture.jobs.get(at);
    const next = job && depth < deepest ? way(job) : [];
    for (const [place, { id: other, how }] of next.entries()) {
      if (left-- <= 0) return;
      const isLast = place === next.length - 1;
      const known = picture.jobs.get(other);
      const standing = known && standingOf(known);
      yield [
        { text: `    ${stems}${isLast ? "└─ " : "├─ "}${other} ${known?.head.name ?? "not known any more"} ` },
        ...(standing ? [{ text: standing, bold: true, color: palette.standing[standing] }] : []),
        { text: `  ${how}`, color: palette.quiet },
      ];
      if (seen.has(other)) continue;
      seen.add(other);
      yield* visit(other, depth + 1, `${stems}${isLast ? "   " : "│  "}`);
    }
  };
  yield* visit(id, 0, "");
}
