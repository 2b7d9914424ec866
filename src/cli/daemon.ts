/** Owns `headnode daemon status|start|stop|reload|logs`: asks the daemon of this state directory, or reads its log. */

import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { errnoOf } from "../model/errors.ts";
import { call } from "../relay/call.ts";
import { greetingOfProcess } from "../relay/facts.ts";
import { startDaemon } from "../relay/start-daemon.ts";
import { prepareStateDirectory, type StatePaths } from "../relay/state-directory.ts";
import type { CliFacts, CliReply } from "./reply.ts";

/** The reply of `headnode daemon …`. `status` never starts one; exit code 3 says there is none, as service tools do. */
export async function daemonCommand(
  facts: CliFacts,
  asked: { readonly what: string; readonly json: boolean; readonly lines: number },
): Promise<CliReply> {
  const paths = prepareStateDirectory(facts.env);
  switch (asked.what) {
    case "start":
      await startDaemon({ paths, env: facts.env });
      return ask(facts, paths, ["status"]);
    case "reload":
      return ask(facts, paths, ["reload"]);
    case "stop":
      return ask(facts, paths, ["stop"]);
    case "logs":
      return { out: lastLines(paths.daemonLog, asked.lines) };
    default:
      return ask(facts, paths, asked.json ? ["status", "--json"] : ["status"]);
  }
}

/** The reply of `headnode explain`. */
export function explainJob(facts: CliFacts, job: string): Promise<CliReply> {
  return insist(facts, ["explain", job]);
}

/** Asks the daemon, which is started if there is none. */
export async function insist(facts: CliFacts, words: readonly string[]): Promise<CliReply> {
  const paths = prepareStateDirectory(facts.env);
  await startDaemon({ paths, env: facts.env });
  return ask(facts, paths, words);
}

/** Asks a living daemon; where none lives says so. */
export async function ask(facts: CliFacts, paths: StatePaths, words: readonly string[]): Promise<CliReply> {
  const [command = "", ...argv] = words;
  const output = collector();
  const errors = collector();
  const greeting = greetingOfProcess({ dialect: "headnode", command, argv, env: facts.env });
  const end = await call({ socket: paths.socket, greeting, output: output.stream, errors: errors.stream });
  if (end.kind === "exit") return { out: output.text(), err: errors.text(), code: end.code };
  if (end.kind === "refused")
    return { err: "headnode: the daemon is of another version; any command replaces it\n", code: 1 };
  if (end.kind === "absent")
    return { out: `no daemon runs for ${paths.directory}\n`, code: command === "stop" ? 0 : 3 };
  return {
    err: `headnode: the daemon went away before it answered (${end.kind}); see headnode daemon logs\n`,
    code: 1,
  };
}

function collector(): { readonly stream: PassThrough; text(): string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

function lastLines(path: string, count: number): string {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .slice(-count - 1)
      .join("\n");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "";
    throw error;
  }
}
