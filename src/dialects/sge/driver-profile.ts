/** Owns what a real Grid Engine tells of itself: queues, hosts, parallel environments, resources, default options. */

import type { Driver, LineReply } from "../../language/driver.ts";
import type { ComplexDescription } from "../../model/cluster.ts";
import { noLimits, type ProfiledNodes, type ProfiledQueue, type SiteProfile } from "../../model/site-profile.ts";
import { bytesOf, secondsOf, complexes as usualComplexes } from "./complexes.ts";

const plain = { TZ: "UTC", LC_ALL: "C" };
const line = (...argv: readonly string[]) => ({ argv, variables: plain });

export const profileQuestions: Driver["profile"] = {
  first: () => [
    line("qconf", "-sql"),
    line("qconf", "-spl"),
    line("qconf", "-sc"),
    line("qhost"),
    line(
      "sh",
      "-c",
      'cell=$SGE_CELL; cat "$SGE_ROOT"/"$(printf %s "$cell" | grep . || echo default)"/common/sge_request',
    ),
    line("qconf", "-help"),
  ],
  further: ([queues, environments]) => [
    ...namesIn(queues).map((name) => line("qconf", "-sq", name)),
    ...namesIn(environments).map((name) => line("qconf", "-sp", name)),
  ],
  read: ([, , complexes, hosts, requests, help], described) => {
    const tables = described.map(tableOf);
    const queues = tables.filter((table) => table.has("qname"));
    return {
      ...{ family: "sge", version: help?.out.split("\n")[0]?.trim() ?? "", name: null },
      nodes: nodesOf(hosts),
      queues: queues.map(queueOf),
      environments: tables.filter((table) => table.has("pe_name")).map(environmentOf),
      complexes: complexesOf(complexes),
      ...{ accounts: [], qualities: [] },
      defaults: defaultsOf(requests),
      limits: { ...noLimits, notifyTime: secondsOf(queues[0]?.get("notify") ?? "") },
    };
  },
};

function namesIn(reply: LineReply | undefined): readonly string[] {
  return reply === undefined || reply.code !== 0 ? [] : reply.out.split(/\s+/).filter((name) => name !== "");
}

type Table = ReadonlyMap<string, string>;

function tableOf({ out }: LineReply): Table {
  const whole = out.replaceAll(/\\\n\s*/g, "");
  return new Map([...whole.matchAll(/^(\S+) +(.*?) *$/gm)].map(([, name = "", value = ""]) => [name, value]));
}

function queueOf(table: Table): ProfiledQueue {
  const limit = table.get("h_rt") ?? "INFINITY";
  return {
    ...{ name: table.get("qname") ?? "", isDefault: false, defaultTime: null, priority: null, state: "up" },
    maxTime: limit === "INFINITY" ? null : secondsOf(limit),
    // "4,[big=8]": what holds where nothing is said of a host.
    slots: Number.parseInt(table.get("slots") ?? "1", 10),
    order: Number.parseInt(table.get("seq_no") ?? "0", 10),
  };
}

function environmentOf(table: Table): SiteProfile["environments"][number] {
  return {
    name: table.get("pe_name") ?? "",
    slots: Number(table.get("slots") ?? 0),
    allocationRule: table.get("allocation_rule") ?? "$pe_slots",
  };
}

const kinds: Readonly<Record<string, ComplexDescription["kind"]>> = {
  ...{ INT: "integer", DOUBLE: "double", MEMORY: "memory", TIME: "time", BOOL: "boolean" },
};

function complexesOf(reply: LineReply | undefined): SiteProfile["complexes"] {
  const usual = new Map(usualComplexes.map((one) => [one.name, one]));
  const rows = (reply?.out ?? "").split("\n").filter((row) => row !== "" && !row.startsWith("#"));
  return rows
    .map((row) => row.split(/\s+/))
    .map(([name = "", shortcut = "", kind = "", , , consumes = "NO"]) => ({
      ...{ name, shortcut, kind: kinds[kind] ?? "string", consumable: consumes !== "NO" },
    }))
    .filter(({ name, consumable }) => usual.get(name)?.consumable !== consumable);
}

/** After two lines of heading and one of the whole cluster. */
function nodesOf(reply: LineReply | undefined): readonly ProfiledNodes[] {
  const rows = (reply?.out ?? "")
    .split("\n")
    .slice(3)
    .filter((row) => row.trim() !== "");
  return rows.map((row) => {
    const [names = "", , cpus = "1", , , , , memory = ""] = row.split(/\s+/);
    return { names, cpus: Number(cpus) || 1, memory: bytesOf(memory) ?? 0, gpus: null, features: [] };
  });
}

function defaultsOf(reply: LineReply | undefined): readonly string[] {
  if (reply === undefined || reply.code !== 0) return [];
  return reply.out.split("\n").filter((row) => row.trim() !== "" && !row.startsWith("#"));
}
