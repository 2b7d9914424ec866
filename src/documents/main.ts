/** Owns `npm run docs`: writes the documents that are made from tables. */

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { documents } from "./documents.ts";

for (const [path, text] of Object.entries(documents()))
  writeFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), text);
