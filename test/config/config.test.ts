/** The config: mistakes are named with their place and a suggestion, and what is said describes the cluster. */

import { describe, expect, test } from "vitest";
import { describeCluster } from "../../src/config/cluster.ts";
import { readConfig } from "../../src/config/config.ts";
import { sections } from "../../src/config/keys.ts";
import { commentedConfig, standingConfig } from "../../src/config/template.ts";
import { nearest } from "../../src/model/nearest.ts";

const machine = { host: "laptop", cpus: 8, memory: 16 * 2 ** 30, gpus: 0 };

function configOf(text: string) {
  const read = readConfig(text);
  if ("findings" in read) throw new Error(JSON.stringify(read.findings));
  return read.config;
}

const cluster = (text: string) => describeCluster(configOf(text), machine);

describe("what is wrong is named with its place", () => {
  test.each([
    ["stict = true", "1:1: there is no key stict here; did you mean strict?"],
    ["[queue.long]", "1:2: there is no key queue here; did you mean queues?"],
    ["[queues.long]\nmax_tiem = '1d'", "2:1: there is no key max_tiem here; did you mean max_time?"],
    ["[queues.long]\n  max_time = '1 week'", '2:14: max_time is "1 week"; expected a time'],
    ["[queues.long]\nstate = 'open'", '2:9: state is "open"; expected one of "up", "down", "drain", "inactive"'],
    ["[[nodes]]\ncpus = 0\nname = 'a'", "2:8: cpus is 0; expected a whole number from 1"],
    ["[[nodes]]\ncpus = 2", '1:3: a node needs a name, as name = "node1"'],
    ["nodes = 'four'", '1:9: nodes is "four"; expected a number from 1 to 1024, or tables'],
    ["machine = 8", "1:11: machine is 8; expected a table, as [machine]"],
    ["[machine]\nmemory = 16", "2:10: memory is 16; expected a size"],
    ["[modules]\n'gcc/*' = 3", "2:11: gcc/* is 3; expected a text or a table"],
    ["[modules.x]\npaht = '/x'", "2:1: there is no key paht here; did you mean path?"],
    ["[variables]\n'A-B' = 'x'", "2:1: A-B is no name of a variable"],
    ["strict = yes", "1:10: "],
    ["strict = true\nstrict = true", "2:1: "],
  ])("%j", (text, said) => {
    const read = readConfig(text);
    const [first] = "findings" in read ? read.findings : [];
    expect(`${first?.at.line}:${first?.at.column}: ${first?.message}`).toContain(said);
  });

  test("all that is wrong is named, in the order of the text", () => {
    const read = readConfig("nodes = 0\nstict = 1\n[machine]\ncpu = 4\n");
    expect("findings" in read && read.findings.map(({ at }) => at.line)).toEqual([1, 2, 4]);
  });

  test("a suggestion is near, or none is made", () => {
    expect(nearest("prioriy", ["priority", "state"])).toBe("priority");
    expect(nearest("tsate", ["priority", "state"])).toBe("state");
    expect(nearest("elephant", ["priority", "state"])).toBeNull();
  });
});

describe("what is said describes the cluster", () => {
  test("nothing said is the machine as it is", () => {
    expect(cluster("")).toMatchObject({ nodes: [{ name: "laptop", cpus: 8 }], queues: [], strict: false });
  });

  test("virtual nodes share the machine, and the first has its name", () => {
    const { nodes } = cluster("nodes = 3");
    expect(nodes.map(({ name, cpus }) => `${name} ${cpus}`)).toEqual(["laptop 2", "laptop-2 3", "laptop-3 3"]);
    expect(cluster("nodes = 16").nodes.every(({ cpus }) => cpus === 1)).toBe(true);
  });

  test("named nodes are what they are said to be, and have a share of what is not said", () => {
    const { nodes } = cluster(
      '[[nodes]]\nname = "n[01-02]"\ncpus = 64\nfeatures = ["ib"]\n[[nodes]]\nname = "fat"\ngpus = "a100:2"',
    );
    expect(nodes).toMatchObject([
      { name: "n01", cpus: 64, features: ["ib"], gpus: 0 },
      { name: "n02", cpus: 64 },
      { name: "fat", cpus: 3, gpus: 2, gpuType: "a100" },
    ]);
  });

  test("queues have their limits in seconds; the first is the default one unless another says so", () => {
    const { queues } = cluster(
      '[queues.short]\nmax_time = "2:00:00"\n[queues.long]\nmax_time = "7-00:00:00"\ndefault_time = "30m"\nusers = ["ada"]',
    );
    expect(queues).toMatchObject([
      { name: "short", isDefault: true, maxWallTime: 7200, defaultWallTime: null, sequence: 0 },
      { name: "long", isDefault: false, maxWallTime: 604_800, defaultWallTime: 1800, users: ["ada"], sequence: 1 },
    ]);
    expect(cluster("[queues.a]\n[queues.b]\ndefault = true").queues.map(({ isDefault }) => isDefault)).toEqual([
      false,
      true,
    ]);
  });

  test("the machine may be made smaller, or said to have GPUs", () => {
    expect(cluster('[machine]\ncpus = 2\nmemory = "1.5G"\ngpus = "h100:4"').nodes).toEqual([
      { name: "laptop", cpus: 2, memory: 1.5 * 2 ** 30, gpus: 4, gpuType: "h100" },
    ]);
  });

  test("module names are patterns, and texts are short for tables", () => {
    const { modules } = configOf(
      "[modules]\n'gcc/*' = ''\n'torch*' = 'conda:torch'\ncuda = 'refuse'\nR = '/opt/R/bin'\nx = { variables = { A = 1 } }",
    );
    expect(modules.map(({ name, conda, refuse, path }) => [name, conda, refuse !== null, path])).toEqual([
      ["gcc/*", null, false, null],
      ["torch*", "torch", false, null],
      ["cuda", null, true, null],
      ["R", null, false, ["/opt/R/bin"]],
      ["x", null, false, null],
    ]);
  });
});

describe("the table of keys", () => {
  test("the commented file has every key, and with its comments taken away it is a config", () => {
    const text = commentedConfig();
    expect("config" in readConfig(text)).toBe(true);
    const bare = text.replaceAll(/^# (?=\[|[\w"]+ = )/gm, "").replace(/^state = .*$/m, 'state = "up"');
    expect(readConfig(bare)).toHaveProperty("config");
    for (const { keys } of sections)
      for (const key of Object.keys(keys)) expect(bare).toMatch(new RegExp(`^${key} = `, "m"));
  });

  test("what holds is shown with where it is from", () => {
    const shown = standingConfig('strict = true\n[queues.long]\nmax_time = "7d"\n', "config.toml");
    expect(shown).toMatch(/^strict +true +config\.toml:1$/m);
    expect(shown).toMatch(/^queues\.long\.max_time +"7d" +config\.toml:3$/m);
    expect(shown).toMatch(/^machine\.cpus +all there are +default$/m);
  });
});
