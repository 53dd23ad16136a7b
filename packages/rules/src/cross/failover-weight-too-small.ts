import { effectivePriority, type RouterMember, type Rule, type TrackedItem, trackedItems } from '@halint/model';
import { listed, placeOf, routerName } from '../shared/members.ts';

interface Standing {
  readonly member: RouterMember;
  readonly items: readonly TrackedItem[];
  readonly value: number;
  readonly arithmetic: string;
}

function standing(member: RouterMember, failing?: TrackedItem): Standing & { readonly fault: boolean } {
  const items = member.host.keepalived === undefined ? [] : trackedItems(member.instance, member.host.keepalived);
  // A reversed item costs priority while it passes: the bad case is the one that lowers the host, whichever that is.
  const fails = (item: TrackedItem): boolean =>
    (item.name === failing?.name && item.kind === failing.kind) !== item.reverse;
  return { member, items, ...effectivePriority(member.instance, items, fails) };
}

export default {
  id: 'cross/failover-weight-too-small',
  scope: 'cluster',
  severity: 'error',
  summary: 'A failing check does not lower the master below its best peer: the VIP stays.',
  fix: 'manual',
  since: '0.1.0',
  sources: [
    'keepalived.conf(5) track_script weight',
    'keepalived vrrp.c vrrp_state_backup: a BACKUP accepts adverts of its own priority',
    'lab: posw10, posw20, negw10',
    'acassen/keepalived#2599',
  ],
  check(cluster, report) {
    for (const router of cluster.routers) {
      if (router.members.length < 2) continue;
      const healthy = router.members.map((member) => standing(member)).sort((a, b) => b.value - a.value);
      const [master, peer] = healthy;
      if (master === undefined || peer === undefined) continue;
      // A file holds any number: that it fails says nothing about its size.
      const stuck = master.items
        .filter(({ kind }) => kind !== 'file')
        .flatMap((item) => {
          const after = standing(master.member, item);
          return item.weight !== 0 && !after.fault && after.value >= peer.value ? [{ item, after }] : [];
        });
      // Several checks that are too light for the same reason are one mistake each, at the place of its own weight.
      for (const { item, after } of stuck) report(message(router, master, peer, item, after));
    }
  },
} satisfies Rule<'cluster'>;

function message(
  router: Parameters<typeof routerName>[0],
  master: Standing,
  peer: Standing,
  item: TrackedItem,
  after: Standing,
) {
  const [here, there] = [master.member.host.id, peer.member.host.id];
  const gap = after.value - peer.value;
  const verb = item.reverse ? 'passing' : 'failing';
  const lack = after.value === peer.value ? 'not below' : 'still above';
  const back = standing(
    peer.member,
    peer.items.find((each) => each.name === item.name && each.kind === item.kind),
  );
  return {
    at: item.weightAt ?? item.at,
    message: `${item.name} ${verb} on ${here} leaves it at ${after.arithmetic}, ${lack} ${peer.arithmetic} on ${there}: ${routerName(router)} stays on ${here}`,
    help:
      `A BACKUP takes over only from a strictly lower priority. Make |weight| more than ${Math.abs(item.weight) + gap} on ${listed([here, there])}, or leave weight out: then a failing check means FAULT. ` +
      `The other way round, ${item.name} ${verb} on ${there} leaves ${back.arithmetic} there against ${master.arithmetic} on ${here}.`,
    key: item.name,
    related: [
      {
        at: placeOf(peer.member.instance.priority, peer.member.instance.at),
        message: `${there}: priority ${peer.member.instance.priority.value}, ${peer.arithmetic === `${peer.value}` ? 'no check counts' : `${peer.arithmetic} while its checks pass`}`,
      },
      {
        at: placeOf(master.member.instance.priority, master.member.instance.at),
        message: `${here}: priority ${master.member.instance.priority.value}, ${master.arithmetic} while its checks pass`,
      },
    ],
  };
}
