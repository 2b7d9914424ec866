/** Owns sbcast's options, one row each. */

import { text } from "../../language/codec.ts";
import { asks, ignored, option } from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";
import { number } from "./codecs.ts";

const oneMachine = "there is one machine";

/** The sbcast of Slurm 22.05. */
export const sbcastOptions = optionTable("getopt", [
  option("compress -C", ignored(oneMachine, text, "maybe"), {
    variable: "SBCAST_COMPRESS",
    value: "type",
    help: "compress what is copied",
  }),
  option("exclude", ignored(oneMachine, text), { value: "paths", help: "libraries that are not copied" }),
  option("force -f", asks("force"), { variable: "SBCAST_FORCE", help: "replace a file that is there" }),
  option("fanout -F", ignored(oneMachine, number(1)), {
    variable: "SBCAST_FANOUT",
    value: "count",
    help: "nodes that are written to at a time",
  }),
  option("help", asks("help"), { help: "print this" }),
  option("jobid -j", asks("jobId", text), { value: "id[.step]", help: "copy to the nodes of this job" }),
  option("preserve -p", asks("preserve"), {
    variable: "SBCAST_PRESERVE",
    help: "keep times and modes",
  }),
  option("send-libs", ignored("the libraries are on this machine already", text, "maybe"), {
    variable: "SBCAST_SEND_LIBS",
    value: "yes|no",
    help: "copy libraries too",
  }),
  option("size -s", ignored("the file is copied in one piece", text), {
    variable: "SBCAST_SIZE",
    value: "bytes",
    help: "size of the pieces",
  }),
  option("timeout -t", ignored(oneMachine, number(1)), {
    variable: "SBCAST_TIMEOUT",
    value: "seconds",
    help: "patience with nodes",
  }),
  option("treewidth", ignored(oneMachine, number(1)), { value: "count", help: "older name of --fanout" }),
  option("usage", asks("usage"), { help: "print the short usage" }),
  option("verbose -v", ignored("there is nothing more to tell", undefined, "nothing"), { help: "say more" }),
  option("version -V", asks("version"), { help: "print the version" }),
]);
