const INT_MAX = 2_147_483_647;

/** strtonum() takes blanks and a sign in front; undefined when it refuses, or outside 0 … `most`. */
export function readInt(text: string, most = INT_MAX): number | undefined {
  if (!/^[ \t]*[+-]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= 0 && value <= most ? value : undefined;
}

const UNIT: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of `1h30m`, `90` (convtime() in misc.c); undefined when it is none. */
export function readTime(text: string): number | undefined {
  if (!/^(?:\d+[smhdw]?)+$/i.test(text)) return undefined;
  let seconds = 0;
  for (const [, number, unit] of text.matchAll(/(\d+)([smhdw]?)/gi)) {
    seconds += Number(number) * (UNIT[(unit ?? '').toLowerCase()] ?? 1);
  }
  return seconds <= INT_MAX ? seconds : undefined;
}

/** Names of /etc/services that may stand for a port; others exist, so that an unknown name is no proof of an error. */
const SERVICES: Record<string, number> = {
  domain: 53,
  ftp: 21,
  'ftp-data': 20,
  'http-alt': 8080,
  http: 80,
  https: 443,
  imap2: 143,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  smtp: 25,
  ssh: 22,
  submission: 587,
  telnet: 23,
};

/** A port by number or by a well-known service name, 0 … 65535; undefined for anything else. */
export function readPort(text: string): number | undefined {
  return readInt(text, 65_535) ?? SERVICES[text];
}

/** Could getservbyname() know it? */
export function mayBeService(text: string): boolean {
  return /^(?=.*[a-z])[a-z0-9][a-z0-9+._-]*$/.test(text);
}
