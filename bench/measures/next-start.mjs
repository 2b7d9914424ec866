import { readFileSync, rmSync } from "node:fs";

/** Milliseconds between the end of each and the start of the next, of elements that run one at a time. */
function gaps(text) {
  const times = text
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  times.sort(([a], [b]) => a - b);
  return times.slice(1).map(([begun], at) => (begun - times[at][1]) * 1000);
}

export const measure = {
  name: "next-start",
  how: "elements that take both slots write down when they begin and end; the end and the start of a bash are in the gap",
  rounds: 5,
  goals: [{ what: "end of one element until the next one's first instruction", of: "headnode", most: 5, unit: "ms" }],
  cases: ({ site, peers: { xargs } }) => ({
    headnode: () => {
      rmSync(site.env.CLOCK, { force: true });
      site.sh("sbatch --wait -c 2 -o /dev/null -a 1-200 clocks.sh");
      return gaps(readFileSync(site.env.CLOCK, "utf8"));
    },
    ...(xargs && {
      "xargs -P1": () => {
        rmSync(site.env.CLOCK, { force: true });
        xargs.sh("seq 200 | xargs -n1 -P1 bash clocks.sh");
        return gaps(readFileSync(site.env.CLOCK, "utf8"));
      },
    }),
  }),
};
