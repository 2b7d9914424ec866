/** Owns `headnode …`: yargs reads the words, one function per command does the work, and only here the process is touched. */

import { writeSync } from "node:fs";
import yargs from "yargs";
import { RefusedError, UnreachableError, UsageError } from "../model/errors.ts";
import { packageVersion } from "../relay/facts.ts";
import { StartError } from "../relay/start-daemon.ts";
import { StateDirectoryError } from "../relay/state-directory.ts";
import { cliCommands } from "./commands.ts";
import type { CliFacts, CliReply } from "./reply.ts";

/** Runs `headnode` with the words after its name. Sets the exit code. */
export async function main(): Promise<void> {
  process.once("uncaughtException", fall);
  const facts: CliFacts = { env: process.env, cwd: process.cwd(), argv: process.argv.slice(2) };
  await say(await replyTo(facts));
}

async function replyTo(facts: CliFacts): Promise<CliReply> {
  try {
    return await read(facts);
  } catch (error) {
    return worded(error);
  }
}

/** Reads the words; what a command replies is kept until yargs is through. */
async function read(facts: CliFacts): Promise<CliReply> {
  let reply: CliReply = {};
  const parser = yargs()
    .scriptName("headnode")
    .usage("$0 <command>\n\nA cluster's head node on this machine.")
    .parserConfiguration({ "populate--": true, "parse-positional-numbers": false })
    .demandCommand(1, "say which command")
    .strict()
    .version(packageVersion())
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw error ?? new UsageError(`${message}; see headnode --help`, 2);
    });
  for (const { words, about, build, run } of cliCommands)
    parser.command(words, about, build, async (options) => {
      reply = await run(facts, options);
    });
  let help = "";
  await parser.parseAsync([...facts.argv], {}, (_error, _options, output) => {
    help = output;
  });
  return help === "" ? reply : { out: `${help}\n`, ...reply };
}

/** Something was thrown where nobody waits for it. What is said comes after whatever puts the terminal back. */
function fall(error: unknown): void {
  const { err = "", code = 1 } = worded(error);
  process.once("exit", () => void writeSync(2, err));
  process.exit(code);
}

function worded(error: unknown): CliReply {
  if (error instanceof UsageError || error instanceof RefusedError) {
    const place = error.where ? `${error.where}: ` : "";
    return { err: `headnode: ${place}${error.message}\n`, code: error.exitCode };
  }
  if (error instanceof UnreachableError || error instanceof StateDirectoryError || error instanceof StartError)
    return { err: `headnode: ${error.message}\n`, code: 1 };
  const what = error instanceof Error ? error.message : String(error);
  return { err: `headnode: this should not happen, please report it: ${what}\n`, code: 70 };
}

async function say(reply: CliReply): Promise<void> {
  if (reply.err) process.stderr.write(reply.err);
  process.exitCode = reply.code ?? 0;
  if (!reply.out) return;
  // Whoever read the output (`head`, a pager) may have gone.
  process.stdout.on("error", () => undefined);
  await new Promise((resolve) => process.stdout.write(reply.out ?? "", reply.encoding ?? "utf8", resolve));
}
