import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeStrings, encodeFrame, encodeStrings, FrameError, frameReader } from "../../src/relay/frames.ts";
import { decodeGreeting, encodeGreeting, type Greeting } from "../../src/relay/protocol.ts";

const text = fc.string({ unit: "binary" }).map((value) => value.replaceAll("\0", ""));

function readAll(chunks: readonly Uint8Array[], limit = 1 << 20): [string, string][] {
  const frames: [string, string][] = [];
  const read = frameReader(limit, (kind, payload) => void frames.push([kind, payload.toString("hex")]));
  for (const chunk of chunks) read(chunk);
  return frames;
}

test("frames come out as they went in, however the stream is cut", () => {
  const frame = fc.tuple(fc.constantFrom("a", "o", "x"), fc.uint8Array({ maxLength: 300 }));
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (frames, cuts) => {
      const bytes = Buffer.concat(frames.map(([kind, payload]) => encodeFrame(kind, payload)));
      const chunks: Buffer[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const length = cuts[turn % cuts.length] ?? 1;
        chunks.push(bytes.subarray(at, at + length));
        at += length;
      }
      const expected = frames.map(([kind, payload]) => [kind, Buffer.from(payload).toString("hex")]);
      expect(readAll(chunks)).toEqual(expected);
      expect(readAll([bytes])).toEqual(expected);
    }),
  );
});

test("strings come out as they went in", () => {
  fc.assert(
    fc.property(fc.array(text), (strings) => {
      expect(decodeStrings(encodeStrings(strings))).toEqual(strings);
    }),
  );
});

test("a frame over the limit is refused by its head alone", () => {
  const head = encodeFrame("d", Buffer.alloc(11)).subarray(0, 5);
  expect(() => readAll([head], 10)).toThrow(FrameError);
  expect(readAll([encodeFrame("d", Buffer.alloc(10))], 10)).toHaveLength(1);
});

test("a large frame in single bytes takes time in proportion to its length", () => {
  const micros = (length: number): number => {
    const bytes = encodeFrame("d", Buffer.alloc(length));
    const before = process.cpuUsage();
    expect(readAll(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toHaveLength(1);
    return process.cpuUsage(before).user;
  };
  // Were it the square of it, this would be 64 times as much.
  expect(micros(800_000)).toBeLessThan(24 * micros(100_000) + 100_000);
});

test("a greeting is read as it was said", () => {
  const greeting: fc.Arbitrary<Greeting> = fc.record({
    ...{ protocol: text, build: text, dialect: text, command: text, cwd: text, limits: text },
    ...{ umask: fc.nat(0o777), session: fc.nat(), pid: fc.nat(), uid: fc.nat(), columns: fc.nat() },
    niceness: fc.integer({ min: -20, max: 19 }),
    terminal: fc.record({ stdin: fc.boolean(), stdout: fc.boolean(), stderr: fc.boolean() }),
    ...{ argv: fc.array(text), environment: fc.array(text) },
  });
  fc.assert(
    fc.property(greeting, (said) => {
      expect(decodeGreeting(encodeGreeting(said).subarray(5))).toEqual(said);
    }),
  );
});

test("what is no greeting is not taken for one", () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 11 }), (words) => decodeGreeting(encodeStrings(words)) === undefined),
  );
  const words = ["1", "b", "slurm", "sbatch", "/", "022", "1", "0", "000", "0", ""];
  expect(decodeGreeting(encodeStrings([...words, "2", "only one"]))).toBeUndefined();
  expect(decodeGreeting(encodeStrings([...words, "-1", "K=V"]))).toBeUndefined();
});
