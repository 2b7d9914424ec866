/** Owns the options of PBS's qsub (Torque's, OpenPBS's and PBS Pro's together), one row each. */

import { mapped, oneOf, text, texts, wholeNumber } from "../../language/codec.ts";
import { adds, asks, assigns, type Effect, ignored, means, option, refused, sets } from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";
import type { JobSpec } from "../../model/spec.ts";
import {
  dependencyAttributes,
  indexList,
  indexRange,
  localPath,
  mailEvents,
  stamp,
  variables,
  yesOrNo,
} from "./codecs.ts";
import { resources } from "./resources.ts";

const oneHost = "there is one machine, files are where they are";

/** `-j oe|eo` joins; `n` does not. */
const joined: Effect = assigns({
  takes: "value",
  fields: ["joinStreams"],
  apply: ([value = ""]) => ({ joinStreams: oneOf("join option", ["oe", "eo", "n"]).read(value) !== "n" }),
  write: (spec) => (spec.joinStreams === null ? null : [spec.joinStreams ? "oe" : "n"]),
});

const array = (codec: typeof indexList): Effect =>
  assigns({
    takes: "value",
    fields: ["array", "arrayThrottle"],
    apply: ([value = ""]) => {
      const { ranges, throttle } = codec.read(value);
      return { array: ranges, arrayThrottle: throttle };
    },
    write: (spec: JobSpec) => {
      const written = spec.array && codec.write({ ranges: spec.array, throttle: spec.arrayThrottle });
      return written ? [written] : null;
    },
  });

/** `-v`: names and values, those of several lines together. */
const someVariables: Effect = {
  ...adds("export", variables, (before, now) => ({
    ...now,
    base: before.base,
    variables: [...before.variables, ...now.variables],
  })),
  write: ({ export: said }) => (said?.variables.length ? [variables.write(said) ?? ""] : null),
};

/** The qsub of the PBS family. */
export const qsubOptions = optionTable("short", [
  option("date -a", sets("beginTime", stamp), { help: "not to be started before this time", value: "time" }),
  option("account -A", sets("account", text), { help: "who is charged", value: "account" }),
  option("batch -b", ignored("one machine, no server to wait for"), {
    help: "seconds to wait for the server",
    value: "seconds",
  }),
  option("checkpoint -c", ignored("jobs are not checkpointed here"), {
    help: "checkpoint interval",
    value: "interval",
  }),
  option("prefix -C", asks("directivePrefix", text), { help: "what opens a directive line", value: "prefix" }),
  option("directory -d", sets("workingDirectory", text), { help: "where the job runs (Torque)", value: "path" }),
  option("root -D", refused("no job runs under another root directory here"), {
    help: "root directory (Torque)",
    value: "path",
  }),
  option(
    "error -e",
    sets(
      "stderr",
      mapped(
        localPath,
        (path) => [path],
        ([path]) => path ?? null,
      ),
    ),
    { help: "where standard error goes", value: "path" },
  ),
  option("foreground -f", refused("jobs run in the background; wait with -W block=true", "nothing"), {
    help: "run in the foreground",
  }),
  option("arguments -F", asks("scriptArguments", text), {
    help: "arguments of the script (Torque)",
    value: "arguments",
  }),
  option("hold -h", means("held", true), { help: "submit on hold" }),
  option("interactive -I", asks("interactive"), { help: "a shell instead of a script" }),
  option("join -j", joined, { help: "oe or eo: both streams into one file", value: "oe|eo|n" }),
  option("indices -J", array(indexRange), { help: "array of the indices a-b:step%limit (PBS Pro)", value: "range" }),
  option("keep -k", ignored(oneHost), { help: "streams kept on the execution host", value: "oe" }),
  option("resources -l", resources, { help: "resources, also select and nodes statements", value: "list" }),
  option("mail -m", sets("mailEvents", mailEvents), {
    help: "mail on a(bort) b(egin) e(nd), or n(ever)",
    value: "abe",
  }),
  option("users -M", sets("mailUsers", texts), { help: "who gets the mail", value: "users" }),
  option("exclusive -n", means("exclusive", "node"), { help: "whole nodes (Torque)" }),
  option("name -N", sets("name", text), { help: "the name listings show", value: "name" }),
  option(
    "output -o",
    sets(
      "stdout",
      mapped(
        localPath,
        (path) => [path],
        ([path]) => path ?? null,
      ),
    ),
    { help: "where standard output goes", value: "path" },
  ),
  option("priority -p", sets("priority", wholeNumber("priority", -1024, 1023)), {
    help: "order among one's jobs",
    value: "-1024..1023",
  }),
  option("project -P", sets("project", text), { help: "project (PBS Pro)", value: "project" }),
  option(
    "queue -q",
    sets(
      "queues",
      mapped(
        text,
        (queue) => [queue],
        ([queue]) => queue ?? null,
      ),
    ),
    { help: "queue, with @server or without", value: "queue" },
  ),
  option("rerunnable -r", sets("requeue", yesOrNo), { help: "y: may be started again", value: "y|n" }),
  option("remove -R", ignored(oneHost), { help: "files removed on the execution host", value: "oe" }),
  option(
    "shell -S",
    sets(
      "shell",
      mapped(
        text,
        (list) => list.split(",")[0]?.replace(/@.*/, "") ?? "",
        (path) => path,
      ),
    ),
    { help: "interpreter of the script", value: "path" },
  ),
  option("tasks -t", array(indexList), { help: "array of the indices, lists and %limit (Torque)", value: "list" }),
  option("prologue -T", ignored("there is no prologue here"), { help: "prologue script (Torque)", value: "name" }),
  option("as -u", ignored("jobs run as who submits them"), { help: "run as this user", value: "users" }),
  option("variables -v", someVariables, { help: "variables the job sees", value: "list" }),
  option(
    "environment -V",
    assigns({
      takes: "nothing",
      fields: ["export"],
      apply: (_, { spec }) => ({ export: { base: "all", variables: spec.export?.variables ?? [], text: "-V" } }),
      write: (spec) => (spec.export?.base === "all" ? [] : null),
    }),
    { help: "the whole environment of the submitter" },
  ),
  option("workdir -w", sets("workingDirectory", text), { help: "where the job runs (Torque)", value: "path" }),
  option("attributes -W", dependencyAttributes, {
    help: "depend=, umask=, block=, group_list=, stagein=, stageout= …",
    value: "list",
  }),
  option("display -X", ignored("no display is forwarded", undefined, "nothing"), { help: "forward X11" }),
  option("run -x", refused("a script in an interactive job is not run here", "nothing"), {
    help: "run the script in an interactive job (Torque)",
  }),
  option("silent -z", asks("quiet"), { help: "print no job id" }),
]);
