/** Owns what the monitor has done for it: commands run, details looked up, output opened. */

import { type CommandLine, shellText } from "./acts.ts";
import type { Link } from "./link.ts";
import { type LogPicture, type LogView, openLogView } from "./log-view.ts";
import type { Errand, State, Subject } from "./state.ts";

/** What is known about the job whose details are shown. */
export interface Detail {
  readonly subject: Subject;
  readonly explanation: string;
  readonly script: string;
  readonly environment: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

export interface OfficeOptions {
  readonly link: Link;
  readonly quit: () => void;
  /** Lines of a log there is room for. */
  readonly rows: () => number;
  readonly changed: (urgent: boolean) => void;
  readonly say: (text: string, bad: boolean) => void;
}

export interface Office {
  perform(errand: Exclude<Errand, { kind: "arrange" }>): void;
  /** Lets go of what the state no longer shows. */
  heed(state: State, resized: boolean): void;
  /** Something happened to these jobs. */
  moved(state: State, jobs: ReadonlySet<number>): void;
  detail(): Detail | null;
  log(): LogPicture | null;
  close(): void;
}

/** Nothing to do yet. */
export function createOffice(options: OfficeOptions): Office {
  const hold: { detail: Detail | null; log: LogView | null; looking: boolean } = {
    ...{ detail: null, log: null, looking: false },
  };
  const closeLog = (): void => {
    hold.log?.close();
    hold.log = null;
  };
  const show = async (subject: Subject): Promise<void> => {
    hold.detail = await lookUp(options.link, subject);
    options.changed(true);
  };
  const openLog = async ({ job, index }: Subject): Promise<void> => {
    const look = await options.link.look({ job, from: 0, count: 0, files: { index } });
    closeLog();
    if (look) hold.log = openLogView(look, options.rows, () => options.changed(true));
    else options.say(`job ${job} is not known any more`, true);
    options.changed(true);
  };
  return {
    perform(errand) {
      if (errand.kind === "quit") options.quit();
      else if (errand.kind === "run") void run(options, errand.commands);
      else if (errand.kind === "detail") void show(errand.subject);
      else if (errand.kind === "log") void openLog(errand.subject);
      else hold.log?.deed(errand.deed, errand.text);
    },
    heed(state, resized) {
      if (state.screen !== "log" && !state.back.includes("log")) closeLog();
      if (resized) hold.log?.resized();
    },
    moved({ screen, subject }, jobs) {
      if (screen !== "detail" || !subject || !jobs.has(subject.job) || hold.looking) return;
      hold.looking = true;
      void show(subject).finally(() => {
        hold.looking = false;
      });
    },
    detail: () => hold.detail,
    log: () => hold.log?.picture() ?? null,
    close: closeLog,
  };
}

/** Runs commands one after the other; what they say, and that they failed, is said. */
async function run({ link, say }: OfficeOptions, commands: readonly CommandLine[]): Promise<void> {
  say(`$ ${shellText(commands)}`, false);
  for (const command of commands) {
    const { out, err, code } = await link.run(command);
    const text = (err || out).trim().split("\n").filter(Boolean).join("; ");
    if (text !== "" || code !== 0)
      say(`$ ${shellText([command]).slice(0, 60)}: ${text || `exit code ${code}`}`, code !== 0);
  }
}

async function lookUp(link: Link, subject: Subject): Promise<Detail> {
  const ask = { job: subject.job, from: 0, count: 0, files: { index: subject.index }, script: true };
  const explain = { dialect: "headnode", words: ["headnode", "explain", String(subject.job)] } as const;
  const [explained, look] = await Promise.all([link.run(explain), link.look(ask)]);
  const { stdout = "", stderr = "", script = "", environment = [] } = look ?? {};
  return { subject, explanation: explained.out || explained.err, script, environment, stdout, stderr };
}
