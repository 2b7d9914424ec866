/** Owns how what is known of a real cluster is written as a config, which describes it strictly. */

import type { ProfiledNodes, ProfiledQueue, SiteProfile } from "../model/site-profile.ts";

/** The text of a config that says of a cluster what its profile does. `at`: the day, for the first line. */
export function profileText(
  profile: SiteProfile,
  { target, at }: { readonly target: string; readonly at: string },
): string {
  const { name, limits, nodes, queues, environments, complexes, accounts, qualities, defaults, family } = profile;
  const sections: readonly string[] = [
    `# ${target}, as it was on ${at}: ${profile.version}. Used by headnode check --profile, or as HEADNODE_CONFIG.\nstrict = true\n`,
    table("cluster", [
      ["name", name],
      ["default_memory_per_cpu", limits.defaultMemoryPerCpu && size(limits.defaultMemoryPerCpu)],
      ["max_array_size", limits.maxArraySize],
      ["kill_wait", limits.killWait && duration(limits.killWait)],
      ["notify_time", limits.notifyTime && duration(limits.notifyTime)],
      ["min_job_age", limits.minJobAge && duration(limits.minJobAge)],
    ]),
    ...nodes.map(nodesText),
    ...queues.map(queueText),
    ...environments.map((one) =>
      table(`parallel_environments.${key(one.name)}`, [
        ["slots", one.slots],
        ["allocation_rule", one.allocationRule],
      ]),
    ),
    ...complexes.map((one) =>
      table(`complexes.${key(one.name)}`, [
        ["shortcut", one.shortcut],
        ["type", one.kind === "host" ? "string" : one.kind],
        ["consumable", one.consumable],
      ]),
    ),
    family === "slurm"
      ? table("slurm", [
          ["enforce_limits", limits.enforceLimits],
          ["enforce_accounts", limits.enforceAccounts],
          ["cancel_if_never_met", limits.cancelIfNeverMet],
          ["qualities", qualities.length > 0 ? qualities : null],
        ])
      : table("sge", [["defaults", defaults.length > 0 ? defaults : null]]),
    ...accounts.map((one) => table(`accounts.${key(one.name)}`, [["users", one.users]])),
  ];
  return sections.filter((text) => text !== "").join("\n");
}

type Value = string | number | boolean | readonly string[];
type Row = readonly [name: string, value: Value | null];

function nodesText({ names, cpus, memory, gpus, features }: ProfiledNodes): string {
  const devices = gpus && (gpus.type === null ? gpus.count : `${gpus.type}:${gpus.count}`);
  const rows: readonly Row[] = [
    ["name", names],
    ["cpus", cpus],
    ["memory", size(memory)],
    ["gpus", devices],
    ["features", features.length > 0 ? features : null],
  ];
  return `[[nodes]]\n${rowsText(rows)}`;
}

function queueText({ name, isDefault, maxTime, defaultTime, priority, state, slots, order }: ProfiledQueue): string {
  return table(`queues.${key(name)}`, [
    ["default", isDefault ? true : null],
    ["max_time", maxTime && duration(maxTime)],
    ["default_time", defaultTime && duration(defaultTime)],
    ["priority", priority === 1 ? null : priority],
    ["state", state === "up" ? null : state],
    ["slots", slots],
    ["order", order],
  ]);
}

function table(name: string, rows: readonly Row[]): string {
  const text = rowsText(rows);
  return text === "" ? "" : `[${name}]\n${text}`;
}

function rowsText(rows: readonly Row[]): string {
  return rows.map(([name, value]) => (value === null ? "" : `${name} = ${written(value)}\n`)).join("");
}

function written(value: Value): string {
  return JSON.stringify(value);
}

function key(name: string): string {
  return /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
}

function size(bytes: number): string {
  const units = [
    ["G", 2 ** 30],
    ["M", 2 ** 20],
    ["K", 2 ** 10],
  ] as const;
  const [unit, each] = units.find(([, count]) => bytes % count === 0) ?? ["M", 2 ** 20];
  return `${Math.round(bytes / each)}${unit}`;
}

function duration(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ] as const;
  const [unit, each] = units.find(([, count]) => seconds % count === 0) ?? ["s", 1];
  return `${seconds / each}${unit}`;
}
