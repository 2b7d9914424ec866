/** srun and salloc at a real terminal: what is typed, who is interrupted, whose size it has, and what is left of a shell. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";
import { hasTmux, openTmux, type Tmux } from "../support/tmux.ts";

const skipped = describe.skipIf(!hasTmux());

skipped.each(chains)(
  "at a terminal, through the %s chain (skipped: there is no tmux)",
  { timeout: 60_000 },
  (chain) => {
    let cluster: RealCluster;
    let tmux: Tmux;
    beforeEach(async () => {
      cluster = await realCluster(chain);
      tmux = await openTmux({ columns: 100, rows: 30 }, { cwd: cluster.work, env: cluster.env });
    });
    afterEach(async () => {
      await tmux.close();
      await cluster.close();
    });

    test("one interrupt asks how srun's tasks are, two end them", async () => {
      await tmux.line("srun sh -c 'echo begun; exec sleep 100'; echo code $?");
      await tmux.until(/^begun$/m);
      await tmux.keys("C-c");
      await tmux.until("task 0: running");
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      await tmux.keys("C-c");
      await tmux.until(/running\n.*\(one more within 1 sec to abort\)/);
      await tmux.keys("C-c");
      expect(await tmux.until(/^code \d+$/m)).toMatch(
        /sending Ctrl-C to StepId=1\.0\nsrun: forcing job termination\n[\s\S]*code 130/,
      );
    });

    test("what is typed goes to srun's task, which has no terminal", async () => {
      await tmux.line("srun sh -c 'tty; read line; echo \"got $line\"'");
      await tmux.until("not a tty");
      await tmux.line("words");
      await tmux.until(/^got words$/m);
    });

    test("--pty has the terminal, its size and its interrupts", async () => {
      await tmux.line("srun --pty bash --norc; echo code $?");
      await tmux.line("echo step $SLURM_STEP_ID; stty size");
      await tmux.until(/^step 0\n30 100$/m);
      await tmux.resize(90, 20);
      await tmux.line("clear; stty size; sleep 100");
      await tmux.until(/^20 90$/m);
      await tmux.keys("C-c");
      await tmux.line("echo after $?; exit 7");
      await tmux.until(/^after 130\n[\s\S]*^code 7$/m);
    });

    test("a shell of salloc's outlives its job", async () => {
      await tmux.line("salloc -J held; echo code $?");
      await tmux.until(/Granted[\s\S]*[$#%]\s*$/);
      await tmux.line("scancel -n held");
      await tmux.until("has been revoked.");
      await tmux.line("echo still; exit 3");
      expect(await tmux.until(/^code \d+$/m)).toMatch(/^still$[\s\S]*^code 3$/m);
    });
  },
);
