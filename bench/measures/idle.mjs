import { setTimeout as pause } from "node:timers/promises";

export const measure = {
  name: "idle",
  how: "100,000 elements wait on hold, for 15 s; context switches of the daemon in 5 s (/proc/PID/status), and its resident memory",
  rounds: 3,
  goals: [
    { what: "wake-ups of an idle daemon in 5 s", of: "wake-ups", most: 0, unit: "" },
    { what: "resident memory with 100,000 elements waiting", of: "resident", most: 90, unit: "MB" },
  ],
  prepare({ site }) {
    site.stop();
    site.sh("i=0; while [ $i -lt 10 ]; do sbatch -H -a 0-9999 true.sh; i=$((i+1)); done");
  },
  cases: ({ site }) => ({
    "wake-ups": async () => {
      const daemon = site.daemon();
      // Node tidies its memory up once more a while after it had work.
      await pause(15_000);
      const before = daemon.switches();
      await pause(5000);
      return daemon.switches() - before;
    },
    resident: () => site.daemon().residentMb(),
  }),
  clean: ({ site }) => site.clear(),
};
