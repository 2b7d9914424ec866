/** Owns lines as they were told before: of thousands that wait nearly all wait as they did when somebody last asked. */

/** A line as it was told. */
export interface Told {
  readonly job: number;
  /** What lines are put in order by. */
  readonly keys: readonly (string | number | null)[];
  readonly text: string;
}

/** What was told, by what was listed: as long as that is the same object, nothing about it has changed. */
export type ToldLines = WeakMap<object, Told>;

/** Lines by their form: everything that decides over them besides what is listed and the cluster. */
export interface Recollection {
  of(form: string, cluster: object): ToldLines;
}

/** What is asked every few seconds is asked in few forms. */
const most = 8;

export function createRecollection(): Recollection {
  const forms = new Map<string, { readonly cluster: object; readonly lines: ToldLines }>();
  return {
    of(form, cluster) {
      const known = forms.get(form);
      if (known?.cluster === cluster) return known.lines;
      if (forms.size >= most) forms.clear();
      const lines: ToldLines = new WeakMap();
      forms.set(form, { cluster, lines });
      return lines;
    },
  };
}
