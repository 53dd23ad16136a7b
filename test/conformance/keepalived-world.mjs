// What a keepalived.conf asks of the machine: names of interfaces, scripts, users, files and hosts. The sandbox makes them exist, so that what
// `keepalived -t` says is about the text. Names that cannot exist (an interface of 16 characters) are left out, and the daemon says so.

/** A line up to its comment: ! and # begin one outside double quotes unless a backslash is before them. */
function withoutComment(line) {
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '\\') i++;
    else if (line[i] === '"') quoted = !quoted;
    else if (!quoted && (line[i] === '!' || line[i] === '#')) return line.slice(0, i);
  }
  return line;
}

/** The lines with the values of `$NAME=VALUE` in the place of $NAME and ${NAME}. */
function linesOf(text) {
  const values = new Map();
  return text.split(/\r?\n/).map((raw) => {
    const line = withoutComment(raw).replace(
      /\$(?:\{(\w+)\}|(\w+))(?!\w*=)/g,
      (whole, a, b) => values.get(a ?? b) ?? whole,
    );
    const definition = /^\s*\$(\w+)=(.*)$/.exec(line);
    if (definition !== null) values.set(definition[1], definition[2].trim());
    return line;
  });
}

/** Words of a statement; quotes of either kind hold blanks and are taken away. */
const wordsOf = (line) =>
  Array.from(line.matchAll(/"([^"]*)"?|'([^']*)'?|([^\s"'{}]+)|[{}]/g), ([whole, a, b, c]) => a ?? b ?? c ?? whole);

/** Keywords whose next word is an interface, wherever they stand in a line. */
const BEFORE_INTERFACE = new Set([
  ...['interface', 'dev', 'default_interface', 'lvs_sync_daemon', 'lvs_sync_daemon_interface', 'mcast_src_if'],
  ...['oif', 'iif', 'bind_if', 'vrf', 'track_bfd_if'],
]);
/** Blocks whose lines begin with an interface; `interfaces` names several a line. */
const OF_INTERFACES = new Set(['track_interface', 'linkbeat_interfaces', 'interface_up_down_delays', 'interfaces']);
const SCRIPTS = /^(?:script|misc_path|notify(?:_\w+)?|quorum_(?:up|down)|(?:startup|shutdown)_script|\w*fifo_script)$/;

/** Names the kernel takes for an interface (15 bytes, no blank, slash or colon), as far as `ip -batch` can be told them in a line. */
const interfaceName = (name) =>
  /^[^\s/:"'\\{}#!%-][^\s/:"'\\{}#!%]*$/.test(name) &&
  Buffer.byteLength(name) <= 15 &&
  !/^(?:lo|all|default|\.{1,2})$/.test(name);
const userName = (name) => name !== '' && !/[\s:{}]/.test(name);

/**
 * { interfaces, scripts, commands, files, users, groups, hosts } that the text names, each sorted: scripts are paths, commands are names without a
 * slash that are looked for in PATH, files are those whose state is tracked, hosts are what the mail server is called.
 */
export function worldOf(text) {
  const [interfaces, scripts, commands, files, users, groups, hosts] = Array.from({ length: 7 }, () => new Set());
  const open = [];
  for (const line of linesOf(text)) {
    const words = wordsOf(line);
    const [keyword = '', first = ''] = words;
    const inside = open.at(-1) ?? '';
    words.forEach((word, i) => {
      if (BEFORE_INTERFACE.has(words[i - 1])) interfaces.add(word);
    });
    if (OF_INTERFACES.has(inside)) for (const word of inside === 'interfaces' ? words : [keyword]) interfaces.add(word);
    if (OF_INTERFACES.has(keyword)) for (const word of words.slice(1)) interfaces.add(word);
    if (SCRIPTS.test(keyword)) {
      const [program = ''] = wordsOf(first);
      if (program.includes('/') && !/^<|\0/.test(program)) scripts.add(program);
      else if (/^[\w.+-]+$/.test(program)) commands.add(program);
      if (keyword !== 'script' && keyword !== 'misc_path') {
        if (userName(words[2] ?? '')) users.add(words[2]);
        if (userName(words[3] ?? '')) groups.add(words[3]);
      }
    }
    if (keyword === 'script_user' || keyword === 'user') {
      if (userName(first)) users.add(first);
      if (userName(words[2] ?? '')) groups.add(words[2]);
    }
    if (keyword === 'smtp_server' && /^(?=.*[a-z])[\w.-]+$/i.test(first)) hosts.add(first);
    if (keyword === 'file' && first.startsWith('/')) files.add(first);
    words.forEach((word, i) => {
      if (word === '{') open.push(words.slice(0, i).findLast((each) => OF_INTERFACES.has(each)) ?? keyword);
      else if (word === '}') open.pop();
    });
  }
  const sorted = (names, fits = () => true) => [...names].filter(fits).sort();
  return {
    interfaces: sorted(interfaces, interfaceName),
    scripts: sorted(scripts),
    commands: sorted(commands),
    files: sorted(files),
    users: sorted(users),
    groups: sorted(groups),
    hosts: sorted(hosts),
  };
}

/** Commands of `ip -batch` that make the interfaces: up, with an IPv4 and a link-local address each. */
export function linksOf(interfaces) {
  return interfaces
    .flatMap((name, i) => [
      `link add name ${name} type veth peer name halint${i}`,
      `link set halint${i} up`,
      `link set ${name} up`,
      `addr add 192.0.2.${(i % 250) + 1}/24 dev ${name}`,
      `-6 addr add fe80::${(i + 1).toString(16)}/64 dev ${name}`,
    ])
    .map((command) => `${command}\n`)
    .join('');
}
