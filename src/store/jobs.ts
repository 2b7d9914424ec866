/** Owns the rows of jobs: a submission kept, changed, and read back with or without its bulky parts. */

import type { Database } from "better-sqlite3";
import { readIndices, writeIndices } from "../model/indices.ts";
import type { DialectName, Job, Submission } from "../model/job.ts";
import { emptySpec, type JobSpec } from "../model/spec.ts";
import type { JobHead } from "../model/verbs.ts";
import { interned, readOnce } from "./interned.ts";
import { readJson, writeJson } from "./json.ts";
import { createKept } from "./kept.ts";

export interface Jobs {
  /** The next number that no job has; used up even if nothing is made of it. Behind 9999999 they begin anew at 1. */
  spendId(): number;
  /** The id that is spent next. */
  nextId(): number;
  insert(job: Job): void;
  /** Writes everything but script and environment anew. */
  change(head: JobHead): void;
  changeEnvironment(id: number, environment: Job["environment"]): void;
  head(id: number): JobHead | null;
  /** With script and environment. */
  whole(id: number): Job | null;
  /** Somebody removes it. */
  forget(id: number): void;
  /** What was read may have been undone. */
  forgetAll(): void;
  /** Ids of all jobs, ended or not, of that name. */
  named(name: string): number[];
}

/** The statements about jobs, prepared once. */
export function jobTable(database: Database): Jobs {
  const setNext = database.prepare<[number]>("UPDATE counters SET next = ? WHERE name = 'job'");
  const next = database.prepare<[], Counter>("SELECT next FROM counters WHERE name = 'job'");
  const gap = database.prepare<[number], number>(firstGap).pluck();
  const insert = database.prepare<JobRow>(insertJob);
  const insertBulk = database.prepare<Bulk & { job: number }>(
    "INSERT INTO submissions VALUES (:job, :script, :environment)",
  );
  const insertTally = database.prepare<[number]>("INSERT INTO tallies VALUES (?, 0, 0, 0, NULL)");
  const change = database.prepare<JobRow>(changeJob);
  const changeEnvironment = database.prepare<{ id: number; environment: string }>(
    "UPDATE submissions SET environment = :environment WHERE job = :id",
  );
  const one = database.prepare<[number], JobRow>("SELECT * FROM jobs WHERE id = ?");
  const bulk = database.prepare<[number], Bulk>("SELECT script, environment FROM submissions WHERE job = ?");
  const named = database.prepare<[string], number>("SELECT id FROM jobs WHERE name = ? ORDER BY id").pluck();
  const heads = createKept<JobHead | null>();
  const readHead = headReader();
  const read = (id: number): JobHead | null => {
    const row = one.get(id);
    return row ? readHead(row) : null;
  };
  const head = (id: number): JobHead | null => heads.of(id, read);
  const nextId = (): number => {
    const counted = next.get()?.next ?? 1;
    const id = counted > lastId ? 1 : counted;
    return one.get(id) ? (gap.get(id) ?? counted) : id;
  };
  return {
    nextId,
    spendId() {
      const id = nextId();
      setNext.run(id + 1);
      return id;
    },
    insert(job) {
      insert.run(writeHead(job));
      insertBulk.run({ job: job.id, script: job.script, environment: writeJson(job.environment) });
      insertTally.run(job.id);
    },
    change(changed) {
      heads.forget(changed.id);
      change.run(writeHead(changed));
    },
    changeEnvironment: (id, environment) => void changeEnvironment.run({ id, environment: writeJson(environment) }),
    head,
    forget: heads.forget,
    forgetAll: heads.forgetAll,
    whole(id) {
      const found = head(id);
      const parts = bulk.get(id);
      if (!found || !parts) return null;
      return { ...found, script: parts.script, environment: readJson(parts.environment) };
    },
    named: (name) => named.all(name),
  };
}

/** The highest number of a job, as both families write it without spoiling their columns (Grid Engine's limit). */
const lastId = 9_999_999;

const firstGap = `
SELECT min(id) + 1 FROM jobs taken
WHERE id >= ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = taken.id + 1)`;

const insertJob = `
INSERT INTO jobs VALUES (
  :id, :dialect, :name, :user, :uid, :queue, :account, :priority, :submitted_at, :throttle, :indices, :element_ids,
  :need, :dependency, :deadline, :cancel_if_never_met, :about
)`;

const changeJob = `
UPDATE jobs SET
  name = :name, queue = :queue, account = :account, priority = :priority, throttle = :throttle, need = :need,
  dependency = :dependency, deadline = :deadline, cancel_if_never_met = :cancel_if_never_met, about = :about
WHERE id = :id`;

interface Counter {
  readonly next: number;
}

interface Bulk {
  readonly script: Uint8Array | null;
  readonly environment: string;
}

interface JobRow {
  readonly id: number;
  readonly dialect: DialectName;
  readonly name: string;
  readonly user: string;
  readonly uid: number;
  readonly queue: string;
  readonly account: string;
  readonly priority: number;
  readonly submitted_at: number;
  readonly throttle: number;
  readonly indices: string | null;
  readonly element_ids: number;
  readonly need: string;
  readonly dependency: string | null;
  readonly deadline: number;
  readonly cancel_if_never_met: number;
  readonly about: string;
}

/** What has no column of its own. Of the spec only what was said. */
type About = Pick<
  Submission,
  // In JSON a name keeps bytes that are no text; the column is there to find it by.
  | "name"
  | "user"
  | "submitHost"
  | "submitDirectory"
  | "workingDirectory"
  | "umask"
  | "limits"
  | "command"
  | "holds"
  | "beginAt"
  | "notes"
  | "submitLine"
  | "session"
  | "attended"
  | "target"
> & { readonly spec: Partial<JobSpec> };

function writeHead(job: JobHead): JobRow {
  return {
    id: job.id,
    dialect: job.dialect,
    name: job.name,
    user: job.user.name,
    uid: job.user.uid,
    queue: job.queue,
    account: job.account,
    priority: job.priority,
    submitted_at: job.submittedAt,
    throttle: job.throttle,
    indices: job.indices && writeIndices(job.indices),
    element_ids: job.elementIds ? 1 : 0,
    need: writeJson(job.need),
    dependency: job.dependency && writeJson(job.dependency),
    deadline: Math.round((job.spec.deadline ?? 0) * 1000),
    cancel_if_never_met: job.spec.cancelIfNeverMet ? 1 : 0,
    about: writeJson(aboutOf(job)),
  };
}

function aboutOf(job: JobHead): About {
  const { name, user, submitHost, submitDirectory, workingDirectory, umask, limits, command, holds, beginAt, notes } =
    job;
  const spec: Partial<JobSpec> = Object.fromEntries(Object.entries(job.spec).filter(([, value]) => value !== null));
  return {
    name,
    user,
    submitHost,
    submitDirectory,
    workingDirectory,
    umask,
    limits,
    command,
    holds,
    beginAt,
    notes,
    ...(job.submitLine === undefined ? {} : { submitLine: job.submitLine }),
    ...(job.session === undefined ? {} : { session: job.session }),
    ...(job.attended ? { attended: true } : {}),
    ...(job.target === undefined ? {} : { target: job.target }),
    spec,
  };
}

/** Jobs of one user look much alike: what a queue of thousands has in common is read once and is there once. */
function headReader(): (row: JobRow) => JobHead {
  const text = readOnce((value) => value);
  const about = aboutReader(text);
  const need = readOnce((value) => readJson<JobHead["need"]>(value));
  return (row) => ({
    ...about(row.about),
    id: row.id,
    dialect: row.dialect,
    queue: text(row.queue),
    account: text(row.account),
    priority: row.priority,
    submittedAt: row.submitted_at,
    throttle: row.throttle,
    indices: row.indices === null ? null : readIndices(row.indices),
    elementIds: row.element_ids === 1,
    need: need(row.need),
    dependency: row.dependency === null ? null : readJson(row.dependency),
  });
}

/** Where all of it differs from job to job, most of its parts do not. */
function aboutReader(text: (value: string) => string): (written: string) => Omit<About, "spec"> & { spec: JobSpec } {
  const blank = emptySpec();
  const spec = interned((said: Partial<JobSpec>): JobSpec => ({ ...blank, ...said }));
  const user = interned((value: JobHead["user"]) => value);
  return readOnce((written) => {
    const said = readJson<About>(written);
    return {
      ...said,
      ...{ spec: spec(said.spec), user: user(said.user), limits: text(said.limits) },
      ...{ submitHost: text(said.submitHost), submitDirectory: text(said.submitDirectory) },
      workingDirectory: text(said.workingDirectory),
    };
  });
}
