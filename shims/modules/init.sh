# Sourced by Bourne shells of jobs: headnode's commands are on PATH, and module and ml are there where nobody else has them.
case ":${PATH-}:" in
  *":${HEADNODE_SHIMS-}:"*) ;;
  *) PATH=$HEADNODE_SHIMS:${PATH-}${HEADNODE_STANDINS:+:$HEADNODE_STANDINS} ;;
esac
if [ -n "${HEADNODE_MODULES-}" ]; then
  case $(command -V module 2>/dev/null) in
    *function* | *alias*) ;;
    *)
      module() { eval "$("$HEADNODE_MODULECMD" sh "$@")" || return 1; }
      ml() { eval "$("$HEADNODE_MODULECMD" sh --ml "$@")" || return 1; }
      ;;
  esac
fi
