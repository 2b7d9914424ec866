/** Owns what of a start lies elsewhere on a plain machine: its paths as they are there, and the script that makes its files. */

import type { Launch } from "../model/launch.ts";
import { shellWord } from "./dialogue.ts";

/** Where something is here, and where the same is there. */
export interface Moved {
  readonly here: string;
  readonly there: string;
}

/** A start, with all that has to be made for it. */
export interface HostStart {
  readonly launch: Launch;
  /** Said on the job's stderr when its directory is not there and the fallback is used; empty for nothing. */
  readonly fallbackNotice: string;
  readonly makeDirectories: readonly string[];
  /** To be removed with all that is in them after the end. */
  readonly removeDirectories: readonly string[];
  readonly writeFiles: readonly HostFile[];
  /** Copied there before; null where the same files are there already. */
  readonly copy: HostCopy | null;
}

export interface HostFile {
  readonly path: string;
  readonly text: string | Uint8Array;
  readonly mode: number;
}

/** What of a job goes there and comes back: a directory, and directories of single files that lie elsewhere. */
export interface HostCopy {
  /** Below the directory there in which copies of jobs are. */
  readonly name: string;
  readonly here: string;
  /** Paths below it; empty: all of it. */
  readonly sent: readonly string[];
  readonly brought: readonly string[];
  /** Other directories, of which only these files come back. */
  readonly others: readonly { readonly here: string; readonly files: readonly string[] }[];
}

/** The launch with its paths as they are there. */
export function launchThere(launch: Launch, moved: readonly Moved[]): Launch {
  const path = (text: string): string => movedText(text, moved);
  const { cwd, fallbackCwd, stdin, stdout, stderr, file, argv, environment } = launch;
  return {
    ...launch,
    ...{
      cwd: path(cwd),
      fallbackCwd: path(fallbackCwd),
      stdin: path(stdin),
      stdout: path(stdout),
      stderr: path(stderr),
    },
    ...{ file: path(file), argv: argv.map(path), environment: environment.map(path) },
  };
}

/** A text in which every path that lies elsewhere there is replaced. */
export function movedText(text: string, moved: readonly Moved[]): string {
  return moved.reduce((so, { here, there }) => (so.includes(here) ? replacePath(so, here, there) : so), text);
}

// A path is replaced with all that is below it, but not another one that begins alike.
function replacePath(text: string, here: string, there: string): string {
  const pieces = text.split(here);
  return pieces.reduce((so, piece) => `${so}${/^[\w.-]/.test(piece) ? here : there}${piece}`);
}

const fileEnd = "end-of-this-file-of-headnode";

/** A part of a script that makes the files of a start; it tells `gone` where the job's directory is not there. */
export function makeText(
  start: HostStart,
  { own, moved }: { readonly own: string; readonly moved: readonly Moved[] },
): Uint8Array {
  const path = (text: string): string => shellWord(movedText(text, moved));
  const leave = start.removeDirectories.map(path).join(" ");
  const pieces: (string | Uint8Array)[] = [
    "hn_make() {\numask 077\n",
    `mkdir -p ${[shellWord(`${own}/leave`), ...start.makeDirectories.map(path)].join(" ")} || return 1\n`,
    leave === "" ? "" : `printf '%s\\n' ${leave} >${shellWord(`${own}/leave/${start.launch.key}`)} || return 1\n`,
  ];
  for (const { path: name, text, mode } of start.writeFiles) {
    const bytes = Buffer.from(typeof text === "string" ? movedText(text, moved) : text);
    const to = path(name);
    pieces.push(
      `mkdir -p "$(dirname ${to})" && head -c ${bytes.length} >${to}.new <<'${fileEnd}' || return 1\n`,
      bytes,
      `\n${fileEnd}\nchmod ${mode.toString(8)} ${to}.new && mv -f ${to}.new ${to} || return 1\n`,
    );
  }
  pieces.push(`[ -d ${path(start.launch.cwd)} ] || echo gone\n}\nhn_run hn_make`);
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
}

/** A part of a script that removes what a start left. */
export function leaveText(key: string, own: string): string {
  const list = shellWord(`${own}/leave/${key}`);
  return `[ ! -f ${list} ] || { while read -r hn_d; do rm -rf "$hn_d"; done <${list}; rm -f ${list}; }`;
}
