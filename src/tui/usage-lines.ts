/** Owns how use is drawn: gauges of the machine, throughput, a sparkline per running job, elements on processors over time. */

import { readIndices } from "../model/indices.ts";
import { fitted, moment, size, sparkline } from "./amounts.ts";
import type { Palette } from "./palette.ts";
import type { Picture } from "./session.ts";
import { plain, type Span, type StyledLine, strong } from "./spans.ts";
import type { Course } from "./usage.ts";

/** All of the screen. */
export function usageLines(picture: Picture, palette: Palette): readonly StyledLine[] {
  const { state } = picture;
  const rows = state.size.rows - 3;
  const gauges = gaugeLines(picture, palette);
  const total = picture.around.cluster.nodes.reduce((sum, { cpus }) => sum + cpus, 0);
  const slots = Math.min(total, Math.max(2, Math.floor((rows - gauges.length - 4) / 2)));
  const timeline = timelineLines(picture, palette, slots);
  const room = Math.max(1, rows - gauges.length - timeline.length - 2);
  return [...gauges, plain(""), ...courseLines(picture, palette, room), plain(""), ...timeline];
}

function gaugeLines({ around, usage, throughput, state }: Picture, palette: Palette): readonly StyledLine[] {
  const { nodes } = around.cluster;
  const sum = (of: (node: (typeof nodes)[number]) => number): number => nodes.reduce((all, node) => all + of(node), 0);
  const [cpus, memory, gpus] = [sum((node) => node.cpus), sum((node) => node.memory), sum((node) => node.gpus)];
  const { taken, machine } = usage;
  const width = Math.max(10, Math.min(40, state.size.columns - 56));
  const busy = machine ? (machine.busy / 100) * cpus : 0;
  const used = machine?.memoryUsed ?? 0;
  const minutes = throughput.minutes(30, around.now);
  const now = minutes.at(-1) ?? 0;
  return [
    gauge("cores ", [taken.cpus / cpus, busy / cpus], {
      width,
      palette,
      text: `${taken.cpus} taken, ${busy.toFixed(1)} busy of ${cpus}`,
    }),
    gauge("memory", [taken.memory / memory, used / memory], {
      ...{ width, palette },
      text: `${size(taken.memory)} taken, ${size(used)} used of ${size(memory)}`,
    }),
    ...(gpus > 0
      ? [gauge("GPUs  ", [taken.gpus / gpus, 0], { width, palette, text: `${taken.gpus} taken of ${gpus}` })]
      : []),
    [
      { text: "ended  " },
      { text: sparkline(minutes, 30, 1), color: palette.accent },
      { text: `  ${now} this minute, ${minutes.slice(-10).reduce((all, each) => all + each, 0)} in the last ten` },
    ],
  ];
}

/** Taken `▓`, and what is really used `█` over it. */
function gauge(
  name: string,
  [taken = 0, used = 0]: readonly number[],
  { width, palette, text }: { readonly width: number; readonly palette: Palette; readonly text: string },
): StyledLine {
  const cells = (share: number): number => Math.max(0, Math.min(width, Math.round((share || 0) * width)));
  const [full, half] = [cells(used), cells(taken)];
  return [
    { text: `${name} [` },
    { text: "█".repeat(full), color: palette.standing.running },
    { text: "▓".repeat(Math.max(0, half - full)), color: palette.standing.waiting },
    { text: "·".repeat(width - Math.max(full, half)), color: palette.quiet },
    { text: `] ${text}` },
  ];
}

function courseLines({ usage, jobs, state }: Picture, palette: Palette, room: number): readonly StyledLine[] {
  const width = Math.max(8, Math.min(60, Math.floor((state.size.columns - 44) / 2)));
  const courses = [...usage.courses.values()].sort((a, b) => (b.cpus.at(-1) ?? 0) - (a.cpus.at(-1) ?? 0));
  const heading = `${fitted("JOB", 10, true)} ${fitted("NAME", 14)} ${fitted("CPU", width + 6)} MEMORY`;
  const most = Math.max(0, room - 1);
  const shown = courses.slice(0, courses.length > most ? most - 1 : most);
  const more = courses.length - shown.length;
  return [
    [strong(heading)],
    ...(courses.length === 0 ? [[{ text: "  nothing runs", color: palette.quiet }]] : []),
    ...shown.map((course) =>
      courseLine(course, { width, palette, name: jobs.get(course.sample.job)?.head.name ?? "" }),
    ),
    ...(more > 0 ? [[{ text: `  … and ${more} more`, color: palette.quiet }]] : []),
  ];
}

function courseLine(
  { sample, cpus, memory }: Course,
  { width, palette, name }: { readonly width: number; readonly palette: Palette; readonly name: string },
): StyledLine {
  const id = `${sample.job}${sample.index === null ? "" : `_${sample.index}`}`;
  const granted = Math.max(1, cpuNumbers(sample.cpuList).length);
  return [
    { text: `${fitted(id, 10, true)} ${fitted(name, 14)} ` },
    { text: sparkline(cpus, width, granted), color: palette.standing.running },
    { text: ` ${(cpus.at(-1) ?? 0).toFixed(1).padStart(4)} ` },
    { text: sparkline(memory, width, 0), color: palette.standing.done },
    { text: ` ${size(memory.at(-1) ?? 0).padStart(5)}` },
  ];
}

function cpuNumbers(list: string): readonly number[] {
  if (list === "") return [];
  return readIndices(list).flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
}

interface Bar {
  readonly job: number;
  readonly from: number;
  readonly to: number;
}

/** Two minutes fit an ordinary terminal: a cell is so many milliseconds. */
const cellMs = 2_000;

function timelineLines({ usage, around, state }: Picture, palette: Palette, slots: number): readonly StyledLine[] {
  const width = Math.max(20, state.size.columns - 8);
  const end = around.now;
  const begin = end - width * cellMs;
  const bars = new Map<number, Bar[]>();
  const add = (cpuList: string, bar: Bar): void => {
    if (bar.to >= begin) for (const cpu of cpuNumbers(cpuList)) bars.set(cpu, [...(bars.get(cpu) ?? []), bar]);
  };
  for (const { cpuList, ...bar } of usage.ended) add(cpuList, bar);
  for (const { sample } of usage.courses.values())
    add(sample.cpuList, { job: sample.job, from: sample.startedAt, to: end });
  const span = Math.round((width * cellMs) / 60_000);
  return [
    [strong(`the last ${span} minutes on processors, until ${moment(end).slice(11)}`)],
    ...Array.from(
      { length: slots },
      (_, cpu): StyledLine => [
        { text: `cpu${String(cpu).padStart(3)} ` },
        ...stripe(bars.get(cpu) ?? [], { begin, width, palette }),
      ],
    ),
  ];
}

/** Neighbours are told apart by their shade; a job wide enough has its number in it. */
function stripe(
  bars: readonly Bar[],
  { begin, width, palette }: { readonly begin: number; readonly width: number; readonly palette: Palette },
): StyledLine {
  const cells: (number | null)[] = Array.from({ length: width }, () => null);
  for (const { job, from, to } of bars) {
    const first = Math.max(0, Math.floor((from - begin) / cellMs));
    const last = Math.min(width - 1, Math.floor((to - begin) / cellMs));
    cells.fill(job, first, Math.max(first, last) + 1);
  }
  const spans: Span[] = [];
  for (let at = 0; at < width; ) {
    const job = cells[at] ?? null;
    let end = at;
    while (end < width && (cells[end] ?? null) === job) end++;
    spans.push(job === null ? { text: "·".repeat(end - at), color: palette.quiet } : jobSpan(job, end - at, palette));
    at = end;
  }
  return spans;
}

function jobSpan(job: number, length: number, palette: Palette): Span {
  const shade = job % 2 === 0 ? "█" : "▓";
  const label = String(job);
  const text =
    length >= label.length + 2 ? `${shade}${label}${shade.repeat(length - label.length - 1)}` : shade.repeat(length);
  return { text, color: job % 2 === 0 ? palette.standing.running : palette.standing.waiting };
}
