/** Owns the options of sacct, one row each. */

import { text, texts } from "../../language/codec.ts";
import { asks, type Effect, ignored, option, refused } from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";

const one = "there is one cluster";

/** Several `-j 1 -j 2` add up, as in sacct. */
const collected = (name: string): Effect => ({
  ...asks(name, texts),
  apply: ([value = ""], { asks: before }) => ({
    asks: { [name]: [...((before[name] as readonly string[] | undefined) ?? []), ...texts.read(value)] },
  }),
});

export const sacctOptions = optionTable("getopt", [
  option("allusers -a", asks("allUsers"), { help: "jobs of all users" }),
  option("accounts -A", collected("accounts"), { help: "jobs charged to these accounts", value: "names" }),
  option("batch-script -B", asks("script"), { help: "the batch script of a job" }),
  option("brief -b", asks("brief"), { help: "id, state and exit code" }),
  option("completion -c", asks("completion"), { help: "the completion log, which there is none of" }),
  option("delimiter", asks("delimiter", text), { help: "what stands between fields with -p and -P", value: "text" }),
  option("duplicates -D", asks("duplicates"), { help: "earlier runs of requeued jobs too" }),
  option("helpformat -e", asks("fields"), { help: "names of all fields" }),
  option("endtime -E", asks("until", text), { help: "jobs that were there before this time", value: "time" }),
  option("env-vars", asks("variables"), { help: "the environment with which a job was submitted" }),
  option("federation", ignored(one, undefined, "nothing"), { help: "jobs of the federation" }),
  option("file -f", refused("the accounting here is not in a file; leave out -f"), {
    help: "read the completion log from a file",
    value: "file",
  }),
  option("flags -F", collected("flags"), { help: "jobs with these flags", value: "flags" }),
  option("gid -g", collected("groups"), { help: "jobs of these groups", value: "groups", aliases: ["group"] }),
  option("help -h", asks("help"), { help: "this text" }),
  option("jobs -j", collected("jobs"), { help: "these jobs, elements and steps", value: "ids" }),
  option("json", asks("json"), { help: "jobs with their steps, as JSON" }),
  option("long -l", asks("long"), { help: "many fields" }),
  option("allclusters -L", ignored("jobs of all clusters are listed", undefined, "nothing"), {
    help: "jobs of all clusters",
  }),
  option("local", ignored(one, undefined, "nothing"), { help: "jobs of this cluster only" }),
  option("clusters -M", collected("clusters"), { help: "jobs of these clusters", value: "names" }),
  option("name", collected("names"), { help: "jobs with these names", value: "names" }),
  option("ncpus -I", asks("cpus", text), { help: "jobs with so many processors", value: "n[-m]" }),
  option("nnodes -i", asks("nodes", text), { help: "jobs on so many nodes", value: "n[-m]" }),
  option("noconvert", asks("noConvert"), { help: "sizes in bytes" }),
  option("noheader -n", asks("noHeader"), { help: "no heading" }),
  option("nodelist -N", collected("nodeNames"), { help: "jobs that ran on these nodes", value: "names" }),
  option("format -o", asks("format", text), {
    help: "fields, each with %[-]width or without",
    value: "fields",
    variable: "SACCT_FORMAT",
  }),
  option("partition -r", collected("partitions"), { help: "jobs in these partitions", value: "names" }),
  option("parsable -p", asks("parsable"), { help: "fields separated by |, one at the end too" }),
  option("parsable2 -P", asks("parsable2"), { help: "fields separated by |" }),
  option("qos -q", collected("qualities"), { help: "jobs with these qualities of service", value: "names" }),
  option("reason", collected("reasons"), { help: "jobs that waited for these reasons", value: "reasons" }),
  option("starttime -S", asks("since", text), { help: "jobs that were there after this time", value: "time" }),
  option("state -s", asks("states", texts), { help: "jobs in these states", value: "states" }),
  option("timelimit-max -K", asks("timeLimitMost", text), {
    help: "jobs with a time limit of at most this",
    value: "time",
  }),
  option("timelimit-min -k", asks("timeLimitLeast", text), {
    help: "jobs with a time limit of at least this",
    value: "time",
  }),
  option("truncate -T", asks("truncate"), { help: "times outside the window are shown as its ends" }),
  option("units", asks("units", text), { help: "unit of sizes: K M G T P", value: "unit" }),
  option("usage", asks("usage"), { help: "a line of usage" }),
  option("use-local-uid", ignored("users are this machine's", undefined, "nothing"), {
    help: "names by this machine's users",
  }),
  option("user -u", collected("users"), { help: "jobs of these users", value: "names", aliases: ["uid"] }),
  option("verbose -v", ignored("there is nothing more to say", undefined, "nothing"), { help: "say more" }),
  option("version -V", asks("version"), { help: "the version" }),
  option("wckeys -W", collected("workloadKeys"), { help: "jobs with these workload keys", value: "keys" }),
  option("whole-hetjob", ignored("heterogeneous jobs do not run here", undefined, "maybe"), {
    help: "all components of heterogeneous jobs",
    value: "yes|no",
  }),
  option("associations -x", collected("associations"), { help: "jobs of these associations", value: "ids" }),
  option("allocations -X", asks("allocations"), { help: "jobs without their steps" }),
  option("yaml", asks("yaml"), { help: "jobs with their steps, as YAML" }),
]);
