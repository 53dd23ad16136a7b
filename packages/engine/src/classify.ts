import type { LanguageId } from '@halint/core';

/** A file that stands in no etc/: what it is, where it would stand on a host, and which host its name speaks of. */
export interface FlatFile {
  readonly language: LanguageId;
  /** Where the file would be installed. */
  readonly path: string;
  /** `master` of keepalived-master.conf, `ha0` of keepalived.conf.ha0; undefined when the name has no variant. */
  readonly variant?: string;
}

const TEMPLATE = /\.(j2|jinja2?|erb|tmpl|tpl|template|in)$/;
const LEFT_OVER =
  /(~|\.(bak|old|orig|save|swp|rpmnew|rpmsave|rpmorig|dpkg-\w+|ucf-\w+|md|txt|sh|py|yml|yaml|json|rb|pp|service|spec))$/;

const INSTALLED = {
  haproxy: '/etc/haproxy/haproxy.cfg',
  keepalived: '/etc/keepalived/keepalived.conf',
  sshd: '/etc/ssh/sshd_config',
  sysctl: '/etc/sysctl.conf',
  rsyslog: '/etc/rsyslog.conf',
};

/** Reads a file name such as keepalived-master.conf, haproxy.cfg.ha0, 98-nonlocalbind.conf. Undefined: none of ours. */
export function classifyFlat(name: string, text: string): FlatFile | undefined {
  const base = name.replace(TEMPLATE, '');
  if (LEFT_OVER.test(base)) return undefined;
  return (
    named(base, /^keepalived(?:[-_.](.+?)|(\d+))?\.conf(?:\.(.+))?$/, 'keepalived') ??
    named(base, /^(.+?)[-_.]keepalived\.conf$/, 'keepalived') ??
    named(base, /^haproxy(?:[-_.](.+?)|(\d+))?\.(?:cfg|conf)(?:\.(.+))?$/, 'haproxy') ??
    named(base, /^sshd_config(?:[-_.](.+))?$/, 'sshd') ??
    named(base, /^sysctl(?:[-_.](.+?))?\.conf(?:\.(.+))?$/, 'sysctl') ??
    named(base, /^rsyslog\.conf(?:\.(.+))?$/, 'rsyslog') ??
    dropIn(base, text)
  );
}

function named(base: string, pattern: RegExp, language: keyof typeof INSTALLED): FlatFile | undefined {
  const match = pattern.exec(base);
  if (match === null) return undefined;
  const variant = match[1] ?? match[2] ?? match[3];
  return variant === undefined
    ? { language, path: INSTALLED[language] }
    : { language, path: INSTALLED[language], variant };
}

/** keepalived/master.conf beside keepalived/backup.conf: the name is that of a host or of its part. */
const ROLE = /^((?:master|backup|slave|primary|secondary|standby|active|passive|node|ha|lb)[-_.]?\d*)\.conf$/i;

function dropIn(base: string, text: string): FlatFile | undefined {
  if (!/\.(conf|cfg)$/.test(base)) return undefined;
  const language = sniff(text);
  if (language === undefined) return undefined;
  const role = ROLE.exec(base)?.[1];
  if (language === 'keepalived' && role !== undefined && /^\s*vrrp_instance\b/m.test(text)) {
    return { language, path: INSTALLED.keepalived, variant: role };
  }
  const folder = {
    haproxy: '/etc/haproxy/conf.d',
    keepalived: '/etc/keepalived',
    sshd: '/etc/ssh/sshd_config.d',
    sysctl: '/etc/sysctl.d',
    systemd: '/etc/systemd/system',
    rsyslog: '/etc/rsyslog.d',
  };
  return { language, path: `${folder[language]}/${base}` };
}

const SIGNS: readonly (readonly [LanguageId, RegExp])[] = [
  ['keepalived', /^\s*(vrrp_instance|vrrp_script|vrrp_sync_group|virtual_server|global_defs)\b/m],
  ['haproxy', /^(global|defaults|frontend|backend|listen)\b.*$/m],
  ['sysctl', /^\s*-?(net|kernel|vm|fs|dev|user)[./][\w./*-]+\s*=/m],
  [
    'sshd',
    /^\s*(Port|ListenAddress|AddressFamily|PermitRootLogin|PasswordAuthentication|Match|HostKey|AllowUsers|AllowGroups|Include|Ciphers|Subsystem)[\s=]/im,
  ],
];

/** The language of a text by its first lines; undefined when nothing speaks for one. */
export function sniff(text: string): LanguageId | undefined {
  const head = text.slice(0, 65_536);
  return SIGNS.find(([, sign]) => sign.test(head))?.[0];
}

/**
 * Units of our daemons and drop-ins of them. Links in `.wants` are facts by their name alone, and other units are none of ours.
 */
const UNIT =
  /^\/(?:etc|run|usr\/local\/lib|usr\/lib|lib)\/systemd\/(?:system|generator)\/(?:(?:haproxy|keepalived|sshd?@?|rsyslog)\.(?:service|socket)|(?:(?:haproxy|keepalived|sshd?@?|rsyslog)\.)?(?:service|socket)\.d\/[^/]+\.conf)$/;

/** The language of a file by its path inside a host's root. */
export function languageOf(path: string): LanguageId | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(TEMPLATE, '');
  if (/^\/(usr\/local\/)?etc\/keepalived\//.test(path))
    return /\.(conf|cfg|inc)$/.test(name) ? 'keepalived' : undefined;
  if (/^\/(usr\/local\/)?etc\/haproxy\//.test(path)) {
    return /\.cfg$/.test(name) || name === 'haproxy.conf' ? 'haproxy' : undefined;
  }
  if (/^\/(usr\/local\/)?etc\/ssh\/sshd_config$/.test(plainPath(path))) return 'sshd';
  if (/^\/(usr\/local\/)?etc\/ssh\/sshd_config\.d\/[^/]+$/.test(path)) return /\.conf$/.test(name) ? 'sshd' : undefined;
  if (path === '/etc/sysctl.conf') return 'sysctl';
  if (path === '/etc/rsyslog.conf' || /^\/etc\/rsyslog\.d\/[^/]+\.conf$/.test(path)) return 'rsyslog';
  if (UNIT.test(path)) return 'systemd';
  return /^\/(etc|run|usr\/local\/lib|usr\/lib|lib)\/sysctl\.d\/[^/]+\.conf$/.test(path) ? 'sysctl' : undefined;
}

/** Does a daemon read this path as its package starts it? */
export function isUsualPath(language: LanguageId, path: string): boolean {
  const plain = plainPath(path);
  if (language === 'haproxy' && /^\/etc\/haproxy\/conf\.d\/[^/]+\.cfg$/.test(plain)) return true;
  return language !== 'systemd' && plain === INSTALLED[language];
}

/** Where a daemon's package has its main file. */
export function usualPath(language: LanguageId): string | undefined {
  return language === 'systemd' ? undefined : INSTALLED[language];
}

/** A path without the suffix of a template. */
export function plainPath(path: string): string {
  return path.replace(TEMPLATE, '');
}

/**
 * The files of one language that its daemon opens by itself where no unit says which, in order; the others come in through
 * includes.
 */
export function entryPaths(language: LanguageId, paths: readonly string[]): readonly string[] {
  const plain = plainPath;
  const all = [...paths].sort();
  // One daemon reads one of the two trees, and the packaged one is the likelier.
  const packaged = all.filter((path) => path.startsWith('/etc/'));
  const sorted = packaged.length > 0 ? all.filter((path) => !path.startsWith('/usr/local/etc/')) : all;
  switch (language) {
    case 'keepalived':
      return mainOr(sorted, (path) => /\/keepalived\.conf$/.test(plain(path)));
    case 'sshd':
      return mainOr(sorted, (path) => /^\/(usr\/local\/)?etc\/ssh\/sshd_config$/.test(plain(path)));
    case 'haproxy': {
      // Distributions start haproxy with -f haproxy.cfg -f conf.d: the main file first, then the folder in order.
      const main = sorted.filter((path) => /\/haproxy\.(cfg|conf)$/.test(plain(path)) && !/\/conf\.d\//.test(path));
      return main.length === 0 ? sorted : [...main, ...sorted.filter((path) => /\/conf\.d\/[^/]+\.cfg$/.test(path))];
    }
    case 'rsyslog':
      return mainOr(sorted, (path) => plain(path) === '/etc/rsyslog.conf');
    case 'sysctl':
    case 'systemd':
      return sorted;
  }
}

function mainOr(paths: readonly string[], isMain: (path: string) => boolean): readonly string[] {
  const main = paths.filter(isMain);
  return main.length === 0 ? paths : main;
}
