const elements = 1000;

export const measure = {
  name: "crowded-rate",
  how: "the same array with nothing else there, and behind it 50,000 elements that wait with less priority",
  rounds: 5,
  goals: [{ what: "the rate with 50,000 waiting against none", of: "none waits", to: "50,000 wait", least: 0.9 }],
  cases({ site }) {
    const array = () => site.sh(`sbatch --wait -o /dev/null -a 1-${elements} true.sh`) / elements;
    return {
      "none waits": array,
      "50,000 wait": () => {
        site.sh("i=0; while [ $i -lt 50 ]; do sbatch --nice=10000 -o /dev/null -a 1-1000 true.sh; i=$((i+1)); done");
        const each = array();
        site.clear();
        return each;
      },
    };
  },
};
