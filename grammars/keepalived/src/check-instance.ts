import type { LocalFinding } from '@halint/core';
import type { AnyBlock, InstanceBlock, Simple, Statement } from './ast.ts';
import { isBlock } from './ast.ts';
import type { At } from './check.ts';
import { lastOf } from './typed-blocks.ts';
import { isOpaque } from './vocabulary.ts';

/** Checks of one vrrp_instance that need more than one of its statements. */
export function checkInstance(block: InstanceBlock, at: At): readonly LocalFinding[] {
  return [...checkState(block, at), ...checkMasterOnly(block, at), ...checkAuthentication(block, at)];
}

/** Exactly MASTER or BACKUP (vrrp_parser.c vrrp_state_handler). */
function checkState(block: InstanceBlock, at: At): readonly LocalFinding[] {
  const word = block.state;
  if (word === undefined || isOpaque(word.value) || /^(MASTER|BACKUP)$/.test(word.value)) return [];
  const near = /^m/i.test(word.value) ? 'MASTER' : 'BACKUP';
  return [
    {
      rule: 'vrrp/unknown-state',
      severity: 'error',
      rejects: true,
      daemon: 'error',
      message: `state ${word.value} is neither MASTER nor BACKUP: keepalived uses BACKUP`,
      help: `Write state ${near}.`,
      at: at(word.local),
    },
  ];
}

/** state MASTER clears nopreempt and preempt_delay (vrrp.c vrrp_complete_instance). */
function checkMasterOnly(block: InstanceBlock, at: At): readonly LocalFinding[] {
  if (block.state?.value !== 'MASTER') return [];
  const found = (keyword: string): Simple | undefined => lastOf(block.children, keyword);
  const nopreempt = found('nopreempt');
  const delay = found('preempt_delay');
  const clear = (statement: Simple | undefined, rule: string, keyword: string): LocalFinding[] =>
    statement === undefined
      ? []
      : [
          {
            rule,
            severity: 'warning',
            rejects: true,
            daemon: 'error',
            message: `${keyword} does not count with state MASTER: keepalived clears it`,
            help: 'Give the instance state BACKUP on every host; the priority decides who starts with the address.',
            at: at(statement.local),
            related: block.state === undefined ? [] : [{ at: at(block.state.local), message: 'state MASTER' }],
          },
        ];
  return [
    ...clear(nopreempt, 'vrrp/nopreempt-with-state-master', 'nopreempt'),
    ...(Number(delay?.args[0]?.value ?? 0) > 0
      ? clear(delay, 'vrrp/preempt-delay-with-state-master', 'preempt_delay')
      : []),
  ];
}

/** Only eight bytes of a password go on the wire (vrrp_parser.c vrrp_auth_pass_handler: "Truncating auth_pass to 8 characters"). */
function checkAuthentication(block: InstanceBlock, at: At): readonly LocalFinding[] {
  return childBlocks(block.children, 'authentication').flatMap((auth): LocalFinding[] => {
    const pass = lastOf(auth.children, 'auth_pass')?.args[0];
    if (pass === undefined || isOpaque(pass.value)) return [];
    const bytes = new TextEncoder().encode(pass.value).length;
    if (bytes <= 8) return [];
    return [
      {
        rule: 'vrrp/auth-pass-truncated',
        severity: 'warning',
        daemon: 'error',
        message: `auth_pass has ${bytes} characters: keepalived uses the first 8`,
        help: 'A password that differs only behind them counts as equal. Use at most 8 characters, the same on all hosts.',
        at: at(pass.local),
      },
    ];
  });
}

function childBlocks(statements: readonly Statement[], keyword: string): readonly AnyBlock[] {
  return statements.filter((each): each is AnyBlock => isBlock(each) && each.keyword?.value === keyword);
}
