/** Owns what qconf changes of the cluster as a whole: its configuration, and the hosts from which it is used. */

import { clusterEntries } from "../../dialects/sge/configuration-facts.ts";
import { type Entries, entriesText } from "../../dialects/sge/configuration-objects.ts";
import { isHost } from "../../dialects/sge/host-view.ts";
import { fileWords, readWhole, Unreadable, worded } from "../../dialects/sge/object-reading.ts";
import { ruleOf } from "../../dialects/sge/site-rules.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { SiteRules } from "../../model/cluster.ts";
import type { ChangeAsk } from "./qconf-ask.ts";
import { edited } from "./qconf-editor.ts";
import { fileText } from "./qconf-files.ts";
import { keep } from "./qconf-keeping.ts";

/** `-mconf` and `-Mconf`. A file is called as the configuration is that it holds, and there is only the one for all hosts. */
export async function changeConfiguration({ context, option, words: [word = "global"] }: ChangeAsk): Promise<Reply> {
  const name = option === "mconf" ? word : word.replace(/^.*\//, "");
  const { description } = context.verbs;
  if (name !== "global") {
    const known = isHost(name, description.host);
    const unknown = known
      ? ""
      : `can't resolve hostname "${option === "mconf" ? name : word}": can't resolve host name\n`;
    return { err: `${unknown}configuration ${name} does not exist\n`, code: 1 };
  }
  const before = clusterEntries(description);
  const text = entriesText(before, 29);
  const given =
    option === "mconf"
      ? await edited(context, text)
      : { path: word, text: await fileText(context, word, { last: "error reading in file", code: 1 }) };
  const site = worded(() => rulesOf(before, given.text), fileWords(given.path, "error reading in file"));
  if (option === "mconf" && given.text === text) return { err: "configuration unchanged\n", code: 1 };
  change(context, site);
  return { err: `${context.user.name}@${description.host} modified "global" in configuration list\n` };
}

function rulesOf(before: Entries, text: string): SiteRules {
  const old = new Map(before.map(([key, value]) => [key, String(value)]));
  const changed = [...readWhole(text, before)].filter(([key, value]) => old.get(key) !== value);
  const rules = changed.map(([key, value]) => {
    const rule = ruleOf(key, value);
    if (!rule) throw new Unreadable([`"${key}" is not changed here, where nothing looks at it`]);
    return rule;
  });
  return Object.assign({}, ...rules);
}

/** `-as`, `-ds`, `-ah` and `-dh`: the one host there is can be closed to submissions, or to administration. */
export async function changeHosts({ context, option, words: [names = ""] }: ChangeAsk): Promise<Reply> {
  const kind = option.endsWith("s") ? submission : administration;
  const told = names.split(",").map((name) => (option.startsWith("a") ? opened : closed)(context, kind, name));
  return { err: told.map(({ line }) => `${line}\n`).join(""), code: told.every(({ good }) => good) ? 0 : 1 };
}

interface Use {
  readonly key: "submission" | "administration";
  readonly word: string;
  readonly list: string;
}

const submission: Use = { key: "submission", word: "submithost", list: "submit host list" };
const administration: Use = { key: "administration", word: "adminhost", list: "administrative host list" };

function opened(context: Context, { key, word, list }: Use, name: string) {
  const { host, site } = context.verbs.description;
  if (!isHost(name, host)) return { line: `can't resolve hostname "${name}"`, good: false };
  if (!site?.closedTo?.[key]) return { line: `${word} "${host}" already exists`, good: false };
  change(context, { closedTo: { ...site.closedTo, [key]: false } });
  return { line: `${host} added to ${list}`, good: true };
}

function closed(context: Context, { key, word, list }: Use, name: string) {
  const { host, site } = context.verbs.description;
  if (!isHost(name, host) || site?.closedTo?.[key])
    return { line: `denied: ${word} "${name}" does not exist`, good: false };
  change(context, { closedTo: { ...site?.closedTo, [key]: true } });
  return { line: `${context.user.name}@${host} removed "${host}" from ${list}`, good: true };
}

function change(context: Context, site: SiteRules): void {
  keep(context, [{ kind: "site", name: "global", change: site }]);
}
