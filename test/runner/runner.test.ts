import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { TimelineRow } from "../../src/model/launch.ts";
import { readRecords } from "../../src/runner/records.ts";
import { type Client, lives, onEachTest, type Rig, until } from "./rig.ts";

const row = (over: Partial<TimelineRow>): TimelineRow => ({
  ...{ afterMs: 0, signal: 0, scope: "leader", tag: "", notice: "" },
  ...over,
});

describe.each(["c", "node"] as const)("the %s runner", (twin) => {
  let rig: Rig;
  let client: Client;
  onEachTest(twin, (...made) => {
    [rig, client] = made;
  });

  test("says what it is", () => expect(client.processes.kind).toBe(twin));

  test("tells start and exit code", async () => {
    const before = Date.now();
    client.processes.launch(rig.shell("exit 42"));
    const ending = await client.end("1.0");
    expect(ending).toMatchObject({ code: 42, signal: null, tag: "" });
    expect(client.started.get("1.0")).toBeGreaterThan(1);
    expect(ending.startedAt).toBeGreaterThanOrEqual(before);
    expect(ending.endedAt).toBeGreaterThanOrEqual(ending.startedAt);
    expect(client.processes.running.size).toBe(0);
  });

  test("tells the signal a job died of", async () => {
    client.processes.launch(rig.shell("kill -SEGV $$"));
    expect(await client.end("1.0")).toMatchObject({ code: null, signal: 11 });
  });

  test("gives argv, environment, umask and directory exactly", async () => {
    mkdirSync(join(rig.directory, "a b"));
    const script = 'echo "$0|$*|$ONE|$(umask)|$(pwd)"; touch made';
    client.processes.launch(
      rig.launch({
        ...{ cwd: join(rig.directory, "a b"), umask: 0o027, file: "/bin/sh", stdout: "out", stderr: "" },
        ...{ argv: ["sh", "-c", script, "zero", "", "x y"], environment: [`PATH=${process.env.PATH}`, "ONE=a=b\nc"] },
      }),
    );
    await client.end("1.0");
    expect(rig.read("a b/out")).toBe(`zero| x y|a=b\nc|0027|${rig.directory}/a b\n`);
    expect(statSync(join(rig.directory, "a b/made")).mode & 0o777).toBe(0o640);
    expect(statSync(join(rig.directory, "a b/out")).mode & 0o777).toBe(0o640);
  });

  test("starts a login shell by its argv[0]", async () => {
    client.processes.launch(rig.launch({ file: "/bin/sh", argv: ["-sh", "-c", 'echo "$0"'] }));
    await client.end("1.0");
    expect(rig.read("out")).toBe("-sh\n");
  });

  test("makes the job the leader of its own session, without other descriptors or ignored signals", async () => {
    // Neither a pipe nor a redirection: for those a shell has descriptors of its own.
    const script = 'ps -o sid= -p $$; ls /proc/$$/fd; exec grep -E "SigIgn|SigBlk" /proc/self/status';
    client.processes.launch(rig.shell(script));
    await client.end("1.0");
    const [session, ...seen] = rig.read("out").trimEnd().split("\n");
    expect(Number(session)).toBe(client.started.get("1.0"));
    expect(seen.join(" ")).toMatch(/^0 1 2 SigBlk:\s0{16}/);
    expect(rig.read("out")).toMatch(/SigIgn:\s0{16}/);
  });

  test("cuts a limit down to the most that it may set itself", async () => {
    const most = execFileSync("bash", ["-c", "ulimit -Hn"]).toString().trim();
    client.processes.launch(rig.shell("ulimit -n", { limits: [`nofile=${Number(most) + 1}:`] }));
    await client.end("1.0");
    expect(rig.read("out")).toBe(`${most}\n`);
  });

  test("sets limits", async () => {
    client.processes.launch(
      rig.shell("ulimit -n; ulimit -Hn; ulimit -c; ulimit -t", {
        limits: ["nofile=123:456", "core=0:0", "cpu=unlimited:unlimited"],
      }),
    );
    expect(await client.end("1.0")).toMatchObject({ code: 0 });
    expect(rig.read("out")).toBe("123\n456\n0\nunlimited\n");
  });

  test("binds to processors", async () => {
    client.processes.launch(rig.shell("grep Cpus_allowed_list /proc/$$/status", { affinity: "0" }));
    await client.end("1.0");
    expect(rig.read("out")).toMatch(/:\s+0\n/);
  });

  test("appends or truncates, and shares one file between both outputs", async () => {
    for (const file of ["out", "same"]) writeFileSync(join(rig.directory, file), "before\n");
    const same = join(rig.directory, "same");
    client.processes.launch(rig.shell("echo out; echo err >&2"));
    client.processes.launch(
      rig.shell("echo out; echo err >&2; echo out", { key: "2.0", stdout: same, stderr: same, append: false }),
    );
    await client.end("1.0");
    await client.end("2.0");
    expect([rig.read("out"), rig.read("err"), rig.read("same")]).toEqual(["before\nout\n", "err\n", "out\nerr\nout\n"]);
  });

  test.each([
    ["cwd", { cwd: "/nowhere" }, "ENOENT", "/nowhere"],
    ["stdin", { stdin: "/nowhere/in" }, "ENOENT", "/nowhere/in"],
    ["stdout", { stdout: "/nowhere/out" }, "ENOENT", "/nowhere/out"],
    ["stderr", { stderr: "/" }, "EISDIR", "/"],
    ["exec", { file: "/nowhere/program" }, "ENOENT", "/nowhere/program"],
    ["exec", { file: "/etc/passwd" }, "EACCES", "/etc/passwd"],
  ] as const)("tells that a job failed at stage %s: %o", async (stage, over, errno, path) => {
    client.processes.launch(rig.launch(over));
    expect(await client.failure("1.0")).toEqual({ key: "1.0", stage, errno, path });
    expect(readRecords(rig.directory)).toMatchObject([{ key: "1.0", failed: { stage, errno } }]);
    expect(client.started.size).toBe(0);
  });

  test("tells that a program is in no known format", async () => {
    writeFileSync(join(rig.directory, "text"), "echo hello\n", { mode: 0o755 });
    client.processes.launch(rig.launch({ file: join(rig.directory, "text") }));
    expect(await client.failure("1.0")).toMatchObject({ stage: "exec", errno: "ENOEXEC" });
  });

  test("refuses a key that is no file name", async () => {
    client.processes.launch(rig.launch({ key: "../evil" }));
    expect(await client.failure("../evil")).toMatchObject({ stage: "record", errno: "EINVAL" });
  });

  test("goes to the fallback directory when the wanted one is gone", async () => {
    client.processes.launch(rig.shell("pwd", { cwd: "/nowhere", fallbackCwd: "/" }));
    await client.end("1.0");
    expect(rig.read("out")).toBe("/\n");
  });

  test("waits for the reader of a FIFO without keeping other jobs waiting, and can be cancelled meanwhile", async () => {
    execFileSync("mkfifo", [join(rig.directory, "pipe")]);
    client.processes.launch(rig.shell("echo through", { key: "fifo", stdout: join(rig.directory, "pipe") }));
    client.processes.launch(rig.shell("true"));
    await client.end("1.0");
    expect(client.ended.has("fifo")).toBe(false);
    client.processes.schedule("fifo", [row({ signal: 9, scope: "all", tag: "cancel" })], "replace");
    expect(await client.end("fifo")).toMatchObject({ signal: 9, tag: "cancel" });
  });

  test("measures processor time and memory of the job and its children", async () => {
    const burn = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
    client.processes.launch(rig.shell(`sh -c '${burn}'; ${burn}; sleep 0.3`));
    const ending = await client.end("1.0");
    const wall = ending.endedAt - ending.startedAt;
    expect(ending.userMicros + ending.systemMicros).toBeGreaterThan(50_000);
    expect((ending.userMicros + ending.systemMicros) / 1000).toBeLessThan(wall * 1.1);
    expect(ending.maxRssKiB).toBeGreaterThan(500);
    expect(ending.maxRssKiB).toBeLessThan(40_000);
  });

  test("keeps the timeline: a notice, a warning to the leader, then the end of everything", async () => {
    const script = 'trap "echo warned" USR1; sleep 300 & while :; do wait; done';
    const timeline = [
      row({ afterMs: 300, signal: 10 }),
      row({ afterMs: 600, signal: 9, scope: "all", tag: "limit", notice: "CANCELLED AT %T DUE TO TIME LIMIT\n" }),
      row({ afterMs: 600, tag: "cancel" }),
    ];
    client.processes.launch(rig.shell(script, { timeline }));
    const ending = await client.end("1.0");
    expect(ending).toMatchObject({ signal: 9, tag: "limit" });
    expect(client.tags).toEqual(["1.0 limit"]);
    expect(ending.endedAt - ending.startedAt).toBeGreaterThanOrEqual(599);
    expect(ending.endedAt - ending.startedAt).toBeLessThan(1500);
    expect(rig.read("out")).toBe("warned\n");
    expect(rig.read("err")).toMatch(/^CANCELLED AT \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d DUE TO TIME LIMIT\n$/);
  });

  test("writes a notice in the job's own output, in order, also when the file is not appended to", async () => {
    const timeline = [row({ afterMs: 300, notice: "notice\n" })];
    client.processes.launch(rig.shell("echo one; sleep 0.6; echo two", { timeline, stderr: "", append: false }));
    await client.end("1.0");
    expect(rig.read("out")).toBe("one\nnotice\ntwo\n");
  });

  test("takes a new timeline while a job runs", async () => {
    client.processes.launch(rig.shell("sleep 300", { timeline: [row({ afterMs: 2_000, signal: 15, tag: "limit" })] }));
    await client.start("1.0");
    client.processes.schedule("1.0", [row({ afterMs: 100_000, signal: 15 })], "replace");
    await sleep(2_300);
    expect(client.ended.size).toBe(0);
    client.processes.schedule("1.0", [row({ signal: 2, scope: "all", tag: "cancel" })], "add");
    expect(await client.end("1.0")).toMatchObject({ signal: 2, tag: "cancel" });
  });

  test("signals the processes that lead a group and have a variable, not the shell nor what they start", async () => {
    const waits = (name: string): string => `trap "echo ${name}" USR1; while :; do sleep 0.1; done`;
    writeFileSync(join(rig.directory, "rank.sh"), `(${waits("task")}) &\n${waits("rank")}\n`);
    const script = `trap "echo shell" USR1; (${waits("child")}) & (STEP=0 setsid sh rank.sh; :) & sleep 0.5; echo up; while :; do wait; done`;
    client.processes.launch(rig.shell(script, { environment: ["PATH=/usr/bin:/bin"] }));
    await until(() => rig.read("out").includes("up\n"));
    client.processes.schedule("1.0", [row({ signal: 10, scope: "STEP=" })], "add");
    await until(() => rig.read("out").includes("rank\n"));
    await sleep(300);
    expect(rig.read("out")).toBe("up\nrank\n");
    client.processes.schedule("1.0", [row({ signal: 10, scope: "*STEP=" })], "add");
    await until(() => rig.read("out").includes("shell\n") && rig.read("out").includes("child\n"));
    await sleep(300);
    expect(rig.read("out")).not.toContain("task");
    expect(rig.read("out").match(/rank/g)).toHaveLength(2);
    client.processes.schedule("1.0", [row({ signal: 9, scope: "all" })], "add");
    await client.end("1.0");
  });

  test("stops and continues every process of a job", async () => {
    client.processes.launch(rig.shell("sh -c 'while :; do echo x; sleep 0.05; done'"));
    await until(() => rig.read("out") !== "");
    client.processes.schedule("1.0", [row({ signal: 19, scope: "all" })], "add");
    const stopped = await until(async () => {
      const before = rig.read("out").length;
      await sleep(300);
      return rig.read("out").length === before && before;
    });
    client.processes.schedule("1.0", [row({ signal: 18, scope: "all" })], "add");
    await until(() => rig.read("out").length > stopped);
    client.processes.schedule("1.0", [row({ signal: 9, scope: "all" })], "add");
    await client.end("1.0");
  });

  test("ends what a job leaves behind, also after setsid and a double fork", async () => {
    const script = [
      "sleep 301 & echo $!",
      "setsid sh -c 'echo $$; exec sleep 302' & wait_for=$!",
      "sh -c 'setsid sh -c \"echo \\$\\$; exec sleep 303\" & exit'",
      "sleep 0.3; exit 5",
    ].join("\n");
    client.processes.launch(rig.shell(script));
    expect(await client.end("1.0")).toMatchObject({ code: 5 });
    const pids = rig.read("out").trim().split("\n").map(Number);
    expect(pids).toHaveLength(3);
    expect(pids.filter(lives)).toEqual([]);
  });

  test("spares a daemon that a command inside the job had to start", async () => {
    const inner = "sh -c 'sleep 306 & echo $!; wait'";
    client.processes.launch(
      rig.shell(`HEADNODE_JOB_MARK= HEADNODE_DETACHED=1 setsid ${inner} & sleep 306.5 & echo $!; sleep 0.3`),
    );
    await client.end("1.0");
    const pids = rig.read("out").trim().split("\n").map(Number);
    expect(pids.filter(lives)).toHaveLength(1);
    for (const pid of pids.filter(lives)) process.kill(pid, "SIGKILL");
  });

  test("does not start a key twice", async () => {
    const launch = rig.shell("echo once; sleep 0.2");
    client.processes.launch(launch);
    client.processes.launch(launch);
    await client.end("1.0");
    client.processes.launch(launch);
    expect(await client.failure("1.0")).toMatchObject({ stage: "record", errno: "EEXIST" });
    expect(rig.read("out")).toBe("once\n");
  });

  test("forgets what was acknowledged, and nothing that runs", async () => {
    client.processes.launch(rig.shell("exit 1"));
    client.processes.launch(rig.shell("sleep 300", { key: "long" }));
    await client.end("1.0");
    await client.start("long");
    client.processes.acknowledge(["1.0", "long", "unknown"]);
    await until(() => !existsSync(join(rig.directory, "records/1.0")));
    expect(readdirSync(join(rig.directory, "records"))).toEqual(["long"]);
    client.processes.schedule("long", [row({ signal: 9, scope: "all" })], "add");
    await client.end("long");
  });

  test("a record says nothing of the one whose file it has", async () => {
    for (const key of ["1.0", "2.0", "3.0"]) {
      client.processes.launch(rig.shell(`exit ${key[0]}`, { key }));
      const ending = await client.end(key);
      expect(readRecords(rig.directory)).toMatchObject([{ key, exited: { code: Number(key[0]) } }]);
      expect(ending.code).toBe(Number(key[0]));
      client.processes.acknowledge([key]);
      await until(() => readRecords(rig.directory).length === 0);
    }
  });

  test("runs on without the daemon and tells the next one", async () => {
    client.processes.launch(rig.shell("sleep 0.3; exit 3"));
    client.processes.launch(rig.shell("sleep 300", { key: "long" }));
    const pid = await client.start("long");
    client.processes.close();
    await until(() => readRecords(rig.directory).some((record) => record.exited));
    expect(client.ended.size).toBe(0);
    const next = await rig.connect();
    expect(next.ended.get("1.0")).toMatchObject({ code: 3 });
    expect([...next.processes.running]).toEqual([["long", pid]]);
    next.processes.schedule("long", [row({ signal: 9, scope: "all" })], "add");
    await next.end("long");
    expect(next.lost()).toBe(false);
  });

  test("lets a new connection replace the old one", async () => {
    const next = await rig.connect();
    await until(() => client.lost());
    next.processes.launch(rig.shell("exit 2"));
    expect(await next.end("1.0")).toMatchObject({ code: 2 });
  });

  test("takes its jobs with it when it is killed, and the records say so", async () => {
    client.processes.launch(rig.shell("setsid sleep 304 & echo $! ; sleep 300; echo never"));
    const leader = await client.start("1.0");
    const child = await until(() => Number(rig.read("out").trim()) || undefined);
    rig.runner.kill("SIGKILL");
    await until(() => client.lost());
    await until(() => !lives(leader) && !lives(child));
    expect(readRecords(rig.directory)).toMatchObject([{ key: "1.0", started: { pid: leader } }]);
    expect(readRecords(rig.directory)[0]?.exited).toBeUndefined();
  });

  test("tells many ends of many launches in one turn", async () => {
    const keys = Array.from({ length: 60 }, (_, index) => `9.${index}`);
    for (const key of keys) client.processes.launch(rig.launch({ key, stdout: "/dev/null", stderr: "" }));
    for (const key of keys) {
      expect(await client.end(key)).toMatchObject({ code: 0 });
      client.processes.acknowledge([key]);
    }
    await until(() => readRecords(rig.directory).length === 0);
  });
});
