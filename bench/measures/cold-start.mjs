export const measure = {
  name: "cold-start",
  how: "`sbatch` where no daemon runs, which starts one, against `node -e 0`",
  rounds: 9,
  goals: [{ what: "`sbatch` without a daemon against `node -e 0`", of: "sbatch, cold", to: "node -e 0", most: 3 }],
  prepare: ({ site }) => site.clear(),
  cases: ({ site }) => ({
    "node -e 0": () => site.sh("node -e 0"),
    "sbatch, cold": () => {
      site.stop();
      return site.sh("sbatch -H true.sh");
    },
  }),
  clean: ({ site }) => site.clear(),
};
