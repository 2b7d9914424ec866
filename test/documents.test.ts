/** Documents made from tables are not stale. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { documents } from "../src/documents/documents.ts";

test.each(Object.entries(documents()))("%s says what the tables say (npm run docs mends it)", (path, text) => {
  expect(readFileSync(resolve(import.meta.dirname, "..", path), "utf8")).toBe(text);
});
