/** Owns sshare: what accounts and users have used. */

import { rootName } from "../../dialects/slurm/associations.ts";
import { sshareOptions } from "../../dialects/slurm/plain-options.ts";
import type { PlainRequest } from "../../dialects/slurm/plain-request.ts";
import { fieldList, reportCells, reportLayout, reportLines } from "../../dialects/slurm/report.ts";
import {
  findShareField,
  flatAccount,
  longShareFormat,
  plainShareFormat,
  type ShareLine,
  shareFields,
  shareLines,
} from "../../dialects/slurm/shares.ts";
import type { Command } from "../../language/command.ts";
import { associations } from "./associations.ts";
import { plainCommand } from "./plain-command.ts";

export const sshare: Command = plainCommand(
  { name: "sshare", table: sshareOptions },
  "[OPTIONS]",
  (context, request) => {
    if (request.flag("fields")) return { out: fieldList(shareFields) };
    const format = request.text("format") ?? (request.flag("long") ? longShareFormat : plainShareFormat);
    const cells = reportCells(format, (name) => {
      const column = findShareField(name);
      return column.ask === flatAccount.ask && request.flag("usersOnly") ? flatAccount : column;
    });
    const wanted = shareLines(associations(context)).filter(isWanted(request, context.user.name));
    return { out: reportLines(cells, wanted, reportLayout(request.asks)) };
  },
);

// Users other than the caller are shown only if they, or all, are asked for; their accounts always, but not with -U.
function isWanted(request: PlainRequest, caller: string): (line: ShareLine) => boolean {
  const users = request.list("users") ?? (request.flag("all") ? null : [caller]);
  const accounts = request.list("accounts");
  return ({ account, user }) => {
    if (accounts && !accounts.includes(account) && (account !== rootName || user !== null)) return false;
    if (user === null) return !request.flag("usersOnly");
    return users === null || users.includes(user);
  };
}
