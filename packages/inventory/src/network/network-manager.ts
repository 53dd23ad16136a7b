import { readIni } from './ini.ts';
import { Collector, isInterfaceName, nameOf, type Found } from './source.ts';

/** Keys of an address: address, address1, addresses, and the old addresses1 (nm-settings-keyfile(5)). */
const ADDRESS_KEY = /^address(?:es)?\d*$/;

const FOLDERS = ['/etc', '/run', '/usr/lib'].map((root) => `${root}/NetworkManager/system-connections/`);

/** In /etc any name is one of a keyfile; elsewhere it ends in .nmconnection (nm-settings-keyfile(5)). */
export function isKeyfile(path: string): boolean {
  return FOLDERS.some(
    (folder, i) =>
      path.startsWith(folder) && (i === 0 ? /^[^/]+$/ : /^[^/]+\.nmconnection$/).test(path.slice(folder.length)),
  );
}

/** The keyfiles that count: one hides those of its name in the folders behind. */
export function keyfiles(files: ReadonlyMap<string, string>): readonly string[] {
  const byName = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const path of files.keys())
      if (path.startsWith(folder) && isKeyfile(path) && !byName.has(nameOf(path))) byName.set(nameOf(path), path);
  return [...byName.values()].sort();
}

/** Is a connection up at boot? With `false` it is only when somebody asks for it. */
export function isAutoconnect(written: string | undefined): boolean {
  return !/^(?:false|no|0)$/i.test(written ?? '');
}

/** Reads a keyfile of NetworkManager: `[ipv4] address1=192.168.2.230/24,192.168.2.1`, the gateway behind the comma. */
export function readKeyfile(path: string, text: string): Found {
  const out = new Collector(path, 'NetworkManager');
  const { entries, broken } = readIni(text);
  for (const line of broken) out.note('neither section nor key=value', line);
  const setting = (section: string, key: string): string | undefined =>
    entries.find((entry) => entry.section === section && entry.key === key)?.value;
  if (!isAutoconnect(setting('connection', 'autoconnect'))) return out;
  const device = deviceOf(path, setting);
  const isPort = ['master', 'slave-type', 'controller', 'port-type'].some(
    (key) => setting('connection', key) !== undefined,
  );
  for (const family of ['ipv4', 'ipv6'] as const) {
    // A section that is not there is `method=auto` (nmcli --offline of 1.42), except for a port of a bridge or bond.
    if (
      entries.some(({ section }) => section === 'connection') &&
      !entries.some(({ section }) => section === family) &&
      !isPort
    )
      out.addDynamic(device, family);
    const method = entries.find(({ section, key }) => section === family && key === 'method');
    const hasAddress = entries.some(
      ({ section, key, value }) => section === family && ADDRESS_KEY.test(key) && value !== '',
    );
    // NetworkManager refuses the connection: "this property cannot be empty for 'method=manual'".
    if (method?.value === 'manual' && !hasAddress)
      out.note(`\`method=manual\` of [${family}] has no address`, method.line);
  }
  for (const { section, key, value, line } of entries) {
    if (section !== 'ipv4' && section !== 'ipv6') continue;
    if (key === 'method' && /^(?:auto|dhcp)$/.test(value)) out.addDynamic(device, section);
    // 10.42.0.1/24, or the next network that is free, where it has no address of its own.
    if (key === 'method' && value === 'shared') out.addDynamic(device, section, 'NetworkManager (method=shared)');
    if (!ADDRESS_KEY.test(key) || value === '') continue;
    const plural = key === 'addresses';
    for (const written of plural ? value.split(/[;,]/) : [value.split(/[,;]/)[0] ?? '']) {
      if (written.trim() !== '') out.add(device, written, line);
    }
  }
  return out;
}

/** The interface of a connection; '' where it is chosen by something else than its name. A VLAN without a name is PARENT.ID. */
function deviceOf(path: string, setting: (section: string, key: string) => string | undefined): string {
  const parent = setting('vlan', 'parent');
  const id = setting('vlan', 'id');
  const candidates = [
    setting('connection', 'interface-name'),
    parent === undefined || id === undefined ? undefined : `${parent}.${id}`,
    setting('match', 'interface-name')?.replace(/;$/, ''),
    setting('connection', 'id'),
    nameOf(path).replace(/\.nmconnection$/, ''),
  ];
  return candidates.find((each) => each !== undefined && isInterfaceName(each)) ?? '';
}
