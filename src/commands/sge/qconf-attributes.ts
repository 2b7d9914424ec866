/** Owns how qconf changes attributes of objects: one said on the command line, or those of a file. */

import { type AttributeAsk, attributeChange, noListValue } from "../../dialects/sge/attribute-change.ts";
import { configurationUsage } from "../../dialects/sge/configuration.ts";
import { type ObjectKind, objectKinds } from "../../dialects/sge/definable-objects.ts";
import { valueOn, withValueOn } from "../../dialects/sge/host-values.ts";
import { readAttributes, worded } from "../../dialects/sge/object-reading.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { ChangeAsk } from "./qconf-ask.ts";
import { keep } from "./qconf-keeping.ts";

/** `-aattr queue slots 4 all.q`, `-Mattr queue file all.q` and the like. */
export async function changeAttribute({ context, option, words }: ChangeAsk): Promise<Reply> {
  const [word = "", ...rest] = words;
  const kind = objectKinds.find((each) => each.word === word);
  if (!kind) return no(`Modification of object "${word}" not supported`);
  const deed = deedOf(option);
  if (option[0] === deed) {
    const [attribute = "", value = "", ...targets] = rest;
    if (rest.length < 2)
      return no(`error: no option argument provided to "${rest[0] ?? word}"\n${configurationUsage().trimEnd()}`);
    if (targets.length === 0) return no("qconf: missing object list");
    return each(targets, (target) =>
      changeOne(context, kind, { target, asks: [{ deed, attribute, value, owner: "" }] }),
    );
  }
  const [path = "", ...targets] = rest;
  const read = await context.files.read(path);
  if ("errno" in read)
    return no(
      `error: error opening file "${path}" for reading: No such file or directory\nerror: invalid option argument "${path}"\nUsage: qconf -help`,
    );
  const said = [...readAttributes(Buffer.from(read.bytes).toString("utf8"))];
  const asks = said.map(([attribute, value]): AttributeAsk => ({ deed, attribute, value, owner: "" }));
  return each(targets, (target) => changeOne(context, kind, { target, asks }));
}

/** `-purge queue slots all.q@host`: the host has no value of its own any more. */
export async function purgeAttribute({ context, words }: ChangeAsk): Promise<Reply> {
  const [word = "", attribute = "", target = ""] = words;
  const kind = objectKinds.find((one) => one.word === "queue" && one.word === word);
  if (!kind) return no(`error: Modification of object "${word}" not supported`);
  const [name = "", host] = target.split("@");
  if (!host) return no(`error: Given object_instance "${target}" is incomplete`);
  const cluster = context.verbs.description;
  if (!kind.names(cluster).includes(name)) return no(`error: Cluster queue entry "${name}" does not exist`);
  const before = kind.entries(cluster, name).find(([key]) => key === attribute);
  const text = before && withValueOn(String(before[1]), host, null);
  if (text === undefined || text === String(before?.[1]))
    return { err: `Attribute name ("${attribute}") and/or value ("${host}") not found\n` };
  keep(context, kind.define(cluster, { name, isNew: false, said: [[attribute, text]] }));
  return { out: modified(context, kind, name) };
}

function deedOf(option: string): AttributeAsk["deed"] {
  const letter = option[0]?.toLowerCase();
  return letter === "a" || letter === "d" || letter === "r" ? letter : "m";
}

function each(targets: readonly string[], change: (target: string) => Reply): Reply {
  const [first, ...rest] = targets;
  if (first === undefined) return {};
  const reply = change(first);
  return reply.code || rest.length === 0 ? reply : { ...reply, next: async () => each(rest, change) };
}

interface OneTarget {
  readonly target: string;
  readonly asks: readonly AttributeAsk[];
}

function changeOne(context: Context, kind: ObjectKind, { target, asks }: OneTarget): Reply {
  const cluster = context.verbs.description;
  const [name = "", host] = kind.word === "queue" ? target.split("@") : [target];
  const listless = asks.map(noListValue).find((text) => text !== null);
  if (listless) return no(listless);
  const isThere = kind.names(cluster).includes(name);
  // Names of hosts are resolved before anything else is looked at.
  if (!isThere && kind.word === "exechost") return no(kind.words.unknown(name));
  const entries = new Map(
    (isThere ? kind.entries(cluster, name) : kind.template(cluster, name)).map(([key, value]) => [key, String(value)]),
  );
  const owner = kind.word === "queue" || kind.word === "pe" ? name : kind.word;
  const strange = asks.find(({ attribute }) => !entries.has(attribute));
  const file = `error reading file: "${temporary}"`;
  if (strange)
    return no(`The attribute name ("${strange.attribute}") and/or value ("${strange.value}") is invalid\n${file}`);
  const changes = asks.map((ask) => {
    const text = entries.get(ask.attribute) ?? "";
    const { text: after, remarks } = attributeChange(host ? valueOn(text, host, cluster) : text, { ...ask, owner });
    return { remarks, said: [ask.attribute, host ? withValueOn(text, host, after) : (after ?? text)] as const };
  });
  const amendments = worded(
    () => kind.define(cluster, { name, isNew: !isThere, said: changes.map(({ said }) => said) }),
    (lines) => [...lines, file],
  );
  if (!isThere) return no(kind.words.unknown(name));
  keep(context, amendments);
  const remarks = changes.flatMap((change) => change.remarks.map((line) => `${line}\n`));
  return { out: `${remarks.join("")}${modified(context, kind, name)}` };
}

/** What the real one calls the file in which it keeps the words of the command line. */
const temporary = "/tmp/pid-0-000000";

function modified({ user, verbs }: Context, kind: ObjectKind, name: string): string {
  return `${user.name}@${verbs.description.host} modified "${name}" in ${kind.list}\n`;
}

function no(why: string): Reply {
  return { err: `${why}\n`, code: 1 };
}
