import { checkBindsTogether } from './binds-together.ts';
import { EXPERIMENTAL } from '../../flow.ts';
import { checkExperiments } from './experimental.ts';
import { checkFcgiServers } from './fcgi-servers.ts';
import { isCertain, sourcesOf } from '../mode.ts';
import type { Run } from '../run.ts';
import { checkServersTogether } from './servers-together.ts';

/**
 * What haproxy finds in the sockets of a proxy once the whole file is read (check_config_validity(), ssl_sock_prepare_*()):
 * certificates, verification, check ports, tracking, protocols of a mode, numbers given twice.
 */
export function checkSocketsWhole(run: Run): void {
  const { kind } = run.lines;
  if (kind === 'defaults' || !isCertain(run)) return;
  if ((run.context.exposed & EXPERIMENTAL) === 0) checkExperiments(run);
  checkFcgiServers(run);
  // A disabled proxy is not looked at again.
  if (sourcesOf(run).some((each) => each.keywords.includes('disabled'))) return;
  if (kind !== 'backend') checkBindsTogether(run);
  if (kind !== 'frontend') checkServersTogether(run);
}
