/**
 * Owns how a job is submitted once and only once over a connection that may break at any moment: the submission goes on
 * without the connection, and leaves a receipt under the job's mark that is read the next time.
 */

import type { Line, LineReply } from "../language/driver.ts";
import { encodeText } from "../relay/bytes.ts";
import { assignments, type Part, shellWord } from "./dialogue.ts";

/** A submission to be made there. */
export interface SubmitAsk {
  readonly mark: string;
  /** Where the submitting command is called. */
  readonly directory: string;
  readonly umask: number;
  /** Of the submitting command; null: what a login has there. */
  readonly environment: readonly string[] | null;
  readonly variables: Readonly<Record<string, string>>;
  /** `{}` in it stands for the script's path. */
  readonly line: Line;
  /** It may have been asked for before: then it is not made anew where no receipt is found. */
  readonly again: boolean;
  readonly script: { readonly name: string; readonly bytes: Uint8Array } | null;
}

/** Stands for the script's path there, which only the place knows. */
export const scriptPlace = "{}";

/** Replies that are no command's: it is still at work; it was broken off, and nobody knows how far it came. */
export const atWork = 250;
export const brokenOff = 251;

/**
 * The part of a script that submits all of these, one after the other, or finds what earlier ones left; `root` is a word of
 * the shell. Once it has been read there, everything is submitted, whatever becomes of the connection. One reply each.
 */
export function receiptsPart(asks: readonly SubmitAsk[], root: string): Part {
  return Buffer.concat([
    text(`umask 077; mkdir -p ${root}/receipts; set --`),
    ...asks.flatMap((asked) => filesOf(asked, root)),
    text(`if [ $# -gt 0 ]; then nohup sh -c '${atWorkText}' hn "$@" >/dev/null 2>&1 </dev/null & fi`),
    ...asks.map(({ mark }) => text(tellText(mark, root))),
  ]);
}

/** Each has the number of the process that works at it, from its beginning. */
const atWorkText = [
  'for d in "$@"; do echo $$ >"$d/pid"; done',
  'for d in "$@"; do sh "$d/go" >"$d/out" 2>"$d/err" </dev/null; echo $? >"$d/code.new"; mv "$d/code.new" "$d/code"; done',
].join("; ");

function filesOf(asked: SubmitAsk, root: string): readonly Uint8Array[] {
  const { mark, script } = asked;
  const end = `HN_END_${mark}`;
  return [
    text(`hn_d=${receiptOf(root, mark)}`),
    text(`if mkdir "$hn_d" 2>/dev/null; then hostname >"$hn_d/host"; echo $$ >"$hn_d/pid"; set -- "$@" "$hn_d"`),
    ...(script ? [file(fileName(script.name), script.bytes, end)] : []),
    file("go", goText(asked), end),
    text("fi"),
  ];
}

/** Half a minute for what is at work, in steps of a twentieth of a second. */
const steps = 600;

function tellText(mark: string, root: string): string {
  return `hn_d=${receiptOf(root, mark)}; hn_n=0
while [ ! -e "$hn_d/code" ] && [ $hn_n -lt ${steps} ] && ${working}; do sleep 0.05; hn_n=$((hn_n + 1)); done
${told}`;
}

/** Of a process on another machine nobody knows. */
const working = '[ "$(hostname)" = "$(cat "$hn_d/host" 2>/dev/null)" ] && kill -0 "$(cat "$hn_d/pid")" 2>/dev/null';
const told = `if [ -e "$hn_d/code" ]; then hn_tell "$(cat "$hn_d/code")" "$hn_d/out" "$hn_d/err"
elif ${working}; then hn_tell ${atWork} /dev/null /dev/null
else hn_tell ${brokenOff} /dev/null /dev/null; fi`;

/** The part of a script that only reads what a submission left; it tells `brokenOff` where there is nothing. */
export function readReceiptPart(mark: string, root: string): Part {
  return `hn_d=${receiptOf(root, mark)}\n${told}`;
}

/** The part of a script that forgets a receipt. */
export function dropReceiptPart(mark: string, root: string): Part {
  return `rm -rf ${receiptOf(root, mark)}`;
}

/** Whether a reply is one of the submitting command itself. */
export function isAnswer({ code }: LineReply): boolean {
  return code !== atWork && code !== brokenOff;
}

function receiptOf(root: string, mark: string): string {
  return `${root}/receipts/${shellWord(mark)}`;
}

function goText({ directory, umask, environment, variables, line, script }: SubmitAsk): Uint8Array {
  const path = `"$(dirname "$0")"/${shellWord(fileName(script?.name ?? ""))}`;
  const words = line.argv.map((word) => (word === scriptPlace && script ? path : shellWord(word)));
  const set = [...(environment ?? []).map(shellWord), ...assignments({ ...variables, ...line.variables })];
  const start = environment === null ? ["exec env"] : ["exec env -i"];
  return text(
    `umask ${umask.toString(8)}\ncd ${shellWord(directory)} || exit 98\n${[...start, ...set, ...words].join(" ")}`,
  );
}

/** A here-document ends with a line break; what had none at its end loses it again. */
function file(name: string, bytes: Uint8Array, end: string): Uint8Array {
  const path = `"$hn_d"/${shellWord(name)}`;
  const whole = bytes.at(-1) === 10;
  const head = text(`${whole ? "cat" : `head -c ${bytes.length}`} >${path} <<'${end}'`);
  return Buffer.concat([head, bytes, whole ? Buffer.alloc(0) : Buffer.from("\n"), text(end)]);
}

/** The names of the receipt's own files are not taken. */
function fileName(name: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1).replaceAll(/[^\w.+@-]/g, "_");
  return ["", ".", "..", "go", "out", "err", "code", "code.new", "pid", "host"].includes(base) ? `job.${base}` : base;
}

function text(some: string): Uint8Array {
  return encodeText(`${some}\n`);
}
