import { openSite } from "../site.mjs";

/** Real Grid Engine takes its time to submit jobs one by one: it gets fewer, and so does headnode beside it. */
const counts = { slurm: 10_000, sge: 2_000 };
/** Four at a time; each is a job of its own. */
const each = (count, line) => `seq ${count} | xargs -P4 -I{} ${line} >/dev/null`;

export const measure = {
  name: "long-queue",
  how: `jobs that were submitted one by one wait: after three of each, \`squeue\` with ${counts.slurm}, \`qstat\` with ${counts.sge}`,
  rounds: 9,
  goals: [
    { what: "`squeue` with 10,000 separate jobs against the real one", of: "squeue", to: "real squeue", most: 0.5 },
    { what: "`qstat` with 2,000 separate jobs against the real one", of: "qstat", to: "real qstat", most: 0.5 },
  ],
  prepare(bench) {
    const { site, peers } = bench;
    bench.other = openSite();
    site.sh(each(counts.slurm, "sbatch -H true.sh"));
    bench.other.sh(each(counts.sge, "qsub -h true.sh"));
    peers.slurm?.sh(each(counts.slurm, "sbatch -J bench-hn -H -o /dev/null true.sh"));
    peers.sge?.sh(each(counts.sge, "qsub -N bench-hn -h -o /dev/null true.sh"));
    for (const side of [site, peers.slurm]) side?.sh("squeue", 3);
    for (const side of [bench.other, peers.sge]) side?.sh("qstat", 3);
  },
  cases: ({ site, other, peers: { slurm, sge } }) => ({
    squeue: () => site.sh("squeue >/dev/null"),
    ...(slurm && { "real squeue": () => slurm.sh("squeue >/dev/null") }),
    qstat: () => other.sh("qstat >/dev/null"),
    ...(sge && { "real qstat": () => sge.sh("qstat >/dev/null") }),
  }),
  clean({ site, other, peers: { slurm, sge } }) {
    site.clear();
    other?.close();
    slurm?.sh("scancel -n bench-hn");
    sge?.sh("qdel bench-hn >/dev/null 2>&1 || true");
  },
};
