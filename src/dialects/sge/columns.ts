/** Owns qstat's columns: one row each, with heading, width and value; the forms of qstat are lists of them. */

import type { Cell, Column } from "../../language/column.ts";
import { unknownText } from "../../model/away.ts";
import type { Line } from "./lines.ts";
import type { Priority } from "./priorities.ts";
import type { QstatAsks } from "./qstat-options.ts";
import { tasksText } from "./tasks.ts";
import { stampText } from "./times.ts";

/** A line and its priority. */
export interface Ranked {
  readonly line: Line;
  readonly priority: Priority;
  /** Of each slot of a parallel job, where they are shown one by one; empty elsewhere and for what waits. */
  readonly role: "MASTER" | "SLAVE" | "";
  /** Not the first slot in its queue: only what is its own is shown. */
  readonly further?: boolean;
  /** The line that this one was a part of, where each task has one. */
  readonly of: Line;
}

const column = (
  ask: string,
  heading: string,
  shape: { width: number; right?: boolean; value: Column<Ranked>["value"] },
): Column<Ranked> => ({
  ask,
  heading,
  width: shape.width,
  right: shape.right ?? false,
  value: shape.value,
});

/** One word, so that the columns behind it stay the same to programs; what waits has none here. */
function placeOf({ queue, silent, element }: Line): string {
  return silent === null || element === null ? queue : unknownText(silent).replace(": ", ":").replaceAll(" ", "_");
}

const number = (value: number) => value.toFixed(5);

/** Tickets are counted by no share tree here: they are 0, and not there at all once a job has ended. */
const tickets = (ask: string, heading: string): Column<Ranked> =>
  column(ask, heading, { width: 5, right: true, value: ({ line }) => (line.state === "z" ? "NA" : "0") });

/** Every column, by its name. */
export const columns = {
  id: column("id", "job-ID ", { width: 7, right: true, value: ({ line }) => String(line.job.id) }),
  prior: column("prior", "prior  ", { width: 7, value: ({ priority }) => number(priority.total) }),
  nurg: column("nurg", "nurg   ", { width: 7, value: ({ priority }) => number(priority.normalUrgency) }),
  npprior: column("npprior", "npprior", { width: 7, value: ({ priority }) => number(priority.normalPosix) }),
  ntckts: column("ntckts", "ntckts ", { width: 7, value: ({ priority }) => number(priority.normalTickets) }),
  ppri: column("ppri", "ppri", { width: 5, right: true, value: ({ priority }) => String(priority.posix) }),
  urg: column("urg", "urg     ", { width: 8, right: true, value: ({ priority }) => String(priority.urgency) }),
  rrcontr: column("rrcontr", "rrcontr ", { width: 8, right: true, value: ({ priority }) => String(priority.urgency) }),
  wtcontr: column("wtcontr", "wtcontr ", { width: 8, right: true, value: () => "0" }),
  dlcontr: column("dlcontr", "dlcontr ", { width: 8, right: true, value: () => "0" }),
  name: column("name", "name", { width: 10, value: ({ line }) => line.job.name }),
  user: column("user", "user", { width: 12, value: ({ line }) => line.job.user.name }),
  project: column("project", "project", { width: 16, value: ({ line }) => line.job.spec.project || "NA" }),
  department: column("department", "department", { width: 10, value: () => "defaultdepartment" }),
  state: column("state", "state", { width: 5, value: ({ line }) => line.state }),
  time: column("time", "submit/start at", { width: 19, value: ({ line }) => stampText(line.at) }),
  wideTime: column("time", "submit/start at", { width: 20, value: ({ line }) => stampText(line.at) }),
  deadline: column("deadline", "deadline", { width: 18, value: () => "" }),
  cpu: column("cpu", "cpu", { width: 10, value: ({ line }) => (line.element ? cpuText(line) : "") }),
  mem: column("mem", "mem", { width: 7, value: ({ line }) => (line.element ? number(0) : "") }),
  io: column("io", "io", { width: 7, value: ({ line }) => (line.element ? number(0) : "") }),
  tckts: tickets("tckts", "tckts"),
  ovrts: tickets("ovrts", "ovrts"),
  otckt: tickets("otckt", "otckt"),
  ftckt: tickets("ftckt", "ftckt"),
  stckt: tickets("stckt", "stckt"),
  share: column("share", "share", { width: 5, value: ({ line }) => (line.state === "z" ? "NA" : "0.00") }),
  queue: column("queue", "queue", { width: 30, value: ({ line }) => placeOf(line) }),
  role: column("role", "master", { width: 6, value: ({ role }) => role }),
  slots: column("slots", "slots", { width: 5, right: true, value: ({ line }) => String(line.slots) }),
  tasks: column("tasks", "ja-task-ID ", {
    width: 0,
    // A job without tasks has blanks there.
    value: ({ line }) => (line.tasks ? tasksText(line.tasks, stepOf(line)) : "       "),
  }),
} as const;

type Name = keyof typeof columns;

/** What `-pri -urg -ext` add, and whether the time stays. */
export interface Shape {
  readonly priorities: boolean;
  readonly urgencies: boolean;
  readonly extended: boolean;
  /** In queue blocks neither the queue nor a heading is shown. */
  readonly blocks: boolean;
  /** Each slot has a line and says whether it is the first of its job. */
  readonly roles: boolean;
  /** Tasks of parallel jobs have columns, which nothing here fills. */
  readonly subtasks: boolean;
}

/** The shape that was asked for. */
export function shapeOf(asks: QstatAsks): Shape {
  return {
    priorities: asks.priorities === true,
    urgencies: asks.urgencies === true,
    extended: asks.extended === true,
    blocks: asks.blocks === true,
    roles: asks.subtasks === true || (asks.group?.includes("t") ?? false),
    subtasks: asks.subtasks === true,
  };
}

/** What `-t` adds to the heading. */
export const subtaskHeading = "task-ID state cpu        mem     io      stat failed \n";

/** The columns of a form, in order. */
export function cellsOf({ priorities, urgencies, extended, blocks, roles }: Shape): readonly Cell<Ranked>[] {
  const names: readonly (Name | false)[] = [
    ...(["id", "prior"] as const),
    (priorities || urgencies) && "nurg",
    priorities && "npprior",
    (priorities || extended) && "ntckts",
    ...(urgencies ? (["urg", "rrcontr", "wtcontr", "dlcontr"] as const) : []),
    priorities && "ppri",
    ...(["name", "user"] as const),
    ...(extended ? (["project", "department"] as const) : []),
    "state",
    ...(urgencies ? (["wideTime", "deadline"] as const) : []),
    !extended && !urgencies && "time",
    ...(extended ? (["cpu", "mem", "io", "tckts", "ovrts", "otckt", "ftckt", "stckt", "share"] as const) : []),
    ...(blocks ? [] : (["queue"] as const)),
    roles ? "role" : "slots",
    "tasks",
  ];
  return names.filter((name) => name !== false).map((name) => cell(columns[name]));
}

/** Lengths of the rulers, which follow the columns only roughly. */
export function rulerLengths({ priorities, urgencies, extended, roles, subtasks }: Shape): {
  list: number;
  queue: number;
  pending: number;
} {
  const more = (priorities ? 35 : 0) + (urgencies ? 64 : 0);
  return {
    list: 113 + more + (extended ? 79 : 0) + (subtasks ? 54 : roles ? 1 : 0),
    queue: 81 + more + (extended ? 108 : 0),
    pending: 76 + more + (extended ? 110 : 0),
  };
}

// The line of a task ends behind its number, every other column is followed by a blank.
// Of further slots only what is theirs is shown.
function cell(of: Column<Ranked>): Cell<Ranked> {
  const own = ["queue", "role", "tasks"].includes(of.ask);
  const value: Column<Ranked>["value"] = (item) => (item.further && !own ? "" : of.value(item));
  const individual = of.ask === "tasks";
  return { column: { ...of, value, individual }, width: of.width, right: of.right, after: individual ? "" : " " };
}

function stepOf({ job }: Line): number {
  return job.spec.array?.[0]?.step ?? 1;
}

function cpuText({ element }: Line): string {
  const seconds = Math.floor(((element?.userMicros ?? 0) + (element?.systemMicros ?? 0)) / 1e6);
  const two = (amount: number) => String(Math.floor(amount)).padStart(2, "0");
  return `${Math.floor(seconds / 86400)}:${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
