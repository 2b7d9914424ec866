/** Owns how Slurm shows lengths of time: `3:07`, `1:00:00`, `1-02:00:00`, `UNLIMITED`. */

/** Seconds as squeue shows them: hours and days only where there are some. */
export function shortDuration(seconds: number): string {
  if (seconds === Number.POSITIVE_INFINITY) return "UNLIMITED";
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part: number) => String(Math.floor(part)).padStart(2, "0");
  const days = Math.floor(whole / 86400);
  const hours = Math.floor((whole / 3600) % 24);
  const rest = `${two((whole / 60) % 60)}:${two(whole % 60)}`;
  if (days > 0) return `${days}-${two(hours)}:${rest}`;
  if (hours > 0) return `${hours}:${rest}`;
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

/** `00:05:00`, `1-02:00:00`, as scontrol and `sbatch -v` show limits. */
export function longDuration(seconds: number): string {
  const two = (part: number) => String(Math.floor(part)).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  return `${days ? `${days}-` : ""}${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
