/** Owns qhold and qrls: holds that are set, and holds that are taken away. */

import {
  type AlteringCommand,
  alterationUsage,
  qhold as holding,
  readAlteration,
  qrls as releasing,
} from "../../dialects/sge/alteration-options.ts";
import { type HoldChange, released } from "../../dialects/sge/holds.ts";
import type { Command } from "../../language/command.ts";
import { changeHolds, toEach } from "./altering.ts";

const userHold: HoldChange = { set: ["user"], remove: [] };

export const qhold: Command = command("qhold", holding, (change) => change);
export const qrls: Command = command("qrls", releasing, released);

function command(name: string, altering: AlteringCommand, meaning: (change: HoldChange) => HoldChange): Command {
  return {
    dialect: "sge",
    name,
    wordError: (message) => `${message}\n`,
    async run(context) {
      const asks = readAlteration(altering, context.args);
      if (asks.help) return { out: alterationUsage(altering) };
      const change = meaning(asks.holds ?? userHold);
      return toEach(context, asks, {
        codes: { unknown: 3, foreign: 18, forbidden: 10 },
        act: (target) => changeHolds(context, target, { change, forbidden: 10 }),
      });
    },
  };
}
