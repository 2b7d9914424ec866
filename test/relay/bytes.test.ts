/** Text that is not UTF-8 comes out as it went in. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeText, encodeText } from "../../src/relay/bytes.ts";

test("any bytes survive, through JSON too", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const text: string = JSON.parse(JSON.stringify(decodeText(Buffer.from(bytes))));
      expect([...encodeText(text)]).toEqual([...bytes]);
    }),
    { numRuns: 2000 },
  );
});

test("ordinary text is itself", () => {
  expect(decodeText(Buffer.from("naïve 漢字 😀"))).toBe("naïve 漢字 😀");
  expect(encodeText("naïve 漢字 😀").toString()).toBe("naïve 漢字 😀");
});
