/** Owns the list of documents that are made from tables: path in the package and content. */

import { configDocument } from "../config/template.ts";
import { qsubOptions as pbsQsub } from "../dialects/pbs/options.ts";
import { pbsWords } from "../dialects/pbs/own-words.ts";
import { qacctOptions } from "../dialects/sge/accounting-options.ts";
import { qalter, qhold, qresub } from "../dialects/sge/alteration-options.ts";
import { qconfOptions } from "../dialects/sge/configuration.ts";
import { qhostOptions, qquotaOptions, qselectOptions } from "../dialects/sge/host-options.ts";
import { qmodOptions } from "../dialects/sge/modification.ts";
import { qsubOptions } from "../dialects/sge/options.ts";
import { sgeWords } from "../dialects/sge/own-words.ts";
import { qpingOptions } from "../dialects/sge/pings.ts";
import { sacctOptions } from "../dialects/slurm/accounting-options.ts";
import { controlCommands, controlEntities, type Keyword } from "../dialects/slurm/control-keywords.ts";
import { scontrolOptions } from "../dialects/slurm/control-options.ts";
import { slurmWords } from "../dialects/slurm/neutral.ts";
import { nodeKeys } from "../dialects/slurm/node-changes.ts";
import { sbatchOptions } from "../dialects/slurm/options.ts";
import { partitionKeys } from "../dialects/slurm/partition-changes.ts";
import {
  sacctmgrOptions,
  sdiagOptions,
  sprioOptions,
  sshareOptions,
  sstatOptions,
} from "../dialects/slurm/plain-options.ts";
import { squeueOptions } from "../dialects/slurm/queue-options.ts";
import { sallocOptions } from "../dialects/slurm/salloc-options.ts";
import { sattachOptions } from "../dialects/slurm/sattach-options.ts";
import { sbcastOptions } from "../dialects/slurm/sbcast-options.ts";
import { sinfoOptions } from "../dialects/slurm/sinfo-options.ts";
import { srunOptions } from "../dialects/slurm/srun-options.ts";
import { updateKeys } from "../dialects/slurm/update-keys.ts";
import { compatibility } from "./compatibility.ts";
import { parseSchema } from "./parse-schema.ts";

/** Every derived document by its path. */
export function documents(): Readonly<Record<string, string>> {
  return {
    "COMPATIBILITY.md": compatibility(
      [
        { name: "sbatch", table: sbatchOptions },
        { name: "srun", table: srunOptions },
        { name: "squeue", table: squeueOptions },
        { name: "salloc", table: sallocOptions },
        { name: "sattach", table: sattachOptions },
        { name: "sbcast", table: sbcastOptions },
        { name: "sinfo", table: sinfoOptions },
        { name: "sacct", table: sacctOptions },
        { name: "sstat", table: sstatOptions },
        { name: "sprio", table: sprioOptions },
        { name: "sshare", table: sshareOptions },
        { name: "sdiag", table: sdiagOptions },
        { name: "sacctmgr", table: sacctmgrOptions },
        { name: "scontrol", table: scontrolOptions },
        { name: "scontrol: commands", words: keywords(controlCommands) },
        { name: "scontrol show", words: keywords(controlEntities) },
        {
          name: "scontrol update JobId=…",
          words: updateKeys.map((key) => ({ ...key, spelling: key.names.join(", ") })),
        },
        {
          name: "scontrol update NodeName=…",
          words: nodeKeys.map((key) => ({ ...key, spelling: key.names.join(", ") })),
        },
        {
          name: "scontrol update PartitionName=…",
          words: partitionKeys.map((key) => ({ ...key, spelling: key.names.join(", ") })),
        },
        { name: "qsub (Grid Engine)", table: qsubOptions },
        { name: "qalter", table: qalter.table },
        { name: "qhold, qrls", table: qhold.table },
        { name: "qmod", table: qmodOptions },
        { name: "qresub", table: qresub.table },
        { name: "qacct", table: qacctOptions },
        { name: "qhost", table: qhostOptions },
        { name: "qselect", table: qselectOptions },
        { name: "qquota", table: qquotaOptions },
        { name: "qping", table: qpingOptions },
        { name: "qconf", table: qconfOptions },
        { name: "qsub (PBS, read by `headnode parse --as pbs`)", table: pbsQsub },
      ],
      [
        { title: "Slurm", ways: slurmWords.ways },
        { title: "Grid Engine", ways: sgeWords.ways },
        { title: "PBS", ways: pbsWords.ways },
      ],
    ),
    "docs/config.md": configDocument(),
    "docs/parse.md": parseSchema(),
  };
}

function keywords(rows: readonly Keyword[]) {
  return rows.map(({ word, value, standing, help }) => ({ spelling: `${word} ${value}`.trim(), standing, help }));
}
