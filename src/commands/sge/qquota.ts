/** Owns qquota: resource quotas and how far they are used; there are none. */

import { readQuotaAsks, usageOf } from "../../dialects/sge/host-options.ts";
import { declaration, schemas } from "../../dialects/sge/xml.ts";
import type { Command } from "../../language/command.ts";

export const qquota: Command = {
  dialect: "sge",
  name: "qquota",
  wordError: (message) => `${message}\n`,
  async run({ args }) {
    const asks = readQuotaAsks(args);
    if (asks.help) return { out: usageOf("qquota") };
    return asks.xml ? { out: `${declaration}<qquota_result xmlns="${schema}">\n</qquota_result>\n` } : {};
  },
};

// Its address is another one than those of the other documents.
const schema = `${schemas.replace("/source/", "/source/source/")}/qquota/qquota.xsd`;
