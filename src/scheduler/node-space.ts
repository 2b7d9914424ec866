/** Owns which nodes an element is put on: the first with room for its share, in their order. */

export interface NodeSpace {
  /** Takes the processors from so many nodes, as even as can be, and names them. */
  take(cpus: number, count: number): readonly string[];
  /** What runs has its processors on these nodes, or (`-1`) has had them. */
  occupy(names: readonly string[], cpus: number, sign?: 1 | -1): void;
}

export function nodeSpace(nodes: readonly { readonly name: string; readonly cpus: number }[]): NodeSpace {
  const names = nodes.map(({ name }) => name);
  const free = Float64Array.from(nodes, ({ cpus }) => cpus);
  const places = new Map(names.map((name, at) => [name, at]));
  const occupy: NodeSpace["occupy"] = (on, cpus, sign = 1) => {
    for (const [at, name] of on.entries()) {
      const place = places.get(name);
      const share = Math.floor(((at + 1) * cpus) / on.length) - Math.floor((at * cpus) / on.length);
      if (place !== undefined) free[place] = (free[place] ?? 0) - sign * share;
    }
  };
  return {
    take(cpus, count) {
      const on = chosen(free, Math.min(count, names.length), cpus).map((place) => names[place] ?? "");
      occupy(on, cpus);
      return on;
    },
    occupy,
  };
}

/** Places of the first nodes with room for their share; where too few have it, of those with most. */
function chosen(free: Float64Array, count: number, cpus: number): readonly number[] {
  const each = Math.ceil(cpus / Math.max(1, count));
  const roomy: number[] = [];
  for (let place = 0; place < free.length && roomy.length < count; place++)
    if ((free[place] ?? 0) >= each) roomy.push(place);
  if (roomy.length >= count) return roomy;
  if (count === 1) return [0];
  const places = [...free.keys()];
  return places
    .sort((a, b) => (free[b] ?? 0) - (free[a] ?? 0) || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}
