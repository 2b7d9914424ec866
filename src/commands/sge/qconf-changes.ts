/** Owns what qconf changes: objects made, edited, read from files and removed; attributes; the table of resources. */

import { complexChanges } from "../../dialects/sge/complex-table.ts";
import { complexesText, type Entries, entriesText } from "../../dialects/sge/configuration-objects.ts";
import { type ObjectKind, objectKinds } from "../../dialects/sge/definable-objects.ts";
import { fileWords, readWhole, worded } from "../../dialects/sge/object-reading.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { ChangeAsk } from "./qconf-ask.ts";
import { changeAttribute, purgeAttribute } from "./qconf-attributes.ts";
import { edited } from "./qconf-editor.ts";
import { fileText } from "./qconf-files.ts";
import { keep } from "./qconf-keeping.ts";
import { changeConfiguration, changeHosts } from "./qconf-site.ts";
import { changeUsers } from "./qconf-users.ts";

/** What the option does; null where no change of that name is kept here. Throws RefusedError. */
export function changeFor(option: string): ((ask: ChangeAsk) => Promise<Reply>) | null {
  const [deed = "", ...rest] = option;
  const kind = objectKinds.find(({ letters }) => letters === rest.join(""));
  if (option === "mc" || option === "Mc") return changeComplexes;
  if (option === "purge") return purgeAttribute;
  if (/^[amdrAMDR]attr$/.test(option)) return changeAttribute;
  if (option === "au" || option === "du" || option === "dul") return changeUsers;
  if (/^[mM]conf$/.test(option)) return changeConfiguration;
  if (/^[ad][sh]$/.test(option)) return changeHosts;
  if (kind?.word === "exechost" && !"mM".includes(deed)) return null;
  const change = kind && deeds[deed];
  return change ? (ask) => change(ask, kind) : null;
}

const deeds: Readonly<Record<string, (ask: ChangeAsk, kind: ObjectKind) => Promise<Reply>>> = {
  a: add,
  A: (ask, kind) => fromFile(ask, kind, true),
  m: edit,
  M: (ask, kind) => fromFile(ask, kind, false),
  d: remove,
};

async function add({ context, words: [name = "template"] }: ChangeAsk, kind: ObjectKind): Promise<Reply> {
  const cluster = context.verbs.description;
  const isThere = kind.names(cluster).includes(name);
  const isKeptAsShown = kind.words.unchanged !== "file unchanged";
  if (isThere && isKeptAsShown) return no(kind.words.exists(name));
  const template = kind.template(cluster, name);
  const said = await editedEntries(context, kind, template);
  // A group or a queue is made as it was shown, too.
  if (said === null && !isKeptAsShown) return no(kind.words.unchanged);
  if (isThere) return no(kind.words.exists(name));
  return define(context, kind, { before: template, after: said ?? template, isNew: true });
}

async function edit({ context, words: [name = ""] }: ChangeAsk, kind: ObjectKind): Promise<Reply> {
  const cluster = context.verbs.description;
  if (!kind.names(cluster).includes(name)) return no(kind.words.notThere(name));
  const before = kind.entries(cluster, name);
  const after = await editedEntries(context, kind, before);
  return after === null ? no(kind.words.unchanged) : define(context, kind, { before, after, isNew: false });
}

async function editedEntries(context: Context, kind: ObjectKind, entries: Entries): Promise<Entries | null> {
  const before = entriesText(entries, kind.width);
  const { path, text } = await edited(context, before);
  return text === before ? null : readEntries(text, { path, known: entries, kind });
}

async function fromFile(ask: ChangeAsk, kind: ObjectKind, isNew: boolean): Promise<Reply> {
  const { context, words } = ask;
  const [path] = words;
  if (path === undefined) return no("no file argument given");
  const isQuiet = isNew && ["queue", "hostgroup"].includes(kind.word);
  const said = { last: isQuiet ? null : kind.words.unreadable(path), code: isNew && kind.word === "hostgroup" ? 0 : 1 };
  const text = await fileText(context, path, said);
  const cluster = context.verbs.description;
  const after = readEntries(text, { path, known: kind.template(cluster, "template"), kind });
  const name = String(after[0]?.[1]);
  const isThere = kind.names(cluster).includes(name);
  if (isThere === isNew) return no(isNew ? kind.words.exists(name) : kind.words.unknown(name));
  const before = isNew ? kind.template(cluster, name) : kind.entries(cluster, name);
  return define(context, kind, { before, after, isNew, path });
}

interface Reading {
  readonly path: string;
  readonly known: Entries;
  readonly kind: ObjectKind;
}

function readEntries(text: string, { path, known, kind }: Reading): Entries {
  const read = () => readWhole(text, known);
  const said = worded(read, fileWords(path, kind.words.unreadable(path)));
  return known.map(([key, value]) => [key, said.get(key) ?? value] as const);
}

interface Defining {
  readonly before: Entries;
  readonly after: Entries;
  readonly isNew: boolean;
  readonly path?: string;
}

function define(context: Context, kind: ObjectKind, { before, after, isNew, path = "" }: Defining): Reply {
  const cluster = context.verbs.description;
  const name = String(after[0]?.[1]);
  const old = new Map(before.map(([key, value]) => [key, String(value)]));
  const said = after.filter(([key, value], at) => at > 0 && old.get(key) !== String(value));
  const amendments = worded(
    () => kind.define(cluster, { name, isNew, said }),
    fileWords(path, kind.words.unreadable(path)),
  );
  keep(context, amendments);
  return yes(context, isNew ? `added "${name}" to ${kind.list}` : `modified "${name}" in ${kind.list}`);
}

async function remove({ context, words: [name = ""] }: ChangeAsk, kind: ObjectKind): Promise<Reply> {
  const cluster = context.verbs.description;
  if (!kind.names(cluster).includes(name)) return no(kind.words.unknown(name));
  const inUse = (job: { readonly queue: string }) => kind.word === "queue" && job.queue === name;
  if (context.verbs.select({ states: ["starting", "running", "suspended", "ending"] }).some(({ job }) => inUse(job)))
    return no("There are still running jobs in the queue. Deletion denied.");
  keep(context, kind.remove(cluster, name));
  return yes(context, `removed "${name}" from ${kind.listRemovedFrom ?? kind.list}`);
}

async function changeComplexes({ context, option, words: [path = ""] }: ChangeAsk): Promise<Reply> {
  const before = complexesText(context.verbs.description);
  const source =
    option === "mc"
      ? await edited(context, before)
      : {
          path,
          text: await fileText(context, path, { last: `Complex attribute file "${path}" is not correct`, code: 1 }),
        };
  const { user, verbs } = context;
  const changes = worded(
    () => complexChanges(source.text, verbs.description, `${user.name}@${verbs.description.host}`),
    (lines) => [...lines.map((line) => `error: ${line}`), `Complex attribute file "${source.path}" is not correct`],
  );
  if (changes.length === 0) return { err: "Complex attribute configuration has not been changed\n" };
  keep(
    context,
    changes.map(({ amendment }) => amendment),
  );
  return { err: changes.map(({ line }) => `${line}\n`).join("") };
}

function yes({ user, verbs }: Context, what: string): Reply {
  return { err: `${user.name}@${verbs.description.host} ${what}\n` };
}

function no(why: string): Reply {
  return { err: `${why}\n`, code: 1 };
}
