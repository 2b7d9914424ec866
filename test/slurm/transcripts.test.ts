/** Plays fixtures/slurm/*.transcript in-process: each command's reply is to the byte what the transcript says. */

import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "vitest";
import { slurmCommands } from "../../src/commands/slurm/index.ts";
import { slurmDialect } from "../../src/dialects/slurm/dialect.ts";
import { playTranscript } from "../support/transcript.ts";
import { ada, ben, described, root } from "./described.ts";

process.env.TZ = "UTC";
const fixtures = resolve(import.meta.dirname, "../../fixtures/slurm");
const files = readdirSync(fixtures).filter((name) => name.endsWith(".transcript"));

test.each(files)("Slurm's commands answer as %s says", async (file) => {
  await playTranscript(resolve(fixtures, file), {
    ...{ commands: slurmCommands, dialects: [slurmDialect], users: [ada, ben, root], description: described },
    machine: { arch: "x86_64", hostName: "vm" },
  });
});
