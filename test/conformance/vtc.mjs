// haproxy's own regression tests (*.vtc) hold configurations between `haproxy NAME -conf {` and `}`.

const MACROS = [
  [/"?fd@\$\{[A-Za-z0-9_]+\}"?/g, (n) => `:${20_000 + n}`],
  [/"?quic\+fd@\$\{[A-Za-z0-9_]+\}"?/g, (n) => `quic4@127.0.0.1:${20_000 + n}`],
  [/\$\{[A-Za-z0-9_]+_addr\}/g, () => '127.0.0.1'],
  [/\$\{[A-Za-z0-9_]+_port\}/g, (n) => String(20_000 + n)],
  [/\$\{[A-Za-z0-9_]+_sock\}/g, (n) => `127.0.0.1:${20_000 + n}`],
  [/\$\{testdir\}/g, () => '/testdir'],
  [/\$\{tmpdir\}/g, () => '/tmpdir'],
];

/** The configurations of a test, its macros replaced: { name, text, wanted } with wanted 'ok', 'bad' or undefined. */
export function configurationsOf(vtc) {
  const lines = vtc.split('\n');
  const found = [];
  for (let i = 0; i < lines.length; i++) {
    const head = /^\s*haproxy\s+(\S+).*?-conf(-OK|-BAD)?\s+(?:"[^"]*"\s+|\{\S*\}\s+)?\{\s*$/.exec(lines[i]);
    if (head === null) continue;
    const body = [];
    let depth = 1;
    for (i++; i < lines.length; i++) {
      depth += count(lines[i], '{') - count(lines[i], '}');
      if (depth <= 0) break;
      body.push(lines[i]);
    }
    let number = 0;
    let text = `${body.join('\n')}\n`;
    // quic+fd@ before fd@, which is part of it.
    for (const [pattern, make] of [MACROS[1], MACROS[0], ...MACROS.slice(2)])
      text = text.replace(pattern, () => make(number++));
    found.push({ name: head[1], text, wanted: head[2] === '-OK' ? 'ok' : head[2] === '-BAD' ? 'bad' : undefined });
  }
  return found;
}

function count(text, sign) {
  return text.split(sign).length - 1;
}
