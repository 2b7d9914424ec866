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

/** The part of a script that submits, or finds what an earlier one left; `root` is a word of the shell. */
export function receiptPart(asked: SubmitAsk, root: string): Part {
  const end = `HN_END_${asked.mark}`;
  const directory = receiptOf(root, asked.mark);
  const { script } = asked;
  return Buffer.concat([
    text(`hn_d=${directory}; hn_w=200; umask 077; mkdir -p ${root}/receipts
if mkdir "$hn_d" 2>/dev/null; then
hostname >"$hn_d/host"; echo $$ >"$hn_d/pid"; hn_w=1200`),
    ...(script ? [file(fileName(script.name), script.bytes, end)] : []),
    file("go", goText(asked), end),
    text(`nohup sh -c 'echo $$ >"$1/pid"; sh "$1/go" >"$1/out" 2>"$1/err" </dev/null; echo $? >"$1/code.new"; mv "$1/code.new" "$1/code"' hn "$hn_d" >/dev/null 2>&1 </dev/null &
fi
hn_n=0
while [ ! -e "$hn_d/code" ] && [ $hn_n -lt $hn_w ] && { [ "$(hostname)" != "$(cat "$hn_d/host")" ] || kill -0 "$(cat "$hn_d/pid")" 2>/dev/null; }; do sleep 0.05; hn_n=$((hn_n + 1)); done
if [ -e "$hn_d/code" ]; then hn_tell "$(cat "$hn_d/code")" "$hn_d/out" "$hn_d/err"
elif [ "$(hostname)" = "$(cat "$hn_d/host")" ] && kill -0 "$(cat "$hn_d/pid")" 2>/dev/null; then hn_tell ${atWork} /dev/null /dev/null
else hn_tell ${brokenOff} /dev/null /dev/null; fi`),
  ]);
}

/** The part of a script that only reads what a submission left; it tells `brokenOff` where there is nothing. */
export function readReceiptPart(mark: string, root: string): Part {
  return `hn_d=${receiptOf(root, mark)}
if [ -e "$hn_d/code" ]; then hn_tell "$(cat "$hn_d/code")" "$hn_d/out" "$hn_d/err"
elif [ "$(hostname)" = "$(cat "$hn_d/host" 2>/dev/null)" ] && kill -0 "$(cat "$hn_d/pid")" 2>/dev/null; then hn_tell ${atWork} /dev/null /dev/null
else hn_tell ${brokenOff} /dev/null /dev/null; fi`;
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
