/** `headnode top` in a real terminal: a queue is looked at, filtered, followed and thinned out, and the shell is as before. */

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chains, headnode, type RealCluster, realCluster } from "../support/real-cluster.ts";
import { hasTmux, openTmux, type Tmux } from "../support/tmux.ts";

let cluster: RealCluster;
let tmux: Tmux;
beforeAll(async () => {
  cluster = await realCluster(chains[0] ?? "node");
  await cluster.run(`
    cat >talk.sh <<'EOF'
#!/bin/sh
i=0; while [ $i -lt 600 ]; do i=$((i+1)); echo "line $i"; [ $i = 3 ] && echo "Error: something broke"; sleep 0.1; done
EOF
    sbatch -J talk talk.sh
    sbatch -J sweep -a 1-200 -n 4 -o /dev/null --wrap 'sleep 60'
    i=0; while [ $i -lt 200 ]; do i=$((i+1)); sbatch -J doomed-$i -n 4 -o /dev/null --wrap true; done
    qsub -cwd -h -b y -N grid true`);
});
afterAll(() => cluster.close());

test("on a pipe it prints one plain frame", async () => {
  const { stdout } = await execa(headnode, ["top", "--words", "slurm"], { env: cluster.env });
  expect(stdout).toContain("203 jobs  words: slurm");
  expect(stdout).toMatch(/JOBID +PARTITION +NAME +USER +ST +TIME +NODES/);
  expect(stdout).toMatch(/grid .* PD /);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape is what must not be there
  expect(stdout).not.toMatch(/\u001b/);
});

describe.skipIf(!hasTmux())("in a terminal (skipped: there is no tmux)", () => {
  beforeAll(async () => {
    tmux = await openTmux({ columns: 100, rows: 24 }, { cwd: cluster.work, env: cluster.env });
  });
  afterAll(() => tmux.close());

  test("unfold, filter, follow a log, cancel what is marked, quit: the shell is as before", async () => {
    await tmux.line("echo before");
    await tmux.until(/^before$/m);
    const shell = await tmux.ask("#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{cursor_y}");
    await tmux.line("headnode top");
    await tmux.until(/talk .* running/);
    await tmux.keys("/", "s", "w", "e", "e", "p", "Enter", "Right");
    await tmux.until(/2_1-200 +sweep/);
    await tmux.keys("Left", "Escape");
    await tmux.until(/talk .* running/);
    await tmux.keys("g", "o");
    await tmux.until(/following\s[\s\S]*line \d\d/);
    await tmux.keys("X");
    await tmux.until("Error: something broke");
    await tmux.keys("q", "/", "d", "o", "o", "m", "e", "d", "Enter", ..."1234567890".split("").map(() => "Space"), "c");
    await tmux.until(/cancel 10 jobs\? y yes, n no +\$ scancel/);
    await tmux.keys("y");
    await tmux.until("10 failed");
    await tmux.resize(80, 20);
    await tmux.keys("?");
    await tmux.until("everywhere");
    await tmux.keys("q", "q");
    await tmux.until(/^before\n\$ headnode top\n\$ *$/m);
    const [alternate, cursor, mouse] = (await tmux.ask("#{alternate_on} #{cursor_flag} #{mouse_any_flag}")).split(" ");
    expect([alternate, cursor, mouse]).toEqual(shell.split(" ").slice(0, 3));
    await tmux.line("stty -a | grep -o -e '-\\?icanon' -e '-\\?echo\\b'; squeue -h | grep -c doomed");
    await tmux.until(/^icanon\necho\n190$/m);
  });

  test("a fault of its own ends it in plain words, and the terminal is as before", async () => {
    const thrown = "setInterval(()=>{if(existsSync('fall'))throw(Error('no_luck'))},50)";
    const fault = `data:text/javascript,import{existsSync}from'node:fs';${thrown}`;
    await tmux.line(`clear; NODE_OPTIONS="--import=${fault}" headnode top; echo code $?`);
    await tmux.until(/talk .* running/);
    await cluster.run("touch fall");
    await tmux.until(/^headnode: this should not happen, please report it: no_luck\ncode 70$/m);
    expect(await tmux.ask("#{alternate_on} #{cursor_flag} #{mouse_any_flag}")).toBe("0 1 0");
    await tmux.line("clear; stty -a | grep -o -e '-\\?icanon' -e '-\\?echo\\b'");
    await tmux.until(/^icanon\necho$/m);
  });

  test("a signal ends it, and the terminal is as before", async () => {
    await tmux.line("clear; sh -c 'echo $$ >pid; exec headnode top'; echo code $?");
    await tmux.until(/talk .* running/);
    await execa("kill", ["-TERM", cluster.text("pid").trim()]);
    await tmux.until("code 143");
    expect(await tmux.ask("#{alternate_on} #{cursor_flag} #{mouse_any_flag}")).toBe("0 1 0");
  });
});
