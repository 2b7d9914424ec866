/** Owns what the cluster consists of at the moment: what the config says, what operators changed, plain machines as they stand. */

import { amended } from "../model/amendment.ts";
import type { ClusterDescription } from "../model/cluster.ts";
import type { Store } from "../store/store.ts";
import type { TargetBook } from "./away.ts";
import { type Machine, type MachineState, machinesOf, nodeOfMachine, withSilence } from "./machines.ts";
import type { HostBook, PlainHosts } from "./plain-hosts.ts";

export interface Fleet {
  /** The description, given what the config says. */
  described(said: ClusterDescription): ClusterDescription;
  /** Reaches the machines that targets have now, and lets go of others. Answers whether there are any. */
  muster(said: ClusterDescription): boolean;
  states(said: ClusterDescription): readonly MachineState[];
}

export interface FleetPlace {
  readonly store: Pick<Store, "amendments">;
  readonly targets: TargetBook;
  readonly hosts: PlainHosts;
  /** Undefined: no machine can be reached. */
  readonly book: HostBook | undefined;
}

export function createFleet({ store, targets, hosts, book }: FleetPlace): Fleet {
  const machines = (said: ClusterDescription): readonly Machine[] => (book ? machinesOf(targets.all(), said) : []);
  return {
    described(said) {
      const nodes = machines(said).map((machine) => nodeOfMachine(machine, hosts.facts(machine.node)));
      const whole = nodes.length === 0 ? said : { ...said, nodes: [...said.nodes, ...nodes] };
      return {
        ...withSilence(amended(whole, store.amendments.all()), hosts.silence),
        get targets() {
          return targets.all().map(({ name }) => name);
        },
      };
    },
    muster(said) {
      const all = machines(said);
      hosts.wish(all);
      return all.length > 0;
    },
    states: (said) =>
      machines(said).map((machine) => ({
        ...{ ...machine, facts: hosts.facts(machine.node), silence: hosts.silence(machine.node) },
      })),
  };
}
