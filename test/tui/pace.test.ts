/** How often is drawn, and what of a frame is written. */

import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { paced } from "../../src/tui/pace.ts";
import { createPainter } from "../../src/tui/painter.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function drawing(cost: number) {
  const hold = { used: 0, drawn: 0 };
  const draw = paced(
    () => {
      hold.drawn += 1;
      hold.used += cost;
    },
    { now: Date.now, used: () => hold.used },
  );
  return { hold, draw };
}

test("news are drawn ten times a second at most", async () => {
  const { hold, draw } = drawing(1);
  for (let ms = 0; ms < 2000; ms += 10) {
    draw(false);
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(hold.drawn).toBeGreaterThan(15);
  expect(hold.drawn).toBeLessThanOrEqual(21);
});

test("dear frames come seldom: a twentieth of the time goes into them", async () => {
  const { hold, draw } = drawing(20);
  for (let ms = 0; ms < 4000; ms += 10) {
    draw(false);
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(hold.used).toBeLessThanOrEqual(4000 / 20 + 20);
});

test("a key is answered at once", () => {
  const { hold, draw } = drawing(50);
  for (let press = 0; press < 5; press++) draw(true);
  expect(hold.drawn).toBe(5);
});

test("only lines that changed are written, and while the terminal is busy only the last frame counts", () => {
  const written: string[] = [];
  const hold = { busy: false, drain: (): void => undefined };
  const painter = createPainter({
    write(text) {
      written.push(text);
      return !hold.busy;
    },
    once: (_, run) => {
      hold.drain = run;
    },
  });
  painter.paint("a\nb\nc");
  painter.paint("a\nB\nc");
  expect(written[1]).toBe("\u001b[?2026h\u001b[2;1HB\u001b[K\u001b[?2026l");
  hold.busy = true;
  painter.paint("1\nB\nc");
  painter.paint("2\nB\nc");
  painter.paint("3\nB\nc");
  hold.busy = false;
  hold.drain();
  expect(written.slice(2).map((text) => stripVTControlCharacters(text))).toEqual(["1", "3"]);
  painter.paint("3\nB\nc");
  expect(written).toHaveLength(4);
});
