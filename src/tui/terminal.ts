/** Owns what the terminal is put into, and that it is put back however the monitor ends. */

/** The second screen, wheel reports in SGR form, no cursor. */
const enter = "\u001b[?1049h\u001b[?1000h\u001b[?1006h\u001b[?25l\u001b[H";
const leave = "\u001b[?1006l\u001b[?1000l\u001b[?25h\u001b[?1049l";

export interface Screen {
  /** Puts everything back; once. */
  restore(): void;
}

/** Takes the screen. `write` must write at once, for the last moment of a process. */
export function takeScreen(write: (text: string) => void): Screen {
  let taken = true;
  write(enter);
  return {
    restore() {
      if (taken) write(leave);
      taken = false;
    },
  };
}
