// Arguments and environment of this process as the system has them: Node turns what is not UTF-8 into something else.

import { readFileSync } from "node:fs";
import { decodeText } from "./bytes.ts";
import type { Environment } from "./state-directory.ts";

/** What Node puts in the place of bytes that are not UTF-8. */
const lost = "\ufffd";

/** This process's last arguments, of which Node gives `given`, without loss where the system shows them. */
export function rawArguments(given: readonly string[]): readonly string[] {
  if (!given.some((word) => word.includes(lost))) return given;
  const words = entries("/proc/self/cmdline");
  return words.length > given.length ? words.slice(words.length - given.length) : given;
}

/** The environment as `NAME=value`, without loss where the system shows it. */
export function rawEnvironment(env: Environment): readonly string[] {
  const known = Object.entries(env).map(([name, value]) => `${name}=${value ?? ""}`);
  if (!known.some((entry) => entry.includes(lost))) return known;
  const found = entries("/proc/self/environ").filter((entry) => (entry.split("=", 1)[0] ?? "") in env);
  return found.length > 0 ? found : known;
}

function entries(path: string): readonly string[] {
  try {
    const text = decodeText(readFileSync(path));
    return text === "" ? [] : text.replace(/\0$/, "").split("\0");
  } catch {
    // Not Linux, or no /proc: the caller has what Node knows.
    return [];
  }
}
