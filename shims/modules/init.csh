# Sourced by C shells of jobs: headnode's commands are on PATH, and module and ml are there where nobody else has them.
if ($?HEADNODE_SHIMS) then
  if (":${PATH}:" !~ "*:${HEADNODE_SHIMS}:*") setenv PATH "${HEADNODE_SHIMS}:${PATH}"
endif
if ($?HEADNODE_MODULES && ! { eval 'alias module | grep -q .' }) then
  alias module 'eval `$HEADNODE_MODULECMD csh \!*`'
  alias ml 'eval `$HEADNODE_MODULECMD csh --ml \!*`'
endif
