#!/bin/sh
# Brings up a real Grid Engine (Debian's 8.1.9) on this machine and prints SGE_ROOT=… and SGE_CELL=…; root. The host's
# name must resolve to an address that resolves back to it. Run again it finds what runs; `real-sge.sh stop` ends it.
set -eu
root=${SGE_ROOT:-/var/lib/gridengine}
export SGE_ROOT="$root" SGE_CELL=default
spool=/var/spool/gridengine
host=$(hostname)

say() { echo "real-sge: $*" >&2; }
fail() { say "$*"; exit 1; }
runs() { p=$(cat "$2" 2>/dev/null || echo 0); [ "$p" -gt 0 ] && [ "$(cat "/proc/$p/comm" 2>/dev/null)" = "$1" ]; }
soon() { n=0; until "$@" >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 150 ] || return 1; sleep 0.2; done; }
start() { runs "$1" "$2" || { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin SGE_ROOT="$root" SGE_CELL=default "/usr/sbin/$1" >&2 </dev/null; soon runs "$1" "$2"; }; }
q() { /usr/bin/qconf "$@" >/dev/null 2>&1 || true; }

if [ "${1:-}" = stop ]; then
  q -kej
  q -km
  exit 0
fi

[ "$(id -u)" = 0 ] || fail "only root may install and start it; or say SGE_ROOT=… of one that runs"
getent hosts "$host" >/dev/null || fail "the host's name does not resolve: add \"127.0.1.1 $host\" to /etc/hosts"
packages="gridengine-master gridengine-exec gridengine-client"
if ! dpkg -s $packages >/dev/null 2>&1; then
  say "installing $packages"
  for line in "shared/gridengineconfig boolean true" "shared/gridenginecell string default" "shared/gridenginemaster string $host"; do
    echo "gridengine-common $line" | debconf-set-selections
  done
  # Nothing of it is to be started as a service of the machine.
  [ -e /usr/sbin/policy-rc.d ] || {
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  }
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages; } >&2 ||
    fail "apt failed"
fi
id alice >/dev/null 2>&1 || useradd -m -s /bin/bash alice
mkdir -p "$root/default/common" "$spool/qmaster/job_scripts" "$spool/spooldb" "$spool/execd"
[ -e "$root/util" ] || ln -s /usr/share/gridengine/util "$root/util"
[ -e "$root/default/common/bootstrap" ] || cp /usr/share/gridengine/default-bootstrap "$root/default/common/bootstrap"
echo "$host" >"$root/default/common/act_qmaster"
echo "$host localhost" >"$root/default/common/host_aliases"
chown -R sgeadmin:sgeadmin "$root/default" "$spool"
[ -s "$spool/spooldb/sge" ] || su -s /bin/sh -c \
  "/usr/share/gridengine/scripts/init_cluster $root default $spool/spooldb sgeadmin" sgeadmin >&2
start sge_qmaster "$spool/qmaster/qmaster.pid" || fail "the master does not start: see $spool/qmaster/messages"
soon /usr/bin/qconf -sh || fail "the master does not answer"
q -ah "$host"
q -as "$host"
conf=$(mktemp -d)
trap 'rm -rf "$conf"' EXIT
printf 'hostname %s\nload_scaling NONE\ncomplex_values slots=8,h_vmem=64G\nuser_lists NONE\nxuser_lists NONE\nprojects NONE\nxprojects NONE\nusage_scaling NONE\nreport_variables NONE\n' "$host" >"$conf/host"
/usr/bin/qconf -sc | sed 's/^h_vmem .*/h_vmem h_vmem MEMORY <= YES YES 8G 0/' >"$conf/complexes"
q -Mc "$conf/complexes"
q -Ae "$conf/host"
printf 'group_name @allhosts\nhostlist %s\n' "$host" >"$conf/group"
q -Ahgrp "$conf/group"
for pe in 'smp $pe_slots' 'mpi $round_robin' 'make $round_robin'; do
  set -- $pe
  printf 'pe_name %s\nslots 999\nuser_lists NONE\nxuser_lists NONE\nstart_proc_args NONE\nstop_proc_args NONE\nallocation_rule %s\ncontrol_slaves FALSE\njob_is_first_task TRUE\nurgency_slots min\naccounting_summary FALSE\nqsort_args NONE\n' "$1" "$2" >"$conf/pe"
  q -Ap "$conf/pe"
done
for queue in 'all.q 0' 'long.q 10'; do
  set -- $queue
  q -rattr queue hostlist @allhosts "$1"
  /usr/bin/qconf -sq "$1" >"$conf/queue" 2>/dev/null || /usr/bin/qconf -sq | sed "s/^qname.*/qname $1/" >"$conf/queue"
  sed -i -E "s/^hostlist .*/hostlist @allhosts/; s/^seq_no .*/seq_no $2/; s/^slots .*/slots 4/; s/^pe_list .*/pe_list make smp mpi/; s/^shell .*/shell \/bin\/sh/; s/^shell_start_mode .*/shell_start_mode posix_compliant/; s/^load_thresholds .*/load_thresholds NONE/; s/^notify .*/notify 00:00:05/" "$conf/queue"
  q -Aq "$conf/queue"
  q -Mq "$conf/queue"
done
/usr/bin/qconf -ssconf | sed -E 's/^(schedule_interval) .*/\1 0:0:1/; s/^(schedd_job_info) .*/\1 true/; s/^(weight_ticket) .*/\1 0.01/; s/^(weight_urgency) .*/\1 0.1/; s/^(weight_priority) .*/\1 1/' >"$conf/scheduler"
q -Msconf "$conf/scheduler"
start sge_execd "$spool/execd/$host/execd.pid" || fail "the execution daemon does not start: see $spool/execd"
echo "SGE_ROOT=$root"
echo "SGE_CELL=default"
