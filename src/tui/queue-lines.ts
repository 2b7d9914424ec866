/** Owns how the queue is drawn: a heading, and a line for each job, part and group in sight. */

import type { Tally, WatchedPart } from "../model/watch.ts";
import { fitted, shares } from "./amounts.ts";
import { type Line, linesOf } from "./lines.ts";
import { type Standing, sizeOf, standingOf } from "./listed.ts";
import type { Palette } from "./palette.ts";
import type { Picture } from "./session.ts";
import { filled, type Span, type StyledLine } from "./spans.ts";
import { roomFor } from "./state.ts";
import { columnsOf, lastWord, type QueueColumn, type Row } from "./words.ts";

interface Layout {
  readonly columns: readonly QueueColumn[];
  readonly widths: readonly number[];
  /** Cells of the progress of arrays. */
  readonly bar: number;
}

/** The heading and the lines in sight; of a queue without jobs, a word on that. */
export function queueLines(picture: Picture, palette: Palette): readonly StyledLine[] {
  const { state, jobs } = picture;
  const layout = layoutOf(picture);
  const lines = linesOf(jobs, state);
  const drawn: StyledLine[] = [headingLine(picture, layout)];
  for (let place = state.top; place < Math.min(lines.count, state.top + roomFor(state.size)); place++) {
    const line = lines.at(place);
    if (line) drawn.push(lineOf({ picture, palette, layout, line, isCurrent: place === state.cursor }));
  }
  if (lines.count === 0) drawn.push([{ text: emptyText(picture), color: palette.quiet }]);
  return drawn;
}

function emptyText({ state, jobs }: Picture): string {
  if (!state.whole) return "  asking the daemon …";
  return jobs.size === 0 ? "  no jobs: sbatch or qsub one, and it is here at once" : "  no job matches the filter";
}

/** What is said behind the columns has at least so much room. */
const leastBehind = 20;

function layoutOf({ state }: Picture): Layout {
  const width = (columns: readonly QueueColumn[]): number => columns.reduce((sum, each) => sum + each.width + 1, 2);
  let columns = columnsOf[state.words];
  for (let spare = 3; spare > 0 && width(columns) > state.size.columns - leastBehind - 12; spare--)
    columns = columns.filter((column) => column.spare < spare);
  const room = state.size.columns - width(columns);
  const bar = Math.min(30, Math.floor(room / 2) - 2);
  // A wide terminal gives names more room.
  const more = Math.max(0, Math.min(30, room - bar - 2 * leastBehind));
  const widths = columns.map((column) => column.width + (isName(column) ? more : 0));
  return { columns, widths, bar: bar < 8 ? 0 : bar };
}

const isName = ({ heading }: QueueColumn): boolean => heading.toLowerCase() === "name";

function headingLine({ state }: Picture, { columns, widths, bar }: Layout): StyledLine {
  const cells = columns.map(({ heading, right }, at) => {
    const arrow = columns[at] === columnsOf[state.words][state.sorted] ? (state.down ? "▼" : "▲") : "";
    return fitted(`${heading}${arrow}`, widths[at] ?? 0, right);
  });
  const progress = bar > 0 ? fitted("PROGRESS", bar + 1) : "";
  const text = `  ${cells.join(" ")} ${progress}${state.words === "slurm" ? "NODELIST(REASON)" : ""}`;
  return filled([{ text, bold: true, inverse: true }], state.size.columns).map((span) => ({ ...span, inverse: true }));
}

interface Drawing {
  readonly picture: Picture;
  readonly palette: Palette;
  readonly layout: Layout;
  readonly line: Line;
  readonly isCurrent: boolean;
}

function lineOf(drawing: Drawing): StyledLine {
  const { picture, isCurrent } = drawing;
  const spans = filled(spansOf(drawing), picture.state.size.columns);
  return isCurrent ? spans.map((span) => ({ ...span, inverse: true })) : spans;
}

function spansOf(drawing: Drawing): StyledLine {
  const { line, picture, palette, layout } = drawing;
  if (line.kind === "group") {
    const { name, jobs, tally } = line.group;
    const head = `${line.folded ? "▸" : "▾"} ${name}  ${jobs} ${jobs === 1 ? "job" : "jobs"}  `;
    return [{ text: head, bold: true }, ...progress(tally, layout.bar, palette), { text: `  ${tallyText(tally)}` }];
  }
  if (line.kind === "part" && line.part === null) return [{ text: "      …", color: palette.quiet }];
  const part = line.kind === "part" && line.part ? line.part : line.job.part;
  const row: Row = { job: line.job, part, whole: line.kind === "job" };
  const { tally } = line.job;
  const isArray = line.kind === "job" && line.job.head.indices !== null;
  const bar = isArray ? progress(tally, layout.bar, palette) : [{ text: " ".repeat(layout.bar) }];
  const color = palette.standing[line.kind === "job" ? standingOf(line.job) : partStanding(part)];
  const behind = isArray
    ? `${tallyText(tally)} ${lastWord(row, picture.state.words)}`
    : lastWord(row, picture.state.words);
  return [
    { text: sign(picture, line), bold: true },
    ...cells(row, { picture, layout, color }),
    ...(layout.bar > 0 ? [...bar, { text: " " }] : []),
    { text: behind, color: palette.quiet },
  ];
}

function cells(
  row: Row,
  { picture, layout, color }: Pick<Drawing, "picture" | "layout"> & { readonly color: string | undefined },
): StyledLine {
  return layout.columns.map((column, at): Span => {
    const text = `${fitted(column.value(row, picture.around), layout.widths[at] ?? 0, column.right)} `;
    return /^(st|state)$/i.test(column.heading) ? { text, color, bold: true } : { text };
  });
}

/** `*` marked, `▸` folded, `▾` unfolded. */
function sign({ state }: Picture, line: Exclude<Line, { kind: "group" }>): string {
  if (line.kind === "part") return "  ";
  const { id, indices } = line.job.head;
  const fold = indices === null || sizeOf(indices) === 0 ? " " : state.unfolded.has(id) ? "▾" : "▸";
  return `${state.marked.has(id) ? "*" : " "}${fold}`;
}

export function partStanding(part: WatchedPart): Standing {
  if (part.kind === "waiting") return part.holds.length > 0 || part.error !== null ? "held" : "waiting";
  if (part.kind === "removed") return "failed";
  if (part.state === "suspended") return "suspended";
  if (part.state !== "ended") return "running";
  return part.outcome === "completed" ? "done" : "failed";
}

/** Also told apart without any colour. */
const glyphs: readonly (readonly [keyof Tally, string])[] = [
  ["done", "█"],
  ["failed", "×"],
  ["running", "▓"],
  ["waiting", "░"],
];

/** A bar of so many cells: what is done, failed, running, and waits. */
export function progress(tally: Tally, width: number, palette: Palette): StyledLine {
  if (width === 0) return [];
  const counts = shares(
    glyphs.map(([name]) => tally[name]),
    width,
  );
  return glyphs.map(([name, glyph], at) => ({ text: glyph.repeat(counts[at] ?? 0), color: palette.standing[name] }));
}

/** `12/100`, and how many failed. */
export function tallyText({ done, failed, running, waiting }: Tally): string {
  const bad = failed > 0 ? ` ${failed} failed` : "";
  return `${done + failed}/${done + failed + running + waiting}${bad}`;
}
