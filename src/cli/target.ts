/** Owns `headnode target add|list|remove|test`: the words of a target, which the daemon keeps. */

import { expandNames } from "../config/names.ts";
import { environmentKind, hostOf, plainTarget } from "../config/targets.ts";
import { UsageError } from "../model/errors.ts";
import { type ForwardTarget, parseOver } from "../model/forwarding.ts";
import { insist } from "./daemon.ts";
import type { CliFacts, CliReply } from "./reply.ts";

/** What `headnode target` was asked. */
export interface TargetAsk {
  readonly what: "add" | "list" | "remove" | "test";
  readonly name: string;
  readonly slurm: boolean;
  readonly sge: boolean;
  readonly hosts: boolean;
  readonly host: readonly string[];
  readonly over: string;
  readonly variable: readonly string[];
  readonly "ssh-option": readonly string[];
  readonly copy: boolean;
  readonly directory: string;
  /** Seconds. */
  readonly poll: number;
  readonly pe: readonly string[];
  readonly memory: string;
  readonly gpus: string;
}

/** The reply of `headnode target …`. */
export function targetCommand(facts: CliFacts, asked: TargetAsk): Promise<CliReply> {
  const { what, name } = asked;
  if (what === "list") return insist(facts, ["target", "list"]);
  if (name === "") throw new UsageError(`say which: headnode target ${what} NAME`, 2);
  if (what === "add") return insist(facts, ["target", "put", JSON.stringify(targetAsked(facts, asked))]);
  return insist(facts, ["target", what, name]);
}

function targetAsked({ env }: CliFacts, asked: TargetAsk): ForwardTarget {
  const { name, over } = asked;
  if (!/^[A-Za-z][\w.-]*$/.test(name)) throw new UsageError(`${name} is no name: letters, digits, . _ and -`, 2);
  const kind = kindAsked(asked);
  const byOwnNames = kind === "hosts" && over === "ssh" && asked.host.length > 0;
  if (over !== "here" && !byOwnNames && parseOver(over).host === "")
    throw new UsageError(`--over takes here or ssh:user@host:port, not ${over}`, 2);
  if (kind !== "hosts" && asked.host.length > 0) throw new UsageError("--host is for --hosts: machines by name", 2);
  const given = over === "here" && kind !== "hosts" ? ownVariables(env, kind) : {};
  return {
    ...{ ...plainTarget, name, over, kind, sshOptions: asked["ssh-option"] },
    variables: { ...given, ...Object.fromEntries(asked.variable.map((text) => pair("--variable", text))) },
    ...{ files: asked.copy ? "copy" : "shared", directory: asked.directory, pollMs: asked.poll * 1000 },
    environments: Object.fromEntries(
      asked.pe.map((text) => pair("--pe", text)).map(([pe, kind]) => [pe, environmentKind(kind)]),
    ),
    ...{ memoryRequest: asked.memory, gpuRequest: asked.gpus, hosts: asked.host.flatMap(expandNames).map(hostOf) },
  };
}

function kindAsked({ slurm, sge, hosts }: TargetAsk): ForwardTarget["kind"] {
  const said = [slurm, sge, hosts].filter(Boolean).length;
  if (said !== 1)
    throw new UsageError("say what it runs: --slurm, --sge, or --hosts for machines without a scheduler", 2);
  return hosts ? "hosts" : slurm ? "slurm" : "sge";
}

const telling = { slurm: /^SLURM_CONF$/, sge: /^SGE_(ROOT|CELL|CLUSTER_NAME|QMASTER_PORT|EXECD_PORT)$/ };

/** What the caller's environment says of the scheduler on this machine. */
function ownVariables(env: CliFacts["env"], kind: "slurm" | "sge"): Readonly<Record<string, string>> {
  const found = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && telling[kind].test(name) ? [[name, value] as const] : [],
  );
  return Object.fromEntries(found);
}

function pair(option: string, text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`${option} takes NAME=value, not ${text}`, 2);
  return [text.slice(0, at), text.slice(at + 1)];
}
