/** Owns sacctmgr: lists of accounts, users and what else the accounting knows. Changes are refused. */

import {
  type Managed,
  type ManagedKind,
  type ManagedLine,
  managedKinds,
  userAssociationFields,
  userAssociations,
} from "../../dialects/slurm/account-manager.ts";
import { versionText } from "../../dialects/slurm/help.ts";
import { isOperator } from "../../dialects/slurm/partitions.ts";
import { sacctmgrOptions } from "../../dialects/slurm/plain-options.ts";
import type { PlainRequest } from "../../dialects/slurm/plain-request.ts";
import { reportCells, reportLayout, reportLines } from "../../dialects/slurm/report.ts";
import { accountingConfigText } from "../../dialects/slurm/settings.ts";
import type { Column } from "../../language/column.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { associations } from "./associations.ts";
import { plainCommand } from "./plain-command.ts";

export const sacctmgr: Command = plainCommand(
  { name: "sacctmgr", table: sacctmgrOptions, hint: false },
  "[OPTIONS] list|show WHAT [NAME…] [FIELD=VALUE…] [format=FIELDS]",
  (context, request) => {
    const [verb = "", what = "", ...words] = request.operands;
    if (begins("version", verb, 4)) return { out: versionText };
    if (begins("list", verb, 1) || begins("show", verb, 2)) return list(context, request, { what, words });
    if (changes.some((change) => begins(change, verb, 3)))
      return wrong(`sacctmgr: error: ${verb} is not done here: accounts and users are those that submit jobs`);
    return verb === "" ? wrong("sacctmgr: error: no command given") : wrong(`invalid keyword: ${verb}`);
  },
);

const changes = [
  "add",
  "archive",
  "clear",
  "create",
  "delete",
  "dump",
  "load",
  "modify",
  "reconfigure",
  "remove",
  "update",
];

interface Asked {
  readonly what: string;
  readonly words: readonly string[];
}

function list(context: Context, request: PlainRequest, { what, words }: Asked): Reply {
  // What the store says runs, runs: it is reconciled with the runner.
  if (begins("runawayjobs", what, 2))
    return { out: `Runaway Jobs: No runaway jobs found on cluster ${context.verbs.description.name}\n` };
  if (begins("configuration", what, 2))
    return { out: accountingConfigText({ cluster: context.verbs.description, now: context.clock.now() }) };
  if (begins("stats", what, 2) && !isOperator(context.user.uid, context.verbs.description)) return wrong(statsDenied);
  if (begins("stats", what, 2))
    return wrong(`sacctmgr: error: show ${what} is not done here: there is no database of its own`);
  const kind = managedKinds.find(({ word }) => begins(word, what, 1) || begins(`${word}s`, what, 1));
  if (!kind) return wrong(unknownEntity);
  const conditions = words
    .filter((word) => !/^(where|with\w*|wo\w*)$/i.test(word))
    .map((word) => condition(word, kind));
  const withAssociations = words.some((word) => /^withassoc/i.test(word)) || request.flag("associations");
  const format = conditions.find(({ field }) => begins("format", field, 2))?.value ?? null;
  const managed: Managed = { cluster: context.verbs.description, associations: associations(context) };
  const ofUsers = withAssociations && kind.word === "user";
  const unknown: string[] = [];
  const find = (name: string): Column<ManagedLine> => {
    const column = findField(kind, name);
    if (!column) unknown.push(name.trim());
    return column ?? missing;
  };
  const cells = reportCells(format ?? (ofUsers ? userAssociationFields : kind.usual).join(","), find);
  if (unknown.length > 0) return wrong(`Unknown field '${unknown[0]}'`);
  const lines = (
    ofUsers || (format !== null && kind.word === "user" && withAssociations) ? userAssociations : kind.lines
  )(managed);
  const wanted = conditions.filter(({ field }) => !begins("format", field, 2));
  return { out: reportLines(cells, lines.filter(matches(kind, wanted)), reportLayout(request.asks)) };
}

interface Condition {
  readonly field: string;
  readonly value: string;
}

function condition(word: string, { key }: ManagedKind): Condition {
  const [, field, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  return field === undefined ? { field: key, value: word } : { field: field.toLowerCase(), value: value ?? "" };
}

function matches(kind: ManagedKind, conditions: readonly Condition[]): (line: ManagedLine) => boolean {
  return (line) =>
    conditions.every(({ field, value }) => {
      const plain = /^names?$/.test(field) ? kind.key : field.replace(/s$/, "");
      const name = findField(kind, plain)?.ask.toLowerCase();
      return name === undefined || value.split(",").includes(line[name] ?? "");
    });
}

const missing: Column<ManagedLine> = { ask: "", heading: "", width: 0, right: true, value: () => "" };

// Names may be cut short, in any case; what is shown by another heading is known by that too.
function findField({ columns }: ManagedKind, name: string): Column<ManagedLine> | undefined {
  const wanted = name.trim().toLowerCase();
  if (wanted === "") return undefined;
  const named = (test: (text: string) => boolean) =>
    columns.find(({ ask, heading }) => test(ask.toLowerCase()) || test(heading.toLowerCase()));
  return named((text) => text === wanted) ?? named((text) => wanted.length > 1 && text.startsWith(wanted));
}

/** Whether a word may stand for the whole one: its beginning, with so many characters at least, in any case. */
function begins(whole: string, word: string, least: number): boolean {
  return word.length >= least && whole.startsWith(word.toLowerCase());
}

const statsDenied =
  "sacctmgr: accounting_storage/slurmdbd: acct_storage_p_get_stats: RC:2002 Your user doesn't have privilege to perform this action";

const unknownEntity = `No valid entity in list command
Input line must include "Account", "Association", "Cluster", "Configuration",
"Event", "Federation", "Problem", "QOS", "Resource", "Reservation",
"RunAwayJobs", "Stats", "Transaction", "TRES", "User", or "WCKey"`;

function wrong(message: string): Reply {
  return { err: `${message}\n`, code: 1 };
}
