/** Owns the settings of `scontrol show config`, one row each in Slurm's order: those that mean something here. */

import type { ClusterDescription } from "../../model/cluster.ts";
import { totals } from "../../model/cluster.ts";
import { release } from "./cluster-details.ts";
import { stamp } from "./moments.ts";
import { type Pair, pair } from "./record.ts";

/** What `show config` is asked of. */
export interface ConfigFacts {
  readonly cluster: ClusterDescription;
  readonly now: number;
}

/** The listing: the settings, and how the daemon is. */
export function configText(facts: ConfigFacts): string {
  const lines = settings.map(({ key, value }) => `${key.padEnd(23)} = ${value(facts)}\n`);
  return `Configuration data as of ${stamp(facts.now)}\n${lines.join("")}\n${pingText(facts.cluster)}`;
}

/** What `sacctmgr show config` tells of the same settings; there is no database with settings of its own. */
export function accountingConfigText(facts: ConfigFacts): string {
  const told = settings.filter(({ key }) => accountingKeys.test(key));
  const lines = told.map(
    ({ key, value }) => `${key.replace(/^SlurmUser$/, "SlurmUserId").padEnd(22)} = ${value(facts)}\n`,
  );
  return `Configuration data as of ${stamp(facts.now)}\n${lines.join("")}`;
}

const accountingKeys =
  /^(AccountingStorage(BackupHost|Host|Parameters|Pass|Port|Type|User)|AuthType|MessageTimeout|PluginDir|PrivateData|SlurmUser|SLURM_CONF|SLURM_VERSION|TCPTimeout|TrackWCKey)$/;

/** Whoever reads this was answered, so the daemon is up. */
export function pingText({ host }: ClusterDescription): string {
  return `Slurmctld(primary) at ${host} is UP\n`;
}

const seconds = (count: number) => `${count} sec`;
const always =
  (text: string): (() => string) =>
  () =>
    text;

const settings: readonly Pair<ConfigFacts>[] = [
  pair("AccountingStorageBackupHost", always("(null)")),
  pair("AccountingStorageEnforce", ({ cluster }) => (cluster.enforceAccounts ? "associations" : "none")),
  pair("AccountingStorageHost", always("localhost")),
  pair("AccountingStorageExternalHost", always("(null)")),
  pair("AccountingStorageParameters", always("(null)")),
  pair("AccountingStoragePort", always("0")),
  pair(
    "AccountingStorageTRES",
    ({ cluster }) => `cpu,mem,energy,node,billing,fs/disk,vmem,pages${totals(cluster).gpus ? ",gres/gpu" : ""}`,
  ),
  pair("AccountingStorageType", always("accounting_storage/slurmdbd")),
  pair("AccountingStorageUser", always("N/A")),
  pair("AccountingStoreFlags", always("job_script,job_env")),
  pair("AcctGatherEnergyType", always("acct_gather_energy/none")),
  pair("AcctGatherFilesystemType", always("acct_gather_filesystem/none")),
  pair("AcctGatherInterconnectType", always("acct_gather_interconnect/none")),
  pair("AcctGatherNodeFreq", always("0 sec")),
  pair("AcctGatherProfileType", always("acct_gather_profile/none")),
  pair("AllowSpecResourcesUsage", always("No")),
  pair("AuthAltTypes", always("(null)")),
  pair("AuthAltParameters", always("(null)")),
  pair("AuthInfo", always("(null)")),
  pair("AuthType", always("auth/none")),
  pair("BatchStartTimeout", always("10 sec")),
  pair("BcastExclude", always("(null)")),
  pair("BcastParameters", always("(null)")),
  pair("BurstBufferType", always("(null)")),
  pair("CliFilterPlugins", always("(null)")),
  pair("ClusterName", ({ cluster }) => cluster.name),
  pair("CommunicationParameters", always("(null)")),
  pair("CompleteWait", always("0 sec")),
  pair("CoreSpecPlugin", always("core_spec/none")),
  pair("CpuFreqDef", always("Unknown")),
  pair("CredType", always("cred/none")),
  pair("DebugFlags", always("(null)")),
  pair("DefMemPerNode", always("UNLIMITED")),
  pair("DependencyParameters", ({ cluster }) => (cluster.cancelIfNeverMet ? "kill_invalid_depend" : "(null)")),
  pair("DisableRootJobs", always("No")),
  pair("EnforcePartLimits", ({ cluster }) => (cluster.enforceLimits ? "ALL" : "NO")),
  pair("Epilog", always("(null)")),
  pair("EpilogSlurmctld", always("(null)")),
  pair("ExtSensorsType", always("ext_sensors/none")),
  pair("ExtSensorsFreq", always("0 sec")),
  pair("FederationParameters", always("(null)")),
  pair("FirstJobId", always("1")),
  pair("GresTypes", ({ cluster }) => (totals(cluster).gpus ? "gpu" : "(null)")),
  pair("HealthCheckInterval", always("0 sec")),
  pair("HealthCheckProgram", always("(null)")),
  pair("InactiveLimit", always("0 sec")),
  pair("JobAcctGatherType", always("jobacct_gather/linux")),
  pair("JobAcctGatherParams", always("(null)")),
  pair("JobCompType", always("jobcomp/none")),
  pair("JobContainerType", always("job_container/none")),
  pair("JobDefaults", always("(null)")),
  pair("JobFileAppend", always("0")),
  pair("JobRequeue", always("1")),
  pair("JobSubmitPlugins", always("(null)")),
  pair("KillOnBadExit", always("0")),
  pair("KillWait", ({ cluster }) => seconds(cluster.killWait)),
  pair("LaunchParameters", always("(null)")),
  pair("LaunchType", always("launch/slurm")),
  pair("Licenses", always("(null)")),
  pair("MailDomain", always("(null)")),
  pair("MaxArraySize", ({ cluster }) => cluster.maxArraySize),
  pair("MaxJobCount", always("50000")),
  pair("MaxJobId", always("67043328")),
  pair("MaxMemPerNode", always("UNLIMITED")),
  pair("MaxNodeCount", ({ cluster }) => cluster.nodes.length),
  pair("MaxStepCount", always("40000")),
  pair("MaxTasksPerNode", always("512")),
  pair("MCSPlugin", always("mcs/none")),
  pair("MCSParameters", always("(null)")),
  pair("MinJobAge", ({ cluster }) => seconds(cluster.minJobAge)),
  pair("MpiDefault", always("none")),
  pair("MpiParams", always("(null)")),
  pair("MULTIPLE_SLURMD", ({ cluster }) => (cluster.nodes.length > 1 ? "Yes" : "No")),
  pair("NodeFeaturesPlugins", always("(null)")),
  pair("OverTimeLimit", always("0 min")),
  pair("PlugStackConfig", always("(null)")),
  pair("PowerParameters", always("(null)")),
  pair("PowerPlugin", always("")),
  pair("PreemptMode", always("OFF")),
  pair("PreemptType", always("preempt/none")),
  pair("PreemptExemptTime", always("00:00:00")),
  pair("PriorityParameters", always("(null)")),
  pair("PrioritySiteFactorParameters", always("(null)")),
  pair("PrioritySiteFactorPlugin", always("(null)")),
  pair("PriorityType", always("priority/multifactor")),
  pair("PriorityWeightAge", always("0")),
  pair("PriorityWeightAssoc", always("0")),
  pair("PriorityWeightFairShare", always("0")),
  pair("PriorityWeightJobSize", always("0")),
  pair("PriorityWeightPartition", always("1000")),
  pair("PriorityWeightQOS", always("0")),
  pair("PriorityWeightTRES", always("(null)")),
  pair("PrivateData", always("none")),
  pair("ProctrackType", always("proctrack/linuxproc")),
  pair("Prolog", always("(null)")),
  pair("PrologSlurmctld", always("(null)")),
  pair("PrologFlags", always("(null)")),
  pair("PropagatePrioProcess", always("0")),
  pair("PropagateResourceLimits", always("ALL")),
  pair("PropagateResourceLimitsExcept", always("(null)")),
  pair("RebootProgram", always("(null)")),
  pair("ReconfigFlags", always("(null)")),
  pair("RequeueExit", always("(null)")),
  pair("RequeueExitHold", always("(null)")),
  pair("ResumeProgram", always("(null)")),
  pair("ResvEpilog", always("(null)")),
  pair("ResvOverRun", always("0 min")),
  pair("ResvProlog", always("(null)")),
  pair("ReturnToService", always("2")),
  pair("RoutePlugin", always("route/default")),
  pair("SchedulerParameters", always("(null)")),
  pair("SchedulerType", always("sched/backfill")),
  pair("ScronParameters", always("(null)")),
  pair("SelectType", always("select/cons_tres")),
  pair("SelectTypeParameters", ({ cluster }) => (cluster.defaultMemoryPerCpu === null ? "CR_CORE" : "CR_CORE_MEMORY")),
  pair("SlurmctldHost[0]", ({ cluster }) => cluster.host),
  pair("SlurmctldPort", always("0")),
  pair("SlurmctldParameters", always("(null)")),
  pair("SlurmdParameters", always("(null)")),
  pair("SlurmdPort", always("0")),
  pair("SLURM_CONF", always("(null)")),
  pair("SLURM_VERSION", () => release),
  pair("SrunEpilog", always("(null)")),
  pair("SrunPortRange", always("0-0")),
  pair("SrunProlog", always("(null)")),
  pair("SuspendProgram", always("(null)")),
  pair("SuspendTime", always("INFINITE")),
  pair("SwitchParameters", always("(null)")),
  pair("SwitchType", always("switch/none")),
  pair("TaskEpilog", always("(null)")),
  pair("TaskPlugin", always("task/affinity")),
  pair("TaskPluginParam", always("(null type)")),
  pair("TaskProlog", always("(null)")),
  pair("TmpFS", always("/tmp")),
  pair("TopologyParam", always("(null)")),
  pair("TopologyPlugin", always("topology/none")),
  pair("TrackWCKey", always("No")),
  pair("UsePam", always("No")),
  pair("X11Parameters", always("(null)")),
];
