import { append } from '@halint/core';
import { authOnTheWire } from '../auth.ts';
import { MAIN_FILE_LINK, type SwitchDoubt } from '../host.ts';
import { unreadText } from '../unread.ts';
import { filterReason } from './advert-filter.ts';
import { apply } from './apply.ts';
import { copyConditions, machineOf, newConditions, type Conditions } from './conditions.ts';
import { copyCourse, hasAddress, newCourse, type Course } from './course.ts';
import { settle } from './election.ts';
import { explain, type Told } from './explain.ts';
import type { Component, Plan } from './plan.ts';
import { doubtOfFault } from './refused.ts';
import { Services } from './services.ts';
import { standingOf, type Standing } from './standing.ts';
import type { FailoverEvent, ServiceState, Step, Verdict } from './types.ts';
import { ofCourses, verdictOf, worst } from './verdict.ts';

export type Holders = Readonly<Record<string, readonly string[]>>;

/** The course of one scenario. */
export class Run {
  readonly steps: Step[] = [];
  readonly #plan: Plan;
  readonly #services: Services;
  #conditions: Conditions;
  /** By component of the plan. */
  #courses: readonly (readonly Course[])[];
  #standings: readonly Standing[] = [];
  /** `vip host` of the cold start: what a haproxy found when it started. */
  #atStart: ReadonlySet<string> = new Set();
  #told: Told | undefined;

  constructor(plan: Plan, services: Services = new Services(plan.cluster)) {
    this.#plan = plan;
    this.#services = services;
    this.#conditions = newConditions(plan.cluster);
    this.#courses = plan.components.map((component) => [newCourse(component)]);
  }

  /** Cold start of all hosts together, or in an order. What is in force before it: a keepalived that is stopped is not started. */
  start(initial: readonly FailoverEvent[], order: readonly string[]): void {
    this.#conditions = initial.reduce((each, event) => apply(each, event, this.#plan), this.#conditions);
    const kept = new Set(
      initial.flatMap((event) =>
        event.kind === 'keepalived-stop' || event.kind === 'keepalived-kill' ? [event.host] : [],
      ),
    );
    const all = this.#plan.cluster.hosts.map((host) => host.id).filter((host) => !kept.has(host));
    const waves =
      order.length === 0 ? [all] : [...order.map((host) => [host]), all.filter((host) => !order.includes(host))];
    this.#settle();
    for (const wave of waves.filter((each) => each.length > 0)) {
      const next = copyConditions(this.#conditions);
      for (const host of wave)
        if (machineOf(next, host).up && !kept.has(host)) machineOf(next, host).keepalived = 'running';
      this.#conditions = next;
      this.#settle();
    }
    this.#atStart = new Set(
      Object.entries(this.#holders().merged).flatMap(([vip, hosts]) => hosts.map((host) => `${vip} ${host}`)),
    );
    this.#record('start', undefined);
  }

  step(event: FailoverEvent, text: string): void {
    this.#conditions = apply(this.#conditions, event, this.#plan);
    if (event.kind === 'wait') this.#endDelays();
    this.#settle();
    this.#record(text, event);
  }

  fork(): Run {
    const copy = new Run(this.#plan, this.#services);
    copy.#conditions = this.#conditions;
    copy.#courses = this.#courses;
    copy.#standings = this.#standings;
    copy.#atStart = this.#atStart;
    copy.#told = this.#told;
    append(copy.steps, this.steps);
    return copy;
  }

  #endDelays(): void {
    this.#courses = this.#courses.map((courses) =>
      courses.map((course) => {
        const next = copyCourse(course);
        for (const [i, delay] of next.delays.entries()) if (delay === 'runs') next.delays[i] = 'over';
        return next;
      }),
    );
  }

  #settle(): void {
    this.#standings = this.#plan.components.map((component) => standingOf(component, this.#conditions));
    this.#courses = this.#plan.components.map((component, i) =>
      settle(component, this.#standings[i] as Standing, this.#courses[i] ?? []),
    );
  }

  /** Holders by component and course, and all together with every candidate. */
  #holders(): { readonly each: readonly (readonly Holders[])[]; readonly merged: Holders } {
    const each = this.#plan.components.map((component, i) =>
      (this.#courses[i] ?? []).map((course) => holdersIn(component, course)),
    );
    const merged: Record<string, readonly string[]> = {};
    // In the order of the routers, whatever the components.
    for (const vip of this.#plan.addresses) merged[vip] = [];
    for (const [vip, hosts] of each.flat().flatMap((holders) => Object.entries(holders)))
      merged[vip] = [...(merged[vip] ?? []), ...hosts];
    for (const [vip, hosts] of Object.entries(merged)) if (hosts.length > 1) merged[vip] = [...new Set(hosts)].sort();
    return { each, merged };
  }

  #record(text: string, event: FailoverEvent | undefined): void {
    const { each, merged } = this.#holders();
    const unsure = this.#plan.components.map((component, i) => [
      ...unsureOf(component, this.#plan, this.#conditions),
      ...oneSidedSequences(component, this.#standings[i] as Standing),
      ...unknownFilters(component, this.#standings[i] as Standing),
      ...this.#hangingOnSettings(component),
    ]);
    const services: ServiceState[] = [];
    const races: boolean[] = [];
    const verdicts = this.#plan.components.map((_, i): Verdict => {
      const own = each[i] ?? [];
      const race = new Set(own.map((holders) => JSON.stringify(holders))).size > 1;
      races.push(race);
      const found = own.map((holders) => {
        const served = this.#servicesIn(holders);
        append(services, served);
        return verdictOf(this.#reachable(holders), served);
      });
      return ofCourses(found, race, (unsure[i] ?? []).length > 0);
    });
    const distinct = distinctServices(services);
    const told = explain({
      plan: this.#plan,
      conditions: this.#conditions,
      courses: this.#courses.map((courses) => courses[0] as Course),
      standings: this.#standings,
      event,
      before: this.#told,
      holders: merged,
      races,
      unsure: [...new Set(unsure.flat())],
      services: distinct,
      cannotStart: (host) => this.#services.missingAtStart(host, (vip) => this.#atStart.has(`${vip} ${host.id}`)),
    });
    this.#told = told;
    const pending = this.#courses.some((courses) => courses[0]?.delays.includes('runs') === true);
    this.steps.push({
      event: text,
      holders: merged,
      verdict: worst(verdicts),
      race: races.includes(true),
      ...(pending ? { pending: true as const } : {}),
      priorities: this.#priorities(),
      services: distinct,
      why: told.why,
      cites: told.cites,
    });
  }

  /** What hangs on kernel settings of files that are not at hand, in words. */
  #hangingOnSettings({ seats }: Component): readonly string[] {
    return seats.flatMap(({ member: { host, instance } }) => {
      const { up, haproxy } = machineOf(this.#conditions, host.id);
      if (!up) return [];
      const why = ({ missing, why }: SwitchDoubt): string =>
        `hangs on ${missing === MAIN_FILE_LINK ? 'the link ' : ''}${missing}, ${why}`;
      const start = haproxy
        ? this.#services.doubtOfStart(host, (vip) => this.#atStart.has(`${vip} ${host.id}`))
        : undefined;
      const fault = doubtOfFault(instance, host);
      return [
        ...(start === undefined ? [] : [`whether haproxy of ${host.id} could start ${why(start)}`]),
        ...(fault === undefined
          ? []
          : [
              `whether ${instance.name.value} of ${host.id} can send from ${instance.sourceIp?.value ?? ''} ${why(fault)}`,
            ]),
      ];
    });
  }

  #servicesIn(holders: Holders): ServiceState[] {
    return Object.entries(holders).flatMap(([vip, hosts]) =>
      hosts.flatMap((id) => {
        const host = this.#plan.cluster.hosts.find((each) => each.id === id);
        if (host === undefined) return [];
        return this.#services.at(this.#conditions, vip, host, (each) => this.#atStart.has(`${each} ${id}`));
      }),
    );
  }

  /** An address on an interface without a link is held and answers nobody (dont_track_primary, a killed keepalived). */
  #reachable(holders: Holders): Holders {
    if (![...this.#conditions.machines.values()].some((machine) => machine.interfacesDown.size > 0)) return holders;
    return Object.fromEntries(
      Object.entries(holders).map(([vip, hosts]) => [vip, hosts.filter((host) => !this.#isDark(vip, host))]),
    );
  }

  #isDark(vip: string, host: string): boolean {
    const { interfacesDown } = machineOf(this.#conditions, host);
    return this.#plan.cluster.routers.some(({ members }) =>
      members.some(({ host: { id }, instance }) => {
        if (id !== host) return false;
        const found = [...instance.vips, ...instance.excludedVips].find((each) => each.address.value === vip);
        const device = found?.dev?.value ?? instance.interface?.value;
        return found !== undefined && device !== undefined && interfacesDown.has(device);
      }),
    );
  }

  #priorities(): Record<string, Record<string, number>> {
    const priorities = Object.fromEntries(
      this.#plan.instances.map((name): [string, Record<string, number>] => [name, {}]),
    );
    for (const [i, { seats }] of this.#plan.components.entries()) {
      const standing = this.#standings[i];
      for (const [j, { member }] of seats.entries()) {
        const own = priorities[member.instance.name.value];
        if (own !== undefined)
          own[member.host.id] = standing?.modes[j] === 'runs' ? (standing.priorities[j]?.value ?? 0) : 0;
      }
    }
    return priorities;
  }
}

function holdersIn({ routers }: Component, course: Course): Holders {
  const holders: Record<string, string[]> = {};
  for (const { addresses } of routers) {
    for (const [vip, seats] of addresses) {
      const owners = (holders[vip] ??= []);
      for (const { index, member } of seats)
        if (hasAddress(course.states[index]) && !owners.includes(member.host.id)) owners.push(member.host.id);
    }
  }
  return holders;
}

/**
 * What keeps a step of a component from being known, in words: keywords that the model does not follow, and checks of which nobody can
 * tell whether they fail with the haproxy that is down.
 */
function unsureOf({ seats }: Component, { tied, unread }: Plan, conditions: Conditions): readonly string[] {
  const files = unread.map(({ host, file }) => `what keepalived of ${host} does is not known: ${unreadText(file)}`);
  const told = seats.flatMap(({ member: { host, instance }, items }) => {
    const keywords = instance.unmodelled.map(
      ({ keyword }) => `${keyword} of ${instance.name.value} on ${host.id} is not followed`,
    );
    const { up, haproxy } = machineOf(conditions, host.id);
    if (!up || haproxy) return keywords;
    const checks = (tied.get(host.id)?.unsure ?? []).filter((name) => items.some((item) => item.name === name));
    return [...keywords, ...checks.map((name) => `whether ${name} fails with haproxy cannot be told from its command`)];
  });
  return [...files, ...told];
}

/**
 * With AH a packet counts only if its number is above those that its receiver sent itself or has seen (vrrp.c vrrp_in_chk_ipsecah): where one side
 * alone hears the other, the numbers run apart, and for how long is not followed.
 */
function oneSidedSequences({ seats }: Component, { hears, modes }: Standing): readonly string[] {
  return seats.flatMap(({ index: i, member, others }) => {
    if (modes[i] !== 'runs' || !authOnTheWire(member.instance).startsWith('AH ')) return [];
    const heard = others.find((j) => modes[j] === 'runs' && hears[i]?.[j] === true && hears[j]?.[i] !== true);
    const other = heard === undefined ? undefined : seats[heard]?.member.host.id;
    return other === undefined
      ? []
      : [`whether ${member.host.id} takes the AH numbers of ${other}, which does not hear it, is not followed`];
  });
}

/** Packet filters of which nobody can tell whether they let adverts pass that would be taken. */
function unknownFilters({ seats }: Component, { hears, modes }: Standing): readonly string[] {
  return seats.flatMap((to, i) =>
    to.filters.flatMap((filter, j) => {
      const from = seats[j];
      if (filter?.effect !== 'unknown' || from === undefined || hears[i]?.[j] !== true) return [];
      return modes[i] === 'runs' && modes[j] === 'runs' ? [filterReason(filter, to.member, from.member)] : [];
    }),
  );
}

function distinctServices(services: readonly ServiceState[]): readonly ServiceState[] {
  return [...new Map(services.map((service) => [`${service.bind} ${service.host}`, service])).values()];
}
