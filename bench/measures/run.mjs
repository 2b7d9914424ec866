const elements = 10_000;

export const measure = {
  name: "run",
  how: `\`headnode run\` of an array of ${elements} × \`true\` to its end against \`xargs -P2\`, in seconds`,
  rounds: 3,
  goals: [
    { what: "10,000 elements by `headnode run` against `xargs -P2`", of: "headnode run", to: "xargs", most: 1.5 },
  ],
  cases: ({ site, peers: { xargs } }) => ({
    ...(xargs && { xargs: () => xargs.sh(`seq ${elements} | xargs -n1 -P2 bash true.sh`) / 1000 }),
    "headnode run": () => site.sh(`headnode run --quiet --logs none array.sh >/dev/null`) / 1000,
  }),
  prepare: ({ site }) =>
    site.sh(`printf '#!/bin/bash\\n#SBATCH -a 1-${elements} -o /dev/null\\ntrue\\n' >array.sh; chmod +x array.sh`),
};
