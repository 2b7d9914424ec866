/** Owns the words of Grid Engine's commands whose qmaster can't be reached. */

import type { Silence, Unanswered } from "./unanswered.ts";

interface Row {
  readonly commands: readonly string[];
  /** What follows the first line, on standard error. */
  readonly err: readonly string[];
  readonly out?: string;
  readonly code?: number;
}

/** What stands for all that is not named. */
const usual: Row = { commands: [], err: ["error: LOST"] };

const rows: readonly Row[] = [
  { commands: ["qsub"], err: ["Unable to run job: LOST", "Exiting."] },
  { commands: ["qrsh", "qlogin", "qsh"], err: configuration() },
  { commands: ["qconf"], err: ["LOST"] },
  { commands: ["qdel", "qalter", "qmod"], err: [], out: "LOST" },
  { commands: ["qhold", "qrls", "qresub"], err: [], out: "LOST", code: 11 },
];

function configuration(): readonly string[] {
  return ["error: getting configuration: LOST", "error: ", "Cannot get configuration from qmaster."];
}

/** What the command writes, and its exit code. */
export function silentSge({ command, host, heard }: Unanswered): Silence {
  const { err, out = "", code = 1 } = rows.find(({ commands }) => commands.includes(command)) ?? usual;
  const [first, lost] = heard
    ? [
        `got read error (closing "${host}/qmaster/1")`,
        "failed receiving gdi request response for mid=1 (can't find connection)",
      ]
    : [refused, `unable to send message to qmaster using port 6444 on host "${host}": got send error`];
  const lines = [`error: commlib error: ${first}`, ...err].join("\n");
  return { out: out.replace("LOST", lost), err: lines.replace("LOST", lost), code };
}

const refused = "got select error (Connection refused)";
