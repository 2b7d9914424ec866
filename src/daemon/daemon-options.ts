/** Owns what a daemon is told at its start: where it works, for which families, on what machine. */

import type { ConnectBackend } from "../backends/backend.ts";
import type { Config } from "../config/config.ts";
import type { Command } from "../language/command.ts";
import type { Dialect } from "../language/dialect.ts";
import type { Environment, StatePaths } from "../relay/state-directory.ts";
import type { Configuration } from "./configuration.ts";

export interface DaemonOptions {
  readonly directory: string;
  readonly env: Environment;
  readonly pid: number;
  /** Everything that can be called, besides the daemon's own commands. */
  readonly commands: readonly Command[];
  /** The families that jobs can be of. */
  readonly dialects: readonly Dialect[];
  /** What runs the jobs. */
  readonly connect: (paths: StatePaths, config: Config) => ConnectBackend;
  readonly machine: {
    readonly arch: string;
    readonly hostName: string;
    readonly cpus: number;
    /** Bytes. */
    readonly memory: number;
    readonly gpus: number;
  };
  readonly log: (line: string) => void;
  /** Commands are answered from now on, by this daemon or by one that was faster. */
  readonly ready: () => void;
  readonly exit: (code: number) => void;
  /** Takes what is to be done when the process is told to end. */
  readonly onTerminate: (retire: () => void) => void;
  /** Takes what is to be done when the process is told to read its config again. */
  readonly onReload?: (reload: () => void) => void;
}

/** Where one daemon works. */
export interface Place {
  readonly options: DaemonOptions;
  readonly paths: StatePaths;
  readonly configuration: Configuration;
}
