/** Owns files that a plain machine does not share: a job's directory goes there, and what it wrote comes back. */

import { scriptOf, shellWord } from "./dialogue.ts";
import type { HostCopy, Moved } from "./host-files.ts";
import type { HostFacts, HostPlace } from "./host-link.ts";

/** Where the copies are there. Longer paths come first: one may lie in another. */
export function movedCopy({ own }: Pick<HostFacts, "own">, { name, here, others }: HostCopy): readonly Moved[] {
  const all = [
    { here, there: `${own}/files/${name}` },
    ...others.map((other, at) => ({ here: other.here, there: `${own}/files/${name}.${at}` })),
  ];
  return all.sort((a, b) => b.here.length - a.here.length);
}

const patienceMs = 60_000;

/** Null, or why it was not sent. */
export async function sendCopy({ transport }: HostPlace, facts: HostFacts, copy: HostCopy): Promise<string | null> {
  const moved = movedCopy(facts, copy);
  const made = await transport.run(
    scriptOf([`mkdir -p ${moved.map(({ there }) => shellWord(there)).join(" ")}`]),
    patienceMs,
  );
  if (made.kind === "unreachable") return made.why;
  return transport.copy("there", { here: copy.here, there: thereOf(moved, copy.here), only: copy.sent });
}

/** Null, or why something is not back yet. Nothing is deleted on either side. */
export async function fetchCopy({ transport }: HostPlace, facts: HostFacts, copy: HostCopy): Promise<string | null> {
  const moved = movedCopy(facts, copy);
  const asked = [
    { here: copy.here, there: thereOf(moved, copy.here), only: copy.brought },
    ...copy.others.map(({ here, files }) => ({ here, there: thereOf(moved, here), only: files })),
  ];
  for (const each of asked) {
    const trouble = await transport.copy("back", each);
    if (trouble !== null) return trouble;
  }
  return null;
}

function thereOf(moved: readonly Moved[], path: string): string {
  return moved.find(({ here }) => here === path)?.there ?? "";
}
