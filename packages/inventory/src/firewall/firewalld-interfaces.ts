import { isIfcfg, isOnBoot, readIfcfgValues } from '../network/ifcfg.ts';
import { readIni } from '../network/ini.ts';
import { isAutoconnect } from '../network/network-manager.ts';
import { nameOf } from '../network/source.ts';

/** A zone that NetworkManager hands an interface to; it goes before the zone that a file of firewalld gives it. */
export interface HandedInterface {
  /** Undefined: which interface it is cannot be told. */
  readonly device: string | undefined;
  readonly zone: string;
  readonly path: string;
  /** Of the zone, from 1. */
  readonly line: number;
}

/** Interfaces of the machine by hardware address in lower case; several where a VLAN or bond has the address of its parent. */
export type HardwareAddresses = ReadonlyMap<string, readonly string[]>;

/** `zone=` of keyfiles and `ZONE=` of ifcfg files: what brings an interface up tells firewalld its zone (nm-settings(5), nm-settings-ifcfg-rh(5)). */
export function handedInterfaces(
  files: ReadonlyMap<string, string>,
  hardware: HardwareAddresses,
): readonly HandedInterface[] {
  return [...files].flatMap(([path, text]): readonly HandedInterface[] => {
    const found = path.startsWith('/etc/NetworkManager/system-connections/')
      ? ofKeyfile(text)
      : isIfcfg(path)
        ? ofIfcfg(path, text)
        : undefined;
    if (found === undefined) return [];
    const { device, address, zone, line } = found;
    const named = device ?? only(hardware.get(address?.toLowerCase() ?? ''));
    return [{ device: named, zone, path, line }];
  });
}

interface Handed {
  readonly device: string | undefined;
  readonly address: string | undefined;
  readonly zone: string;
  readonly line: number;
}

function ofKeyfile(text: string): Handed | undefined {
  const { entries } = readIni(text);
  const setting = (section: RegExp, key: string) =>
    entries.find((each) => section.test(each.section) && each.key === key);
  const zone = setting(/^connection$/, 'zone');
  const autoconnect = setting(/^connection$/, 'autoconnect')?.value;
  if (zone === undefined || zone.value === '' || !isAutoconnect(autoconnect)) return undefined;
  return {
    device: setting(/^connection$/, 'interface-name')?.value,
    // `[ethernet]` is `[802-3-ethernet]` by its old name.
    address: setting(/ethernet$|^wifi$/, 'mac-address')?.value,
    zone: zone.value,
    line: zone.line,
  };
}

function ofIfcfg(path: string, text: string): Handed | undefined {
  const values = readIfcfgValues(text).values;
  const zone = values.get('ZONE');
  if (zone === undefined || zone.value === '' || !isOnBoot(values)) return undefined;
  const address = values.get('HWADDR')?.value;
  const device = values.get('DEVICE')?.value;
  // With an address the name of the file is a title.
  const named = device ?? (address === undefined ? nameOf(path).replace(/^ifcfg-/, '') : undefined);
  return { device: named?.replace(/:.*$/, ''), address, zone: zone.value, line: zone.line };
}

function only(names: readonly string[] | undefined): string | undefined {
  return names?.length === 1 ? names[0] : undefined;
}
