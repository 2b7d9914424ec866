/** Owns what sacctmgr lists: its kinds of things, and their fields with the real widths, one row each. */

import type { Column } from "../../language/column.ts";
import type { ClusterDescription } from "../../model/cluster.ts";
import { type Association, rootName } from "./associations.ts";
import { plainAccount } from "./submission.ts";

/** What the lists are made from. */
export interface Managed {
  readonly cluster: ClusterDescription;
  readonly associations: readonly Association[];
}

/** One line, by the names of its fields in lower case; what is left out is empty. */
export type ManagedLine = Readonly<Record<string, string>>;

/** A kind of thing that can be listed. */
export interface ManagedKind {
  readonly word: string;
  readonly columns: readonly Column<ManagedLine>[];
  /** Names of the fields shown if none are asked for. */
  readonly usual: readonly string[];
  /** The field that a bare name stands for. */
  readonly key: string;
  readonly lines: (managed: Managed) => readonly ManagedLine[];
}

/** `Name:width` or `Name=Heading:width`; one on the left ends in `-`. */
function columnsOf(text: string): readonly Column<ManagedLine>[] {
  return text.split(",").map((word) => {
    const [, name = "", heading, width, side] = /^([^:=]+)(?:=([^:]+))?:(\d+)(-?)$/.exec(word.trim()) ?? [];
    return {
      ...{ ask: name, heading: heading ?? name, width: Number(width), right: side !== "-" },
      value: (line) => line[name.toLowerCase()] ?? "",
    };
  });
}

function kind(
  word: string,
  fields: string,
  about: Pick<ManagedKind, "key" | "lines"> & { more?: string },
): ManagedKind {
  const usual = columnsOf(fields);
  const columns = about.more ? [...usual, ...columnsOf(about.more)] : usual;
  return { word, columns, usual: usual.map(({ ask }) => ask), key: about.key, lines: about.lines };
}

const limits =
  "Share:9,GrpJobs:7,GrpTRES:13,GrpSubmit:9,MaxJobs:7,MaxTRES:13,MaxSubmit:9,MaxWall:11,QOS:20,DefaultQOS=Def QOS:9";
const quality = { share: "1", qos: "normal" };

/** Every account once. */
function accounts({ associations }: Managed): readonly Association[] {
  return associations.filter(({ user }) => user === null);
}

function usersOf({ associations }: Managed): readonly ManagedLine[] {
  const names = new Set(associations.flatMap(({ user }) => user ?? []));
  return [...names].sort().map((user) => ({
    user,
    defaultaccount:
      associations.find((each) => each.user === user && each.account !== rootName)?.account ?? plainAccount,
    adminlevel: user === rootName ? "Administrator" : "None",
  }));
}

const associationLine = ({ cluster }: Managed, { account, user }: Association): ManagedLine => ({
  ...{ cluster: cluster.name, account, user: user ?? "" },
  ...quality,
});

const nothing = () => [];

/** The trackable resources that Slurm always has, with their numbers. */
const trackable: readonly (readonly [type: string, name: string, id: string])[] = [
  ["cpu", "", "1"],
  ["mem", "", "2"],
  ["energy", "", "3"],
  ["node", "", "4"],
  ["billing", "", "5"],
  ["fs", "disk", "6"],
  ["vmem", "", "7"],
  ["pages", "", "8"],
  ["gres", "gpu", "1001"],
];

/** All kinds, by the names that may be cut short. */
export const managedKinds: readonly ManagedKind[] = [
  kind("account", "Account:10,Description=Descr:20,Organization=Org:20", {
    key: "account",
    lines: (managed) =>
      accounts(managed).map(({ account }) => ({
        account,
        description: account === rootName ? "default root account" : account,
        organization: account,
      })),
  }),
  kind(
    "association",
    "Cluster:10,Account:10,User:10,Partition:10,Share:9,Priority:10,GrpJobs:7,GrpTRES:13,GrpSubmit:9,GrpWall:11,GrpTRESMins:13,MaxJobs:7,MaxTRES:13,MaxTRESPerNode:14,MaxSubmit:9,MaxWall:11,MaxTRESMins:13,QOS:20,DefaultQOS=Def QOS:9,GrpTRESRunMins=GrpTRESRunMin:13",
    {
      key: "account",
      more: "ID:6,ParentID=Par ID:6,ParentName=Par Name:10,LFT:6,RGT:6",
      lines: (managed) => managed.associations.map((each) => associationLine(managed, each)),
    },
  ),
  kind("cluster", `Cluster:10,ControlHost:15,ControlPort:12,RPC:5,${limits}`, {
    key: "cluster",
    more: "Classification:10,NodeCount:10,NodeNames=Cluster Nodes:20,TRES:20,Flags:20",
    lines: ({ cluster }) => [
      {
        ...{ cluster: cluster.name, controlhost: "127.0.0.1", controlport: "0", rpc: "9728" },
        ...{ nodecount: String(cluster.nodes.length), nodenames: cluster.nodes.map(({ name }) => name).join(",") },
        ...quality,
      },
    ],
  }),
  kind("event", "Cluster:10,NodeName:15-,TimeStart:19,TimeEnd:19,State:6,Reason:30,User:10", {
    key: "cluster",
    lines: nothing,
  }),
  kind("federation", "Federation:10,Cluster:10,ID:2,Features:20,FedState:12", { key: "federation", lines: nothing }),
  kind("problem", "Cluster:10,Account:10,User:10,Problem:40", { key: "cluster", lines: nothing }),
  kind(
    "qos",
    "Name:10,Priority:10,GraceTime:10,Preempt:10,PreemptExemptTime:19,PreemptMode:11,Flags:40,UsageThres:10,UsageFactor:11,GrpTRES:13,GrpTRESMins:13,GrpTRESRunMins=GrpTRESRunMin:13,GrpJobs:7,GrpSubmit:9,GrpWall:11,MaxTRES:13,MaxTRESPerNode:14,MaxTRESMins:13,MaxWall:11,MaxTRESPU:13,MaxJobsPU:9,MaxSubmitPU:11,MaxTRESPA:13,MaxJobsPA:9,MaxSubmitPA:11,MinTRES:13",
    {
      key: "name",
      more: "Description=Descr:20,ID:6",
      lines: () => [
        {
          ...{ name: "normal", priority: "0", gracetime: "00:00:00", preemptmode: "cluster", usagefactor: "1.000000" },
          ...{ description: "Normal QOS default", id: "1" },
        },
      ],
    },
  ),
  kind("reservation", "Cluster:10,Name:15,TRES:30,TimeStart:19,TimeEnd:19,UnusedWall:10", {
    key: "name",
    lines: nothing,
  }),
  kind("resource", "Name:10,Server:10,Type:8,Count:6,Allocated=% Allocated:11,ServerType:10", {
    key: "name",
    lines: nothing,
  }),
  kind("transaction", "Time:19,Action:20,Actor:10,Where:20,Info:20", { key: "actor", lines: nothing }),
  kind("tres", "Type:8,Name:15,ID:6", {
    key: "type",
    lines: () => trackable.map(([type, name, id]) => ({ type, name, id })),
  }),
  kind("user", "User:10,DefaultAccount=Def Acct:10,AdminLevel=Admin:9", {
    key: "user",
    more: "Cluster:10,Account:10,Partition:10,Share:9,Priority:10,MaxJobs:7,MaxNodes:8,MaxCPUs:8,MaxSubmit:9,MaxWall:11,MaxCPUMins:11,QOS:20,DefaultQOS=Def QOS:9,DefaultWCKey=Def WCKey:10",
    lines: usersOf,
  }),
  kind("wckey", "WCKey:10,Cluster:10,User:10", { key: "wckey", lines: nothing }),
];

/** The fields of `show user withassoc`. */
export const userAssociationFields = [
  ...["User", "DefaultAccount", "AdminLevel", "Cluster", "Account", "Partition", "Share", "Priority", "MaxJobs"],
  ...["MaxNodes", "MaxCPUs", "MaxSubmit", "MaxWall", "MaxCPUMins", "QOS", "DefaultQOS"],
];

/** The users with their associations, a line for each. */
export function userAssociations(managed: Managed): readonly ManagedLine[] {
  return usersOf(managed).flatMap((line) =>
    managed.associations
      .filter(({ user }) => user === line.user)
      .map((each) => ({ ...line, ...associationLine(managed, each) })),
  );
}
