// The mail that jobs ask for: when it is sent, what it says, and how it goes out.

import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mailCommand } from "../../src/cli/mail.ts";
import { commands, dialects } from "../../src/commands/index.ts";
import { createPostOffice, type Posting } from "../../src/daemon/post-office.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";

describe("jobs are told of", () => {
  let world: TestWorld;
  beforeEach(async () => {
    world = await makeWorld({ commands, dialects, cpus: 2 });
    writeFileSync(join(world.work, "job.sh"), "#!/bin/sh\ntrue\n");
  });
  afterEach(() => world.close());

  const subjects = () => world.letters.map(({ to, subject }) => `${to.join()}: ${subject}`);
  const sbatch = (env: Record<string, string>, ...args: string[]) => world.run("sbatch", [...args, "job.sh"], { env });

  test("by Slurm at the beginning and the end, as --mail-type asks", async () => {
    await sbatch({ FAKE_SECONDS: "61" }, "--mail-type=ALL", "--mail-user=a@x,b@x", "-J", "fine");
    await sbatch({ FAKE_SECONDS: "5", FAKE_EXIT: "3" }, "--mail-type=FAIL", "-J", "bad");
    await sbatch({ FAKE_SECONDS: "5" }, "--mail-type=FAIL", "-J", "quiet");
    await sbatch({ FAKE_SECONDS: "5" }, "-J", "silent");
    await world.advance(300_000);
    expect(subjects()).toEqual([
      "a@x,b@x: Slurm Job_id=1 Name=fine Began, Queued time 00:00:00",
      "ada: Slurm Job_id=2 Name=bad Failed, Run time 00:00:05, FAILED, ExitCode 3",
      "a@x,b@x: Slurm Job_id=1 Name=fine Ended, Run time 00:01:01, COMPLETED, ExitCode 0",
    ]);
  });

  test("by Slurm when so much of the time is over, also after the daemon was away", async () => {
    await sbatch(
      { FAKE_SECONDS: "900" },
      "--mail-type=TIME_LIMIT_50,TIME_LIMIT_90,TIME_LIMIT,END",
      "-t",
      "10",
      "-J",
      "slow",
    );
    await world.advance(310_000);
    await world.restart();
    await world.advance(400_000);
    expect(subjects()).toEqual([
      "ada: Slurm Job_id=1 Name=slow Reached 50% of time limit, Run time 00:05:00",
      "ada: Slurm Job_id=1 Name=slow Reached 90% of time limit, Run time 00:09:00",
      "ada: Slurm Job_id=1 Name=slow Reached time limit, Run time 00:10:00",
      expect.stringMatching(/^ada: Slurm Job_id=1 Name=slow Ended, Run time 00:10:\d\d, TIMEOUT/),
    ]);
  });

  test("by Slurm once when what they wait for can no longer happen", async () => {
    await sbatch({ FAKE_SECONDS: "5", FAKE_EXIT: "3" }, "-J", "first");
    const waits = ["--mail-type=INVALID_DEPEND", "-d", "afterok:1"];
    await sbatch({}, ...waits, "-J", "left");
    await sbatch({}, ...waits, "-J", "killed", "--kill-on-invalid-dep=yes");
    await sbatch({}, ...waits, "-J", "many", "-a", "1-3");
    await sbatch({}, "--mail-type=BEGIN", "-d", "afterok:1", "-J", "other");
    await world.advance(60_000);
    await world.restart();
    await world.advance(60_000);
    expect(subjects()).toEqual([
      "ada: Slurm Job_id=2 Name=left Invalid dependency",
      "ada: Slurm Job_id=3 Name=killed Invalid dependency",
      "ada: Slurm Array Summary Job_id=4_* (4) Name=many Invalid dependency",
    ]);
    const { out } = await world.run("explain", ["2"]);
    expect(out).toContain("stranded: what it waits for can no longer happen\n");
  });

  test("by Slurm once for an array, or for each of its tasks", async () => {
    await sbatch({ FAKE_SECONDS: "5" }, "--mail-type=BEGIN,END", "-a", "1-3", "-J", "whole");
    await world.advance(60_000);
    await sbatch({ FAKE_SECONDS: "5" }, "--mail-type=END,ARRAY_TASKS", "-a", "1-2", "-J", "each");
    await world.advance(60_000);
    expect(subjects()).toEqual([
      "ada: Slurm Array Summary Job_id=1_* (1) Name=whole Began, Queued time 00:00:00",
      "ada: Slurm Array Summary Job_id=1_* (1) Name=whole Ended, Run time 00:00:05, COMPLETED, ExitCode [0-0]",
      "ada: Slurm Array Task Job_id=4_1 (5) Name=each Ended, Run time 00:00:05, COMPLETED, ExitCode 0",
      "ada: Slurm Array Task Job_id=4_2 (4) Name=each Ended, Run time 00:00:05, COMPLETED, ExitCode 0",
    ]);
  });

  test("by Grid Engine at the beginning, at suspension, at the end and when they are deleted", async () => {
    const qsub = (...args: string[]) =>
      world.run("qsub", ["-V", ...args, "job.sh"], { env: { FAKE_SECONDS: "10", QUIET: "1" } });
    await qsub("-N", "fine", "-m", "bes", "-M", "one@x,two@x");
    await world.run("qmod", ["-sj", "1"]);
    await world.run("qmod", ["-usj", "1"]);
    await world.advance(60_000);
    await qsub("-N", "gone", "-m", "a");
    await world.run("qdel", ["2"]);
    await world.advance(60_000);
    expect(subjects()).toEqual([
      "one@x,two@x: Job 1 (fine) Started",
      "one@x,two@x: Job 1 (fine) Suspended",
      "one@x,two@x: Job 1 (fine) Continued",
      "one@x,two@x: Job 1 (fine) Complete",
      "ada@node1: Job 2 (gone) Killed",
      "ada@node1: Job 2 (gone) Aborted",
    ]);
  });
});

describe("the post office", () => {
  let directory: string;
  const log: string[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "headnode-mail-"));
    log.length = 0;
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const office = (posting: Partial<Posting>) =>
    createPostOffice({
      ...{ outbox: join(directory, "mail"), from: "headnode@vm", log: (line: string) => log.push(line) },
      path: directory,
      posting: () => ({ to: null, desktop: false, ...posting }),
    });
  const letter = { to: ["-oQ/tmp", "b@x"], subject: "Job 1 ($(touch x)\nBcc: all@x) Ended", body: "fine\n" };
  const sendmail = (script: string) => {
    writeFileSync(join(directory, "sendmail"), `#!/bin/sh\ncd ${directory}\n${script}\n`);
    chmodSync(join(directory, "sendmail"), 0o755);
  };

  test("hands letters to sendmail, whose arguments no recipient becomes an option of", async () => {
    sendmail('printf "<%s>" "$@" >arguments; cat >text');
    const { send, emptied } = office({});
    send(letter);
    await emptied();
    expect(readFileSync(join(directory, "arguments"), "utf8")).toBe("<-i><--><-oQ/tmp><b@x>");
    const text = readFileSync(join(directory, "text"), "utf8");
    expect(text).toMatch(/^From: headnode@vm\nTo: -oQ\/tmp, b@x\nSubject: Job 1 \(\$\(touch x\) Bcc: all@x\) Ended\n/);
    expect(text).toMatch(/\n\nfine\n$/);
    expect(existsSync(join(directory, "mail"))).toBe(false);
  });

  test("keeps what no mailer takes, in the order in which it came, and `headnode mail` shows it", async () => {
    sendmail("echo no route to host >&2; exit 75");
    const { send, emptied } = office({});
    send(letter);
    send({ ...letter, subject: "second" });
    await emptied();
    expect(readdirSync(join(directory, "mail")).sort()).toEqual(["1.eml", "2.eml"]);
    expect(log).toHaveLength(2);
    expect(log[0]).toContain("exit code 75 no route to host");
    const facts = { env: { HEADNODE_HOME: directory }, cwd: "/", argv: [] };
    expect(mailCommand(facts, undefined).out).toMatch(/^ {3}1 .*-oQ\/tmp, b@x {2}Job 1 .*\n {3}2 .* second\n$/);
    expect(mailCommand(facts, "2").out).toMatch(/\nSubject: second\n[\s\S]*\n\nfine\n$/);
    expect(mailCommand(facts, "../2")).toMatchObject({ code: 1, err: expect.stringContaining("no mail ../2") });
  });

  test("sends nothing where that is configured, and tries no sendmail for the outbox", async () => {
    sendmail("touch called");
    const none = office({ to: "none" });
    none.send(letter);
    await none.emptied();
    const outbox = office({ to: "outbox" });
    outbox.send(letter);
    await outbox.emptied();
    expect(existsSync(join(directory, "called"))).toBe(false);
    expect(readdirSync(join(directory, "mail"))).toEqual(["1.eml"]);
    expect(log).toEqual([]);
  });
});
