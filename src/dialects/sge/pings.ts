/** Owns qping's option table and what it answers. */

import { wholeNumber } from "../../language/codec.ts";
import { asks, type Effect, ignored, type OptionRow, option, refused } from "../../language/option.ts";
import { type OptionTable, optionTable } from "../../language/table.ts";
import { UsageError } from "../../model/errors.ts";
import { helpText } from "./help.ts";
import { askedBy } from "./plain-options.ts";
import { stampText } from "./times.ts";

/** Whom qping asks. */
export interface Endpoint {
  readonly host: string;
  readonly port: string;
  /** `qmaster` or `execd`. */
  readonly name: string;
  readonly id: string;
}

/** What the answer is made from. */
export interface PingWorld {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly host: string;
  /** How long the daemon has been up. */
  readonly seconds: number;
}

const row = (spelling: string, effect: Effect, help: string): OptionRow => {
  const [name = "", value] = spelling.split(" ");
  return option(name, effect, value === undefined ? { help } : { help, value });
};

const nothingToRead = "the daemon's traffic is nobody's to read";

/** Every option of qping. */
export const qpingOptions: OptionTable = optionTable("words", [
  row("dump", refused(nothingToRead, "nothing"), "show traffic"),
  row("dump_tag tag", refused(nothingToRead), "show some of the traffic"),
  row("f", asks("report"), "all that the endpoint says of itself with each ping"),
  row("help", asks("help"), "print this list"),
  row("i seconds", asks("every", wholeNumber("seconds", 1)), "seconds between pings"),
  row("info", asks("once"), "all that the endpoint says of itself, once"),
  row("noalias", ignored("hosts have no aliases here", undefined, "nothing"), "pass over the file of aliases"),
  row("nonewline", ignored("no traffic is shown", undefined, "nothing"), "messages on one line"),
  row("ssl", refused("there is no network in between", "nothing"), "by SSL"),
  row("tcp", ignored("there is no network in between", undefined, "nothing"), "by TCP"),
]);

/** Reads the words. Throws UsageError and RefusedError. */
export function readPing(args: readonly string[]): {
  readonly help: boolean;
  readonly report: boolean;
  /** Seconds between pings; null: one is enough. */
  readonly every: number | null;
  readonly endpoint: Endpoint;
} {
  const wrong = new UsageError(`${pingUsage()}\nERROR! no option argument`, 1);
  const {
    asks: said,
    operands,
    problem,
  } = askedBy(qpingOptions, args, {
    command: "qping",
    badValue: () => new UsageError("interval parameter must be larger than 0", 1),
  });
  if (problem) throw wrong;
  const [host = "", port = "", name = "", id = ""] = operands;
  const help = said.help === true;
  if (!help && operands.length !== 4) throw wrong;
  const every = said.once === true ? null : Number(said.every ?? 1);
  return { help, report: said.report === true || said.once === true, every, endpoint: { host, port, name, id } };
}

/** The answer to one ping; whatever port was asked, there is one daemon. */
export function pingLine({ port, name, id }: Endpoint, { now, host, seconds }: PingWorld): string {
  return `${stampText(now)} endpoint ${host}/${name}/${id} at port ${port} is up for ${Math.floor(seconds)} seconds\n`;
}

/** What `-info` prints. */
export function pingReport({ name }: Endpoint, { now, seconds }: PingWorld): string {
  const started = now - seconds * 1000;
  const rows: readonly (readonly [string, string])[] = [
    ["SIRM version", "0.1"],
    ["SIRM message id", "1"],
    ["start time", `${stampText(started)} (${Math.floor(started / 1000)})`],
    ["run time [s]", String(Math.floor(seconds))],
    ["messages in read buffer", "0"],
    ["messages in write buffer", "0"],
    ["no. of connected clients", "1"],
    ["status", "0"],
    ["info", `${name === "qmaster" ? "MAIN: R" : "sge_execd_process_messages: R"} (0.00) | OK`],
    ["Monitor", "disabled"],
  ];
  return `${stampText(now)}:\n${rows.map(([key, value]) => `${`${key}:`.padEnd(26)}${value}\n`).join("")}\n`;
}

/** The list of options. */
export function pingUsage(): string {
  return helpText("qping [options] <host> <port> <name> <id>", qpingOptions.rows);
}
