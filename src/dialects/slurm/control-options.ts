/** Owns scontrol's options, one row each. */

import { texts } from "../../language/codec.ts";
import { asks, ignored, option, refused } from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";

const nothing = "nothing" as const;
const noFederation = "there is one cluster";

/** The scontrol of Slurm 22.05. */
export const scontrolOptions = optionTable("permuted", [
  option("all -a", ignored("no partition is hidden", undefined, nothing), {
    variable: "SCONTROL_ALL",
    help: "hidden partitions too",
  }),
  option("clusters -M", asks("clusters", texts), {
    variable: "SLURM_CLUSTERS",
    value: "names",
    aliases: ["cluster"],
    help: "cluster to ask",
  }),
  option("details -d", asks("details"), { help: "show job: what it was given on each node" }),
  option("federation", ignored(noFederation, undefined, nothing), {
    variable: "SCONTROL_FEDERATION",
    help: "jobs of the federation",
  }),
  option("future -F", ignored("no node is planned ahead", undefined, nothing), {
    variable: "SCONTROL_FUTURE",
    help: "nodes that are still to come",
  }),
  option("help -h", asks("help"), { help: "print this" }),
  option("hide", ignored("no partition is hidden", undefined, nothing), { help: "no hidden partitions" }),
  option("local", ignored(noFederation, undefined, nothing), {
    variable: "SCONTROL_LOCAL",
    help: "jobs of this cluster only",
  }),
  option("oneliner -o", asks("oneLine"), { help: "each record on one line" }),
  option("quiet -Q", asks("quiet"), { help: "say nothing of what could not be done" }),
  option("sibling", ignored(noFederation, undefined, nothing), {
    variable: "SCONTROL_SIB",
    help: "jobs of the federation, one by one",
  }),
  option("uid -u", refused("--uid: jobs are changed as the user who asks"), {
    value: "user",
    help: "change a job as this user",
  }),
  option("verbose -v", ignored("there is nothing more to say", undefined, nothing), { help: "say more" }),
  option("version -V", asks("version"), { help: "print the version" }),
]);
