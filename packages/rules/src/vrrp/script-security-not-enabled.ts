import type { Rule } from '@halint/model';

export default {
  id: 'vrrp/script-security-not-enabled',
  scope: 'host',
  severity: 'warning',
  summary: 'Scripts run although enable_script_security is not set.',
  fix: 'manual',
  since: '0.1.0',
  sources: [
    'keepalived.conf(5) enable_script_security',
    'keepalived -t: SECURITY VIOLATION, exit 6',
    'acassen/keepalived#901',
  ],
  check(host, report) {
    const facts = host.keepalived;
    if (facts === undefined || facts.globals.enableScriptSecurity.value) return;
    const tracked = new Set(facts.instances.flatMap((instance) => instance.trackScripts.map((use) => use.name.value)));
    const script = facts.scripts.find((each) => each.command?.at !== undefined && tracked.has(each.name.value));
    if (script?.command?.at === undefined) return;
    report({
      daemon: 'warning',
      at: script.command.at,
      message: `the script of ${script.name.value} runs without enable_script_security: whoever may write it runs it as root`,
      help: 'Add enable_script_security and script_user root (or a user of its own) to global_defs. Without script_user and without a user keepalived_script the check is switched off.',
    });
  },
} satisfies Rule<'host'>;
