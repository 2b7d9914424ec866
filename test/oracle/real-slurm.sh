#!/bin/sh
# Brings up a real Slurm on this machine's loopback and prints SLURM_CONF=…; Debian, root. What it makes is in
# $HEADNODE_ORACLE (default /var/tmp/headnode-oracle). Run again it finds what runs; `real-slurm.sh stop` ends it.
set -eu
base=${HEADNODE_ORACLE:-/var/tmp/headnode-oracle}
port=${HEADNODE_ORACLE_PORT:-26817}
host=$(hostname -s)
export SLURM_CONF="$base/slurm.conf"

say() { echo "real-slurm: $*" >&2; }
fail() { say "$*"; exit 1; }
pid_of() { cat "$base/run/$1.pid" 2>/dev/null || echo 0; }
runs() { p=$(pid_of "$1"); [ "$p" -gt 0 ] && [ "$(cat "/proc/$p/comm" 2>/dev/null)" = "$1" ]; }
soon() { n=0; until "$@" >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 300 ] || return 1; sleep 0.2; done; }

if [ "${1:-}" = stop ]; then
  for name in slurmd slurmctld slurmdbd mariadbd munged; do
    if runs $name; then kill "$(pid_of $name)"; fi
  done
  exit 0
fi

[ "$(id -u)" = 0 ] || fail "only root may install and start it; or say SLURM_CONF=… of one that runs"
getent hosts "$host" | grep -q '^127\.\|^::1' || fail "the host's name must stand for loopback: add \"127.0.0.1 $host\" to /etc/hosts"
packages="slurmctld slurmd slurm-client slurmdbd munge mariadb-server"
mkdir -p "$base/run" "$base/log" "$base/state" "$base/spool" "$base/munge"
chmod 755 "$base"
chmod 1777 "$base/run"
if ! dpkg -s $packages >/dev/null 2>&1; then
  say "installing $packages"
  # Nothing of it is to be started as a service of the machine.
  printf '#!/bin/sh\nexit 101\n' >"$base/no-services"
  chmod 755 "$base/no-services"
  [ -e /usr/sbin/policy-rc.d ] || { ln -s "$base/no-services" /usr/sbin/policy-rc.d; trap 'rm -f /usr/sbin/policy-rc.d' EXIT; }
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages; } \
    >"$base/log/packages" 2>&1 || fail "apt failed: see $base/log/packages"
fi
id ada >/dev/null 2>&1 || useradd -m -s /bin/bash ada

cat >"$SLURM_CONF" <<END
ClusterName=oracle
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$base/run/munge.socket
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmctldPidFile=$base/run/slurmctld.pid
SlurmdPidFile=$base/run/slurmd.pid
SlurmctldLogFile=$base/log/slurmctld
SlurmdLogFile=$base/log/slurmd
StateSaveLocation=$base/state
SlurmdSpoolDir=$base/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
SlurmdParameters=config_overrides
ReturnToService=2
MailProg=/bin/true
KillWait=5
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
MaxArraySize=20001
PriorityType=priority/multifactor
PriorityWeightPartition=1000
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=$((port + 2))
AccountingStoragePass=$base/run/munge.socket
AccountingStorageTRES=gres/gpu
GresTypes=gpu
NodeName=node1 NodeHostname=$host NodeAddr=127.0.0.1 CPUs=4 CoresPerSocket=4 RealMemory=8000 Gres=gpu:2
PartitionName=debug Nodes=node1 Default=YES DefaultTime=10 MaxTime=60 DefMemPerCPU=1000
PartitionName=long Nodes=node1 DefaultTime=1-0 MaxTime=7-0 DefMemPerCPU=1000
END
# Where control groups of the first kind can be made, jobs are contained by them, as on most clusters.
if [ -w /sys/fs/cgroup/freezer ] && [ -w /sys/fs/cgroup/memory ]; then
  sed -i 's/linuxproc$/cgroup/; s,task/none,task/cgroup,; s,gather/linux,gather/cgroup,' "$SLURM_CONF"
  printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\nConstrainRAMSpace=yes\n' >"$base/cgroup.conf"
fi
for card in 0 1; do [ -e "$base/gpu$card" ] || mknod "$base/gpu$card" c 1 3; done
printf 'AutoDetect=off\nNodeName=node1 Name=gpu File=%s/gpu[0-1]\n' "$base" >"$base/gres.conf"
cat >"$base/slurmdbd.conf" <<END
DbdHost=$host
DbdAddr=127.0.0.1
DbdPort=$((port + 2))
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$base/run/munge.socket
CommunicationParameters=NoInAddrAny
PidFile=$base/run/slurmdbd.pid
LogFile=$base/log/slurmdbd
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=$((port + 3))
StorageUser=slurm
StoragePass=slurm
END
chmod 600 "$base/slurmdbd.conf"

if ! runs munged; then
  [ -s "$base/munge/key" ] || head -c 128 /dev/urandom >"$base/munge/key"
  chown -R munge: "$base/munge"
  chmod 711 "$base/munge"
  chmod 400 "$base/munge/key"
  runuser -u munge -- munged --key-file="$base/munge/key" --socket="$base/run/munge.socket" --seed-file="$base/munge/seed" \
    --pid-file="$base/run/munged.pid" --log-file="$base/munge/log" >&2 || fail "munged does not start"
fi
sql() { mariadb --no-defaults --socket="$base/run/sql.socket" -u root -e "$1"; }
if ! runs mariadbd; then
  if [ ! -d "$base/sql/mysql" ]; then
    mkdir -p "$base/sql"
    chown mysql: "$base/sql"
    mariadb-install-db --no-defaults --user=mysql --datadir="$base/sql" --skip-test-db >"$base/log/sql-new" 2>&1
  fi
  setsid mariadbd --no-defaults --user=mysql --datadir="$base/sql" --socket="$base/run/sql.socket" --port=$((port + 3)) \
    --bind-address=127.0.0.1 --pid-file="$base/run/mariadbd.pid" --innodb-lock-wait-timeout=900 \
    </dev/null >"$base/log/sql" 2>&1 &
  soon sql "select 1" || fail "the database does not start: see $base/log/sql"
fi
sql "create database if not exists slurm_acct_db; create user if not exists slurm@'127.0.0.1' identified by 'slurm';
  grant all on slurm_acct_db.* to slurm@'127.0.0.1'"
runs slurmdbd || { slurmdbd && soon sacctmgr -n show cluster; } || fail "slurmdbd does not start: see $base/log"
sacctmgr -n show cluster format=cluster | grep -q oracle || {
  sacctmgr -i add cluster oracle && sacctmgr -i add account proj
  for user in root ada; do sacctmgr -i add user $user account=proj DefaultAccount=proj; done
} >"$base/log/accounts" 2>&1 || true
runs slurmctld || { slurmctld && soon scontrol show config; } || fail "slurmctld does not start: see $base/log"
runs slurmd || slurmd || fail "slurmd does not start: see $base/log"
ready() { sinfo -h -p debug -o %t | grep -qE '^(idle|mix|alloc)$'; }
soon ready || { scontrol update nodename=node1 state=resume; soon ready; } || fail "the node does not come up: see $base/log"
echo "SLURM_CONF=$SLURM_CONF"
