/** Bad input through the real shims: the real commands' words and exit codes, never a stack trace, never a half-made job. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";

const noInterpreter = [
  "sbatch: error: This does not look like a batch script.  The first",
  "sbatch: error: line must start with #! followed by the path to an interpreter.",
  "sbatch: error: For instance: #!/bin/sh\n",
].join("\n");
const unreadable = "Unable to read script file because of error: ";

/** Command line, stderr, exit code. */
const rows: readonly (readonly [string, string, number])[] = [
  ["sbatch --nosuch", "sbatch: unrecognized option '--nosuch'\nTry \"sbatch --help\" for more information\n", 255],
  ["sbatch --time=abc --wrap true", "sbatch: error: Invalid --time specification\n", 255],
  ["sbatch -n x --wrap true", 'sbatch: error: Invalid numeric value "x" for --ntasks.\n', 1],
  ["sbatch nosuch.sh", "sbatch: error: Unable to open file nosuch.sh\n", 1],
  ["sbatch plain.sh", noInterpreter, 1],
  ["sbatch empty.sh", "sbatch: error: Batch script is empty!\n", 1],
  ["sbatch < /dev/null", "sbatch: error: Batch script is empty!\n", 1],
  [
    "sbatch dos.sh",
    "sbatch: error: Batch script contains DOS line breaks (\\r\\n)\nsbatch: error: instead of expected UNIX line breaks (\\n).\n",
    1,
  ],
  [
    "sbatch nul.sh",
    "sbatch: error: The Slurm controller does not allow scripts that\nsbatch: error: contain a NULL character '\\0'.\n",
    1,
  ],
  ["sbatch /bin/true", noInterpreter, 1],
  ["sbatch directory", "sbatch: error: Batch script is empty!\n", 1],
  [
    "sbatch big.sh",
    "sbatch: error: Batch job submission failed: Pathname of a file, directory or other parameter too long\n",
    1,
  ],
  ["sbatch -a 5-1 --wrap true", "sbatch: error: Batch job submission failed: Invalid job array specification\n", 1],
  ["sbatch -d foo --wrap true", "sbatch: error: Batch job submission failed: Job dependency problem\n", 1],
  ["squeue -j abc", "squeue: error: Invalid job id: abc\n", 1],
  ["squeue -j 999", "slurm_load_jobs error: Invalid job id specified\n", 1],
  ["scancel", "scancel: error: No job identification provided\n", 1],
  ["scancel abc", "scancel: error: Invalid job id abc\n", 1],
  ["qsub -nosuch", 'qsub: invalid option argument "-nosuch"\n', 2],
  ["qsub -N", "qsub: -N option must have argument\n", 2],
  ["qsub -l h_rt=1h -b y true", 'Unable to run job: attribute "h_rt" is not a time value\nExiting.\n', 1],
  ["qsub nosuch.sh", `${unreadable}error opening nosuch.sh: No such file or directory\n`, 14],
  ["qsub empty.sh", "Unable to run job: job rejected: no script in your request\nExiting.\n", 1],
  ["qsub < /dev/null", `${unreadable}no input read from stdin\n`, 4],
  ["qsub nul.sh", "Unable to run job: Script length does not match declared length\nExiting.\n", 1],
  [
    "qsub directory",
    `error: fread("directory") failed: Is a directory\n${unreadable}error reading from file directory\n`,
    4,
  ],
  ["qstat -j 999", "Following jobs do not exist: \n999\n", 1],
];

describe.each(chains)("bad input through the %s chain", (chain) => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster(chain);
    const file = (name: string, text: string) => writeFileSync(join(cluster.work, name), text);
    file("plain.sh", "echo no interpreter line\n");
    file("empty.sh", "");
    file("dos.sh", "#!/bin/sh\r\ntrue\r\n");
    file("nul.sh", "#!/bin/sh\necho a\0b\n");
    file("big.sh", `#!/bin/sh\n${"echo a line of a very long script\n".repeat(300_000)}`);
    mkdirSync(join(cluster.work, "directory"));
  });
  afterAll(() => cluster.close());

  test.each(rows)("%s", async (line, err, code) => {
    expect(await cluster.run(line)).toEqual({ out: "", err, code });
  });

  test("a script of 10 MB runs where the real one takes it", async () => {
    const ran = await cluster.run("qsub -sync y -o /dev/null -j y big.sh");
    expect(ran.code).toBe(0);
  });

  test("nothing of all that became a job", async () => {
    expect((await cluster.run("squeue -h -t all; qstat -u '*'")).out).toMatch(/^( *\d+ +\S+ +big\.sh .* CD .*\n)?$/);
  });
});
