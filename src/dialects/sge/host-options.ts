/** Owns the option tables of qhost, qselect and qquota and what was asked with them. */

import { text } from "../../language/codec.ts";
import { asks, type Effect, ignored, type OptionRow, option, optional } from "../../language/option.ts";
import { type OptionTable, optionTable } from "../../language/table.ts";
import { UsageError } from "../../model/errors.ts";
import type { Request } from "../../model/spec.ts";
import { names } from "./codecs.ts";
import { helpText } from "./help.ts";
import { askedBy } from "./plain-options.ts";
import { requestList } from "./requests.ts";

const row = (spelling: string, effect: Effect, help: string): OptionRow => {
  const [name = "", value] = spelling.split(" ");
  return option(name, effect, value === undefined ? { help } : { help, value });
};

/** Every option of qhost. */
export const qhostOptions: OptionTable = optionTable("words", [
  row("F name,...", optional(asks("resources", text), ""), "the host's resources, all or some"),
  row("h host,...", asks("hosts", names), "only these hosts"),
  row("help", asks("help"), "print this list"),
  row("j", asks("jobs"), "the jobs that run there"),
  row("l name=value,...", asks("requests", requestList(false)), "only hosts with these resources"),
  row("ncb", asks("plain"), "leave out sockets, cores and threads"),
  row("q", asks("queues"), "the queues there"),
  row("u user,...", asks("users", names), "only jobs of these users"),
  row("xml", asks("xml"), "as XML"),
]);

/** Every option of qselect. */
export const qselectOptions: OptionTable = optionTable("words", [
  row("help", asks("help"), "print this list"),
  row("l name=value,...", asks("requests", requestList(false)), "only queues with these resources"),
  row("pe name,...", asks("environments", names), "only queues with these parallel environments"),
  row("q queue,...", asks("queues", names), "only these queues; patterns will do"),
  row("qs states", asks("states", text), "only queues in these states"),
  row("U user,...", ignored("every user may use every queue", names), "only queues these users may use"),
]);

const noQuotas = "there are no resource quotas here, of anybody";

/** Every option of qquota. */
export const qquotaOptions: OptionTable = optionTable("words", [
  row("h host,...", ignored(noQuotas, names), "only quotas of these hosts"),
  row("help", asks("help"), "print this list"),
  row("l name,...", ignored(noQuotas, names), "only quotas of these resources"),
  row("P project,...", ignored(noQuotas, names), "only quotas of these projects"),
  row("pe name,...", ignored(noQuotas, names), "only quotas of these parallel environments"),
  row("q queue,...", ignored(noQuotas, names), "only quotas of these queues"),
  row("u user,...", ignored(noQuotas, names), "only quotas of these users"),
  row("xml", asks("xml"), "as XML"),
]);

/** What qhost was asked. */
export interface HostAsks {
  readonly help?: true;
  /** Names of resources; empty: all. */
  readonly resources?: string;
  readonly hosts?: readonly string[];
  readonly jobs?: true;
  readonly requests?: readonly Request[];
  readonly plain?: true;
  readonly xml?: true;
  readonly queues?: true;
  readonly users?: readonly string[];
}

/** What qselect was asked. */
export interface QueueAsks {
  readonly help?: true;
  readonly requests?: readonly Request[];
  readonly environments?: readonly string[];
  readonly queues?: readonly string[];
  readonly states?: string;
}

/** Reads qhost's words. Throws UsageError and RefusedError. */
export function readHostAsks(args: readonly string[]): HostAsks {
  return read("qhost", args) as HostAsks;
}

/** Reads qselect's words. Throws UsageError and RefusedError. */
export function readQueueAsks(args: readonly string[]): QueueAsks {
  return read("qselect", args) as QueueAsks;
}

/** Reads qquota's words. Throws UsageError. */
export function readQuotaAsks(args: readonly string[]): { readonly help?: true; readonly xml?: true } {
  return read("qquota", args) as { readonly help?: true; readonly xml?: true };
}

/** The list of options. */
export function usageOf(command: Command): string {
  return helpText(`${command} [options]`, commands[command].table.rows);
}

type Command = "qhost" | "qselect" | "qquota";

const commands: Readonly<Record<Command, { readonly table: OptionTable; readonly before: string }>> = {
  qhost: { table: qhostOptions, before: "error: " },
  qselect: { table: qselectOptions, before: "" },
  qquota: { table: qquotaOptions, before: "error: " },
};

function read(command: Command, args: readonly string[]): unknown {
  const { table, before } = commands[command];
  const wrong = (text: string) => new UsageError(`${usageOf(command)}${before}${text}`, 1);
  const asked = askedBy(table, args, {
    command,
    badValue: ({ said, values }) => wrong(`invalid option argument "${[said, ...values].join(" ")}"`),
  });
  if (asked.problem?.kind === "missing")
    throw new UsageError(`${before}${asked.problem.said} option must have argument`, 1);
  const [stray] = asked.problem ? [asked.problem.said] : asked.operands;
  if (stray !== undefined) throw wrong(`invalid option argument "${stray}"`);
  return asked.asks;
}
