import { parseTime } from '../quantity/index.ts';
import { cited, defaulted, isWildcard, parseIp, type Cited, type Place, type Section } from '@halint/core';
import type { Leaves, Server } from '@halint/model';
import { plainColon, splitAddress, type AddressParts } from '../address/index.ts';
import type { SectionUnit } from '../unit.ts';
import type { SectionLines } from '../lines.ts';
import { sectionName } from '../head.ts';
import { activeLines, chainOf, inForce, optionIndex, placed, type Owner } from './scope.ts';

interface Found {
  readonly lines: SectionLines;
  readonly line: number;
  readonly index: number;
}

/** Words behind `source`: ADDR[:PORT] [usesrc ...] [interface NAME]. */
function leavesBy([address = '', ...more]: readonly string[]): Leaves | undefined {
  const { host, special, opaque } = splitAddress(address);
  // A name is looked up on the machine.
  const ip = host === '*' || host === '' ? undefined : parseIp(host);
  if (special || opaque || more[0] === 'usesrc' || (ip === undefined && host !== '*' && host !== '')) return undefined;
  const device = more[0] === 'interface' ? more[1] : undefined;
  return {
    ...(ip === undefined || isWildcard(ip) ? {} : { source: ip.address }),
    ...(device === undefined ? {} : { interface: device }),
  };
}

/** A server line as a fact. Everything but its address is read when asked for: a large file has tens of thousands. */
export class ServerFact implements Server {
  readonly #owner: Owner;
  readonly #section: Section<SectionUnit>;
  readonly #line: number;
  #parts: AddressParts | undefined;

  constructor(owner: Owner, section: Section<SectionUnit>, line: number) {
    this.#owner = owner;
    this.#section = section;
    this.#line = line;
  }

  get #lines(): SectionLines {
    return this.#section.unit.lines;
  }

  get #address(): AddressParts {
    return (this.#parts ??= splitAddress(this.#lines.value(this.#line, 2)));
  }

  /** Host part as the index knows it: canonical for IPv6, as written otherwise (IPv4 has one spelling). */
  get key(): string {
    const lines = this.#lines;
    const start = lines.start(this.#line, 2);
    const colon = plainColon(lines.text, start, lines.end(this.#line, 2));
    if (colon >= 0) return lines.text.slice(start, colon);
    const { host } = this.#address;
    return host.includes(':') ? (parseIp(host)?.address ?? host) : host;
  }

  get proxy(): string {
    return sectionName(this.#lines);
  }

  get name(): Cited<string> {
    return cited(this.#lines.value(this.#line, 1), this.#place(1));
  }

  get address(): Cited<string> {
    return cited(this.key, this.#place(2));
  }

  get port(): Cited<number> | undefined {
    const { port } = this.#address;
    // Port 0 means the same as none.
    return port === undefined || port === 0 ? undefined : cited(port, this.#place(2));
  }

  get check(): Cited<boolean> {
    const found = this.#option(['check', 'no-check']);
    if (found === undefined) return defaulted(false, 'haproxy 5.2 check', this.#owner.host);
    return cited(found.lines.value(found.line, found.index) === 'check', this.#at(found, 0));
  }

  get checkPort(): Cited<number> | undefined {
    const found = this.#option(['port']);
    const port = found === undefined ? Number.NaN : Number.parseInt(found.lines.value(found.line, found.index + 1), 10);
    return found === undefined || Number.isNaN(port) ? undefined : cited(port, this.#at(found, 1));
  }

  get checkAddress(): Cited<string> | undefined {
    const found = this.#option(['addr']);
    if (found === undefined) return undefined;
    const { host } = splitAddress(found.lines.value(found.line, found.index + 1));
    return cited(parseIp(host)?.address ?? host, this.#at(found, 1));
  }

  get leaves(): Leaves | undefined {
    const { prefix, special, opaque } = this.#address;
    if (special || opaque || (prefix !== undefined && !/^(?:tcp[46]?|ipv[46])$/.test(prefix))) return undefined;
    if (this.#option(['socks4', 'namespace']) !== undefined) return undefined;
    const own = this.#option(['source']);
    if (own !== undefined) return leavesBy(own.lines.values(own.line).slice(own.index + 1));
    const proxys = inForce(this.#owner, this.#section, 'source');
    return proxys === undefined ? {} : leavesBy(proxys.lines.values(proxys.line).slice(1));
  }

  get sendProxy(): Cited<boolean> | undefined {
    const on = ['send-proxy', 'send-proxy-v2', 'send-proxy-v2-ssl', 'send-proxy-v2-ssl-cn'];
    const found = this.#option([...on, ...on.map((word) => `no-${word}`)]);
    return found === undefined
      ? undefined
      : cited(!found.lines.value(found.line, found.index).startsWith('no-'), this.#at(found, 0));
  }

  get backup(): boolean {
    const found = this.#option(['backup', 'no-backup']);
    return found?.lines.value(found.line, found.index) === 'backup';
  }

  get disabled(): boolean {
    const found = this.#option(['disabled', 'enabled']);
    return found?.lines.value(found.line, found.index) === 'disabled';
  }

  get inter(): Cited<number> {
    const found = this.#option(['inter']);
    const time = found === undefined ? undefined : parseTime(found.lines.value(found.line, found.index + 1));
    if (found === undefined || time === undefined) return defaulted(2000, 'haproxy 5.2 inter', this.#owner.host);
    return cited(time, this.#at(found, 1));
  }

  get fall(): Cited<number> {
    const found = this.#option(['fall']);
    const count =
      found === undefined ? Number.NaN : Number.parseInt(found.lines.value(found.line, found.index + 1), 10);
    if (found === undefined || Number.isNaN(count)) return defaulted(3, 'haproxy 5.2 fall', this.#owner.host);
    return cited(count, this.#at(found, 1));
  }

  get at(): Place {
    return placed(this.#owner, this.#lines.lineAt(this.#line));
  }

  #place(index: number): Place {
    return placed(this.#owner, this.#lines.at(this.#line, index));
  }

  #at(found: Found, offset: number): Place {
    return placed(this.#owner, found.lines.at(found.line, found.index + offset));
  }

  /** The word in force: on the line itself, else on the nearest default-server line above it. */
  #option(words: readonly string[]): Found | undefined {
    const own = optionIndex(this.#lines, this.#line, 3, words);
    if (own >= 0) return { lines: this.#lines, line: this.#line, index: own };
    for (const link of chainOf(this.#owner, this.#section)) {
      const { lines } = link.unit;
      const above = activeLines(this.#owner, link, 'default-server');
      for (let i = above.length - 1; i >= 0; i--) {
        const line = above[i] as number;
        if (link === this.#section && line > this.#line) continue;
        const index = optionIndex(lines, line, 1, words);
        if (index >= 0) return { lines, line, index };
      }
    }
    return undefined;
  }
}
