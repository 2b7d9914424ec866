/** Owns the table behind the keyboard, the help and the bar at the bottom. */

export const screens = ["queue", "detail", "log", "usage", "help"] as const;
export type Screen = (typeof screens)[number];

/** What a key does. */
export type Deed =
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "first"
  | "last"
  | "open"
  | "close"
  | "fold"
  | "unfold"
  | "toggle"
  | "mark"
  | "markAll"
  | "unmark"
  | "filter"
  | "sort"
  | "reverse"
  | "group"
  | "words"
  | "detail"
  | "log"
  | "usage"
  | "help"
  | "quit"
  | "leave"
  | "follow"
  | "search"
  | "searchNext"
  | "searchBack"
  | "nextError"
  | "previousError"
  | "otherStream"
  | "nextElement"
  | "previousElement"
  | "environment"
  | Act;

/** What can be done to jobs. */
export type Act =
  | "cancel"
  | "hold"
  | "release"
  | "requeue"
  | "suspend"
  | "resume"
  | "resubmit"
  | "priority"
  | "timeLimit";

/** A row: its keys, where they work, what they do, and (`bar`) a short word for the bar at the bottom. */
export interface KeyRow {
  readonly keys: readonly string[];
  readonly on: readonly Screen[];
  readonly does: Deed;
  readonly about: string;
  readonly bar?: string;
}

const all = screens;
const texts: readonly Screen[] = ["detail", "help", "log"];
const queue: readonly Screen[] = ["queue"];
const ofJob: readonly Screen[] = ["queue", "detail", "log"];

function row(keys: string, on: readonly Screen[], does: Deed): (about: string, bar?: string) => KeyRow {
  return (about, bar) => ({ keys: keys.split(" "), on, does, about, ...(bar === undefined ? {} : { bar }) });
}

/** All keys, in the order of the help. */
export const keyRows: readonly KeyRow[] = [
  row("up k wheelup", all, "up")("up"),
  row("down j wheeldown", all, "down")("down"),
  row("pageup C-b", all, "pageUp")("a page up"),
  row("pagedown C-f", all, "pageDown")("a page down"),
  row("home g", all, "first")("to the first line"),
  row("end G", all, "last")("to the last line; a log is followed from there"),
  row("return", queue, "open")("all about the job; on a group: fold it or unfold it", "detail"),
  row("right l", queue, "unfold")("unfold an array or a group", "unfold"),
  row("left h", queue, "fold")("fold it"),
  row("/", queue, "filter")("filter: words, name:x user:x queue:x state:x, /expression/, ! for not", "filter"),
  row("s", queue, "sort")("sort by the next column", "sort"),
  row("S", queue, "reverse")("the other way round"),
  row("b", queue, "group")("group by state, name or queue", "group"),
  row("w", queue, "words")("words: neutral, Slurm, Grid Engine", "words"),
  row("space", queue, "mark")("mark, or take the mark away", "mark"),
  row("*", queue, "markAll")("mark all that the filter shows"),
  row("escape", queue, "unmark")("take all marks away; then the filter"),
  row("i", ["queue", "log"], "detail")("all about the job: why it waits, script, events"),
  row("o", ["queue", "detail"], "log")("output of the job", "log"),
  row("u", ["queue", "detail", "log"], "usage")("usage: jobs, machine, time line", "usage"),
  row("e", ["detail"], "environment")("environment, secrets masked", "environment"),
  row("f", ["log"], "follow")("follow the end", "follow"),
  row("/", ["log"], "search")("search: words or /expression/", "search"),
  row("n", ["log"], "searchNext")("next place found", "next"),
  row("N", ["log"], "searchBack")("the one before"),
  row("x", ["log"], "nextError")("next line that looks like an error", "error"),
  row("X", ["log"], "previousError")("the one before"),
  row("tab", ["log"], "otherStream")("standard output or standard error", "out/err"),
  row("right l ]", ["log"], "nextElement")("next element of the array", "element"),
  row("left h [", ["log"], "previousElement")("the one before"),
  row("c", ofJob, "cancel")("cancel", "cancel"),
  row("H", ofJob, "hold")("hold"),
  row("R", ofJob, "release")("release"),
  row("Q", ofJob, "requeue")("requeue: end it and let it wait again"),
  row("Z", ofJob, "suspend")("suspend"),
  row("W", ofJob, "resume")("resume what is suspended"),
  row("A", ofJob, "resubmit")("submit it again as it was"),
  row("P", ofJob, "priority")("change the priority"),
  row("T", ofJob, "timeLimit")("change the time limit"),
  row("?", ["queue", "detail", "log", "usage"], "help")("these keys", "help"),
  row("q escape", [...texts, "usage"], "leave")("back", "back"),
  row("q", queue, "quit")("quit", "quit"),
  row("C-c", all, "quit")("quit"),
];

/** What a key does on a screen; null for nothing. */
export function deedOf(key: string, screen: Screen): Deed | null {
  return keyRows.find(({ keys, on }) => on.includes(screen) && keys.includes(key))?.does ?? null;
}

const shown: Readonly<Record<string, string>> = {
  ...{ up: "↑", down: "↓", left: "←", right: "→", pageup: "PgUp", pagedown: "PgDn", return: "Enter", escape: "Esc" },
  ...{ space: "Space", tab: "Tab", home: "Home", end: "End", wheelup: "wheel", wheeldown: "wheel" },
};

/** How a key is written. */
export function keyName(key: string): string {
  return shown[key] ?? key.replace("C-", "Ctrl-");
}

/** The bar at the bottom of a screen, as far as there is room. */
export function barOf(screen: Screen): readonly { readonly key: string; readonly word: string }[] {
  return keyRows
    .filter(({ on, bar }) => bar !== undefined && on.includes(screen))
    .map(({ keys, bar }) => ({ key: keyName(keys[0] ?? ""), word: bar ?? "" }));
}
