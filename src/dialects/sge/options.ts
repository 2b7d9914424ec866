/** Owns qsub's option table: one row for every option of submit(1), honoured, ignored or refused with a reason. */

import { type Codec, oneOf, text } from "../../language/codec.ts";
import { adds, asks, assigns, type Effect, ignored, means, sets, shownOnly } from "../../language/option.ts";
import { type OptionTable, optionTable } from "../../language/table.ts";
import type { Dependency } from "../../model/dependency.ts";
import * as values from "./codecs.ts";
import { contextEffect } from "./contexts.ts";
import { someVariables, wholeEnvironment } from "./exports.ts";
import { lostArguments } from "./ranges.ts";
import { mergedRequests, requestList, wallTimes } from "./requests.ts";
import { type Complaint, complaint, foreign, type Manner, type QsubRow, row } from "./rows.ts";

const oneMachine = "one machine: there is nothing to choose between";
const noReservations = "advance reservations don't exist here";

/** Every option, in the order of the manual. */
export const qsubRows: readonly QsubRow[] = [
  row("@", asks("optionFile", text), {
    value: "file",
    help: "read more options from a file, in this place",
    missing: () => "-@ option must have file argument",
  }),
  row("a", beginEffect(), {
    value: "[[CC]YY]MMDDhhmm[.SS]",
    help: "not to be started before this time",
    single: true,
    bad: badDate("a"),
  }),
  row("ac", contextEffect("add"), {
    value: "name[=value],...",
    help: "add to the job's context, text kept with it for other programs",
    missing: () => "-ac option must have a context_list list argument",
    bad: ({ value }) => complaint(`Wrong context list format -ac "${value}"`),
  }),
  row("ar", refusedByMaster(noReservations, values.reservation), {
    value: "id",
    help: "run in an advance reservation",
    bad: () => complaint("invalid advance reservation id, must be an unsigned integer", 2),
    denied: (value) => `the advance reservation id ${value} is invalid`,
  }),
  row("A", sets("accountString", text), { value: "text", help: "text for the accounting record", single: true }),
  row("b", asks("binary", values.yesOrNo), {
    value: "y|n",
    help: "the words are a command to run, not a script to copy",
    single: true,
  }),
  row("binding", bindingEffect(), {
    value: "[set|env|pe] linear[:n]|striding:n:s|explicit:...",
    help: "bind the job to cores",
    more: ([first]) => (["set", "env", "pe"].includes(first ?? "") ? 1 : 0),
    bad: ({ error }) => complaint(`-binding option contains errors: ${error.message}`, 2),
  }),
  row("c", refusedByMaster("no checkpointing here", text), {
    value: "n|s|m|x|seconds",
    help: "when to write a checkpoint",
    denied: (value) => (value === "n" ? null : "checkpointing denied"),
  }),
  row("ckpt", refusedByMaster("no checkpointing here", values.environmentName), {
    value: "name",
    help: "the checkpointing environment",
    bad: () => ({
      before: 'Unable to run job: Keyword ("NONE") not allowed as objectname\nExiting.',
      text: "",
      exitCode: 1,
    }),
    denied: (value) => `job rejected: the requested checkpointing environment "${value}" does not exist`,
  }),
  row("clear", asks("clear"), { help: "forget everything said so far: files, script and earlier options" }),
  row("cwd", means("workingDirectory", "."), { help: "run where qsub was called" }),
  row("C", asks("prefix", text), { value: "prefix", help: "what opens a line of options in the script", single: true }),
  row("dc", contextEffect("delete"), {
    value: "name,...",
    help: "take names out of the job's context",
    missing: () => "-dc option must have a simple_context_list list argument",
    bad: ({ value }) => complaint(`Wrong context list format -dc "${value}"`),
  }),
  foreign("display", 1, "the X display of an interactive job"),
  row("dl", refusedByMaster("only deadline users may ask for a deadline, and there are none here", values.stamp), {
    value: "[[CC]YY]MMDDhhmm[.SS]",
    help: "the time by which the job should have started",
    single: true,
    bad: badDate("dl"),
    denied: (_, user) => `job rejected: the user "${user}" is not a deadline initiation user`,
  }),
  row("e", sets("stderr", values.names), {
    value: "[host:]path",
    help: "where standard error goes",
    bad: ({ value }) => complaint(`Wrong path list format "${value}" specified to -e option`),
  }),
  row("hard", { ...asks("soft"), apply: () => ({ asks: { soft: false } }) }, { help: "what follows must be met" }),
  row("h", means("held", true), { help: "submit on hold", single: true }),
  row("help", asks("help"), { help: "print this list" }),
  row("hold_jid", adds("dependency", values.jobList("end"), joined), {
    value: "id|name|pattern,...",
    help: "wait until these jobs are gone",
    bad: ({ value }) => complaint(`Wrong jid_hold list format "${value}" specified to -hold_jid option`),
  }),
  row("hold_jid_ad", adds("dependencyPerElement", values.jobList("correspondingEnd"), joined), {
    value: "id|name|pattern,...",
    help: "each task waits for the task of the same number",
    bad: ({ value }) => complaint(`Wrong jid_hold_ad list format "${value}" specified to -hold_jid_ad option`),
  }),
  row("i", sets("stdin", values.someText), {
    value: "[host:]file",
    help: "file to read as standard input",
    // The real message names the wrong option, too.
    bad: ({ value }) => complaint(`Wrong path list format "${value}" specified to -e option`),
  }),
  foreign("inherit", 0, "run within a job that runs already"),
  row("j", sets("joinStreams", values.yesOrNo), {
    value: "y|n",
    help: "standard error goes where standard output goes",
    single: true,
  }),
  row("js", sets("jobShare", values.jobShare), {
    value: "number",
    help: "share of the project's tickets",
    bad: () => complaint("invalid jobshare, must be an unsigned integer", 2),
  }),
  row("jsv", refusedByMaster("no job submission verifier runs here", text), {
    value: "url",
    help: "script that verifies the job",
    denied: () => "job submission verifiers (-jsv) are not run by headnode",
  }),
  row("l", resourceEffect(), {
    value: "name[=value],...",
    help: "ask for resources: h_rt=1:0:0, h_vmem=2G (for each slot)",
    bad: ({ value, error }) => ({
      ...complaint(`Wrong resource list format "${value}" specified to -l option`),
      before: error.message === "" ? "" : 'error: unknown resource ""\n',
    }),
  }),
  row("m", adds("mailEvents", values.mailEvents, mailed), {
    value: "b|e|a|s|n",
    help: "events to be mailed: begin, end, abort, suspension, none",
    bad: ({ value }) => complaint(`Wrong mail options list format "${value}" specified to -m option`),
  }),
  row("M", sets("mailUsers", values.names), {
    value: "user[@host],...",
    help: "who gets the mail",
    bad: ({ value }) => complaint(`Wrong mail list format "${value}" specified to -M option`),
  }),
  row("masterq", shownOnly(oneMachine, sets("masterQueues", values.names)), {
    value: "queue,...",
    help: "queues for the first task of a parallel job",
    missing: () => "-masterq option must have queue list argument",
    bad: ({ value }) => complaint(`Wrong queue list format "${value}" specified to -masterq option`),
    replaces: true,
  }),
  row("notify", means("notify", true), { help: "warn the job by a signal before it is stopped" }),
  row("now", asks("now", values.yesOrNo), { value: "y|n", help: "start at once or not at all", single: true }),
  row("N", sets("name", values.slashless), {
    value: "name",
    help: "what listings call the job",
    single: true,
    bad: () => complaint("argument to -N option must not contain / ", 2),
  }),
  foreign("noshell", 0, "start the command without a login shell"),
  foreign("nostdin", 0, "leave standard input alone"),
  row("o", sets("stdout", values.names), {
    value: "[host:]path",
    help: "where standard output goes",
    bad: ({ value }) => complaint(`Wrong stdout path list format "${value}" specified to -o option`),
  }),
  foreign("ot", 1, "override tickets"),
  row("P", sets("project", text), { value: "name", help: "the project the job belongs to", single: true }),
  row("p", sets("priority", values.priority), {
    value: "-1023..1024",
    help: "the user's say in the order; lower goes later",
    bad: ({ value }) => complaint(`invalid priority "${value}".  Must be an integer from -1023 to 1024`),
  }),
  row("pe", parallelEffect(), {
    value: "name slots",
    help: "parallel environment and how many slots: 4, 2-8, 4-",
    single: true,
    missing: (last) =>
      last === "-pe" ? "-pe option must have pe_name argument" : "-pe option must have range as 2nd argument",
    bad: rangeError,
  }),
  row("pty", ignored("a batch job has no terminal", values.yesOrNo), { value: "y|n", help: "give the job a terminal" }),
  row("q", queueEffect(), {
    value: "queue[@host],...",
    help: "queues the job may run in; patterns will do",
    missing: () => "-q option must have queue list argument",
    bad: ({ value }) => complaint(`Wrong queue list format "${value}" specified to -q option`),
    replaces: true,
  }),
  row("R", sets("reserve", values.yesOrNo), { value: "y|n", help: "keep slots free for this job", single: true }),
  row("r", sets("requeue", values.yesOrNo), {
    value: "y|n",
    help: "may be started again after a failure of the machine",
    single: true,
  }),
  row("sc", contextEffect("set"), {
    value: "name[=value],...",
    help: "set the job's context anew",
    missing: () => "-sc option must have context list argument",
    bad: ({ value }) => complaint(`Wrong context list format -sc "${value}"`),
  }),
  row("shell", sets("throughShell", values.yesOrNo), {
    value: "y|n",
    help: "start a command by a shell (-b y)",
    single: true,
  }),
  row("soft", { ...asks("soft"), apply: () => ({ asks: { soft: true } }) }, { help: "what follows is only a wish" }),
  row("sync", asks("sync", values.yesOrNo), { value: "y|n", help: "wait until the job has ended", single: true }),
  row("S", sets("shell", values.someText), {
    value: "[host:]path",
    help: "the interpreter that runs the script",
    missing: () => "-S option must have path_name argument",
    bad: ({ value }) => complaint(`Wrong shell list format "${value}" specified to -S option`),
  }),
  row("t", sets("array", values.taskRange), {
    value: "n[-m[:s]]",
    help: "an array of tasks",
    missing: () => "-t option must have a list of task id ranges",
    bad: rangeError,
  }),
  row("tc", sets("arrayThrottle", values.concurrency), {
    value: "number",
    help: "tasks at a time",
    bad: ({ value }) =>
      complaint(`invalid task concurrency number "${value}". Must be an integer greater or equal to 0.`),
  }),
  row("terse", asks("terse"), { help: "print only the job's id" }),
  row("u", ignored("qsub submits for nobody else"), {
    value: "user,...",
    help: "whose jobs are meant",
    missing: () => "-u option must have a list usernames",
  }),
  row("v", someVariables(), {
    value: "name[=value],...",
    help: "variables the job sees",
    missing: () => "-v option must have variable list argument",
    bad: ({ value }) => complaint(`Wrong variable list format -v "${value}" or environment variable not set`),
  }),
  foreign("verbose", 0, "tell how a session comes about"),
  row("verify", asks("verify"), { help: "print what would be submitted, and submit nothing" }),
  row("V", wholeEnvironment(), { help: "the job sees the whole environment" }),
  row("w", asks("validation", oneOf("validation", ["e", "w", "n", "p", "v"])), {
    value: "e|w|n|p|v",
    help: "check whether the job could ever run: refuse, warn, not at all, only say so (p, v)",
    single: true,
  }),
  row("wd", sets("workingDirectory", text), { value: "directory", help: "run there" }),
  // What follows `--` belongs to the job; the script comes from standard input.
  row("-", asks("standardInput", text), {
    value: "argument...",
    help: "end of options: what follows belongs to the job",
    missing: () => "-- option must be followed by job arguments",
    more: () => everything,
  }),
];

/** More words than any command line has; the grammar counts in 32 bits. */
const everything = 2 ** 31 - 1;

/** The table behind qsub's command line, directives and files of options. */
export const qsubOptions: OptionTable = optionTable(
  "words",
  qsubRows.map(({ option }) => option),
);

/** How Grid Engine complains about an option of the table. */
export function mannerOf(name: string): Manner {
  return manners.get(name) as Manner;
}
const manners = new Map(qsubRows.map(({ option, manner }) => [option.name, manner]));

// Which point in time it is takes a clock: reading settles it at the end.
function beginEffect(): Effect {
  return {
    ...asks("begin", values.stamp),
    fields: ["beginTime"],
    write: ({ beginTime }) => (beginTime === null ? null : [values.stampText(beginTime)]),
  };
}

function refusedByMaster(why: string, codec: Codec<unknown>): Effect {
  return { ...ignored(why, codec), standing: { kind: "refused", why } };
}

function badDate(name: string): Manner["bad"] {
  return ({ value, error }) => ({
    ...complaint(`Wrong date/time format "${value}" specified to -${name} option`),
    before: `\n${error.message}\n`,
  });
}

function rangeError({ error }: { readonly error: Error }): Complaint {
  return error.message === lostArguments
    ? { before: `Unable to read script file because of error: ${lostArguments}`, text: "", exitCode: 4 }
    : complaint(error.message);
}

function joined(before: Dependency, now: Dependency): Dependency {
  return { ...before, conditions: [...before.conditions, ...now.conditions] };
}

function mailed(before: readonly string[], now: readonly string[]): readonly string[] {
  if (now.includes("n")) return now;
  return ["a", "b", "e", "s"].filter((letter) => before.includes(letter) || now.includes(letter));
}

function bindingEffect(): Effect {
  const effect = shownOnly("headnode binds jobs to processors by itself", sets("binding", values.binding));
  return { ...effect, apply: (words, draft) => effect.apply([words.join(" ")], draft) };
}

// A soft queue is a wish, and one machine fulfils none.
function queueEffect(): Effect {
  const hard = adds("queues", values.names, (before, now) => [...before, ...now]);
  const soft = sets("softQueues", values.names);
  return {
    ...hard,
    fields: ["queues", "softQueues"],
    apply: (words, draft) => (draft.asks.soft === true ? soft : hard).apply(words, draft),
  };
}

function resourceEffect(): Effect {
  return assigns({
    takes: "value",
    fields: ["requests", "wallTime", "softWallTime"],
    apply: ([value = ""], { spec, asks }) => {
      const requests = mergedRequests(spec.requests ?? [], requestList(asks.soft === true).read(value));
      return { requests, ...wallTimes(requests) };
    },
    write: ({ requests }) => {
      const hard = requests?.filter((request) => !request.soft) ?? [];
      const written = hard.length ? requestList(false).write(hard) : null;
      return written === null ? null : [written];
    },
  });
}

function parallelEffect(): Effect {
  return assigns({
    takes: 2,
    fields: ["parallelEnvironment"],
    apply: ([name = "", slots = ""]) => ({ parallelEnvironment: { name, slots: values.slotRange.read(slots) } }),
    write: ({ parallelEnvironment: asked }) => (asked ? [asked.name, values.slotRange.write(asked.slots) ?? ""] : null),
  });
}
