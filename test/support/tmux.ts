/** Owns a terminal for tests: a tmux server of its own with one shell, keys typed into it, the screen read back. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa, execaSync } from "execa";

export interface Tmux {
  /** Keys as tmux names them; letters are typed. */
  keys(...keys: readonly string[]): Promise<void>;
  /** Letters as they are, then Enter. */
  line(text: string): Promise<void>;
  screen(): Promise<string>;
  /** With colours. */
  cells(): Promise<string>;
  /** What tmux knows of the pane: `#{alternate_on} #{cursor_flag}`. */
  ask(format: string): Promise<string>;
  resize(columns: number, rows: number): Promise<void>;
  /** Resolves with the screen once it shows that; throws with what it shows after `seconds`. */
  until(shows: RegExp | string, seconds?: number): Promise<string>;
  close(): Promise<void>;
}

/** Whether there is a tmux at all. */
export function hasTmux(): boolean {
  return !execaSync("tmux", ["-V"], { reject: false }).failed;
}

export async function openTmux(
  size: { readonly columns: number; readonly rows: number },
  shell: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Tmux> {
  const directory = mkdtempSync(join(tmpdir(), "headnode-tmux-"));
  const tmux = async (...words: readonly string[]): Promise<string> =>
    (
      await execa("tmux", ["-S", join(directory, "s"), "-f", "/dev/null", "-u", ...words], {
        env: shell.env,
        cwd: shell.cwd,
      })
    ).stdout;
  const command = "exec env PS1='$ ' TERM=tmux-256color COLORTERM=truecolor bash --noprofile --norc";
  await tmux("new-session", "-d", "-x", String(size.columns), "-y", String(size.rows), command);
  const screen = (): Promise<string> => tmux("capture-pane", "-p");
  return {
    screen,
    cells: () => tmux("capture-pane", "-p", "-e"),
    ask: (format) => tmux("display-message", "-p", format),
    keys: async (...keys) => void (await tmux("send-keys", ...keys)),
    async line(text) {
      await tmux("send-keys", "-l", text);
      await tmux("send-keys", "Enter");
    },
    resize: async (columns, rows) => void (await tmux("resize-window", "-x", String(columns), "-y", String(rows))),
    async until(shows, seconds = 20) {
      let seen = "";
      for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(50)) {
        seen = await screen();
        if (typeof shows === "string" ? seen.includes(shows) : shows.test(seen)) return seen;
      }
      throw new Error(`the screen never showed ${shows}:\n${seen}`);
    },
    async close() {
      await tmux("kill-server").catch(() => "");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
