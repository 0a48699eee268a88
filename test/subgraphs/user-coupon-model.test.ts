import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Identity, internalIdentity } from '../../subgraphs/shared/contracts/identity';
import { asTenantId } from '../../subgraphs/shared/kernel/identifiers';
import type { GraphQLResult } from '../../subgraphs/shared/runtime/server';
import { type CouponState, groupOfState } from '../../subgraphs/user-coupon/domain/coupon';
import { CouponLifeModel, type ModelAnswer, type ModelCoupon, type ModelTerms } from '../support/coupon-life-model';
import { claimed, noonClock, publish } from '../support/coupons';
import { dyingAt, type Fault, faultyMongo } from '../support/faulty-mongo';
import { festival, operator, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { isFullCount, runs } from '../support/runs';
import { type TestStores, testStores } from '../support/stores';

const hourMs = 3_600_000;
/** Histories that run side by side, each with people and coupons of its own, on one clock. */
const sideBySide = 15;

const kinds = [
  'lock',
  'redeem',
  'release',
  'return',
  'freeze',
  'unfreeze',
  'revoke',
  'gift',
  'accept',
  'decline',
  'takeBack',
  'look',
] as const;

/** One call of a history, with what becomes of it on its way. */
interface Step {
  kind: (typeof kinds)[number];
  /** Which of the history's coupons, tokens and people, counted round. */
  coupon: number;
  other: number | null;
  token: number;
  person: number;
  /** Which of the two processes is asked first. */
  process: number;
  /** Sent twice at once; or the process dies, and the caller comes again to the other process, or does not. */
  luck: 'ONCE' | 'TWICE' | { fault: Fault; again: boolean };
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { arbitrary: fc.constantFrom(...kinds), weight: 3 },
    { arbitrary: fc.constantFrom('lock', 'redeem', 'gift', 'accept'), weight: 2 },
  ),
  coupon: fc.nat(3),
  other: fc.option(fc.nat(3)),
  token: fc.nat(2),
  person: fc.nat(1),
  process: fc.nat(1),
  luck: fc.oneof(
    fc.constant('ONCE' as const),
    fc.constant('TWICE' as const),
    fc.record({
      fault: fc.oneof(
        fc.record({ kind: fc.constant('BEFORE_WRITE' as const), writes: fc.nat(5) }),
        fc.constant({ kind: 'AFTER_COMMIT' as const }),
      ),
      again: fc.boolean(),
    }),
  ),
});

/** A round: one step of every history beside each other, then time passes. The sums meet no deadline to the hour. */
const round = fc.record({
  steps: fc.array(step, { minLength: sideBySide, maxLength: sideBySide }),
  hours: fc.constantFrom(0, 0, 0, 11, 50),
});
const termsOfAll: ModelTerms[] = [
  { validHours: 120, giftHours: 48, extraHours: 0, isReturnable: true },
  { validHours: 120, giftHours: 48, extraHours: 48, isReturnable: true },
  { validHours: 120, giftHours: 48, extraHours: 0, isReturnable: false },
];

describe('the whole life of a coupon, under random orders of calls, retries, time and dying processes', () => {
  let stores: TestStores;
  let processes: Platform[];
  let templates: string[];
  let counter = 0;

  beforeAll(async () => {
    stores = await testStores();
    const clock = noonClock();
    processes = await Promise.all(
      [0, 1].map(() => startPlatform({ names: ['user-coupon'], clock, stores, throughMongo: faultyMongo })),
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
      templates.push(await publish(first(), { stock: 1_000_000, document: { time } }));
    }
    // Either process may be the one that follows.
    await Promise.all(processes.map((platform) => platform.settled()));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(processes.map((platform) => platform.stop()));
    await stores.close();
  });

  const first = () => processAt(0);
  function processAt(place: number): Platform {
    const platform = processes[place % processes.length];
    if (!platform) throw new Error('Expected the processes to run');
    return platform;
  }

  /** Two people, the model, and the ids by which the real coupons are known. */
  interface History {
    model: CouponLifeModel;
    people: [string, string];
    tokens: string;
    log: string[];
  }

  async function begin(place: number): Promise<History> {
    counter += 1;
    const name = counter;
    const terms = termsOfAll[place % termsOfAll.length] as ModelTerms; // within its length
    const templateId = templates[place % termsOfAll.length] ?? '';
    const people: [string, string] = [`ann-${name}`, `bob-${name}`];
    const model = new CouponLifeModel(terms);
    for (const key of ['k1', 'k2']) model.claim((await claimed(first(), people[0], templateId, key)).id, people[0]);
    return { model, people, tokens: `lck_${name}`, log: [] };
  }

  /** The call of a step: what is sent, by whom, and what the model answers. */
  function callOf(history: History, { kind, coupon: place, other, token: tokenPlace, person }: Step) {
    const { model, people } = history;
    const at = (index: number): ModelCoupon => model.coupons[index % model.coupons.length] as ModelCoupon; // never empty
    const coupon = at(place);
    const who = people[person] ?? people[0];
    const token = `${history.tokens}-${tokenPlace}`;
    counter += 1;
    const idempotencyKey = `key-${counter}`;
    const hold = { token, orderId: `ord-${token}`, ownerId: who };
    const settlement = internalIdentity('settlement', asTenantId(festival), null);
    const mutation = (name: string, input: object, answer: string, by: Identity) => ({
      query: `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${answer} } }`,
      variables: { input },
      by,
    });
    const ofHold = (name: string, type: string, input: object) => ({
      query: `mutation ($input: ${type}!) { ${name}(input: $input) { isDone refusals { code } } }`,
      variables: { input },
      by: settlement,
    });
    const told = 'userErrors { code }';
    switch (kind) {
      case 'lock': {
        const wanted = [...new Set([coupon, ...(other === null ? [] : [at(other)])])];
        const until = new Date(first().clock.now().getTime() + 1e6 * hourMs).toISOString();
        const input = { ...hold, couponIds: wanted.map(({ id }) => id), until };
        return {
          send: ofHold('lockCoupons', 'LockCouponsInput', input),
          expected: () => model.lock(token, who, wanted),
        };
      }
      case 'redeem':
        return { send: ofHold('redeemCoupons', 'CouponHoldInput', hold), expected: () => model.redeem(token, who) };
      case 'release':
        return { send: ofHold('releaseCoupons', 'CouponHoldInput', hold), expected: () => model.release(token, who) };
      case 'return': {
        const input = { ...hold, couponIds: [coupon.id] };
        return {
          send: ofHold('returnCoupons', 'ReturnCouponsInput', input),
          expected: () => model.giveBack(token, who, coupon),
        };
      }
      case 'freeze':
      case 'unfreeze':
      case 'revoke': {
        const input = { couponId: coupon.id, idempotencyKey };
        return { send: mutation(`${kind}Coupon`, input, told, operator()), expected: () => model.rule(kind, coupon) };
      }
      case 'gift': {
        const receiver = people[1 - person] ?? people[0];
        const input = { couponId: coupon.id, receiverId: receiver, idempotencyKey };
        return {
          send: mutation('giftCoupon', input, told, shopper(who)),
          expected: () => model.gift(coupon, who, receiver),
        };
      }
      case 'accept': {
        const input = { offerId: coupon.id, idempotencyKey };
        const next = coupon.id.replace(/\d+$/, (hop) => String(Number(hop) + 1));
        return {
          send: mutation('acceptGift', input, told, shopper(who)),
          expected: () => model.accept(coupon, who, next),
        };
      }
      case 'decline': {
        const input = { offerId: coupon.id, idempotencyKey };
        return {
          send: mutation('declineGift', input, told, shopper(who)),
          expected: () => model.endGift(kind, coupon, who),
        };
      }
      case 'takeBack': {
        const input = { couponId: coupon.id, idempotencyKey };
        return {
          send: mutation('takeBackGift', input, told, shopper(who)),
          expected: () => model.endGift(kind, coupon, who),
        };
      }
      case 'look':
        return { send: counting(who), expected: () => countsIn(model, who) };
    }
  }

  function counting(who: string) {
    const query = '{ viewer { couponCounts { usableCount lockedCount usedCount expiredCount } } }';
    return { query, variables: {}, by: shopper(who) };
  }

  function countsIn(model: CouponLifeModel, owner: string): ModelAnswer {
    const counts = { USABLE: 0, LOCKED: 0, USED: 0, EXPIRED: 0 };
    for (const coupon of model.coupons) if (coupon.owner === owner) counts[groupOfState[coupon.state]] += 1;
    return Object.values(counts).join();
  }

  type Sent = ReturnType<typeof counting>;

  async function send(place: number, { query, variables, by }: Sent): Promise<GraphQLResult> {
    for (;;) {
      const result = await processAt(place).execute('user-coupon', { query, variables }, by);
      if (result.errors?.[0]?.extensions?.code !== 'UNAVAILABLE') return result;
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
    const [told] = Object.values(data as Record<string, Told>);
    if (told?.couponCounts) return Object.values(told.couponCounts).join();
    const codes = (told?.refusals ?? told?.userErrors ?? []).map(({ code }) => code);
    // Whether an offer is over or gone depends on whether somebody has written it down yet.
    return (
      codes
        .map((code) => (code === 'OFFER_OVER' ? 'OFFER_NOT_FOUND' : code))
        .sort()
        .join() || 'DONE'
    );
  }

  async function take(history: History, taken: Step): Promise<void> {
    const { send: sent, expected } = callOf(history, taken);
    const { luck, process } = taken;
    history.log.push(`${taken.kind} ${JSON.stringify(sent.variables)} ${JSON.stringify(luck)}`);
    if (luck === 'ONCE' || luck === 'TWICE') {
      const calls = luck === 'ONCE' ? [process] : [process, process + 1];
      const answers = await Promise.all(calls.map(async (place) => answerOf(await send(place, sent))));
      const wanted = expected();
      for (const answer of answers) expect(answer).toBe(wanted);
      return;
    }
    const { answer, hasFired } = await dyingAt({ ...luck.fault }, () => send(process, sent));
    if (!hasFired) expect(answerOf(answer)).toBe(expected());
    else {
      expect(answer.errors).toHaveLength(1);
      const isDone = luck.fault.kind === 'AFTER_COMMIT';
      const wanted = isDone || luck.again ? expected() : null;
      if (luck.again) expect(answerOf(await send(process + 1, sent))).toBe(wanted);
    }
  }

  interface Stored {
    _id: string;
    ownerId: string;
    state: CouponState;
    seq: number;
    mark?: { act: string };
  }
  interface StoredMove {
    _id: string;
    act: string;
    before: string | null;
    after: string;
    payload: { couponId: string; seq: number };
  }

  async function check(histories: readonly History[]): Promise<void> {
    // What time has changed is written down by whoever looks first, here by counting.
    await Promise.all(
      histories.map(async ({ model, people }) => {
        for (const who of people) expect(answerOf(await send(0, counting(who)))).toBe(countsIn(model, who));
      }),
    );
    const database = first().mongo.database('user-coupon');
    const owners = histories.flatMap(({ people }) => people);
    const coupons = await database
      .collection<Stored>('coupons')
      .find({ ownerId: { $in: owners } })
      .toArray();
    const ids = coupons.map(({ _id }) => _id);
    const moves = await database
      .collection<StoredMove>('coupon_moves')
      .find({ 'payload.couponId': { $in: ids } })
      .toArray();
    const movesOf = new Map<string, StoredMove[]>();
    for (const move of moves) movesOf.set(move.payload.couponId, [...(movesOf.get(move.payload.couponId) ?? []), move]);
    const byId = new Map(coupons.map((coupon) => [coupon._id, coupon]));
    expect(coupons).toHaveLength(histories.reduce((sum, { model }) => sum + model.coupons.length, 0));
    for (const { model } of histories)
      for (const wanted of model.coupons) {
        const coupon = byId.get(wanted.id);
        const made = (movesOf.get(wanted.id) ?? []).sort((a, b) => a.payload.seq - b.payload.seq);
        expect({
          owner: coupon?.ownerId,
          state: coupon?.state,
          mark: coupon?.mark?.act ?? null,
          acts: made.map(({ act }) => act),
        }).toEqual({ owner: wanted.owner, state: wanted.state, mark: wanted.mark, acts: wanted.acts });
        // One chain without a gap, from nothing to the state that is kept.
        expect(made.map(({ payload }) => payload.seq)).toEqual(made.map((_, place) => place + 1));
        expect(made.map(({ before }) => before)).toEqual([null, ...made.slice(0, -1).map(({ after }) => after)]);
        expect([made.at(-1)?.after, made.length]).toEqual([coupon?.state, coupon?.seq]);
      }
  }

  it(
    'is what a page of plain rules says it is',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(round, { minLength: 8, maxLength: 12 }), async (rounds) => {
          const histories = await Promise.all(Array.from({ length: sideBySide }, (_, place) => begin(place)));
          try {
            for (const { steps, hours } of rounds) {
              await Promise.all(histories.map((history, place) => take(history, steps[place] as Step))); // as many steps as histories
              if (hours === 0) continue;
              first().clock.advance(hours * hourMs);
              for (const { model } of histories) model.advance(hours);
            }
            await check(histories);
          } catch (error) {
            if (process.env.LOG_LEVEL === 'debug') for (const { log } of histories) console.info(log.join('\n'));
            throw error;
          }
        }),
        { numRuns: runs(Math.ceil(5000 / sideBySide), 0.06), endOnFailure: true },
      );
    },
    isFullCount ? 1_500_000 : 120_000,
  );
});
