/** Owns replies that were captured from real clusters, and what a driver makes of them. */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sgeDriver } from "../../src/dialects/sge/driver.ts";
import { slurmDriver } from "../../src/dialects/slurm/driver.ts";
import type { Driver, LineReply } from "../../src/language/driver.ts";

/** What was asked, and what came back. */
export interface Question {
  readonly family: "slurm" | "sge";
  readonly asked: "submitted" | "seen" | "accounted" | "found" | "ordered" | "probed" | "profiled";
  readonly natives?: readonly string[];
  readonly mark?: string;
  readonly argv: readonly (readonly string[])[];
  readonly replies: readonly LineReply[];
  /** Of what was asked after that. */
  readonly further?: readonly LineReply[];
}

/** A fixture: `means` was read by a person when it was captured. */
export interface Captured extends Question {
  readonly name: string;
  readonly means: unknown;
}

/** What the driver makes of the replies. */
export function meaningOf({ family, asked, natives = [], mark = "", replies, further = [] }: Question): unknown {
  const driver = family === "slurm" ? slurmDriver : sgeDriver;
  const [reply = { code: 1, out: "", err: "" }] = replies;
  switch (asked) {
    case "seen":
      return driver.seen(reply, natives);
    case "accounted":
      return driver.accounted(replies, natives);
    case "found":
      return foundText(driver.found(replies, [mark]));
    case "profiled":
      return driver.profile.read(replies, further);
    default:
      return driver[asked](reply);
  }
}

/** All fixtures of a family. */
export function capturedReplies(family: "slurm" | "sge"): readonly Captured[] {
  const directory = resolve(import.meta.dirname, "../../fixtures/forwarding", family);
  return readdirSync(directory).map((name) => ({ ...JSON.parse(readFileSync(join(directory, name), "utf8")), name }));
}

function foundText(found: ReturnType<Driver["found"]>): unknown {
  return found.kind === "found" ? { kind: "found", native: [...found.natives.values()][0] ?? null } : found;
}
