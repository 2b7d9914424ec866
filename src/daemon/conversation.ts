/** Owns one connection: a greeting, the command it asks for, its input and signals, and how it ends. */

import type { Socket } from "node:net";
import type { Command } from "../language/command.ts";
import { runCommand } from "../language/command.ts";
import type { Context } from "../language/context.ts";
import type { Recollection } from "../language/told.ts";
import type { Clock } from "../model/clock.ts";
import type { MachineUse } from "../model/machine-use.ts";
import type { Verbs } from "../model/verbs.ts";
import { decodeStrings, frameReader } from "../relay/frames.ts";
import { decodeGreeting, type Greeting, largestGreeting, relayProtocolVersion } from "../relay/protocol.ts";
import { callerFiles } from "./caller-files.ts";
import { createInput, createSignals, type Input, type Signals } from "./caller-input.ts";
import { type CallerPlace, callerPlace, type Whereabouts } from "./caller-place.ts";
import { type CallerWork, createCallerWork } from "./caller-work.ts";
import { createOutlet, type Outlet } from "./outlet.ts";
import type { Users } from "./users.ts";

/** What every conversation needs. */
export interface House {
  readonly build: string;
  readonly commands: readonly Command[];
  readonly verbs: Verbs;
  /** The verbs as a caller with these variables has them; left out: as they are. */
  readonly verbsFor?: (variable: (name: string) => string | undefined) => Verbs;
  readonly clock: Clock;
  readonly users: Users;
  readonly machineUse: () => MachineUse;
  readonly log: (line: string) => void;
  /** Asked before each command. Throws an error for the user where commands can't be answered at the moment. */
  readonly able?: () => void;
  /** Asked before each command: what its caller should know of the house, in lines. */
  readonly notice?: () => readonly string[];
  /** The path of a control group for something of that name; empty for none. */
  readonly memoryGroup?: (name: string) => string;
  /** What is known of callers on other machines; left out: there are none. */
  readonly elsewhere?: Whereabouts;
}

interface Talk {
  readonly house: House;
  readonly socket: Socket;
  readonly outlet: Outlet;
  readonly input: Input;
  readonly signals: Signals;
  readonly work: CallerWork;
  readonly recollection: Recollection;
  over: boolean;
}

/** Serves one connection; what is told there is recollected by those that come after. */
export function converse(house: House, socket: Socket, recollection: Recollection): void {
  const outlet = createOutlet(socket);
  let started = false;
  let place: CallerPlace | null = null;
  const work = createCallerWork(outlet, {
    // The groups are this machine's.
    memoryGroup: (name) => (place === null ? (house.memoryGroup?.(name) ?? "") : ""),
    there: (text) => place?.there(text) ?? text,
  });
  const heard = { input: createInput(outlet), signals: createSignals() };
  const talk: Talk = { house, socket, outlet, ...heard, work, recollection, over: false };
  const hear = frameReader(largestGreeting, (kind, payload) => {
    if (kind === "g" && !started) {
      started = true;
      const greeting = decodeGreeting(payload);
      if (greeting) place = placeOf(house, greeting);
      if (greeting) answer(talk, { greeting, place });
      else socket.destroy();
    } else if (!started) socket.destroy();
    else if (kind === "d") talk.input.add(Buffer.from(payload));
    else if (kind === "D") talk.input.end();
    else if (kind === "r") work.ended(payload);
    else if (kind === "n") work.again();
    else if (kind === "s") signalled(talk, Number(decodeStrings(payload)[0]));
  });
  socket.on("data", (chunk) => {
    try {
      hear(chunk);
    } catch (error) {
      // Whoever sends nonsense hurts nobody else.
      house.log(`a connection was refused: ${error instanceof Error ? error.message : String(error)}`);
      socket.destroy();
    }
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    talk.over = true;
    talk.input.broken();
    work.gone();
    talk.signals.raise(hangUp);
  });
}

/** The number of SIGHUP, which a command gets whose caller has gone. */
const hangUp = 1;

interface Call {
  readonly greeting: Greeting;
  readonly place: CallerPlace | null;
}

function placeOf({ elsewhere }: House, { environment, cwd }: Greeting): CallerPlace | null {
  return elsewhere ? callerPlace({ home: variablesOf(environment).get("HEADNODE_HOME"), cwd }, elsewhere) : null;
}

function answer(talk: Talk, call: Call): void {
  const { house, outlet } = talk;
  const { greeting } = call;
  const command = house.commands.find(({ dialect, name }) => dialect === greeting.dialect && name === greeting.command);
  // Every version must be able to make this one go.
  const retires = greeting.dialect === "headnode" && greeting.command === "retire";
  const ours = greeting.protocol === relayProtocolVersion && greeting.build === house.build;
  if (!ours && !retires) {
    outlet.end("v");
    return;
  }
  run(talk, call, command ?? unknown(greeting)).catch((error: unknown) => {
    house.log(`${greeting.command} failed: ${error instanceof Error ? error.stack : String(error)}`);
    talk.socket.destroy();
  });
}

async function run(talk: Talk, call: Call, command: Command): Promise<void> {
  for (const line of talk.house.notice?.() ?? []) await talk.outlet.write("e", `headnode: ${line}\n`);
  const context = await contextOf(talk, call);
  const able: Command = {
    ...command,
    async run(asked) {
      talk.house.able?.();
      return command.run(asked);
    },
  };
  for await (const piece of runCommand(able, context)) {
    // Nobody listens any more, but what was begun is brought to its end.
    if (talk.over) continue;
    if (piece.kind !== "exit") await talk.outlet.write(piece.kind === "out" ? "o" : "e", piece.text);
    else {
      talk.over = true;
      talk.outlet.end("x", piece.code);
    }
  }
}

/** The first signal goes to a command that listens; any other ends it, as it would end a program. Work hears them all. */
function signalled(talk: Talk, signal: number): void {
  if (talk.work.begun()) {
    talk.work.signal(signal);
    return;
  }
  if (talk.over || talk.signals.raise(signal)) return;
  talk.over = true;
  talk.work.gone();
  talk.outlet.end("k", signal);
}

async function contextOf(talk: Talk, { greeting, place }: Call): Promise<Context> {
  const { house, input, signals } = talk;
  const { argv, umask, niceness, limits, terminal, columns, pid, session } = greeting;
  const cwd = place?.here(greeting.cwd) ?? greeting.cwd;
  const environment = place === null ? greeting.environment : greeting.environment.map(place.here);
  const variables = variablesOf(environment);
  return {
    ...{ environment, cwd, umask, niceness, limits, session },
    args: argv,
    variable: (name) => variables.get(name),
    terminal: { input: terminal.stdin, output: terminal.stdout, errors: terminal.stderr, columns },
    user: await house.users.withUid(greeting.uid),
    userNamed: (nameOrUid) => house.users.named(nameOrUid),
    clock: house.clock,
    machineUse: house.machineUse,
    recollection: talk.recollection,
    verbs: house.verbsFor?.((name) => variables.get(name)) ?? house.verbs,
    files: { ...callerFiles({ cwd, pid, umask, readInput: input.read }), isElsewhere: place !== null },
    readInput: input.read,
    readLine: input.line,
    get interrupted() {
      return signals.first();
    },
    work: talk.work.begin,
  };
}

/** By name; the first entry of a name counts, as it does for getenv. */
function variablesOf(environment: readonly string[]): ReadonlyMap<string, string> {
  const named = environment.map((entry) => {
    const end = entry.indexOf("=");
    return [entry.slice(0, end), entry.slice(end + 1)] as const;
  });
  return new Map(named.reverse());
}

function unknown({ dialect, command }: Greeting): Command {
  const message = `${command}: headnode has no command of this name for ${dialect}\n`;
  return {
    dialect: "headnode",
    name: command,
    run: async () => ({ err: message, code: 1 }),
    wordError: (text) => `${text}\n`,
  };
}
