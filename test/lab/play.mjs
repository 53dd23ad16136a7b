// Plays one scenario with real keepalived and says who holds which address after each event.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checks } from './checks.mjs';
import { delaysOf, fill, highestPriority, longestDelay, print, vipsOf } from './config.mjs';
import { Keepalived } from './keepalived.mjs';
import { Network } from './network.mjs';

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Seconds between two samples that must be equal, of a busy machine's delay, and how often elections may follow each other after one event. */
const BETWEEN = 1;
const MARGIN = 0.6;
const PATIENCE = 4;

/** Lines of the log that explain nothing, and the date before each. */
const CHATTER =
  /gratuitous ARP|Neighbour Adv|Command line|halint-lab-|max_auto_priority|netlink|Registering|sockpool|Running on/;
const DATE = /^\w{3} \w{3} +\d+ [\d:]+ \d{4}: /;

/** Folders of plays that are not over, to be removed whatever happens. */
const folders = new Set();

export function removeAll() {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

let plays = 0;
/** Setting up networks is the only work of a play: one at a time, so that daemons that count their seconds get the processor. */
let turn = Promise.resolve();

function oneAtATime(work) {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

/** About how many seconds a play takes. */
export function duration({ hosts, order = [], events }) {
  const configs = hosts.map(({ config }) => config);
  const { notice, masterDown } = delaysOf(configs);
  const waits = events.filter((event) => event === 'wait').length * longestDelay(configs);
  // An election in two steps after every third event.
  return (1 + order.length + events.length) * (notice + 1.3 * masterDown + MARGIN) + waits;
}

/**
 * @param scenario { name, hosts: [{ id, addresses, config, delay? }], order?: [id], initial?: [event], events: [event] }
 * @param daemon { program, library } of keepalived.mjs
 * @returns { steps: [{ event, holders: { VIP: [host] }, stable }], timeline: [text] }
 */
export async function play(scenario, daemon) {
  const number = plays++;
  const run = `h${process.pid.toString(36)}${number.toString(36)}`;
  const folder = mkdtempSync(join(tmpdir(), 'halint-lab-'));
  folders.add(folder);
  const stage = new Stage(scenario, daemon, { run, folder });
  try {
    await oneAtATime(() => stage.setUp());
    return await stage.play();
  } finally {
    await stage.tearDown();
    rmSync(folder, { recursive: true, force: true });
    folders.delete(folder);
  }
}

class Stage {
  #scenario;
  #network;
  #checks;
  #daemons = new Map();
  #began = Date.now();
  #timeline = [];
  #vips;
  #changed = 0;
  #delays;
  #delay;
  #off = new Set();
  #lost = new Set();
  #cut = new Set();

  constructor(scenario, daemon, { run, folder }) {
    const { hosts } = scenario;
    this.#scenario = scenario;
    this.#network = new Network(`halint-${run}`, hosts);
    this.#checks = new Checks(hosts, { flags: folder, run });
    const configs = hosts.map(({ config }) => config);
    this.#vips = vipsOf(configs);
    this.#delays = delaysOf(configs);
    this.#delay = longestDelay(configs);
    for (const { id, config } of hosts) {
      const own = join(folder, id);
      mkdirSync(own);
      const path = join(own, 'keepalived.conf');
      writeFileSync(path, fill(print(config), { flags: folder, run }));
      const namespace = this.#network.namespaceOf(id);
      const log = (line) => {
        if (/Entering (?:MASTER|BACKUP|FAULT) STATE/.test(line)) this.#changed = Date.now();
        if (!CHATTER.test(line)) this.#note(id, line.replace(DATE, ''));
      };
      this.#daemons.set(id, new Keepalived({ ...daemon, namespace, folder: own, config: path, log }));
    }
  }

  #note(who, text) {
    const seconds = ((Date.now() - this.#began) / 1000).toFixed(2).padStart(7);
    this.#timeline.push(`${seconds} ${who.padEnd(6)} ${text}`);
  }

  async setUp() {
    await this.#network.up();
    await this.#checks.begin();
  }

  async play() {
    this.#began = Date.now();
    for (const event of this.#scenario.initial ?? []) await this.#apply(event);
    await this.#startAll();
    const steps = [await this.#observe('start')];
    for (const event of this.#scenario.events) {
      this.#note('EVENT', event);
      await this.#apply(event);
      steps.push(await this.#observe(event));
    }
    return { steps, timeline: this.#timeline };
  }

  async tearDown() {
    await Promise.all([...this.#daemons.values()].map((daemon) => daemon.kill()));
    await this.#checks.end();
    await oneAtATime(() => this.#network.down());
  }

  /** In the order given, each when the ones before have settled; the others together; `delay` (seconds) keeps a host back. */
  async #startAll() {
    const { hosts, order = [] } = this.#scenario;
    const others = hosts.filter(({ id }) => !order.includes(id));
    for (const id of order) {
      this.#start(id);
      if (id !== order.at(-1) || others.length > 0) await this.#settled();
    }
    const began = Date.now();
    // "Together" is some ten milliseconds apart on a busy machine: the one whose timer is shorter goes first.
    const first = (a, b) => (a.delay ?? 0) - (b.delay ?? 0) || highestPriority(b.config) - highestPriority(a.config);
    for (const { id, delay = 0 } of others.toSorted(first)) {
      await sleep(Math.max(0, delay - (Date.now() - began) / 1000));
      this.#start(id);
    }
  }

  #start(id) {
    if (!this.#off.has(id)) this.#daemons.get(id).start();
  }

  async #apply(event) {
    const [kind, rest = ''] = event.split(/:(.*)/s);
    const [id, name] = rest.split('/');
    switch (kind) {
      case 'keepalived-start':
        return this.#start(id);
      case 'keepalived-stop':
        return this.#daemons.get(id).stop();
      case 'keepalived-kill':
        return this.#daemons.get(id).kill();
      case 'script-fail':
      case 'script-ok':
        return this.#checks.set(id, name, kind === 'script-ok');
      case 'interface-down':
        this.#lost.add(rest);
        return this.#network.carrier(id, name, false);
      case 'interface-up':
        this.#lost.delete(rest);
        return this.#off.has(id) ? undefined : this.#network.carrier(id, name, true);
      case 'host-down':
        return this.#powerLoss(id);
      case 'host-up':
        return this.#powerOn(id);
      case 'partition':
        for (const pair of pairsOf(
          rest,
          this.#scenario.hosts.map((host) => host.id),
        ))
          this.#cut.add(pair);
        return this.#network.cut(this.#cut);
      case 'heal':
        this.#cut.clear();
        return this.#network.cut(this.#cut);
      case 'wait':
        return sleep(this.#delay);
      default:
        throw new Error(`${event}: the lab does not play this`);
    }
  }

  /** As when the plug is pulled: no word to anyone, nothing left. */
  async #powerLoss(id) {
    if (this.#off.has(id)) return;
    this.#off.add(id);
    // The daemon first: it would say goodbye on the interface that is cut last.
    await this.#daemons.get(id).kill();
    for (const device of ['eth0', 'eth1']) await this.#network.carrier(id, device, false);
    await this.#network.flush(id);
  }

  async #powerOn(id) {
    if (!this.#off.delete(id)) return;
    for (const device of ['eth0', 'eth1']) {
      if (!this.#lost.has(`${id}/${device}`)) await this.#network.carrier(id, device, true);
    }
    this.#start(id);
  }

  async #holders() {
    const { hosts } = this.#scenario;
    const held = await Promise.all(hosts.map(({ id }) => this.#network.addresses(id)));
    return Object.fromEntries(
      this.#vips.map((vip) => [
        vip,
        hosts
          .filter((_, i) => held[i].includes(vip))
          .map(({ id }) => id)
          .sort(),
      ]),
    );
  }

  /**
   * Waits until nobody changed its state for as long as an election may take after the last change, or after the checks' notice of what
   * happened just now. False: changes go on and on.
   */
  async #settled() {
    const { notice, masterDown } = this.#delays;
    const noticed = Date.now() + notice * 1000;
    const quiet = () => Math.max(noticed, this.#changed) + (masterDown + MARGIN) * 1000 - Date.now();
    const end = noticed + (PATIENCE * masterDown + MARGIN) * 1000;
    for (let left = quiet(); left > 0; left = quiet()) {
      if (Date.now() > end) return false;
      await sleep(left / 1000);
    }
    return true;
  }

  /** Who holds what when the settling time is over and two samples are equal. */
  async #observe(event) {
    const settled = await this.#settled();
    const before = await this.#holders();
    await sleep(BETWEEN);
    const holders = await this.#holders();
    const stable = settled && JSON.stringify(holders) === JSON.stringify(before);
    this.#note('HOLDS', `${stable ? '' : 'not stable: '}${JSON.stringify(holders)}`);
    return { event, holders, stable };
  }
}

/** Directed pairs 'A>B' that an event `partition:REST` cuts (contract of --events: hosts on no side stand together on one of their own). */
function pairsOf(rest, all) {
  const oneWay = rest.includes('>');
  const given =
    rest === '' ? [all.slice(0, 1), all.slice(1)] : rest.split(oneWay ? '>' : '/').map((side) => side.split('+'));
  const others = all.filter((id) => !given.flat().includes(id));
  const sides = others.length > 0 && !oneWay ? [...given, others] : given;
  return sides.flatMap((from, i) =>
    sides.flatMap((to, j) => (i === j || (oneWay && i !== 0) ? [] : from.flatMap((a) => to.map((b) => `${a}>${b}`)))),
  );
}
