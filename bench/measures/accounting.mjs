import { join } from "node:path";
import { addHistory } from "../history.mjs";
import { openSite } from "../site.mjs";

/** A site whose store has so many ended elements, and the number of one of its jobs. */
function siteWith(elements) {
  const site = openSite();
  // The history is made of the first job, which has one element.
  site.sh("sbatch --wait -o /dev/null true.sh");
  const job = site.output("sbatch --parsable --wait -o /dev/null true.sh");
  site.stop();
  if (elements > 0) addHistory(join(site.env.HEADNODE_HOME, "store.db"), elements);
  site.sh(`sacct -j ${job}`);
  return { ...site, job };
}

export const measure = {
  name: "accounting",
  how: "`sacct -j JOB`, warm, 10 in one shell loop: in a store of two jobs, and in one with 1,000,000 ended elements more",
  rounds: 7,
  goals: [{ what: "`sacct` of one job among 1,000,000 elements against none", of: "1,000,000", to: "none", most: 2 }],
  prepare(bench) {
    bench.short = siteWith(0);
    bench.long = siteWith(1_000_000);
  },
  cases: ({ short, long }) => ({
    none: () => short.sh(`sacct -j ${short.job}`, 10),
    "1,000,000": () => long.sh(`sacct -j ${long.job}`, 10),
  }),
  clean({ short, long }) {
    short?.close();
    long?.close();
  },
};
