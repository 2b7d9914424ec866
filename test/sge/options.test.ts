import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mannerOf, qsubOptions } from "../../src/dialects/sge/options.ts";
import { qstatOptions } from "../../src/dialects/sge/qstat-options.ts";
import { parseJob } from "../../src/dialects/sge/reading.ts";
import { specFields } from "../../src/model/spec.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/sge");
const manual = readFileSync(join(fixtures, "qsub-options.txt"), "utf8").split("\n").filter(Boolean);

describe("qsub's table", () => {
  test("has a row for every option of the manual", () => {
    const names = qsubOptions.rows.map(({ name }) => name);
    expect(manual.filter((name) => !names.includes(name))).toEqual([]);
  });

  test("has no option twice", () => {
    const names = qsubOptions.rows.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test("says in every row what the option is for, and why where it has no effect", () => {
    for (const { name, help, effect } of [...qsubOptions.rows, ...qstatOptions.rows]) {
      expect(help, name).not.toBe("");
      if (effect.standing.kind !== "honoured") expect(effect.standing.why, name).not.toBe("");
    }
  });

  test("sets only fields that there are", () => {
    const fields = Object.keys(specFields);
    for (const { name, effect } of qsubOptions.rows)
      expect(
        effect.fields.filter((field) => !fields.includes(field)),
        name,
      ).toEqual([]);
  });

  test("words a missing argument for every option that takes one", () => {
    for (const { name, effect } of qsubOptions.rows)
      if (effect.takes !== "nothing") expect(mannerOf(name).missing(`-${name}`), name).toMatch(/^-.* option must /);
  });
});

describe("what is written is read again", () => {
  const lines = [
    ["-N", "name"],
    ["-t", "2-10:3"],
    ["-tc", "2"],
    ["-pe", "smp", "2-4,8"],
    ["-l", "h_rt=3600,h_vmem=1.5G,arch=lx-*"],
    ["-q", "all.q,long.q@vm"],
    ["-v", "A=1,B,C=x=y"],
    ["-V"],
    ["-hold_jid", "12,first,sec*"],
    ["-hold_jid_ad", "12"],
    ["-m", "abe"],
    ["-M", "a@b.example,c"],
    ["-j", "y"],
    ["-r", "n"],
    ["-p", "-100"],
    ["-o", "vm:/tmp/$JOB_ID.out"],
    ["-S", "/bin/bash"],
    ["-wd", "/tmp"],
    ["-cwd"],
    ["-notify"],
    ["-A", "account"],
    ["-P", "project"],
    ["-binding", "set linear:2"],
  ];
  test.each(lines.map((line) => [line.join(" "), line] as const))("%s", (_, line) => {
    const words = line[0] === "-binding" ? ["-binding", "set", "linear:2"] : line;
    const { spec } = parseJob({ args: words, script: null, file: "", now: 0 }).settled;
    const row = qsubOptions.rows.find(({ name }) => `-${name}` === line[0]);
    expect(row?.effect.write(spec)).toEqual(line.slice(1));
  });
});

describe("mistakes have a place", () => {
  test.each([
    ["#!/bin/sh\n\n#$ -N a -j maybe\n", "job.sh:3:9"],
    ["true\n#$ -l\n", "job.sh:2:4"],
    ["#$ -N a -badopt\n", "job.sh:1:9"],
  ])("%j", (script, where) => {
    expect(() => parseJob({ args: ["job.sh"], script, file: "job.sh", now: 0 })).toThrow(
      expect.objectContaining({ where }),
    );
  });
});
