/** Owns sattach's options, one row each. */

import { text } from "../../language/codec.ts";
import { asks, ignored, option } from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";

const notShown = "the output of a task is where its srun writes it";

/** The sattach of Slurm 22.05. */
export const sattachOptions = optionTable("getopt", [
  option("error-filter", ignored(notShown, text), { value: "task", help: "only this task's standard error" }),
  option("help -h", asks("help"), { help: "print this" }),
  option("input-filter", ignored(notShown, text), { value: "task", help: "send input to this task only" }),
  option("label -l", ignored(notShown, undefined, "nothing"), { help: "put the task's number before each line" }),
  option("layout", asks("layout"), { help: "print where the tasks are, and attach to nothing" }),
  option("output-filter", ignored(notShown, text), { value: "task", help: "only this task's standard output" }),
  option("pty", ignored(notShown, undefined, "nothing"), { help: "attach to a pseudo terminal" }),
  option("quiet -Q", ignored("there is nothing to say", undefined, "nothing"), { help: "say less" }),
  option("usage -u", asks("usage"), { help: "print the short usage" }),
  option("verbose -v", ignored("there is nothing more to tell", undefined, "nothing"), { help: "say more" }),
  option("version -V", asks("version"), { help: "print the version" }),
]);
