import type { Rule } from '@halint/model';

export default {
  id: 'vrrp/nopreempt-with-weighted-track',
  scope: 'host',
  severity: 'error',
  summary: 'nopreempt with a weighted check: a lower priority of the master never moves the VIP.',
  since: '0.1.0',
  sources: [
    'keepalived vrrp.c vrrp_state_backup: a BACKUP with nopreempt accepts every advert',
    'lab: nopreempt_negw',
    'acassen/keepalived#2599',
  ],
  check(host, report) {
    const { keepalived } = host;
    if (keepalived === undefined) return;
    const weights = new Map(keepalived.scripts.map((script) => [script.name.value, script.weight]));
    for (const instance of keepalived.instances) {
      if (!instance.nopreempt.value || instance.nopreempt.at === undefined) continue;
      for (const use of instance.trackScripts) {
        const weight = use.weight ?? weights.get(use.name.value);
        if (weight === undefined || weight.value === 0) continue;
        report({
          at: instance.nopreempt.at,
          message: `with nopreempt the weight ${weight.value} of ${use.name.value} never moves the VIP to ${host.id}`,
          help: 'A BACKUP with nopreempt accepts adverts of any priority. Leave the weight out, so that a failing check means FAULT, or drop nopreempt.',
          related: [{ at: use.name.at ?? instance.at, message: `${use.name.value} is tracked here` }],
        });
      }
    }
  },
} satisfies Rule<'host'>;
