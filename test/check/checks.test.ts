/** Every check finds what it is for and leaves its neighbours alone. */

import { describe, expect, test } from "vitest";
import { checks } from "../../src/check/checks.ts";
import { fixed } from "../../src/check/fix.ts";
import { plainCluster } from "../../src/model/cluster.ts";
import { found, world } from "./world.ts";

const slurm = (...lines: readonly string[]) => ["#!/bin/bash", ...lines, ""].join("\n");

/** A script, and where something is found: `line:column id`. Notes are left out. */
const rows: readonly (readonly [string, string, readonly string[]])[] = [
  ["a good script", slurm("#SBATCH --mem=4G -t 1:00:00 -o here/%j.out", "python a.py"), []],
  ["carriage returns", "#!/bin/bash\r\n#SBATCH -n 1\r\nls\r\n", ["1:12 crlf"]],
  ["a byte order mark", "\uFEFF#!/bin/bash\n#SBATCH -n 1\n", ["1:1 bom"]],
  ["no interpreter", "#SBATCH -n 1\nls\n", ["1:1 no-interpreter"]],
  ["an interpreter in the second line", "\n#!/bin/bash\n#SBATCH -n 1\n", ["2:1 no-interpreter"]],
  ["an interpreter that is not here", "#!/bin/csh\n#SBATCH -n 1\n", ["1:3 interpreter-missing"]],
  ["an interpreter found by env", "#!/usr/bin/env python\n#SBATCH -n 1\n", []],
  ["dashes that are no hyphens", slurm("#SBATCH –ntasks=4", "#SBATCH —n 4"), ["2:9 unicode-dash", "3:9 unicode-dash"]],
  ["a dash in a comment", slurm("#SBATCH -n 4 # four – as agreed"), []],
  ["a no-break space", slurm("#SBATCH\u00a0-n 4"), ["2:8 no-break-space"]],
  ["a soft hyphen", slurm("#SBATCH \u00ad--nodes=2"), ["2:9 invisible-character"]],
  ["typographic quotes", slurm("#SBATCH -J “my job”"), ["2:12 curly-quote"]],
  ["a directive behind a command", slurm("ls", "#SBATCH -n 4"), ["3:1 directive-after-command"]],
  ["a directive in a here-document", slurm("cat <<EOF", "#SBATCH -n 4", "EOF"), []],
  ["an indented directive", slurm("  #SBATCH -n 4", "#SBATCH -N 1"), ["2:1 directive-indented"]],
  ["a blank behind the #", slurm("# SBATCH --mem 8G"), ["2:1 directive-space"]],
  ["a sentence about SBATCH", slurm("# SBATCH options are below"), []],
  ["small letters", slurm("#sbatch --ntasks=4"), ["2:1 directive-misspelt"]],
  ["a command line that is commented out", slurm("#sbatch --ntasks=4 job.sh", "#sbatch job.sh"), []],
  ["an unknown option", slurm("#SBATCH --ntask-per-node=4"), ["2:9 unknown-option"]],
  ["an ambiguous option", slurm("#SBATCH --ex"), ["2:9 ambiguous-option"]],
  ["a missing value", slurm("#SBATCH --ntasks"), ["2:9 missing-value"]],
  [
    "a value taken from the next line",
    slurm("#SBATCH -J", "#SBATCH -n 4"),
    ["2:9 swallowed-option", "3:12 stray-word"],
  ],
  ["an unwanted value", slurm("#SBATCH --hold=yes"), ["2:9 unwanted-value"]],
  ["a stray word", slurm("#SBATCH -J my job"), ["2:15 stray-word"]],
  ["an open quote", slurm('#SBATCH -J "my job'), ["2:12 quote-unmatched"]],
  ["a value that cannot be read", slurm("#SBATCH --time=soon"), ["2:9 bad-value"]],
  ["an option said twice", slurm("#SBATCH -n 1", "#SBATCH --ntasks=2"), ["2:9 repeated-option"]],
  ["an option said twice alike", slurm("#SBATCH -n 1", "#SBATCH --ntasks=1"), []],
  ["memory said in two ways", slurm("#SBATCH --mem=4G", "#SBATCH --mem-per-cpu=1G"), ["3:9 memory-exclusive"]],
  ["an option that is refused", slurm("#SBATCH --container=x"), ["2:9 refused-option"]],
  ["a heterogeneous job", slurm("#SBATCH hetjob"), ["2:9 refused-option"]],
  ["four megabytes", slurm("#SBATCH --mem=4"), ["2:9 memory-unit"]],
  ["all the memory there is", slurm("#SBATCH --mem=0"), []],
  ["24 minutes", slurm("#SBATCH --time=24:00"), ["2:9 time-unit"]],
  ["hours by the comment", slurm("#SBATCH -t 5 # 5 hours"), ["2:9 time-unit"]],
  ["minutes by the comment", slurm("#SBATCH -t 5 # 5 minutes", "ls"), []],
  ["thirty minutes", slurm("#SBATCH --time=30"), []],
  ["a shell variable", slurm("#SBATCH -J run_$USER"), ["2:9 variable-not-expanded"]],
  ["a placeholder", slurm("#SBATCH -A <project>"), ["2:9 placeholder"]],
  ["a placeholder of two words", slurm("#SBATCH -A <project id>"), ["2:9 placeholder"]],
  ["a tilde", slurm("#SBATCH -o ~/out.txt"), ["2:9 tilde"]],
  ["a value with a #", slurm("#SBATCH -J run#3"), ["2:15 value-cut"]],
  ["an escaped #", slurm("#SBATCH -J run\\#3"), []],
  ["one file for an array", slurm("#SBATCH -a 1-9 -o here/out.txt"), ["2:16 array-one-file"]],
  ["a file for each element", slurm("#SBATCH -a 1-9 -o here/%A_%a.txt"), []],
  ["a directory that is not there", slurm("#SBATCH -o logs/%j.out"), ["2:9 output-directory"]],
  ["no nodes", slurm("#SBATCH -N 0"), ["2:9 refused"]],
  ["an index beyond all limits", slurm("#SBATCH -a 1-2000000"), ["2:9 refused"]],
  ["a variable of Grid Engine", slurm("#SBATCH -n 1", "echo $NSLOTS"), ["3:6 foreign-variable"]],
  ["a variable with a default", slurm("#SBATCH -n 1", "echo $" + "{NSLOTS:-1}"), []],
  ["a job that ends early", slurm("#SBATCH -n 1", "python a.py &", "done"), ["3:13 background-at-end"]],
  ["a job that waits", slurm("#SBATCH -n 1", "python a.py &", "wait"), []],
  ["a command that is not here", slurm("#SBATCH -n 1", "frobnicate -x"), ["3:1 missing-command"]],
  ["commands that modules may bring", slurm("#SBATCH -n 1", "module load known/1", "frobnicate -x"), []],
  [
    "modules that bring nothing here",
    slurm("#SBATCH -n 1", "module load x", "frobnicate -x"),
    ["3:1 modules", "4:1 missing-command"],
  ],
  ["one of several modules", slurm("#SBATCH -n 1", "ml known/2 y/3"), ["3:1 modules"]],
  ["modules that are asked about only", slurm("#SBATCH -n 1", "module purge", "module list", "ml", "ml av x"), []],
  ["conda where there is none", slurm("#SBATCH -n 1", "conda activate torch"), ["3:1 conda"]],
  [
    "conda as it was activated once",
    slurm("#SBATCH -n 1", "module load a", "source activate torch"),
    ["3:1 modules", "4:1 conda"],
  ],
  ["conda that a file may bring", slurm("#SBATCH -n 1", ". ~/conda.sh", "conda activate torch"), []],
  ["a file of the site's that is sourced", slurm("#SBATCH -n 1", "source /opt/site/init.sh"), ["3:8 sourced-file"]],
  ["a file that is asked for first", slurm("#SBATCH -n 1", "if [ -r /opt/x ]; then", "  . /opt/x", "fi"), []],
  ["conda that a module may bring", slurm("#SBATCH -n 1", "module load known", "conda activate torch"), []],
  ["a function of the script", slurm("#SBATCH -n 1", "frob() { ls; }", "frob -x"), []],
  ["Grid Engine, good", slurm("#$ -cwd -l h_vmem=4G,h_rt=1:00:00 -o here/$JOB_ID.txt", "ls"), []],
  ["twelve bytes", slurm("#$ -l h_vmem=12"), ["2:4 memory-unit"]],
  ["48 seconds", slurm("#$ -l h_rt=48"), ["2:4 time-unit"]],
  ["braces in a path", slurm("#$ -o out.$" + "{JOB_ID}"), ["2:4 variable-not-expanded"]],
  ["a shell line read as options", slurm("#$ -cwd", "#$HOME/bin/run"), ["3:1 directive-by-accident"]],
  [
    "a here-document read as options",
    slurm("#$ -cwd", "cat <<EOF", "#$ -l h_rt=1:0:0", "EOF"),
    ["4:1 directive-in-document"],
  ],
  ["task 0", slurm("#$ -t 0-9"), ["2:4 refused"]],
  ["a value no complex takes", slurm("#$ -l h_rt=soon"), ["2:4 refused"]],
  ["srun in a Grid Engine job", slurm("#$ -cwd", "srun hostname"), ["3:1 foreign-command"]],
  ["$TASK_ID in a job", slurm("#$ -cwd -t 1-3", "echo $TASK_ID"), ["3:6 pseudo-variable"]],
  ["PBS, good", slurm("#PBS -l nodes=1:ppn=4,walltime=1:00:00,mem=4gb", "ls"), []],
  ["PBS, 24 seconds", slurm("#PBS -l walltime=24"), ["2:6 time-unit"]],
  ["PBS, behind a command", slurm("ls", "#PBS -l nodes=1"), ["3:1 directive-after-command"]],
  ["silenced on its line", slurm("#SBATCH --mem=4 # headnode: ignore memory-unit"), []],
  ["silenced for the next line", slurm("# headnode: ignore memory-unit, time-unit", "#SBATCH --mem=4 -t 24"), []],
  ["silenced for the file", slurm("#SBATCH --mem=4", "# headnode: ignore-file memory-unit"), []],
  ["silenced for another", slurm("#SBATCH --mem=4 # headnode: ignore time-unit"), ["2:9 memory-unit"]],
  ["no job script at all", "hello\n", []],
];

describe("headnode check", () => {
  test.each(rows)("%s", (_, script, expected) => {
    const places = found(script).filter(({ severity }) => severity !== "note");
    expect(places.map(({ line, column, id }) => `${line}:${column} ${id}`)).toEqual(expected);
  });

  test("every check that warns is shown at work here", () => {
    const shown = new Set(rows.flatMap(([, , expected]) => expected.map((place) => place.split(" ")[1])));
    const warning = checks.filter(({ severity, id }) => severity !== "note" && id !== "over-limit").map(({ id }) => id);
    expect(warning.filter((id) => !shown.has(id))).toEqual([]);
  });

  test("what is safe to mend is mended, and nothing is left of it", () => {
    const script = "\uFEFF#!/bin/bash\r\n#SBATCH –ntasks=4\u00a0—mem=4G\r\n#SBATCH -J “a b”\r\nls\r\n";
    const mended = fixed(script, found(script));
    expect(mended).toBe('#!/bin/bash\n#SBATCH --ntasks=4 --mem=4G\n#SBATCH -J "a b"\nls\n');
    expect(found(mended).filter(({ severity }) => severity !== "note")).toEqual([]);
  });

  test("a described cluster's limits are told", () => {
    const machine = plainCluster({ host: "vm", cpus: 4, memory: 2 ** 33, gpus: 0 });
    const queue = { isDefault: true, defaultWallTime: null, maxWallTime: 3600, slots: null, sequence: 0 };
    const cluster = { ...machine, queues: [{ name: "short", ...queue }] };
    const script = slurm("#SBATCH -t 2:00:00 -c 8 --mem=16G -N 2 -G 1");
    const ids = found(script, "slurm", { ...world, cluster }).map(({ id, message }) => `${id} ${message}`);
    expect(ids).toEqual([
      "over-limit queue short allows 60 minutes",
      "over-limit no node has more than 4 processors",
      "over-limit no node has more than 8192 MB",
      "over-limit the cluster has 1 node",
      "over-limit no node has more than 0 GPUs",
    ]);
    const elsewhere = found(slurm("#SBATCH -p long"), "slurm", { ...world, cluster });
    expect(elsewhere.map(({ message }) => message)).toEqual([
      "refused: invalid partition specified: long; Invalid partition name specified",
    ]);
  });
});
