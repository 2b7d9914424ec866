const count = 10_000;

export const measure = {
  name: "listing",
  how: `${count} elements wait, each in a line of its own: \`squeue -r\`, \`qstat -g d\`; after three of each`,
  rounds: 9,
  goals: [
    { what: "`squeue` with 10,000 pending against the real one", of: "squeue", to: "real squeue", most: 0.5 },
    { what: "`qstat` with 10,000 pending against the real one", of: "qstat", to: "real qstat", most: 0.5 },
  ],
  prepare({ site, peers: { slurm, sge } }) {
    site.clear();
    site.sh(`sbatch -H -a 1-${count} true.sh`);
    slurm?.sh(`sbatch -J bench-hn -H -a 1-${count} true.sh`);
    sge?.sh(`qsub -N bench-hn -h -t 1-${count} true.sh`);
    for (const side of [site, slurm]) side?.sh("squeue -r", 3);
    for (const side of [site, sge]) side?.sh("qstat -g d", 3);
  },
  cases: ({ site, peers: { slurm, sge } }) => ({
    squeue: () => site.sh("squeue -r >/dev/null"),
    ...(slurm && { "real squeue": () => slurm.sh("squeue -r >/dev/null") }),
    qstat: () => site.sh("qstat -g d >/dev/null"),
    ...(sge && { "real qstat": () => sge.sh("qstat -g d >/dev/null") }),
  }),
  clean({ site, peers: { slurm, sge } }) {
    site.clear();
    slurm?.sh("scancel -n bench-hn");
    sge?.sh("qdel bench-hn >/dev/null 2>&1 || true");
  },
};
