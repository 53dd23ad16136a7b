import { isOpaque } from '../values.ts';
import { refuse, suggestion, type Checker } from './run.ts';

const FACILITIES: ReadonlySet<string> = new Set(
  (
    'kern user mail daemon auth syslog lpr news uucp cron auth2 ftp ntp audit alert cron2 ' +
    'local0 local1 local2 local3 local4 local5 local6 local7'
  ).split(' '),
);
const LEVELS: ReadonlySet<string> = new Set('emerg alert crit err warning notice info debug'.split(' '));

export const checkLog: Checker = (run, line) => {
  const { lines } = run;
  if (lines.keywordIndex(line) === 1) return;
  const values = lines.values(line);
  if (values.some(isOpaque)) return;
  if (values[1] === 'global' && values.length === 2) {
    if (run.kind === 'global')
      refuse(run, 'invalid-argument', lines.at(line, 1), "'log global' cannot stand in global itself");
    return;
  }
  let i = 2;
  while (/^(?:len|format|sample|profile)$/.test(values[i] ?? '')) i += 2;
  const facility = values[i];
  if (facility === undefined)
    return refuse(run, 'missing-argument', lines.lineAt(line), "'log' needs an address and a facility");
  if (!FACILITIES.has(facility)) {
    const { near, extra } = suggestion(lines.at(line, i), facility, FACILITIES);
    return refuse(run, 'invalid-argument', lines.at(line, i), `'${facility}' is no syslog facility${near}`, extra);
  }
  for (const at of [i + 1, i + 2]) {
    const level = values[at];
    if (level === undefined || LEVELS.has(level)) continue;
    return refuse(run, 'invalid-argument', lines.at(line, at), `'${level}' is no syslog level`);
  }
};
