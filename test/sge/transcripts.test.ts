import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { playTranscript } from "../support/transcript.ts";
import { sgeWorld } from "./world.ts";

const folder = join(import.meta.dirname, "../../fixtures/sge");

describe("Grid Engine's commands reply as the real ones did", () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".transcript"))) {
    test(file.replace(".transcript", ""), () => playTranscript(join(folder, file), sgeWorld()));
  }
});
