/** Owns sinfo's options and the variables it reads, one row each. */

import { text } from "../../language/codec.ts";
import { asks, ignored, option } from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";

const nothing = "nothing" as const;
const noFederation = "there is one cluster";

/** The sinfo of Slurm 22.05. */
export const sinfoOptions = optionTable("permuted", [
  option("all -a", ignored("no partition is hidden", undefined, nothing), {
    variable: "SINFO_ALL",
    help: "hidden partitions too",
  }),
  option("dead -d", asks("dead"), { help: "nodes that do not answer" }),
  option("exact -e", asks("exact"), { help: "one line for nodes that are alike in everything shown" }),
  option("federation", ignored(noFederation, undefined, nothing), {
    variable: "SINFO_FEDERATION",
    help: "partitions of the federation",
  }),
  option("Format -O", asks("names", text), { value: "format", help: "columns by names: NodeList:20,CPUsState" }),
  option("format -o", asks("letters", text), {
    variable: "SINFO_FORMAT",
    value: "format",
    help: "columns by letters: %P %.6D %t",
  }),
  option("help", asks("help"), { help: "print this" }),
  option("hide", ignored("no partition is hidden", undefined, nothing), { help: "no hidden partitions" }),
  option("iterate -i", asks("iterate", text), { value: "seconds", help: "again and again" }),
  option("json", asks("json"), { help: "every node, as JSON" }),
  option("list-reasons -R", asks("reasons"), { help: "why nodes are down or drained" }),
  option("local", ignored(noFederation, undefined, nothing), { variable: "SINFO_LOCAL", help: "this cluster only" }),
  option("long -l", asks("long"), { help: "more columns" }),
  option("clusters -M", asks("clusters", text), {
    variable: "SLURM_CLUSTERS",
    value: "names",
    aliases: ["cluster"],
    help: "cluster to ask",
  }),
  option("noconvert", ignored("sizes are in megabytes", undefined, nothing), { help: "sizes in the unit of the node" }),
  option("Node -N", asks("byNode"), { help: "one line for each node and partition" }),
  option("nodes -n", asks("nodes", text), { value: "hosts", help: "these nodes" }),
  option("noheader -h", asks("noHeader"), { help: "no heading" }),
  option("partition -p", asks("partitions", text), {
    variable: "SINFO_PARTITION",
    value: "names",
    help: "these partitions",
  }),
  option("reservation -T", asks("reservation"), { help: "reservations" }),
  option("responding -r", ignored("the machine answers", undefined, nothing), { help: "nodes that answer" }),
  option("sort -S", asks("sort", text), {
    variable: "SINFO_SORT",
    value: "letters",
    help: "order, by the letters of -o",
  }),
  option("states -t", asks("states", text), { value: "states", help: "nodes in these states" }),
  option("summarize -s", asks("summary"), { help: "one line for each partition" }),
  option("usage", asks("usage"), { help: "print the short usage" }),
  option("verbose -v", ignored("there is nothing more to say", undefined, nothing), { help: "say more" }),
  option("version -V", asks("version"), { help: "print the version" }),
  option("yaml", asks("yaml"), { help: "every node, as YAML" }),
]);
