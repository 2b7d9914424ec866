/** Owns the options of the small commands, one row each: sstat, sprio, sshare, sdiag, sacctmgr, and those refused. */

import { text } from "../../language/codec.ts";
import { asks, ignored, type OptionRow, option } from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";

const one = "there is one cluster";
const cluster = option("clusters -M", ignored(one), { value: "names", aliases: ["cluster"], help: "cluster to ask" });
const noHeader = option("noheader -n", asks("noHeader"), { help: "no heading" });
const parsable = option("parsable -p", asks("parsable"), { help: "fields separated by |, one at the end too" });
const parsable2 = option("parsable2 -P", asks("parsable2"), { help: "fields separated by |" });
const verbose = option("verbose -v", ignored("there is no more to say", undefined, "nothing"), { help: "say more" });
const version = option("version -V", asks("version"), { help: "print the version" });
const usage = option("usage", asks("usage"), { help: "print the short usage" });
const help = option("help", asks("help"), { help: "print this" });

export const sstatOptions = optionTable("getopt", [
  option("allsteps -a", asks("all"), { help: "every running step, the script too" }),
  option("helpformat -e", asks("fields"), { help: "names of all fields" }),
  option("format -o", asks("format", text), {
    value: "fields",
    variable: "SSTAT_FORMAT",
    aliases: ["fields"],
    help: "fields, each with %width or without",
  }),
  option("help -h", asks("help"), { help: "print this" }),
  option("jobs -j", asks("jobs", text), { value: "ids", help: "running jobs, or steps of them" }),
  option("noconvert", asks("noConvert"), { help: "sizes in bytes" }),
  ...[noHeader, option("pidformat -i", asks("processes"), { help: "processes of the steps" })],
  ...[parsable, parsable2, usage, verbose, version],
]);

export const sprioOptions = optionTable("permuted", [
  cluster,
  option("federation", ignored(one, undefined, "nothing"), { help: "jobs of the federation" }),
  option("noheader -h", asks("noHeader"), { help: "no heading" }),
  option("jobs -j", asks("jobs", text), { value: "ids", help: "these jobs" }),
  option("local", ignored(one, undefined, "nothing"), { help: "jobs of this cluster only" }),
  option("long -l", asks("long"), { help: "all factors" }),
  option("norm -n", asks("normalized"), { help: "factors from 0 to 1" }),
  option("format -o", asks("format", text), { value: "format", help: "columns by letters: %.15i %10Y" }),
  option("partition -p", asks("partitions", text), { value: "names", help: "jobs in these partitions" }),
  option("sibling", ignored(one, undefined, "nothing"), { help: "jobs of the federation, one by one" }),
  option("sort -S", asks("sort", text), { value: "letters", help: "order, by the letters of -o" }),
  option("user -u", asks("users", text), { value: "names", aliases: ["users"], help: "jobs of these users" }),
  option("weights -w", asks("weights"), { help: "what each factor counts" }),
  ...[verbose, version, help, usage],
]);

export const sshareOptions = optionTable("permuted", [
  option("accounts -A", asks("accounts", text), { value: "names", help: "these accounts" }),
  option("all -a", asks("all"), { help: "all users" }),
  option("long -l", asks("long"), { help: "more columns" }),
  option("noheader -h", asks("noHeader"), { help: "no heading" }),
  option(" -n", asks("noHeader"), { help: "no heading" }),
  option("partition -m", ignored("shares are not kept by partition", undefined, "nothing"), {
    help: "partitions of associations",
  }),
  option("format -o", asks("format", text), { value: "fields", help: "fields, each with %width or without" }),
  option("helpformat -e", asks("fields"), { help: "names of all fields" }),
  ...[cluster, parsable, parsable2],
  option("users -u", asks("users", text), { value: "names", aliases: ["user", "uid"], help: "these users" }),
  option("Users -U", asks("usersOnly"), { help: "users without their accounts" }),
  ...[verbose, version, help, usage],
]);

export const sdiagOptions = optionTable("permuted", [
  cluster,
  option("all -a", asks("all"), { help: "everything" }),
  option("reset -r", ignored("figures are counted from the records each time", undefined, "nothing"), {
    help: "count anew",
  }),
  option("sort-by-id -i", ignored("no calls are counted", undefined, "nothing"), { help: "calls by number" }),
  option("sort-by-time -t", ignored("no calls are counted", undefined, "nothing"), { help: "calls by time" }),
  option("sort-by-time2 -T", ignored("no calls are counted", undefined, "nothing"), { help: "calls by mean time" }),
  ...[version, help, usage],
]);

export const sacctmgrOptions = optionTable("permuted", [
  option("associations -s", asks("associations"), { help: "associations of what is shown" }),
  option("help -h", asks("help"), { help: "print this" }),
  option("immediate -i", ignored("nothing is changed here", undefined, "nothing"), { help: "change without asking" }),
  option("noheader -n", asks("noHeader"), { help: "no heading" }),
  option("oneliner -o", ignored("nothing is interactive here", undefined, "nothing"), { help: "one line for each" }),
  ...[parsable, parsable2],
  option("quiet -Q", ignored("there is no more to say", undefined, "nothing"), { help: "no messages" }),
  option("readonly -r", ignored("nothing is changed here", undefined, "nothing"), { help: "change nothing" }),
  ...[usage, verbose, version],
]);

const refusing: readonly OptionRow[] = [version, help, usage];

export const sreportOptions = optionTable("permuted", refusing);
export const striggerOptions = optionTable("permuted", refusing);
