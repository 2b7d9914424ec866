/** Owns the config of a running daemon: read at the start, and again when the file has changed. */

import type { Config } from "../config/config.ts";
import { loadConfig, stampOf } from "../config/file.ts";
import { RefusedError } from "../model/errors.ts";

export interface Configuration {
  /** The last config that could be read. */
  current(): Config;
  /** What is wrong with the file as it is now, in lines; empty for nothing. */
  trouble(): readonly string[];
  /** Reads the file again if it is not as it was; whoever listens hears of a config that can be read. */
  refresh(): void;
  onChange(hear: (config: Config) => void): void;
}

/** Throws RefusedError where the file can't be read: nothing is started that the owner may not want. */
export function openConfiguration(path: string, log: (line: string) => void): Configuration {
  const first = loadConfig(path);
  if (first.kind === "wrong") throw new RefusedError(`the config must be mended first: ${first.complaints.join("; ")}`);
  let { config, stamp } = first;
  let complaints: readonly string[] = [];
  const listeners: ((config: Config) => void)[] = [];
  return {
    current: () => config,
    trouble: () => complaints,
    refresh() {
      if (stampOf(path) === stamp) return;
      const loaded = loadConfig(path);
      stamp = loaded.stamp;
      complaints = loaded.kind === "wrong" ? loaded.complaints : [];
      for (const line of complaints) log(`the config as it was before goes on: ${line}`);
      if (loaded.kind === "wrong") return;
      config = loaded.config;
      log(`read ${path} again`);
      for (const hear of listeners) hear(config);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
