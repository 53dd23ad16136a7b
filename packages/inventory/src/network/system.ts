import { linesOf, nameOf, shorten, type FactNote } from './source.ts';

/** Reads `sysctl -a`; what it could not read itself it says in lines of its own, which count for nothing. */
export function readSysctlValues(
  path: string,
  text: string,
): { readonly values: ReadonlyMap<string, string>; readonly notes: readonly FactNote[] } {
  const values = new Map<string, string>();
  const notes: FactNote[] = [];
  for (const { text: raw, line } of linesOf(text)) {
    if (raw.trim() === '' || /^sysctl: /.test(raw)) continue;
    const equals = raw.indexOf('=');
    if (equals <= 0) notes.push({ path, line, message: `no key = value: \`${shorten(raw)}\`` });
    else values.set(raw.slice(0, equals).trim(), raw.slice(equals + 1).trim());
  }
  return { values, notes };
}

/** Reads `systemctl list-unit-files`: unit, state, preset; its first and last line, which --no-legend leaves out, count for nothing. */
export function readUnitFiles(text: string, notes: FactNote[] = []): ReadonlyMap<string, string> {
  const units = new Map<string, string>();
  for (const { text: raw, line } of linesOf(text)) {
    const [unit, state] = raw.trim().split(/\s+/);
    if (unit !== undefined && state !== undefined && /\.[a-z]+$/.test(unit)) units.set(unit, state);
    else if (raw.trim() !== '' && !/^UNIT FILE\s|^\d+ unit files listed\.$/.test(raw))
      notes.push({ path: 'facts/unit-files.txt', line, message: `no unit and state: \`${shorten(raw.trim())}\`` });
  }
  return units;
}

const UNITS = '/etc/systemd/system/';

/**
 * States that the files under /etc/systemd/system prove: links of .wants and .requires, units emptied by /dev/null. `systemctl mask` leaves the
 * links, and the mask wins (systemd 252, packages/inventory/test/network/masked-units.test.ts).
 */
export function readUnitLinks(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const enabled = new Map<string, string>();
  const masked = new Map<string, string>();
  for (const [path, text] of files) {
    if (!path.startsWith(UNITS)) continue;
    const [folder, name, more] = path.slice(UNITS.length).split('/');
    if (more !== undefined) continue;
    if (name !== undefined && /\.(?:wants|requires)$/.test(folder ?? '')) enabled.set(name, 'enabled');
    else if (name === undefined && text === '' && /\.(?:service|socket|target|timer)$/.test(path))
      masked.set(nameOf(path), 'masked');
  }
  return new Map([...enabled, ...masked]);
}

/** Reads `dpkg -l` (installed packages only) or `rpm -qa`: name -> version, for rpm with the release behind a dash. */
export function readPackages(text: string, notes: FactNote[] = []): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  for (const { text: raw, line: number } of linesOf(text)) {
    const line = raw.trim();
    // What `dpkg -l` has above its table.
    if (line === '' || /^(?:Desired=|\||\+\+\+-)/.test(line)) continue;
    const debian = /^([a-z])([a-zA-Z])[A-Z]?\s+(\S+)\s+(\S+)/.exec(line);
    if (debian !== null) {
      if (debian[2] === 'i') packages.set((debian[3] as string).replace(/:\w+$/, ''), debian[4] as string);
      continue;
    }
    const rpm = /^(\w\S*)-([^-\s]+-[^-\s]+?)(?:\.(?:x86_64|aarch64|noarch|ppc64le|s390x|i686))?$/.exec(line);
    if (rpm !== null) packages.set(rpm[1] as string, rpm[2] as string);
    else
      notes.push({ path: 'facts/packages.txt', line: number, message: `no package and version: \`${shorten(line)}\`` });
  }
  if (packages.size === 0 && notes.every(({ path }) => path !== 'facts/packages.txt'))
    notes.push({ path: 'facts/packages.txt', message: 'no package in it' });
  return packages;
}
