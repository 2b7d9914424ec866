export const measure = {
  name: "submission",
  how: "a command as a whole process, 20 in one shell loop, in turn; what is submitted is held; warm",
  rounds: 9,
  goals: [
    { what: "`sbatch job.sh` against real `sbatch`", of: "sbatch", to: "real sbatch", most: 0.5 },
    { what: "`sbatch job.sh` against `/bin/true`", of: "sbatch", to: "/bin/true", most: 2 },
    { what: "`qsub job.sh` against real `qsub`", of: "qsub", to: "real qsub", most: 0.3 },
  ],
  prepare: ({ site }) => site.sh("sbatch -H true.sh && qsub -h true.sh"),
  cases: ({ site, peers: { slurm, sge } }) => ({
    "/bin/true": () => site.sh("/bin/true", 20),
    sbatch: () => site.sh("sbatch -H true.sh", 20),
    qsub: () => site.sh("qsub -h true.sh", 20),
    ...(slurm && { "real sbatch": () => slurm.sh("sbatch -J bench-hn -H true.sh", 20) }),
    ...(sge && { "real qsub": () => sge.sh("qsub -N bench-hn -h true.sh", 20) }),
  }),
  clean({ site, peers: { slurm, sge } }) {
    site.clear();
    slurm?.sh("scancel -n bench-hn");
    sge?.sh("qdel bench-hn >/dev/null 2>&1 || true");
  },
};
