// Opens the two-node example in a real VS Code with the packed extension and looks at what a person would look at.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installStack } from './stack.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const shots = join(root, 'test-results/e2e');
const required = (process.env.HALINT_REQUIRE ?? '').split(',').includes('browser');
const counts = { passed: 0, failed: 0 };
/** The whole run, installation included, takes no longer. */
const deadline = Date.now() + 240_000;
const children = new Set();

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const vsix = readdirSync(join(root, 'packages/vscode')).find((name) => name.endsWith('.vsix'));
if (chromium === undefined) skip('no chromium on this machine');
if (vsix === undefined) {
  // Not a missing tool but a missing build: a pass here would say nothing.
  console.log('e2e: FAILED  no .vsix: run npm run package first');
  process.exit(1);
}
const stack = installStack(deadline);
if (typeof stack === 'string') skip(stack);
mkdirSync(shots, { recursive: true });

const folder = mkdtempSync(join(tmpdir(), 'halint-e2e-'));
const workspace = join(folder, 'ssh-vip');
cpSync(join(root, 'fixtures/clusters/ssh-vip'), workspace, { recursive: true, verbatimSymlinks: true });
const port = await freePort();
const state = join(folder, 'state');
mkdirSync(join(state, 'user/User'), { recursive: true });
writeFileSync(
  join(state, 'user/User/settings.json'),
  JSON.stringify({
    'workbench.startupEditor': 'none',
    'files.autoSave': 'off',
    'telemetry.telemetryLevel': 'off',
    'extensions.autoUpdate': false,
    'extensions.autoCheckUpdates': false,
    'window.restoreWindows': 'none',
    'chat.disableAIFeatures': true,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'security.workspace.trust.enabled': false,
  }),
);
let browser;
/** The browser on its way: when time is up it may be starting. */
let launch;
try {
  await Promise.race([session(), overdue()]);
} catch (error) {
  fail('the editor', error);
} finally {
  await stop();
}
console.log(`e2e: ${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed > 0 ? 1 : 0);

async function session() {
  await codeServer(['--install-extension', join(root, 'packages/vscode', vsix)]);
  start([
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
    '--disable-getting-started-override',
    workspace,
  ]);
  await answers(`http://127.0.0.1:${port}/healthz`);
  await look();
}

async function overdue() {
  await pause(Math.max(0, deadline - Date.now()));
  throw new Error('the run took more than 240 s');
}

/** Ends what this run started and waits for it: a server still writing would keep its folder from being removed. */
async function stop() {
  const closed = launch?.then(
    (context) => context.close(),
    (error) => console.log(`e2e: the browser did not start: ${String(error?.message ?? error).split('\n')[0]}`),
  );
  await Promise.race([closed, pause(10_000)]);
  for (const child of children) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await Promise.race([gone, pause(5000)]);
    if (children.has(child)) child.kill('SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

async function look() {
  const { chromium: driver } = await import(pathToFileURL(stack.playwright).href);
  launch = driver.launchPersistentContext(join(folder, 'browser'), {
    executablePath: chromium,
    headless: true,
    viewport: { width: 1400, height: 900 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  browser = await launch;
  const page = browser.pages()[0] ?? (await browser.newPage());
  await page.goto(`http://127.0.0.1:${port}/?folder=${workspace}`);
  await page.waitForSelector('.monaco-workbench', { timeout: 60_000 });
  const line = (text) => page.locator('.editor-instance .view-line', { hasText: text }).first();
  const open = async (path) => {
    await page.keyboard.press('Control+P');
    // Filled and clicked, not typed and confirmed: on a slow machine the keys go to the editor, or Enter takes a file of before.
    await page.locator('.quick-input-widget .quick-input-box input').fill(path, { timeout: 30_000 });
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: dirname(path) })
      .first()
      .click({ timeout: 30_000 });
    const [host] = path.split('/');
    await page
      .locator('.breadcrumbs-control .monaco-breadcrumb-item', { hasText: host })
      .first()
      .waitFor({ timeout: 30_000 });
    await page.waitForSelector('.editor-instance .view-lines .view-line', { timeout: 30_000 });
  };
  const problems = async () =>
    (await page.locator('.markers-panel .monaco-list-row').allInnerTexts()).join('\n').replace(/\u00a0/g, ' ');
  // The list holds only the rows in view: what is gone must be seen by the counts, not by missing text.
  const count = async () =>
    Number(
      await page.locator('.part.panel .action-item', { hasText: 'Problems' }).locator('.badge-content').innerText(),
    );

  await page.waitForSelector('.explorer-folders-view .monaco-list-row', { timeout: 60_000 });
  await check('a red squiggle in keepalived.conf of ha0', async () => {
    await open('ha0/etc/keepalived/keepalived.conf');
    await page.waitForSelector('.squiggly-error', { timeout: 60_000 });
  });
  await check('colours', async () => {
    const classes = await line('vrrp_script')
      .locator('span span')
      .evaluateAll((spans) => new Set(spans.map((span) => span.className)).size);
    if (classes < 2) throw new Error(`one colour only on the line of vrrp_script (${classes})`);
  });
  await check('problems of both hosts', async () => {
    await page.keyboard.press('Control+Shift+M');
    await until(async () => {
      const text = await problems();
      // Those of the files that are not open come one by one.
      return /failover-weight-too-small/.test(text) && /ha1/.test(text) && (await count()) === 7;
    }, problems);
    await page.screenshot({ path: join(shots, 'editor.png') });
  });
  await check('hover explains the keyword', async () => {
    await line('priority').locator('span span', { hasText: 'priority' }).first().hover();
    await page.waitForSelector('.monaco-hover:visible', { timeout: 30_000 });
    await until(async () =>
      /highest holds the addresses/.test(await page.locator('.monaco-hover:visible').first().innerText()),
    );
    await page.screenshot({ path: join(shots, 'hover.png') });
  });
  await check('completion knows the scripts of the file', async () => {
    await line('track_script').click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Space');
    await page.waitForSelector('.suggest-widget .monaco-list-row', { timeout: 30_000 });
    await until(async () =>
      /chk_haproxy/.test((await page.locator('.suggest-widget .monaco-list-row').allInnerTexts()).join(' ')),
    );
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Z');
    await page.keyboard.press('Control+Z');
  });
  await check('an edit of ha1 changes the findings of ha0', async () => {
    await open('ha1/etc/keepalived/keepalived.conf');
    await until(async () => (await line('priority').innerText()).includes('90'));
    await line('priority').click();
    await page.keyboard.press('End');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('5');
    // The weight of 10 is enough now: one finding less, and it stood on ha0.
    await until(async () => (await count()) === 6, problems);
    await page.keyboard.press('Control+Shift+M');
    await page.keyboard.press('Home');
    await until(async () => /ha0\/etc\/keepalived\s*3$/m.test(await problems()), problems);
    if (/failover-weight-too-small/.test(await problems())) throw new Error('the finding is still shown on ha0');
    await page.screenshot({ path: join(shots, 'after-edit.png') });
  });
}

async function check(what, work) {
  const from = Date.now();
  try {
    await work();
    counts.passed++;
    console.log(`e2e: ok      ${what} (${Date.now() - from} ms)`);
  } catch (error) {
    fail(what, error);
    await browser?.pages()[0]?.screenshot({ path: join(shots, `failed-${counts.failed}.png`) });
  }
}

function fail(what, error) {
  counts.failed++;
  console.log(`e2e: FAILED  ${what}: ${String(error?.message ?? error).split('\n')[0]}`);
}

async function until(holds, shown) {
  for (let waited = 0; waited < 20_000; waited += 250) {
    if (await holds()) return;
    await pause(250);
  }
  throw new Error(
    `did not come true in 20 s${shown === undefined ? '' : `: ${(await shown()).slice(0, 400).replace(/\s+/g, ' ')}`}`,
  );
}

function start(args) {
  const env = { ...process.env, PATH: `${dirname(stack.node)}:${process.env.PATH ?? ''}` };
  for (const name of ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME']) env[name] = join(state, 'xdg');
  const common = [
    '--user-data-dir',
    join(state, 'user'),
    '--extensions-dir',
    join(state, 'extensions'),
    '--config',
    join(state, 'config.yaml'),
  ];
  const child = spawn(stack.node, [stack.entry, ...common, ...args], { env, stdio: 'ignore' });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function codeServer(args) {
  const child = start(args);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  if (code !== 0) throw new Error(`code-server ${args[0]} exited with ${code}`);
}

async function answers(url) {
  await until(async () =>
    fetch(url).then(
      (response) => response.ok,
      () => false,
    ),
  );
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}

function skip(reason) {
  console.log(`e2e: SKIPPED: ${reason}`);
  process.exit(required ? 1 : 0);
}
