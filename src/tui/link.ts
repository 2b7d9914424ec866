/** Owns the monitor's way to the daemon: what it subscribes to, and the commands it has run, as a shell would. */

import { PassThrough, Writable } from "node:stream";
import type { Reason } from "../model/scheduling.ts";
import type { Look, LookAsk, QueueEvent, UsageEvent, WatchedJob } from "../model/watch.ts";
import { greetingOfProcess } from "../relay/facts.ts";
import { relay } from "../relay/relay.ts";
import { type Environment, prepareStateDirectory } from "../relay/state-directory.ts";
import type { CommandLine } from "./acts.ts";

export interface Said {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

export interface Subscription {
  /** Resolves when the daemon goes away, or after `close`. */
  readonly over: Promise<void>;
  close(): void;
}

export interface Link {
  watchQueue(hear: (event: QueueEvent) => void): Subscription;
  watchUsage(hear: (event: UsageEvent) => void): Subscription;
  run(command: CommandLine): Promise<Said>;
  look(ask: LookAsk): Promise<Look | null>;
}

const hangUp = 1;

/** The link of this process; the daemon is started if there is none. */
export function openLink(env: Environment): Link {
  const paths = prepareStateDirectory(env);
  const call = (line: CommandLine, output: Writable, onSignal?: (tell: (signal: number) => void) => () => void) => {
    const [command = "", ...argv] = line.words;
    const errors = gatherer();
    const ended = relay({
      greeting: greetingOfProcess({ dialect: line.dialect, command, argv, env }),
      ...{ output, errors: errors.stream, start: { paths, env }, jobMark: undefined },
      ...(onSignal ? { onSignal } : {}),
    });
    return { errors, ended };
  };
  const subscribe = (command: string, hear: (line: string) => void): Subscription => {
    let close = (): void => undefined;
    const { ended } = call({ dialect: "headnode", words: [command] }, lineStream(hear), (tell) => {
      close = () => tell(hangUp);
      return () => undefined;
    });
    return { over: ended.then(() => undefined), close: () => close() };
  };
  const run = async (line: CommandLine): Promise<Said> => {
    const words = line.words[0] === "headnode" ? line.words.slice(1) : line.words;
    const out = gatherer();
    const { errors, ended } = call({ ...line, words }, out.stream);
    const end = await ended;
    const code = end.kind === "exit" ? end.code : 1;
    return {
      out: out.text(),
      err: errors.text() || (end.kind === "exit" ? "" : `the daemon went away (${end.kind})`),
      code,
    };
  };
  return {
    ...{ run },
    watchQueue: (hear) => subscribe("watch-queue", gathered(hear)),
    watchUsage: (hear) => subscribe("watch-usage", (line) => hear(JSON.parse(line))),
    async look(ask) {
      const { out, code } = await run({ dialect: "headnode", words: ["headnode", "look", JSON.stringify(ask)] });
      return code === 0 ? JSON.parse(out) : null;
    },
  };
}

/** The snapshot comes as one event, however many lines it has. */
function gathered(hear: (event: QueueEvent) => void): (line: string) => void {
  let snapshot: WatchedJob[] | null = [];
  const reasons: (readonly [number, Reason])[] = [];
  return (line) => {
    const event: QueueEvent = JSON.parse(line);
    if (snapshot === null || event.kind === "cluster") return hear(event);
    if (event.kind === "jobs") snapshot.push(...event.jobs);
    else if (event.kind === "reasons") reasons.push(...event.reasons);
    else {
      hear({ kind: "jobs", jobs: snapshot, gone: [] });
      hear({ kind: "reasons", reasons });
      snapshot = null;
      hear(event);
    }
  };
}

function lineStream(hear: (line: string) => void): Writable {
  let rest: Buffer[] = [];
  return new Writable({
    write(piece: Buffer, _encoding, done) {
      let begin = 0;
      for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, begin)) {
        hear(Buffer.concat([...rest, piece.subarray(begin, end)]).toString());
        rest = [];
        begin = end + 1;
      }
      if (begin < piece.length) rest.push(piece.subarray(begin));
      done();
    },
  });
}

function gatherer(): { readonly stream: PassThrough; text(): string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
