/** Owns what was made of texts lately: the same script and the same words often come again, one after the other. */

/** Above so many they are forgotten and begin anew. */
const most = 64;
/** Longer texts are made anew each time. */
const longest = 16_384;

/** A function of a text alone, whose latest results are kept: they are shared, and nobody may change them. */
export function remembered<Made>(make: (text: string) => Made): (text: string) => Made {
  const known = new Map<string, Made>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (known.size >= most) known.clear();
    if (text.length <= longest) known.set(text, made);
    return made;
  };
}
