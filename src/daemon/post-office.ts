/** Owns the sending of mail: through `sendmail`, or into an outbox of files; what cannot be sent is kept there too. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Letter } from "../language/mail.ts";
import { encodeText } from "../relay/bytes.ts";

/** How mail goes out, as it is configured at the moment. */
export interface Posting {
  /** Null: sendmail where there is one, else the outbox. */
  readonly to: "sendmail" | "outbox" | "none" | null;
  readonly desktop: boolean;
}

export interface PostOffice {
  /** Takes a letter; one goes out after the other, and a failure is only noted. */
  send(letter: Letter): void;
  /** Resolves when all that was taken has gone out. */
  emptied(): Promise<void>;
}

export interface PostOfficeOptions {
  /** Directory of the outbox. */
  readonly outbox: string;
  readonly posting: () => Posting;
  /** Who is said to have sent it. */
  readonly from: string;
  readonly log: (line: string) => void;
  readonly path: string;
}

/** Milliseconds a mailer may take. */
const patienceMs = 30_000;

export function createPostOffice(options: PostOfficeOptions): PostOffice {
  let last: Promise<void> = Promise.resolve();
  return {
    send(letter) {
      last = last
        .then(() => deliver(options, letter))
        .catch((error) => options.log(`a mail was lost: ${error instanceof Error ? error.message : String(error)}`));
    },
    emptied: () => last,
  };
}

async function deliver(options: PostOfficeOptions, letter: Letter): Promise<void> {
  const { to, desktop } = options.posting();
  if (desktop) await notify(options, letter);
  if (to === "none") return;
  const mailer = to === "outbox" ? undefined : sendmailOf(options.path);
  const text = messageText(letter, options.from);
  const problem = mailer
    ? await run([mailer, "-i", "--", ...letter.to], text)
    : to === "sendmail" && "there is no sendmail on this machine";
  if (problem) options.log(`mail "${letter.subject}" went to the outbox instead: ${problem}`);
  if (!mailer || problem) await keep(options.outbox, text);
}

function sendmailOf(path: string): string | undefined {
  const places = [...path.split(":"), "/usr/sbin", "/usr/lib"].filter((place) => place.startsWith("/"));
  return places.map((place) => join(place, "sendmail")).find((file) => existsSync(file));
}

/** A message as RFC 5322 has it. No header can be made to end early by what a job is called. */
function messageText({ to, subject, body }: Letter, from: string): string {
  const line = (text: string): string => text.replaceAll(/[\r\n\0]+/g, " ");
  const headers = [
    ["From", from],
    ["To", to.join(", ")],
    ["Subject", subject],
    ["Date", new Date().toUTCString().replace("GMT", "+0000")],
    ["Content-Type", "text/plain; charset=utf-8"],
    // Nobody's absence note is to be answered.
    ["Auto-Submitted", "auto-generated"],
  ];
  return `${headers.map(([name, value]) => `${name}: ${line(value ?? "")}\n`).join("")}\n${body}`;
}

/** Letters are numbered from 1 on; one that was written is never written over. */
async function keep(outbox: string, text: string): Promise<void> {
  await mkdir(outbox, { recursive: true, mode: 0o700 });
  const numbers = (await readdir(outbox)).map((name) => Number.parseInt(name, 10)).filter(Number.isFinite);
  const next = Math.max(0, ...numbers) + 1;
  await writeFile(join(outbox, `${next}.eml`), encodeText(text), { flag: "wx", mode: 0o600 });
}

async function notify({ log }: PostOfficeOptions, { subject, body }: Letter): Promise<void> {
  const script = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run";
  const words =
    process.platform === "darwin"
      ? ["osascript", "-e", script, subject, body]
      : ["notify-send", "--app-name=headnode", "--", subject, body];
  const problem = await run(words, "");
  if (problem) log(`no notification on the desktop: ${problem}`);
}

/** Runs a program with that input; answers what went wrong. */
function run([program = "", ...words]: readonly string[], input: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: ["pipe", "ignore", "pipe"], timeout: patienceMs });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said = `${said}${chunk}`.slice(0, 500);
    });
    child.stdin.on("error", () => undefined); // it read no further: its end says why
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      const how = signal ? `ended by ${signal}` : `exit code ${code}`;
      resolve(code === 0 ? undefined : `${program}: ${how} ${said.trim().replaceAll(/\s+/g, " ")}`.trim());
    });
    child.stdin.end(encodeText(input));
  });
}
