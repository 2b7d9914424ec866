/** Owns qconf: shows what this cluster is made of, and has it changed. */

import { absentReply } from "../../dialects/sge/absent-objects.ts";
import {
  type ConfigurationWorld,
  changeRefused,
  configurationUsage,
  isChange,
  type ShowRow,
  showRows,
} from "../../dialects/sge/configuration.ts";
import { userSeconds } from "../../dialects/sge/configuration-facts.ts";
import { isManager, notManager } from "../../dialects/sge/managers.ts";
import { objectsWith } from "../../dialects/sge/object-search.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { changeFor } from "./qconf-changes.ts";

export const qconf: Command = {
  dialect: "sge",
  name: "qconf",
  wordError: (message) => `${message}\n`,
  async run(context) {
    const { args } = context;
    if (args.length === 0) return { err: `${configurationUsage()}ERROR! no option argument\n`, code: 1 };
    return shown(context, args);
  },
};

// One option after the other, until one has nothing to show.
async function shown(context: Context, [word, ...rest]: readonly string[]): Promise<Reply> {
  if (word === undefined || word === "-verbose") return word === undefined ? {} : shown(context, rest);
  if (word === "-help") return { out: configurationUsage() };
  const name = word.slice(1);
  if (word.startsWith("-") && isChange(name)) return changed(context, name, rest);
  if (word === "-sobjl") return searched(context, rest);
  const row = showRows.find((one) => `-${one.name}` === word);
  if (!row) return { err: `error: invalid option argument "${word}"\nUsage: qconf -help\n`, code: 1 };
  const given = row.argument !== "" && rest[0] !== undefined && !rest[0].startsWith("-");
  if (row.argument !== "" && !row.optional && !given)
    return { err: `error: no option argument provided to "${word}"\n${configurationUsage()}`, code: 1 };
  // Queues may stand apart, too.
  const next = rest.findIndex((one) => one.startsWith("-"));
  const count = !given ? 0 : row.name !== "sq" ? 1 : next < 0 ? rest.length : next;
  const said = row.show(worldOf(context), rest.slice(0, count).join(" "));
  return replyOf(said, { row, next: () => shown(context, rest.slice(count)) });
}

async function searched(context: Context, rest: readonly string[]): Promise<Reply> {
  if (rest.length < 3)
    return {
      err: `error: no option argument provided to "${rest.at(-1) ?? "-sobjl"}"\n${configurationUsage()}`,
      code: 1,
    };
  return { out: objectsWith(context.verbs.description, rest), next: () => shown(context, rest.slice(3)) };
}

/** So many words at least must follow an option that changes something; lists of objects go on as far as they go. */
async function changed(context: Context, option: string, rest: readonly string[]): Promise<Reply> {
  const { user, verbs } = context;
  if (!isManager(user, verbs.description)) return { err: `${notManager(user.name)}\n`, code: 1 };
  const who = `${user.name}@${verbs.description.host}`;
  const absent = absentReply(option, { word: rest[0] ?? "", cluster: verbs.description, who });
  if (absent !== null && (rest[0] !== undefined || absentWithoutWords.includes(option))) return absent;
  const change = changeFor(option);
  if (!change) return { err: `${changeRefused(option)}\n`, code: 1 };
  const end = rest.findIndex((word) => word.startsWith("-"));
  const words = end < 0 ? rest : rest.slice(0, end);
  if (words.length === 0 && !withoutWords.includes(option))
    return { err: `error: no option argument provided to "-${option}"\n${configurationUsage()}`, code: 1 };
  const reply = await change({ context, option, words });
  return reply.code || end < 0 ? reply : { ...reply, next: reply.next ?? (() => shown(context, rest.slice(end))) };
}

const absentWithoutWords: readonly string[] = ["dstree", "tsm"];
const withoutWords: readonly string[] = ["mc", "mconf", "aq", "ahgrp", "Aq"];

function replyOf(
  { out, err }: ReturnType<ShowRow["show"]>,
  { row, next }: { readonly row: ShowRow; readonly next: () => Promise<Reply> },
): Reply {
  // A user nobody knows is no failure.
  return err !== "" && row.name !== "suser" ? { out, err, code: 1 } : { out, err, next };
}

function worldOf(context: Context): ConfigurationWorld {
  const { verbs, clock, machineUse } = context;
  return { cluster: verbs.description, users: usersOf(context), use: machineUse(), now: clock.now() };
}

// Whoever has no jobs any more is remembered for a while.
function usersOf({ verbs, user, clock }: Context): readonly string[] {
  const all = verbs.select({ endedSince: clock.now() - userSeconds * 1000 });
  return [...new Set([user.name, ...all.map(({ job }) => job.user.name)])].sort();
}
