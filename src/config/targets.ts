/** Owns what a config says of targets: clusters and machines that jobs are handed to. */

import type { ForwardTarget } from "../model/forwarding.ts";
import type { Config } from "./config.ts";
import { expandNames } from "./names.ts";

/** What holds of a target where nobody says otherwise. */
export const plainTarget: Omit<ForwardTarget, "name" | "kind" | "over"> = {
  ...{ variables: {}, sshOptions: [], files: "shared", directory: "", pollMs: 30_000 },
  ...{ environments: {}, memoryRequest: "h_vmem", gpuRequest: "gpu", hosts: [] },
};

/** The targets of a config. */
export function targetsOf(config: Config): readonly ForwardTarget[] {
  return config.targets.map((said) => ({
    ...plainTarget,
    name: said.name,
    kind: said.kind ?? "slurm",
    over: said.over ?? "here",
    variables: Object.fromEntries(said.variables ?? []),
    sshOptions: said.ssh_options ?? plainTarget.sshOptions,
    files: said.files ?? plainTarget.files,
    directory: said.directory ?? plainTarget.directory,
    pollMs: said.poll === null ? plainTarget.pollMs : said.poll * 1000,
    environments: Object.fromEntries(
      [...(said.environments ?? [])].map(([name, kind]) => [name, environmentKind(kind)]),
    ),
    memoryRequest: said.memory_request ?? plainTarget.memoryRequest,
    gpuRequest: said.gpu_request ?? plainTarget.gpuRequest,
    hosts: (said.hosts ?? []).flatMap(expandNames).map(hostOf),
  }));
}

/** What the slots of a parallel environment are: `threads`, `ranks`, or so many on each host. */
export function environmentKind(text: string): "threads" | "ranks" | number {
  if (text === "threads" || text === "ranks") return text;
  return Number(text) || "ranks";
}

/** `ada@node1:4`: a host and its slots, 0 (all that it has) if nothing is said. */
export function hostOf(text: string): { readonly name: string; readonly slots: number } {
  const [, name = text, slots = "0"] = /^(.*):([0-9]+)$/.exec(text) ?? [];
  return { name, slots: Number(slots) };
}
