/** Owns `headnode env`: the words that put the shims on PATH or take them away, in the user's shell's own language. */

import { basename } from "node:path";
import type { CliFacts, CliReply } from "./reply.ts";
import { isShimDirectory, ownDirectory, type ShimFamily, shimDirectory, shimFamilies } from "./shims.ts";

/** How a shell sets PATH from a list of directories. One row per shell. */
const spellings: Readonly<Record<string, (path: readonly string[]) => string>> = {
  sh: (path) => `export PATH=${quoted(path.join(":"))}\nhash -r 2>/dev/null || :\n`,
  bash: (path) => `export PATH=${quoted(path.join(":"))}\nhash -r 2>/dev/null || :\n`,
  zsh: (path) => `export PATH=${quoted(path.join(":"))}\nrehash 2>/dev/null || :\n`,
  fish: (path) => `set -gx PATH ${path.map(fishQuoted).join(" ")};\n`,
  csh: (path) => `setenv PATH ${cshQuoted(path.join(":"))};\nrehash;\n`,
  tcsh: (path) => `setenv PATH ${cshQuoted(path.join(":"))};\nrehash;\n`,
};

/** The reply of `headnode env`. Saying it twice changes nothing; `off` leaves PATH as it was before. */
export function shellWords(
  facts: CliFacts,
  asked: {
    readonly dialects?: readonly ShimFamily[] | undefined;
    readonly shell?: string | undefined;
    readonly off: boolean;
  },
): CliReply {
  const others = (facts.env.PATH ?? "").split(":").filter((directory) => !isShimDirectory(directory));
  const families = asked.dialects?.length ? asked.dialects : shimFamilies;
  const ours = asked.off ? [] : [...families.map((family) => shimDirectory(family, facts.env)), ownDirectory];
  const shell = asked.shell ?? basename(facts.env.SHELL ?? "sh");
  const spell = spellings[shell] ?? spellings.sh;
  return { out: spell?.([...ours, ...others]) ?? "" };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

// csh expands history even in single quotes.
function cshQuoted(text: string): string {
  return quoted(text).replaceAll("!", "\\!");
}
