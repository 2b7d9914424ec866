/** Owns `-v` and `-V`: what of the submitter's environment a job is to see. */

import { assigns, type Effect } from "../../language/option.ts";
import type { Export } from "../../model/spec.ts";
import { variables } from "./codecs.ts";

const nothing: Export = { base: "none", variables: [], text: "" };

/** `-v`: named variables, the last word on each name counts. */
export function someVariables(): Effect {
  return assigns({
    takes: "value",
    fields: ["export"],
    apply: ([value = ""], { spec }) => {
      const before = spec.export ?? nothing;
      return {
        export: {
          ...before,
          variables: replaced(before.variables, variables.read(value)),
          text: said(before, `-v ${value}`),
        },
      };
    },
    write: (spec) => (spec.export?.variables.length ? [variables.write(spec.export.variables) ?? ""] : null),
  });
}

/** `-V`: everything. */
export function wholeEnvironment(): Effect {
  return assigns({
    takes: "nothing",
    fields: ["export"],
    apply: (_, { spec }) => {
      const before = spec.export ?? nothing;
      return { export: { ...before, base: "all", text: said(before, "-V") } };
    },
    write: (spec) => (spec.export?.base === "all" ? [] : null),
  });
}

function replaced(before: Export["variables"], now: Export["variables"]): Export["variables"] {
  return [...new Map([...before, ...now].map((variable) => [variable.name, variable])).values()];
}

function said(before: Export, now: string): string {
  return before.text === "" ? now : `${before.text} ${now}`;
}
