/** Owns scontrol: which of its commands is meant, one on the command line or one a line of its input. */

import { controlCommands, findKeyword, keywordHelp } from "../../dialects/slurm/control-keywords.ts";
import { scontrolOptions } from "../../dialects/slurm/control-options.ts";
import { helpText, versionText } from "../../dialects/slurm/help.ts";
import { isOperator } from "../../dialects/slurm/partitions.ts";
import { pingText } from "../../dialects/slurm/settings.ts";
import { optionProblem, tryHelp, valueWording } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { commandLine, readVariables, readWords } from "../../language/reading.ts";
import { settle } from "../../language/settle.ts";
import { UsageError } from "../../model/errors.ts";
import { together } from "./job-targets.ts";
import { hold, notify, release, requeue, resume, suspend, top, userHold } from "./scontrol-jobs.ts";
import { listProcesses, processInfo } from "./scontrol-processes.ts";
import { waitForJob, write } from "./scontrol-script.ts";
import { show } from "./scontrol-show.ts";
import { update } from "./scontrol-update.ts";

export const scontrol: Command = {
  dialect: "slurm",
  name: "scontrol",
  wordError: (message) => `${message.replace(/^(unrecognized option|invalid option|option )/, "scontrol: $1")}\n`,
  run: async (context) => {
    const { said, operands, problem } = readWords(scontrolOptions, commandLine(context.args));
    if (problem) throw optionProblem(problem, scontrolOptions, { after: tryHelp("scontrol"), code: 1 });
    const variables = readVariables(scontrolOptions, context.variable);
    const { asks } = settle([...variables, ...said], valueWording({ usage: 1, error: 1 }));
    const call: Call = { context, flag: (name) => asks[name] === true, clusters: namesIn(asks.clusters) };
    if (call.flag("help")) return { out: help() };
    if (call.flag("version")) return { out: versionText };
    const words = operands.map(({ text }) => text);
    return words.length === 0 ? conversation(call) : answer(call, words);
  },
};

/** What every command is given. */
interface Call {
  readonly context: Context;
  readonly flag: (name: string) => boolean;
  /** What -M names; null: nothing. */
  readonly clusters: readonly string[] | null;
}

/** By the word of its row. */
export const actions: Readonly<Record<string, (call: Call, words: readonly string[]) => Reply | Promise<Reply>>> = {
  help: () => ({ out: help() }),
  hold: ({ context }, words) => hold(context, words),
  holdu: ({ context }, words) => userHold(context, words),
  listpids: ({ context }, words) => listProcesses(context, words),
  notify: ({ context }, words) => notify(context, words),
  pidinfo: ({ context }, words) => processInfo(context, words),
  ping: ({ context }) => ({ out: pingText(context.verbs.description) }),
  release: ({ context }, words) => release(context, words),
  requeue: ({ context }, words) => requeue(context, words, null),
  requeuehold: ({ context }, words) => requeue(context, words, "user"),
  resume: ({ context }, words) => resume(context, words),
  show: ({ context, flag, clusters }, words) =>
    show({ context, oneLine: flag("oneLine"), detailed: flag("details"), clusters }, words),
  suspend: ({ context }, words) => suspend(context, words),
  top: ({ context }, words) => top(context, words),
  uhold: ({ context }, words) => userHold(context, words),
  update: ({ context }, words) => update(context, words),
  version: () => ({ out: versionText }),
  wait_job: ({ context }, words) => waitForJob(context, words),
  write: ({ context }, words) => write(context, words),
};

function namesIn(said: unknown): readonly string[] | null {
  return Array.isArray(said) ? said.map(String) : null;
}

function help(): string {
  return helpText("scontrol", "[OPTIONS...] [COMMAND...]", scontrolOptions) + keywordHelp();
}

async function answer(call: Call, [word = "", ...words]: readonly string[]): Promise<Reply> {
  const row = findKeyword(controlCommands, word);
  // Said rather than thrown: a slip ends no conversation.
  if (!row) return wrong(`invalid keyword: ${word}`);
  const { user, verbs } = call.context;
  const denied = isOperator(user.uid, verbs.description) ? null : row.denied?.(words);
  if (typeof denied === "string") return wrong(denied);
  if (row.standing.kind === "refused") return wrong(`${row.word} is not done here: ${row.standing.why}`);
  if (words.length < row.words.least) return wrong(`too few arguments for keyword:${word}`);
  if (words.length > row.words.most) return wrong(`too many arguments for keyword:${word}`);
  const reply = (await actions[row.word]?.(call, words)) ?? {};
  return call.flag("quiet") ? { ...reply, err: "" } : reply;
}

function wrong(message: string): Reply {
  return { err: `${message}\n`, code: 1 };
}

/** Commands from standard input, each shown behind the prompt it answers, as where nobody sits at a terminal. */
async function conversation(call: Call): Promise<Reply> {
  if (call.context.terminal.input)
    throw new UsageError("no command given; say it on the command line, or give commands on standard input", 1);
  const lines = new TextDecoder().decode(await call.context.readInput()).split("\n");
  const last = lines.findIndex((line) => /^\s*(quit|exit)\s*$/i.test(line));
  const before = last === -1 ? lines.slice(0, -1) : lines.slice(0, last);
  const replies = before.map((line) => () => spoken(call, line));
  const rest: Reply = { out: `scontrol: ${last === -1 ? "" : lines[last]}\n` };
  return chained([...replies, async () => rest], 0);
}

// The worst code so far is the command's.
async function chained(replies: readonly (() => Promise<Reply>)[], code: number): Promise<Reply> {
  const [first, ...rest] = replies;
  if (!first) return { code };
  const reply = await first();
  const worst = Math.max(code, reply.code ?? 0);
  return { ...reply, code: worst, ...(rest.length > 0 ? { next: () => chained(rest, worst) } : {}) };
}

async function spoken(call: Call, line: string): Promise<Reply> {
  const words = line.split(/\s+/).filter(Boolean);
  const echo: Reply = { out: `scontrol: ${line}\n` };
  return words.length === 0 ? echo : together([echo, await answer(call, words)]);
}
