/** Owns proofs about the table of resources: as it is shown it changes nothing, and each line that differs is a change. */

import { expect, test } from "vitest";
import { complexChanges } from "../../src/dialects/sge/complex-table.ts";
import { complexesText } from "../../src/dialects/sge/configuration-objects.ts";
import { amended } from "../../src/model/amendment.ts";
import { described } from "./world.ts";

const table = complexesText(described);
const changesOf = (text: string, cluster = described) => complexChanges(text, cluster, "root@vm");

test("the table as it is shown changes nothing", () => {
  expect(changesOf(table)).toEqual([]);
});

test("a line more is a resource more, which the table shows then; without it, it is removed", () => {
  const [change, ...rest] = changesOf(`${table}gpu g INT <= YES YES 0 0\n`);
  expect(rest).toEqual([]);
  expect(change?.line).toBe('root@vm added "gpu" to complex entry list');
  const cluster = amended(described, change ? [change.amendment] : []);
  expect(complexesText(cluster)).toContain(
    "gpu                 g          INT       <=    YES         YES        0        0\n",
  );
  expect(changesOf(table, cluster).map(({ line }) => line)).toEqual(['root@vm removed "gpu" from complex list']);
});

const wrong: readonly (readonly [line: string, complaint: RegExp])[] = [
  ["gpu h INT <= YES YES 0 0", /complex with name gpu or shortcut h already exists/],
  ["gpu g FOO <= YES YES 0 0", /unknown complex attribute type "FOO"/],
  ["gpu g INT << YES YES 0 0", /is no line of a complex/],
  ["gpu g INT <= YES YES", /Complex urgency definition is missing/],
  ["gpu g STRING == YES YES NONE 0", /of type "STRING" cannot be a consumable/],
];

test.each(wrong)("%s is refused", (line, complaint) => {
  expect(() => changesOf(`${table}${line}\n`)).toThrow(complaint);
});
