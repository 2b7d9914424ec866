/* The only part of a relay that is compiled anew for every command; build.mjs says what is in it. */
#include "self.h"

const struct self self = {HEADNODE_DIALECT, HEADNODE_COMMAND, HEADNODE_BUILD,
                          HEADNODE_SHIM,    HEADNODE_NODE,    HEADNODE_DAEMON};
