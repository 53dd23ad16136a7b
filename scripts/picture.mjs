// Draws docs/ssh-vip.svg: what `halint fixtures/clusters/ssh-vip` prints at a terminal of 80 columns.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { stdout } = spawnSync(
  process.execPath,
  ['packages/halint/bin/halint.js', '--only', 'cross/*', 'fixtures/clusters/ssh-vip'],
  {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1', COLUMNS: '80' },
  },
);
const COLOURS = { 31: '#e5534b', 32: '#57ab5a', 33: '#c69026', 34: '#539bf5', 36: '#39c5cf' };
const lines = `\u001b[32m$\u001b[39m npx halint --only 'cross/*' fixtures/clusters/ssh-vip\n\n${stdout}`
  .trimEnd()
  .split('\n');
const [size, line, pad] = [14, 20, 16];
const rows = lines.map(
  (text, i) => `<text x="${pad}" y="${pad + line * (i + 1)}" xml:space="preserve">${spans(text)}</text>`,
);
const height = pad * 2 + line * (lines.length + 1);
writeFileSync(
  join(root, 'docs/ssh-vip.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 ${height}" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${size}" fill="#adbac7">
<rect width="720" height="${height}" rx="8" fill="#22272e"/>
${rows.join('\n')}
</svg>
`,
);
console.log(`picture: docs/ssh-vip.svg, ${lines.length} lines`);

function spans(text) {
  let style = {};
  return text
    .split(/(\u001b\[\d+m)/)
    .map((part) => {
      const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
      if (code === undefined)
        return part === ''
          ? ''
          : `<tspan${attributes(style)}>${part.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}</tspan>`;
      if (code === '0') style = {};
      else if (code === '1') style = { ...style, bold: true };
      else if (code === '2') style = { ...style, dim: true };
      else if (code === '22') style = { ...style, bold: false, dim: false };
      else if (code === '39') style = { ...style, fill: undefined };
      else style = { ...style, fill: COLOURS[code] };
      return '';
    })
    .join('');
}

function attributes({ fill, bold, dim }) {
  return `${fill === undefined ? '' : ` fill="${fill}"`}${bold ? ' font-weight="bold" fill-opacity="1"' : ''}${dim ? ' fill-opacity=".6"' : ''}`;
}
