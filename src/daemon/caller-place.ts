/** Owns where a caller is that runs on a plain machine: what is called otherwise there, on its way here and back. */

import { movedText } from "../backends/host-files.ts";

/** Texts with paths, as they are on this machine and as they are where the caller is. */
export interface CallerPlace {
  readonly here: (text: string) => string;
  readonly there: (text: string) => string;
}

/** What has to be known of the house. */
export interface Whereabouts {
  /** The state directory here. */
  readonly own: string;
  /** Directories of the runners on plain machines. */
  readonly runners: () => readonly string[];
  /** Where a job was submitted; null: there is none of that number. */
  readonly directoryOf: (job: number) => string | null;
}

/** The place of a caller with that state directory; null: it is on this machine. */
export function callerPlace(
  { home, cwd }: { readonly home: string | undefined; readonly cwd: string },
  { own, runners, directoryOf }: Whereabouts,
): CallerPlace | null {
  if (home === undefined || home === own || !runners().includes(home)) return null;
  const copies = `${home}/files/`;
  const [, job = ""] = cwd.startsWith(copies) ? (/^([0-9]+)(?:\/|$)/.exec(cwd.slice(copies.length)) ?? []) : [];
  const here = job === "" ? null : directoryOf(Number(job));
  if (here === null) return { here: same, there: same };
  const there = `${copies}${job}`;
  return {
    here: (text) => movedText(text, [{ here: there, there: here }]),
    there: (text) => movedText(text, [{ here, there }]),
  };
}

const same = (text: string): string => text;
