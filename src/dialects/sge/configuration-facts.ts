/** Owns what `qconf -sconf` and `-ssconf` show: how this cluster behaves, in Grid Engine's parameters. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { Entries } from "./configuration-objects.ts";
import { weights } from "./priorities.ts";
import { withRules } from "./site-rules.ts";

/** After so many seconds a user is forgotten who was only here with jobs. */
export const userSeconds = 86_400;

/** The cluster's configuration. What nothing here looks at is as an installation has it that nobody changed. */
export function clusterEntries({ site = {} }: Pick<ClusterDescription, "site">): Entries {
  return withRules(parameters(), site);
}

// What is enforced here is filled in.
function parameters(): Entries {
  return [
    ...none("execd_spool_dir", "mailer"),
    ["xterm", "/usr/bin/xterm"],
    ...none("load_sensor", "prolog", "epilog"),
    ["shell_start_mode", "posix_compliant"],
    ["login_shells", "bash,sh,ksh,csh,tcsh"],
    ["min_uid", 0],
    ["min_gid", 0],
    ...none("user_lists", "xuser_lists", "projects", "xprojects"),
    ["enforce_project", "false"],
    ["enforce_user", "auto"],
    ["load_report_time", "00:00:05"],
    ["max_unheard", "00:05:00"],
    ["reschedule_unknown", "00:00:00"],
    ["loglevel", "log_warning"],
    ...none("administrator_mail", "set_token_cmd", "pag_cmd", "token_extend_time", "shepherd_cmd"),
    ...none("qmaster_params", "execd_params"),
    ["reporting_params", "accounting=true reporting=false"],
    ["finished_jobs", 100],
    ["gid_range", "none"],
    ...["qlogin", "rlogin", "rsh"].flatMap(
      (what): Entries => [
        [`${what}_command`, "builtin"],
        [`${what}_daemon`, "builtin"],
      ],
    ),
    ["max_aj_instances", 0],
    ["max_aj_tasks", 0],
    ["max_u_jobs", 0],
    ["max_jobs", 0],
    ["auto_user_oticket", 0],
    ["auto_user_fshare", 0],
    ["auto_user_default_project", "none"],
    ["auto_user_delete_time", userSeconds],
    ["delegated_file_staging", "false"],
    ["reprioritize", 0],
    ["jsv_url", "none"],
    ["jsv_allowed_mod", "ac,h,i,e,o,j,M,N,p,w"],
  ];
}

/**
 * The scheduler's. What is about tickets and load adjustments means nothing here, and is as an installation has it
 * that nobody changed; with one host the least loaded queue is the first by number, and jobs start at once.
 */
export function schedulerEntries(): Entries {
  const number = (value: number): string => value.toFixed(6);
  return [
    ["algorithm", "default"],
    ["schedule_interval", "0:0:1"],
    ["maxujobs", 0],
    ["queue_sort_method", "load"],
    ["job_load_adjustments", "np_load_avg=0.50"],
    ["load_adjustment_decay_time", "0:7:30"],
    ["load_formula", "np_load_avg"],
    ["schedd_job_info", "true"],
    ["flush_submit_sec", 1],
    ["flush_finish_sec", 1],
    ["params", "none"],
    ["reprioritize_interval", "0:0:0"],
    ["halftime", 168],
    ["usage_weight_list", "cpu=1.000000,mem=0.000000,io=0.000000"],
    ["compensation_factor", number(5)],
    ...["weight_user", "weight_project", "weight_department", "weight_job"].map((key) => [key, number(0.25)] as const),
    ["weight_tickets_functional", 0],
    ["weight_tickets_share", 0],
    ["share_override_tickets", "TRUE"],
    ["share_functional_shares", "TRUE"],
    ["max_functional_jobs_to_schedule", 200],
    ["report_pjob_tickets", "TRUE"],
    ["max_pending_tasks_per_job", 50],
    ["halflife_decay_list", "none"],
    ["policy_hierarchy", "OFS"],
    ["weight_ticket", number(weights.tickets)],
    ["weight_waiting_time", number(0)],
    ["weight_deadline", number(3_600_000)],
    ["weight_urgency", number(weights.urgency)],
    ["weight_priority", number(weights.posix)],
    ["max_reservation", 0],
    ["default_duration", "INFINITY"],
  ];
}

function none(...keys: readonly string[]): Entries {
  return keys.map((key) => [key, "none"]);
}
