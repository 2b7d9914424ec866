/** Elements of an array of `true`; slow peers get fewer, as the rate is what is compared. */
const elements = 1000;

/** Elements a second of a line that runs `count` of them. */
const rateOf = (side, count, line) => (count * 1000) / side.sh(line);
/** In the first two rounds only: they take long, and their figures hardly move. */
const twice = (play) => (round) => (round < 2 ? play() : null);

const waitForReal = 'while [ -n "$(qstat | grep bench-hn)" ]; do sleep 0.2; done';

export const measure = {
  name: "rate",
  how: `an array of ${elements} × \`true\` (a bash script) on 2 slots, from submission until the last one is accounted: elements a second`,
  rounds: 5,
  more: "better",
  goals: [
    { what: "array of 1,000 × `true` against `xargs -P2`", of: "headnode (sbatch)", to: "xargs", least: 0.7 },
    { what: "the same against real Slurm", of: "headnode (sbatch)", to: "Slurm", least: 15 },
  ],
  prepare: ({ site }) => site.sh("sbatch --wait -o /dev/null -a 1-500 true.sh"),
  cases: ({ site, peers: { slurm, sge, tsp, nq, parallel, xargs } }) => ({
    ...(xargs && { xargs: () => rateOf(xargs, elements, `seq ${elements} | xargs -n1 -P2 bash true.sh`) }),
    "headnode (sbatch)": () => rateOf(site, elements, `sbatch --wait -o /dev/null -a 1-${elements} true.sh`),
    "headnode (qsub)": () =>
      rateOf(site, elements, `qsub -sync y -o /dev/null -j y -t 1-${elements} true.sh >/dev/null`),
    ...(parallel && { parallel: twice(() => rateOf(parallel, 200, "seq 200 | parallel -j2 bash true.sh")) }),
    ...(tsp && {
      "task-spooler": twice(() =>
        rateOf(
          tsp,
          200,
          "tsp -S 2; i=0; while [ $i -lt 200 ]; do tsp -n bash true.sh >/dev/null; i=$((i+1)); done; tsp -w; tsp -K",
        ),
      ),
    }),
    ...(nq && {
      nq: twice(() =>
        rateOf(
          nq,
          100,
          "mkdir -p nq; export NQDIR=$PWD/nq; i=0; while [ $i -lt 100 ]; do nq bash true.sh >/dev/null 2>&1; i=$((i+1)); done; nq -w; rm -r nq",
        ),
      ),
    }),
    ...(slurm && {
      Slurm: twice(() => rateOf(slurm, 100, "sbatch -J bench-hn --wait -o /dev/null -a 1-100%2 true.sh")),
    }),
    ...(sge && {
      "Grid Engine": twice(() =>
        rateOf(sge, 20, `qsub -N bench-hn -o /dev/null -j y -t 1-20 -tc 2 true.sh >/dev/null; ${waitForReal}`),
      ),
    }),
  }),
};
