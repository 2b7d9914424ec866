/** Owns scancel's options and the variables it reads, one row each. */

import { text } from "../../language/codec.ts";
import { asks, ignored, option } from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";

const nothing = "nothing" as const;

/** The scancel of Slurm 22.05. */
export const scancelOptions = optionTable("permuted", [
  option("account -A", asks("account", text), {
    variable: "SCANCEL_ACCOUNT",
    value: "account",
    help: "jobs of this account",
  }),
  option("batch -b", asks("batch"), { variable: "SCANCEL_BATCH", help: "signal the script's shell only" }),
  option("ctld", ignored("there is one daemon", undefined, nothing), {
    variable: "SCANCEL_CTLD",
    help: "by way of the controller",
  }),
  option("full -f", asks("full"), { variable: "SCANCEL_FULL", help: "signal all of the job's processes" }),
  option("help", asks("help"), { help: "print this" }),
  option("hurry -H", ignored("there is no burst buffer", undefined, nothing), {
    variable: "SCANCEL_HURRY",
    help: "stage nothing out",
  }),
  option("interactive -i", asks("interactive"), { variable: "SCANCEL_INTERACTIVE", help: "ask for each job" }),
  option("clusters -M", asks("clusters", text), {
    variable: "SLURM_CLUSTERS",
    value: "names",
    aliases: ["cluster"],
    help: "cluster to ask",
  }),
  option("me", asks("me"), { help: "one's own jobs" }),
  option("name -n", asks("name", text), {
    variable: "SCANCEL_NAME",
    value: "name",
    aliases: ["jobname"],
    help: "jobs of this name",
  }),
  option("nodelist -w", asks("nodes", text), { value: "hosts", help: "jobs on these nodes" }),
  option("partition -p", asks("partition", text), {
    variable: "SCANCEL_PARTITION",
    value: "name",
    help: "jobs in this partition",
  }),
  option("quiet -Q", asks("quiet"), { help: "no warnings" }),
  option("qos -q", asks("quality", text), {
    variable: "SCANCEL_QOS",
    value: "name",
    help: "jobs of this quality of service",
  }),
  option("reservation -R", asks("reservation", text), { value: "name", help: "jobs in this reservation" }),
  option("sibling", ignored("there is one cluster", text), { value: "name", help: "a sibling of a federated job" }),
  option("signal -s", asks("signal", text), { value: "name|number", help: "signal to send instead of ending the job" }),
  option("state -t", asks("state", text), {
    variable: "SCANCEL_STATE",
    value: "state",
    help: "jobs that are PENDING, RUNNING or SUSPENDED",
  }),
  option("usage", asks("usage"), { help: "print the short usage" }),
  option("user -u", asks("user", text), { variable: "SCANCEL_USER", value: "name", help: "jobs of this user" }),
  option("verbose -v", asks("verbose"), { help: "say what is done" }),
  option("version -V", asks("version"), { help: "print the version" }),
  option("wckey", asks("workloadKey", text), {
    variable: "SCANCEL_WCKEY",
    value: "key",
    help: "jobs of this workload key",
  }),
]);
