/** Owns squeue's options and the variables it reads, one row each. */

import { text } from "../../language/codec.ts";
import { asks, type Effect, ignored, option, optional } from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";

const noFederation = "there is one cluster";
const nothing = "nothing" as const;
const maybe = (name: string): Effect => optional(asks(name, text), "");

/** The squeue of Slurm 22.05. */
export const squeueOptions = optionTable("permuted", [
  option("accounts -A", asks("accounts", text), {
    variable: "SQUEUE_ACCOUNT",
    value: "accounts",
    help: "jobs of these accounts",
  }),
  option("all -a", ignored("no partition is hidden", undefined, nothing), {
    variable: "SQUEUE_ALL",
    help: "hidden partitions too",
  }),
  option("array -r", asks("array"), { variable: "SQUEUE_ARRAY", help: "one line for each element of an array" }),
  option("array-unique", asks("array"), {
    variable: "SQUEUE_ARRAY_UNIQUE",
    help: "one line for each element that waits",
  }),
  option("clusters -M", asks("clusters", text), {
    variable: "SLURM_CLUSTERS",
    value: "names",
    aliases: ["cluster"],
    help: "cluster to ask",
  }),
  option("format -o", asks("letters", text), {
    variable: "SQUEUE_FORMAT",
    value: "format",
    help: "columns by letters: %.18i %j",
  }),
  option("federation", ignored(noFederation, undefined, nothing), {
    variable: "SQUEUE_FEDERATION",
    help: "jobs of the federation",
  }),
  option("Format -O", asks("names", text), {
    variable: "SQUEUE_FORMAT2",
    value: "format",
    help: "columns by names: JobID:10,Name",
  }),
  option("help", asks("help"), { help: "print this" }),
  option("hide", ignored("no partition is hidden", undefined, nothing), { help: "no hidden partitions" }),
  option("iterate -i", asks("iterate", text), { value: "seconds", help: "again and again" }),
  option("jobs -j", maybe("jobs"), { value: "ids", help: "these jobs" }),
  option("json", asks("json"), { help: "every job known, as JSON" }),
  option("local", ignored(noFederation, undefined, nothing), {
    variable: "SQUEUE_LOCAL",
    help: "jobs of this cluster only",
  }),
  option("long -l", asks("long"), { help: "more columns" }),
  option("licenses -L", asks("licenses", text), {
    variable: "SQUEUE_LICENSES",
    value: "names",
    help: "jobs that take these licences",
  }),
  option("me", asks("me"), { help: "one's own jobs" }),
  option("name -n", asks("jobNames", text), { variable: "SQUEUE_NAMES", value: "names", help: "jobs of these names" }),
  option("noconvert", asks("noConvert"), { help: "sizes in the unit they were given in" }),
  option("nodelist -w", asks("nodes", text), {
    value: "hosts",
    aliases: ["node", "nodes"],
    help: "jobs on these nodes",
  }),
  option("noheader -h", asks("noHeader"), { help: "no heading" }),
  option("partitions -p", asks("partitions", text), {
    variable: "SQUEUE_PARTITION",
    value: "names",
    help: "jobs in these partitions",
  }),
  option("priority -P", ignored("a job is listed in one partition", undefined, nothing), {
    variable: "SQUEUE_PRIORITY",
    help: "by priority in each partition",
  }),
  option("qos -q", asks("qualities", text), {
    variable: "SQUEUE_QOS",
    value: "names",
    help: "jobs of these qualities of service",
  }),
  option("reservation -R", asks("reservation", text), { value: "name", help: "jobs in this reservation" }),
  option("sibling", ignored(noFederation, undefined, nothing), {
    variable: "SQUEUE_SIBLING",
    aliases: ["sib"],
    help: "jobs of the federation, one by one",
  }),
  option("sort -S", asks("sort", text), {
    variable: "SQUEUE_SORT",
    value: "letters",
    help: "order, by the letters of -o",
  }),
  option("start", asks("start"), { help: "when what waits is to start" }),
  option("steps -s", maybe("steps"), { value: "ids", help: "steps instead of jobs" }),
  option("states -t", asks("states", text), {
    variable: "SQUEUE_STATES",
    value: "states",
    help: "jobs in these states, or all",
  }),
  option("usage", asks("usage"), { help: "print the short usage" }),
  option("user -u", asks("users", text), {
    variable: "SQUEUE_USERS",
    value: "names",
    aliases: ["users"],
    help: "jobs of these users",
  }),
  option("verbose -v", asks("verbose"), { help: "say more" }),
  option("version -V", asks("version"), { help: "print the version" }),
  option("yaml", asks("yaml"), { help: "every job known, as YAML" }),
]);
