/** Owns what `qconf -aattr`, `-mattr`, `-dattr` and `-rattr` make of one attribute: its new text, and remarks about it. */

/** Add to a list, change in it, take from it, put another in its place. */
export type AttributeDeed = "a" | "m" | "d" | "r";

/** An attribute that is changed. */
export interface AttributeAsk {
  readonly deed: AttributeDeed;
  readonly attribute: string;
  readonly value: string;
  /** What remarks call the object. */
  readonly owner: string;
}

/** The new text, null where nothing changes, and the remarks. */
export interface AttributeChange {
  readonly text: string | null;
  readonly remarks: readonly string[];
}

/** Attributes that are lists, and what stands between their elements. */
const lists: Readonly<Record<string, string>> = {
  ...{ hostlist: " ", pe_list: " ", ckpt_list: " " },
  ...{ complex_values: ",", load_thresholds: ",", suspend_thresholds: ",", subordinate_list: "," },
  ...{ user_lists: ",", xuser_lists: ",", owner_list: ",", projects: ",", xprojects: ",", entries: "," },
};

/** What becomes of the attribute that was `before`. */
export function attributeChange(before: string, ask: AttributeAsk): AttributeChange {
  const between = lists[ask.attribute];
  if (between === undefined || ask.deed === "r") return { text: ask.value, remarks: [] };
  const list = elementsOf(before);
  const { elements, remarks } = changers[ask.deed](list, elementsOf(ask.value), ask);
  return { text: elements.join(between) || "NONE", remarks };
}

/** What is said where a list is to become none by `-mattr`; null where that was not asked. */
export function noListValue({ deed, attribute, value }: AttributeAsk): string | null {
  if (deed !== "m" || lists[attribute] === undefined || value.toUpperCase() !== "NONE") return null;
  return `"${value}" is not a valid list attribute value for -mattr.  Try using -rattr instead.`;
}

interface Changed {
  readonly elements: readonly string[];
  readonly remarks: readonly string[];
}

type Changer = (list: readonly string[], asked: readonly string[], ask: AttributeAsk) => Changed;

const changers: Readonly<Record<"a" | "m" | "d", Changer>> = {
  a: (list, asked, { attribute, owner }) => {
    const there = asked.filter((each) => list.some((one) => nameOf(one) === nameOf(each)));
    return {
      elements: [...list, ...asked.filter((each) => !there.includes(each))],
      remarks: there.map(
        (each) => `No modification because "${nameOf(each)}" already exists in "${attribute}" of "${owner}"`,
      ),
    };
  },
  m: (list, asked, { attribute, owner }) => {
    const fresh = asked.filter((each) => !list.some((one) => nameOf(one) === nameOf(each)));
    const missing = (each: string) =>
      `Unable to find "${nameOf(each)}" in "${attribute}" of "${owner}" - Adding new element.`;
    return {
      elements: [...list.map((one) => asked.find((each) => nameOf(each) === nameOf(one)) ?? one), ...fresh],
      remarks:
        list.length === 0 ? [`"${attribute}" of "${owner}" is empty - Adding new element(s).`] : fresh.map(missing),
    };
  },
  d: (list, asked, { attribute, owner }) => {
    const strange = asked.filter((each) => !list.some((one) => nameOf(one) === nameOf(each)));
    return {
      elements: list.filter((one) => !asked.some((each) => nameOf(each) === nameOf(one))),
      remarks: strange.map((each) => `"${nameOf(each)}" does not exist in "${attribute}" of "${owner}"`),
    };
  },
};

function elementsOf(text: string): readonly string[] {
  return text.toUpperCase() === "NONE" ? [] : text.split(/[\s,]+/).filter((each) => each !== "");
}

function nameOf(element: string): string {
  return element.replace(/=.*/, "");
}
