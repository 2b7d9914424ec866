/** Owns `headnode mail`: the letters that were kept because no mailer took them. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stateDirectory } from "../relay/state-directory.ts";
import type { CliFacts, CliReply } from "./reply.ts";

/** A list of all letters, or one of them. */
export function mailCommand({ env }: CliFacts, number: string | undefined): CliReply {
  const outbox = join(stateDirectory(env), "mail");
  const numbers = lettersIn(outbox);
  if (number === undefined) return { out: listText(outbox, numbers) };
  if (!numbers.includes(Number(number)))
    return { err: `headnode: there is no mail ${number}; \`headnode mail\` lists what there is\n`, code: 1 };
  return { out: readFileSync(join(outbox, `${Number(number)}.eml`), "utf8") };
}

function lettersIn(outbox: string): readonly number[] {
  try {
    return readdirSync(outbox)
      .flatMap((name) => /^(\d+)\.eml$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return []; // none was ever kept
  }
}

function listText(outbox: string, numbers: readonly number[]): string {
  if (numbers.length === 0) return "no mail\n";
  return numbers
    .map((number) => {
      const text = readFileSync(join(outbox, `${number}.eml`), "utf8");
      const header = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1] ?? "";
      return `${String(number).padStart(4)}  ${header("Date")}  ${header("To")}  ${header("Subject")}\n`;
    })
    .join("");
}
