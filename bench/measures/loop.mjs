/** Jobs that a loop submits; the first and the last of them are timed apart. */
const jobs = 1000;
const tenth = jobs / 10;

export const measure = {
  name: "loop",
  how: `${jobs} submissions by a shell loop, milliseconds each; the first and the last ${tenth} apart; a tenth of it of the real one`,
  rounds: 3,
  goals: [
    { what: "1,000 submissions in a loop against real `sbatch`", of: "whole loop", to: "real sbatch", most: 0.5 },
    { what: "the last 100 of them against the first 100", of: "last 100", to: "first 100", most: 1.1 },
  ],
  cases({ site, peers: { slurm } }) {
    const times = {};
    const part = (count) => site.sh("sbatch -H true.sh", count);
    return {
      "first 100": () => {
        site.clear();
        times.first = part(tenth);
        return times.first;
      },
      "whole loop": () => {
        times.middle = part(jobs - 2 * tenth);
        times.last = part(tenth);
        return (times.first + times.last) * 0.1 + times.middle * 0.8;
      },
      "last 100": () => times.last,
      ...(slurm && {
        "real sbatch": () => {
          const each = slurm.sh("sbatch -J bench-hn -H true.sh", tenth);
          slurm.sh("scancel -n bench-hn");
          return each;
        },
      }),
    };
  },
  clean: ({ site }) => site.clear(),
};
