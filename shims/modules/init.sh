# Sourced by Bourne shells of jobs: headnode's commands are on PATH, and module and ml are there where nobody else has them.
# Every script pays for this file: it is read no further where all is as it should be, as nearly always.
case ":${PATH-}:" in
  *":${HEADNODE_SHIMS-}:"*) [ -n "${BASH_VERSION-}" ] && declare -F module >/dev/null && return ;;
esac
case ":${PATH-}:" in
  *":${HEADNODE_SHIMS-}:"*) ;;
  *) PATH=$HEADNODE_SHIMS:${PATH-}${HEADNODE_STANDINS:+:$HEADNODE_STANDINS} ;;
esac
if [ -n "${HEADNODE_MODULES-}" ]; then
  # Bash can look without a process of its own, which every script would pay for.
  if [ -n "${BASH_VERSION-}" ]; then
    declare -F module >/dev/null && headnode_has_module=1
  else
    case $(command -V module 2>/dev/null) in *function* | *alias*) headnode_has_module=1 ;; esac
  fi
  if [ -z "${headnode_has_module-}" ]; then
    module() { eval "$("$HEADNODE_MODULECMD" sh "$@")" || return 1; }
    ml() { eval "$("$HEADNODE_MODULECMD" sh --ml "$@")" || return 1; }
  fi
  unset headnode_has_module
fi
