import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Identity, internalIdentity } from '../../subgraphs/shared/contracts/identity';
import { asTenantId, asUserId, type LockToken } from '../../subgraphs/shared/kernel/identifiers';
import type { GraphQLResult } from '../../subgraphs/shared/runtime/server';
import { ConnectionLost } from '../../subgraphs/shared/runtime/subgraph-client';
import { type CouponState, legalMoves } from '../../subgraphs/user-coupon/domain/coupon';
import { couponCollections } from '../../subgraphs/user-coupon/store';
import { createWalletCounts } from '../../subgraphs/user-coupon/wallet-counts';
import {
  CouponLifeModel,
  extendedHours,
  type ModelAnswer,
  type ModelCall,
  type ModelTerms,
  type ModelVerdict,
} from '../support/coupon-life-model';
import { claimed, noonClock, publish } from '../support/coupons';
import { type Fault, faultyMongo, meeting } from '../support/faulty-mongo';
import { festival, operator, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { isFullCount, runs } from '../support/runs';
import { type TestStores, testStores } from '../support/stores';
import { until } from '../support/until';

const hourMs = 3_600_000;
/** Histories that run side by side on one clock, each with people and coupons of its own. */
const sideBySide = 50;
const histories = 5000;

/** One call of a history, with what becomes of it on its way. */
interface Step {
  kind: ModelCall['kind'] | 'again';
  /** Which of the history's coupons, holds and people, counted round. */
  coupon: number;
  other: number | null;
  hold: number;
  person: number;
  /** Whether it is about something of which it can be done, if there is such a thing. */
  isAimed: boolean;
  /** Which of the two processes is asked first. */
  process: number;
  /** Whose coupons are counted anew meanwhile, as happens to a wallet of many coupons. */
  counted: number | null;
  /** Sent once; twice at once; at once with the next step; or a fault meets it, and if it died the caller comes again or not. */
  luck: 'ONCE' | 'TWICE' | 'WITH_NEXT' | { fault: Fault; comesAgain: boolean };
}

/** What has to be done before something can be done. */
const comesBefore: Partial<Record<Step['kind'], Step['kind']>> = {
  ...{ accept: 'gift', decline: 'gift', takeBack: 'gift', unfreeze: 'freeze' },
  ...{ redeem: 'lock', release: 'lock', return: 'redeem' },
};

const write = fc.nat(6);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('DIES' as const), at: fc.constantFrom('BEFORE', 'AMID', 'AFTER'), write }),
  fc.constant({ kind: 'DIES_UNHEARD' as const }),
  fc.record({ kind: fc.constant('CONFLICT' as const), write }),
  fc.constant({ kind: 'COMMIT_UNHEARD' as const }),
);
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    ...(['lock', 'lock', 'lock', 'redeem', 'redeem', 'redeem', 'release', 'return', 'return'] as const),
    ...(['freeze', 'unfreeze', 'revoke', 'look', 'again'] as const),
    ...(['gift', 'gift', 'accept', 'accept', 'decline', 'takeBack'] as const),
  ),
  coupon: fc.nat(5),
  other: fc.option(fc.nat(5)),
  hold: fc.nat(2),
  person: fc.nat(1),
  isAimed: fc.nat(3).map((chance) => chance > 0),
  process: fc.nat(1),
  counted: fc.option(fc.nat(1), { freq: 9 }),
  luck: fc.oneof(
    { arbitrary: fc.constant('ONCE' as const), weight: 5 },
    { arbitrary: fc.constant('TWICE' as const), weight: 1 },
    { arbitrary: fc.constant('WITH_NEXT' as const), weight: 1 },
    { arbitrary: fc.record({ fault, comesAgain: fc.boolean() }), weight: 4 },
  ),
});
/** What each history has for its three holds: no sum of the hours that pass is a deadline to the hour. */
const holdTerms = fc.record({
  hours: fc.constantFrom(30, 30, 1_000_000),
  verdict: fc.constantFrom<ModelVerdict>('RELEASE', 'REDEEM', 'EXTEND', 'AWAY'),
});
const stretch = fc.record({
  steps: fc.array(fc.array(step, { minLength: 2, maxLength: 3 }), { minLength: sideBySide, maxLength: sideBySide }),
  hours: fc.constantFrom(11, 50, 50),
});
const termsOfAll: ModelTerms[] = [
  { validHours: 96, giftHours: 48, extraHours: 0, isReturnable: true },
  { validHours: 96, giftHours: 48, extraHours: 48, isReturnable: true },
  { validHours: 96, giftHours: 48, extraHours: 0, isReturnable: false },
];

/** Two people with coupons of one promotion, and what the model takes for possible after all answers so far. */
interface History {
  /** More than one where two calls met and their answers do not say which was first. */
  worlds: CouponLifeModel[];
  people: [string, string];
  holds: { token: string; hours: number; verdict: ModelVerdict }[];
  calls: ModelCall[];
  begunAt: number;
  log: string[];
}

interface Sent {
  query: string;
  variables: Record<string, unknown>;
  by: Identity;
}

describe('the whole life of a coupon, under random orders of calls, retries, time and dying processes', () => {
  let stores: TestStores;
  let processes: Platform[];
  let templates: string[];
  let counter = 0;
  /** What settlement says of a token, now. */
  const told = new Map<string, ModelVerdict>();
  /** How often each move, answer and fault was seen, so that nobody proves something of nothing. */
  const seen = new Map<string, number>();
  const see = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);

  beforeAll(async () => {
    stores = await testStores();
    const clock = noonClock();
    const remote = () => ({
      async call({ variables }: { variables?: Record<string, unknown> }) {
        const { token } = (variables?.input ?? {}) as { token?: string };
        const verdict = told.get(token ?? '') ?? 'RELEASE'; // of a history that is over
        see(`settlement says ${verdict}`);
        if (verdict === 'AWAY') throw new ConnectionLost('settlement is away');
        const later = new Date(clock.now().getTime() + extendedHours * hourMs).toISOString();
        return { data: { resolveHold: { verdict, until: verdict === 'EXTEND' ? later : null } } };
      },
    });
    processes = await Promise.all(
      [0, 1].map(() => startPlatform({ names: ['user-coupon'], clock, stores, throughMongo: faultyMongo, remote })),
    );
    const far = new Date(clock.now().getTime() + 50_000 * 24 * hourMs);
    templates = [];
    for (const { validHours, extraHours, isReturnable } of termsOfAll) {
      const validity = {
        kind: 'DAYS_AFTER_CLAIM',
        days: validHours / 24,
        ...(extraHours > 0 && { extraDaysOnReturn: extraHours / 24 }),
        ...(!isReturnable && { returnable: false }),
      };
      const time = { startsAt: new Date(clock.now().getTime() - hourMs), endsAt: far, validity };
      templates.push(await publish(processAt(0), { stock: 1_000_000, perUser: { lifetime: 2 }, document: { time } }));
    }
    // Either process may be the one that follows.
    await Promise.all(processes.map((platform) => platform.settled()));
  }, 300_000);
  afterAll(async () => {
    await Promise.all(processes.map((platform) => platform.stop()));
    await stores.close();
  });

  function processAt(place: number): Platform {
    const platform = processes[place % processes.length];
    if (!platform) throw new Error('Expected the processes to run');
    return platform;
  }

  const now = () => processAt(0).clock.now().getTime();
  const database = () => processAt(0).mongo.database('user-coupon');

  async function begin(place: number, terms: { hours: number; verdict: ModelVerdict }[]): Promise<History> {
    counter += 1;
    const name = counter;
    const people: [string, string] = [`ann-${name}`, `bob-${name}`];
    const model = new CouponLifeModel(termsOfAll[place % termsOfAll.length] as ModelTerms); // within its length
    const begunAt = now();
    for (const key of ['k1', 'k2']) {
      const { id } = await claimed(processAt(place), people[0], templates[place % templates.length] ?? '', key);
      model.claim(id, people[0]);
    }
    const holds = terms.map((term, index) => ({ ...term, token: `lck_${name}-${index}` }));
    return { worlds: [model], people, holds, calls: [], begunAt, log: [] };
  }

  /** What a step does and to what: mostly something that can be done, or what has to be done before; else anything. */
  function aimOf(history: History, { kind, coupon: place, hold, person, isAimed }: Step) {
    const [world] = history.worlds;
    if (!world) throw new Error('Expected a world that is possible');
    const { coupons, holds } = world;
    const [ann, bob] = history.people;
    const tokens = history.holds.map(({ token }) => token);
    const unused = tokens.find((token) => !holds.has(token)) ?? tokens[hold] ?? '';
    const anything = coupons.map(({ id }) => ({
      coupon: id,
      who: [ann, bob][person] ?? ann,
      token: tokens[hold] ?? '',
    }));
    const offers = coupons.flatMap(({ id, owner, offer }) => (offer ? [{ id, owner, to: offer.to }] : []));
    const holdsIn = (wanted: 'HELD' | 'REDEEMED') =>
      [...holds].flatMap(([token, { state, owner: who, coupons: held }]) =>
        state === wanted ? held.map((coupon) => ({ coupon, who, token })) : [],
      );
    const inState = (wanted: CouponState) =>
      coupons.flatMap(({ id, owner: who, state }) => (state === wanted ? [{ coupon: id, who, token: unused }] : []));
    const targets: Partial<Record<Step['kind'], typeof anything>> = {
      lock: inState('AVAILABLE'),
      gift: inState('AVAILABLE'),
      unfreeze: inState('FROZEN'),
      accept: offers.map(({ id, to }) => ({ coupon: id, who: to, token: unused })),
      decline: offers.map(({ id, to }) => ({ coupon: id, who: to, token: unused })),
      takeBack: offers.map(({ id, owner }) => ({ coupon: id, who: owner, token: unused })),
      redeem: holdsIn('HELD'),
      release: holdsIn('HELD'),
      return: holdsIn('REDEEMED'),
    };
    let does = kind;
    while (isAimed && targets[does]?.length === 0) does = comesBefore[does] ?? 'look';
    const wanted = isAimed ? (targets[does] ?? []) : [];
    const from = wanted.length > 0 ? wanted : anything;
    const target = from[place % from.length];
    if (!target) throw new Error('Expected every history to have a coupon');
    return { kind: does, ...target };
  }

  function callOf(history: History, taken: Step): ModelCall {
    const { coupon: place, other } = taken;
    const { kind, coupon, who, token } = aimOf(history, taken);
    const own = history.worlds[0]?.coupons.filter(({ owner }) => owner === who) ?? [];
    const to = history.people.find((person) => person !== who) ?? '';
    const { hours = 0, verdict = 'RELEASE' } = history.holds.find((hold) => hold.token === token) ?? {};
    counter += 1;
    const key = `key-${counter}`;
    switch (kind) {
      case 'again':
        return history.calls[place % Math.max(1, history.calls.length)] ?? { kind: 'look', who };
      case 'lock': {
        const beside = other === null ? undefined : own[other % own.length]?.id;
        const coupons = [...new Set([coupon, ...(beside ? [beside] : [])])];
        return { kind, token, who, coupons, hours, verdict };
      }
      case 'redeem':
      case 'release':
        return { kind, token, who };
      case 'return':
        return { kind, token, who, coupon };
      case 'freeze':
      case 'unfreeze':
      case 'revoke':
        return { kind, coupon, key };
      case 'gift':
        return { kind, coupon, who, to, key };
      case 'accept':
      case 'decline':
      case 'takeBack':
        return { kind, coupon, who, key };
      case 'look':
        return { kind, who };
    }
  }

  /** A call as it is sent. */
  function sentOf(call: ModelCall): Sent {
    const settlement = internalIdentity('settlement', asTenantId(festival), null);
    const mutation = (name: string, input: object, by: Identity): Sent => ({
      query: `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code } } }`,
      variables: { input },
      by,
    });
    const ofHold = (
      type: string,
      { kind, token, who }: { kind: string; token: string; who: string },
      more = {},
    ): Sent => ({
      query: `mutation ($input: ${type}!) { ${kind}Coupons(input: $input) { isDone refusals { code } } }`,
      variables: { input: { token, orderId: `ord-${token}`, ownerId: who, ...more } },
      by: settlement,
    });
    switch (call.kind) {
      case 'lock': {
        const deadline = new Date(now() + call.hours * hourMs).toISOString();
        return ofHold('LockCouponsInput', call, { couponIds: call.coupons, until: deadline });
      }
      case 'redeem':
      case 'release':
        return ofHold('CouponHoldInput', call);
      case 'return':
        return ofHold('ReturnCouponsInput', call, { couponIds: [call.coupon] });
      case 'freeze':
      case 'unfreeze':
      case 'revoke':
        return mutation(`${call.kind}Coupon`, { couponId: call.coupon, idempotencyKey: call.key }, operator());
      case 'gift': {
        const input = { couponId: call.coupon, receiverId: call.to, idempotencyKey: call.key };
        return mutation('giftCoupon', input, shopper(call.who));
      }
      case 'accept':
      case 'decline':
        return mutation(`${call.kind}Gift`, { offerId: call.coupon, idempotencyKey: call.key }, shopper(call.who));
      case 'takeBack':
        return mutation('takeBackGift', { couponId: call.coupon, idempotencyKey: call.key }, shopper(call.who));
      case 'look': {
        const query = '{ viewer { couponCounts { usableCount lockedCount usedCount expiredCount } } }';
        return { query, variables: {}, by: shopper(call.who) };
      }
    }
  }

  async function send(place: number, call: ModelCall): Promise<GraphQLResult> {
    const { query, variables, by } = sentOf(call);
    for (let tries = 1; ; tries += 1) {
      const result = await processAt(place).execute('user-coupon', { query, variables }, by);
      if (result.errors?.[0]?.extensions?.code !== 'UNAVAILABLE' || tries === 20) return result;
      see('UNAVAILABLE');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What was answered, in the model's words. */
  function answerOf({ data, errors }: GraphQLResult): ModelAnswer {
    if (errors?.length) return `ERROR ${JSON.stringify(errors[0]?.extensions?.code)} ${errors[0]?.message}`;
    interface Told {
      refusals?: { code: string }[];
      userErrors?: { code: string }[];
      couponCounts?: Record<string, number>;
    }
    const [answer] = Object.values(data as Record<string, Told>);
    if (answer?.couponCounts) return Object.values(answer.couponCounts).join();
    const codes = (answer?.refusals ?? answer?.userErrors ?? []).map(({ code }) => code);
    // Whether an offer is over or gone depends on whether somebody has written it down yet.
    const said = codes.map((code) => (code === 'OFFER_OVER' ? 'OFFER_NOT_FOUND' : code)).sort();
    return said.join() || 'DONE';
  }

  const ask = async (place: number, call: ModelCall): Promise<ModelAnswer> => answerOf(await send(place, call));

  /** Keeps the worlds in which these calls, in one of these orders, answer what was answered. */
  function believe(history: History, orders: { call: ModelCall; answer: ModelAnswer | null }[][]): void {
    const next = new Map<string, CouponLifeModel>();
    for (const world of history.worlds)
      for (const order of orders) {
        const tried = world.copy();
        if (!order.every(({ call, answer }) => tried.answer(call) === answer || answer === null)) continue;
        next.set(JSON.stringify([tried.coupons, ...tried.holds]), tried);
      }
    history.log.push(orders[0]?.map(({ call, answer }) => `${JSON.stringify(call)} → ${answer}`).join('\n ∥ ') ?? '');
    for (const { call, answer } of orders[0] ?? []) if (answer !== null) see(`${call.kind} answers ${answer}`);
    if (next.size === 0) {
      const expected = history.worlds.map((world) =>
        orders.map((order) => {
          const tried = world.copy();
          return order.map(({ call }) => tried.answer(call)).join(' then ');
        }),
      );
      throw new Error(`Expected ${JSON.stringify(expected)} of the last call of:\n${history.log.join('\n')}`);
    }
    history.worlds = [...next.values()];
  }

  /** Takes a step, with the one after it when both are sent at once; resolves to how many were taken. */
  async function take(history: History, taken: Step, after: Step | undefined): Promise<number> {
    const { luck, process } = taken;
    const call = callOf(history, taken);
    history.calls.push(call);
    const counting = taken.counted === null ? null : keepCounts(history.people[taken.counted] ?? '');
    const steps = await takeOf();
    await counting;
    return steps;

    async function takeOf(): Promise<number> {
      if (luck === 'TWICE' || (luck === 'WITH_NEXT' && after)) {
        const beside = luck === 'WITH_NEXT' && after ? callOf(history, after) : call;
        const answers = await Promise.all([ask(process, call), ask(process + 1, beside)]);
        const both = [call, beside].map((each, index) => ({ call: each, answer: answers[index] ?? '' }));
        believe(history, [both, [...both].reverse()]);
        see(luck);
        return luck === 'WITH_NEXT' ? 2 : 1;
      }
      if (typeof luck === 'string') {
        believe(history, [[{ call, answer: await ask(process, call) }]]);
        return 1;
      }
      const { fault: met, comesAgain } = luck;
      const { answer, hasFired } = await meeting(met, () => send(process, call));
      if (hasFired) see('at' in met ? `${met.kind} ${met.at}` : met.kind);
      if (hasFired) history.log.push(`(${JSON.stringify(met)})`);
      const hasDied = hasFired && (met.kind === 'DIES' || met.kind === 'DIES_UNHEARD');
      if (!hasDied) {
        believe(history, [[{ call, answer: answerOf(answer) }]]);
        return 1;
      }
      const ends: { call: ModelCall; answer: ModelAnswer | null }[] =
        met.kind === 'DIES_UNHEARD' ? [{ call, answer: null }] : [];
      // On a slow machine the call was given up and sent again before the first one died; then it may be answered by a read.
      if (!answer.errors) ends.push({ call, answer: answerOf(answer) });
      if (comesAgain) ends.push({ call, answer: await ask(process + 1, call) });
      if (ends.length > 0) believe(history, [ends]);
      return 1;
    }
  }

  function keepCounts(who: string): Promise<void> {
    const counts = createWalletCounts(database(), couponCollections(database()).coupons);
    return counts.keep(asTenantId(festival), asUserId(who), new Date(now()));
  }

  async function pass(all: readonly History[], hours: number): Promise<void> {
    const settled: string[] = [];
    for (const { worlds } of all) {
      for (const world of worlds) world.advance(hours);
      for (const [token, hold] of worlds[0]?.holds ?? []) {
        if (hold.told === null) told.delete(token);
        else told.set(token, hold.told);
        if (hold.told !== null && hold.told !== 'AWAY') settled.push(token);
      }
    }
    processAt(0).clock.advance(hours * hourMs);
    // A lapsed hold ends when settlement has been asked, by a worker of either process.
    const { holds } = couponCollections(database());
    const unasked = { _id: { $in: settled as LockToken[] }, state: 'HELD' as const, until: { $lte: new Date(now()) } };
    await until(async () => (await holds.countDocuments(unasked)) === 0, 60_000, 20);
  }

  /** Everything that is kept of a history, and the same as a world of the model has it. */
  interface Kept {
    counts: ModelAnswer[];
    coupons: Record<string, unknown>[];
    holds: Record<string, unknown>[];
  }

  function keptOf(world: CouponLifeModel, people: readonly string[]): Kept {
    return {
      counts: people.map((who) => world.answer({ kind: 'look', who })),
      coupons: world.coupons
        .map(({ id, owner, state, slot, mark, acts, expiresAt }) => ({ id, owner, state, slot, mark, acts, expiresAt }))
        .sort(byId),
      holds: [...world.holds]
        .map(([id, { state, coupons, returned }]) => ({ id, state, coupons, returned: [...returned].sort() }))
        .sort(byId),
    };
  }

  async function check(all: readonly History[]): Promise<void> {
    // What time has changed is written down by whoever looks first, here by counting.
    const counts = await Promise.all(
      all.map(({ people }, place) => Promise.all(people.map((who) => ask(place, { kind: 'look', who })))),
    );
    const { coupons, moves, holds } = couponCollections(database());
    const tenantId = asTenantId(festival);
    const owners = all.flatMap(({ people }) => people.map(asUserId));
    const tokens = all.flatMap((history) => history.holds.map(({ token }) => token as LockToken));
    const [storedCoupons, storedHolds] = await Promise.all([
      coupons.find({ tenantId, ownerId: { $in: owners } }).toArray(),
      holds.find({ _id: { $in: tokens } }).toArray(),
    ]);
    const ids = storedCoupons.map(({ _id }) => _id);
    const storedMoves = await moves.find({ key: { $in: ids } }).toArray();
    const movesOf = new Map<string, { act: string; before: string | null; after: string; seq: number }[]>();
    for (const { key, act, before, after, _id } of storedMoves) {
      const seq = Number(_id.slice(_id.indexOf(':') + 1));
      movesOf.set(key, [...(movesOf.get(key) ?? []), { act, before, after, seq }]);
    }
    for (const [place, { worlds, people, holds: own, begunAt, log }] of all.entries()) {
      const kept: Kept = {
        counts: counts[place] ?? [],
        coupons: storedCoupons
          .filter(({ ownerId }) => people.includes(ownerId))
          .map(({ _id, ownerId, state, slots, mark, seq, expiresAt }) => {
            const made = (movesOf.get(_id) ?? []).sort((a, b) => a.seq - b.seq);
            // One chain without a gap, from nothing to the state that is kept.
            const isChain = made.every(
              (move, index) => move.seq === index + 1 && move.before === (made[index - 1]?.after ?? null),
            );
            if (!isChain || made.length !== seq || made.at(-1)?.after !== state)
              throw new Error(
                `Expected ${_id} to be ${state} after ${seq} moves, found ${JSON.stringify(made)}\n${log.join('\n')}`,
              );
            for (const { act } of made) see(`move ${act}`);
            return {
              id: _id,
              owner: ownerId,
              state,
              slot: slots.join(),
              mark: mark?.act ?? null,
              acts: made.map(({ act }) => act),
              expiresAt: Math.round((expiresAt.getTime() - begunAt) / hourMs),
            };
          })
          .sort(byId),
        holds: storedHolds
          .filter(({ _id }) => own.some(({ token }) => token === _id))
          .map(({ _id, state, couponIds, returned }) => ({
            id: _id,
            state,
            coupons: [...couponIds],
            returned: [...returned].sort(),
          }))
          .sort(byId),
      };
      const expected = worlds.map((world) => keptOf(world, people));
      if (expected.some((one) => JSON.stringify(one) === JSON.stringify(kept))) continue;
      console.error(log.join('\n'));
      expect(kept).toEqual(expected[0]);
    }
  }

  it(
    'is what a page of plain rules says it is',
    async () => {
      const terms = fc.array(fc.array(holdTerms, { minLength: 3, maxLength: 3 }), {
        minLength: sideBySide,
        maxLength: sideBySide,
      });
      const property = fc.asyncProperty(
        terms,
        fc.array(stretch, { minLength: 3, maxLength: 3 }),
        async (holds, stretches) => {
          const all = await Promise.all(holds.map((own, place) => begin(place, own)));
          for (const { steps, hours } of stretches) {
            await Promise.all(
              all.map(async (history, place) => {
                const own = steps[place] ?? [];
                for (let next = 0; next < own.length; ) next += await take(history, own[next] as Step, own[next + 1]); // below its length
              }),
            );
            await pass(all, hours);
          }
          await check(all);
          told.clear();
        },
      );
      // The first failure is told with its calls; what would be shrunk is not one history but what happens beside it.
      const outcome = await fc.check(property, {
        numRuns: Math.ceil(runs(histories, 0.06) / sideBySide),
        endOnFailure: true,
      });
      if (outcome.failed) throw outcome.errorInstance;
      expect(Object.keys(legalMoves).filter((act) => !seen.has(`move ${act}`))).toEqual([]);
      expect(everyFault.filter((met) => !seen.has(met))).toEqual([]);
    },
    isFullCount ? 2_300_000 : 180_000,
  );
});

const everyFault = [
  ...['DIES BEFORE', 'DIES AMID', 'DIES AFTER', 'DIES_UNHEARD', 'CONFLICT', 'COMMIT_UNHEARD', 'TWICE', 'WITH_NEXT'],
  ...['RELEASE', 'REDEEM', 'EXTEND', 'AWAY'].map((verdict) => `settlement says ${verdict}`),
];

function byId(one: Record<string, unknown>, other: Record<string, unknown>): number {
  return String(one.id) < String(other.id) ? -1 : 1;
}
