import { realAddresses, type Host } from '@halint/model';

export function ownsAddress(host: Host, address: string): boolean | undefined {
  return realAddresses(host)?.some((each) => each.address.address === address);
}

/** What a host's missing address list is called in `missing`. */
export const ADDRESS_FACT = 'facts/ip-address.json';
