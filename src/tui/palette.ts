/** Owns the monitor's colours: told apart also by those who do not see red and green; what they say is always said in letters too. */

import type { Standing } from "./listed.ts";

/** Colours by what they stand for; all undefined where none are wanted. */
export interface Palette {
  readonly standing: Readonly<Record<Standing, string | undefined>>;
  readonly accent: string | undefined;
  readonly quiet: string | undefined;
  readonly bad: string | undefined;
  readonly directive: string | undefined;
}

/** After Okabe and Ito: sky blue, orange, bluish green, vermilion, reddish purple. */
export const coloured: Palette = {
  standing: {
    running: "#56b4e9",
    suspended: "#cc79a7",
    waiting: "#e69f00",
    held: "#cc79a7",
    failed: "#d55e00",
    done: "#009e73",
  },
  accent: "#56b4e9",
  quiet: "#8a8a8a",
  bad: "#d55e00",
  directive: "#e69f00",
};

export const colourless: Palette = {
  standing: {
    ...{ running: undefined, suspended: undefined, waiting: undefined, held: undefined },
    ...{ failed: undefined, done: undefined },
  },
  ...{ accent: undefined, quiet: undefined, bad: undefined, directive: undefined },
};
