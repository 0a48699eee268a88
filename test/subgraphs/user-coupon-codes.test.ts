import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../subgraphs/shared/runtime/ids';
import { printedCode } from '../../subgraphs/user-coupon/domain/promotion-code';
import {
  aboutCodes,
  claimByCode,
  claimByCodeInTheEnd,
  factsOfCodes,
  generated,
  jobOf,
  lockWithCodes,
  publishWithCodes,
  type SeenByCode,
  type SeenJob,
  storedCodes,
} from '../support/codes';
import { claim, couponOf, hold, noonClock, publish } from '../support/coupons';
import { merchant, operator } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { isFullCount } from '../support/runs';

interface JobAnswer {
  job: SeenJob | null;
  userErrors: { code: string; field: string[] }[];
}
interface PublicAnswer {
  publicCode: { code: string; isClosed: boolean } | null;
  userErrors: { code: string; field: string[] }[];
}

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ names: ['user-coupon'], clock: noonClock() });
});
afterAll(async () => {
  await platform.stop();
});

const reasonOf = ({ userErrors }: SeenByCode) => userErrors[0]?.code ?? null;
const publicly = (templateId: string, code: string, who = merchant('m-1')) =>
  aboutCodes<PublicAnswer>(platform, 'createPublicCode', { templateId, code }, who);
const orderOf = (ownerId: string, codes: readonly string[], couponIds: string[]) => ({
  token: newId('lck'),
  orderId: newId('ord'),
  ownerId,
  codes,
  couponIds,
});

const heldBy = ({ token, orderId, ownerId }: ReturnType<typeof orderOf>) => ({ token, orderId, ownerId });

describe('a unique code', () => {
  it('becomes a coupon of whoever types it, in whatever way they type it', async () => {
    const templateId = await publishWithCodes(platform);
    const [one = '', other = ''] = await generated(platform, templateId, 2);
    const { coupon } = await claimByCode(platform, 'ann', ` ${printedCode(one).toLowerCase()} `);
    expect(coupon).toMatchObject({ state: 'AVAILABLE', code: expect.stringMatching(/^\d{18}$/) });
    expect(await couponOf(platform, 'ann', coupon?.id ?? '')).toEqual(coupon);
    const lookAlike = other.replaceAll('0', 'o').replaceAll('1', 'I').replaceAll('5', 'S').replaceAll('V', 'U');
    expect((await claimByCode(platform, 'bob', lookAlike)).coupon).toMatchObject({ state: 'AVAILABLE' });
  });

  it('is taken by exactly one of fifty who type it at once', async () => {
    const templateId = await publishWithCodes(platform);
    const [code = ''] = await generated(platform, templateId, 1);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => claimByCode(platform, `racer-${i}`, code)));
    expect(answers.filter(({ coupon }) => coupon)).toHaveLength(1);
    expect(new Set(answers.map(reasonOf))).toEqual(new Set([null, 'USED']));
  });

  it('is taken by exactly one of fifty orders at once, and nothing is held for the others', async () => {
    const templateId = await publishWithCodes(platform);
    const [code = ''] = await generated(platform, templateId, 1);
    const { typedCodes } = await factsOfCodes(platform, 'racer-0', [code]);
    const promised = typedCodes.map(({ couponId }) => couponId);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => lockWithCodes(platform, orderOf(`racer-${i}`, [code], promised))),
    );
    expect(answers.filter(({ isDone }) => isDone)).toHaveLength(1);
    const coupons = platform.mongo.database('user-coupon').collection('coupons');
    expect(await coupons.countDocuments({ templateId })).toBe(1);
    expect(await coupons.countDocuments({ templateId, state: 'LOCKED' })).toBe(1);
  });

  it('gives the same coupon to its taker however often they type it, and no other to anybody', async () => {
    const templateId = await publishWithCodes(platform, { perUser: { lifetime: 1 } });
    const [code = '', next = ''] = await generated(platform, templateId, 2);
    const first = await claimByCode(platform, 'cat', code, 'k1');
    expect(await claimByCode(platform, 'cat', code, 'k1')).toEqual(first);
    expect(await claimByCode(platform, 'cat', code, 'k2')).toEqual(first);
    expect(reasonOf(await claimByCode(platform, 'dan', code))).toBe('USED');
    expect(reasonOf(await claimByCode(platform, 'cat', next))).toBe('LIMIT_REACHED');
    // A key is of one code: it never quietly gives the coupon of another and leaves this one to somebody else.
    expect(reasonOf(await claimByCode(platform, 'cat', next, 'k1'))).toBe('IDEMPOTENCY_KEY_REUSED');
    const elsewhere = await publishWithCodes(platform);
    const [foreign = ''] = await generated(platform, elsewhere, 1);
    expect(reasonOf(await claimByCode(platform, 'cat', foreign, 'k1'))).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('becomes one coupon when its shopper presses twice at once', async () => {
    const templateId = await publishWithCodes(platform);
    const [code = ''] = await generated(platform, templateId, 1);
    const answers = await Promise.all(Array.from({ length: 5 }, () => claimByCode(platform, 'eve', code, 'twice')));
    expect(new Set(answers.map(({ coupon }) => coupon?.id)).size).toBe(1);
    expect(answers[0]?.coupon).not.toBeNull();
  });

  it('is told from a forged one, and a slip of the finger from both', async () => {
    const templateId = await publishWithCodes(platform);
    const [code = ''] = await generated(platform, templateId, 1);
    const last = code.at(-1) === '3' ? '4' : '3';
    expect(reasonOf(await claimByCode(platform, 'fay', code.slice(0, -1) + last))).toBe('MISTYPED');
    expect(reasonOf(await claimByCode(platform, 'fay', 'NOSUCHCODE'))).toBe('UNKNOWN');
    expect(reasonOf(await claimByCode(platform, 'fay', code, undefined, 'bazaar'))).toBe('UNKNOWN');
  });
});

describe('a promotion with codes', () => {
  it('says why a code gives nothing: not yet open, paused, over', async () => {
    const now = platform.clock.now().getTime();
    const later = await publishWithCodes(platform, { startsAt: new Date(now + 3_600_000) });
    const [early = ''] = await generated(platform, later, 1);
    const notYet = await claimByCode(platform, 'gus', early);
    expect(notYet.userErrors).toMatchObject([{ code: 'NOT_YET_OPEN', field: ['input', 'code'] }]);
    expect(notYet.userErrors[0]?.retryAt).not.toBeNull();
    const templateId = await publishWithCodes(platform);
    const [code = ''] = await generated(platform, templateId, 1);
    await publishWithCodes(platform, { id: templateId, state: 'PAUSED', revision: 2 });
    expect(reasonOf(await claimByCode(platform, 'gus', code))).toBe('PAUSED');
    await publishWithCodes(platform, { id: templateId, state: 'ENDED', revision: 3 });
    expect(reasonOf(await claimByCode(platform, 'gus', code))).toBe('ENDED');
    const late = await aboutCodes<JobAnswer>(platform, 'generateCodes', { templateId, count: 1, idempotencyKey: 'l' });
    expect(late.userErrors).toMatchObject([{ code: 'TEMPLATE_ENDED' }]);
  });

  it('is not claimed without a code', async () => {
    const templateId = await publishWithCodes(platform);
    expect(await claim(platform, 'hal', templateId)).toMatchObject({ userErrors: [{ code: 'NOT_CLAIMABLE' }] });
  });

  it('is for its audience only, by code too', async () => {
    const templateId = await publishWithCodes(platform, {
      document: { user: { audience: { kind: 'TAGS', tags: ['vip'] } } },
    });
    const [code = ''] = await generated(platform, templateId, 1);
    expect(reasonOf(await claimByCode(platform, 'ivy', code))).toBe('NOT_ELIGIBLE');
  });
});

describe('a public code', () => {
  it('gives exactly as many coupons as there are, one to a person, whoever comes', async () => {
    const templateId = await publishWithCodes(platform, { stock: 20, perUser: { lifetime: 1 } });
    expect((await publicly(templateId, 'SPRING20')).publicCode).toEqual({ code: 'SPRING20', isClosed: false });
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => claimByCodeInTheEnd(platform, `crowd-${i % 30}`, 'spring 2o')),
    );
    const won = new Set(answers.flatMap(({ coupon }) => coupon?.id ?? []));
    expect(won.size).toBe(20);
    for (const reason of answers.map(reasonOf)) expect([null, 'SOLD_OUT', 'LIMIT_REACHED']).toContain(reason);
    const coupons = platform.mongo.database('user-coupon').collection<{ ownerId: string }>('coupons');
    const owners = (await coupons.find({ templateId }).toArray()).map(({ ownerId }) => ownerId);
    expect([owners.length, new Set(owners).size]).toEqual([20, 20]);
    expect(reasonOf(await claimByCode(platform, 'latecomer', 'SPRING20'))).toBe('SOLD_OUT');
  });

  it('is given by two hands to the last coupon after the gate was lost', async () => {
    const templateId = await publishWithCodes(platform, { stock: 6 });
    await publicly(templateId, 'LOSTGATE');
    await generated(platform, templateId, 2);
    for (const who of ['a', 'b', 'c']) expect(reasonOf(await claimByCode(platform, who, 'LOSTGATE'))).toBeNull();
    const [unique = ''] = await storedCodes(platform, templateId);
    await claimByCode(platform, 'z', unique); // its serial lies far behind those of the gate
    await platform.redis.client.del(`stock:{${templateId}}`);
    const rest = await Promise.all(['d', 'e', 'f', 'g'].map((who) => claimByCodeInTheEnd(platform, who, 'LOSTGATE')));
    expect(rest.map(reasonOf).sort()).toEqual([null, null, null, 'SOLD_OUT'].sort());
  });

  it('means one promotion in a marketplace at a time, and is free again when that is over or the code is closed', async () => {
    const [one, other] = [await publishWithCodes(platform), await publishWithCodes(platform)];
    await publicly(one, 'WELCOME');
    expect((await publicly(one, 'welcome')).userErrors).toEqual([]);
    expect((await publicly(other, 'we1c0me')).userErrors).toMatchObject([{ code: 'CODE_TAKEN' }]);
    const closed = await aboutCodes<PublicAnswer>(platform, 'closePublicCode', { templateId: one, code: 'Welcome' });
    expect(closed.publicCode).toMatchObject({ isClosed: true });
    expect(reasonOf(await claimByCode(platform, 'joe', 'WELCOME'))).toBe('ENDED');
    expect((await publicly(other, 'WELCOME')).publicCode).toMatchObject({ isClosed: false });
    await publishWithCodes(platform, { id: other, state: 'ENDED', revision: 2 });
    const third = await publishWithCodes(platform);
    expect((await publicly(third, 'WELCOME')).userErrors).toEqual([]);
    expect((await claimByCode(platform, 'joe', 'WELCOME')).coupon).not.toBeNull();
  });

  it('is its merchant’s to make, for a promotion with codes and a stock, and reads like a code', async () => {
    const templateId = await publishWithCodes(platform);
    const refused = async (answer: Promise<PublicAnswer>) => (await answer).userErrors.map(({ code }) => code);
    expect(await refused(publicly(templateId, 'MINE2', merchant('m-2')))).toEqual(['TEMPLATE_NOT_FOUND']);
    expect(await refused(publicly(templateId, 'MINE2', operator()))).toEqual(['TEMPLATE_NOT_FOUND']);
    expect(await refused(publicly(await publish(platform), 'MINE2'))).toEqual(['NOT_A_CODE_PROMOTION']);
    expect(await refused(publicly(templateId, 'no'))).toEqual(['INVALID_CODE']);
    const uniqueOnly = await publishWithCodes(platform, { document: { limit: {} } });
    expect(await refused(publicly(uniqueOnly, 'MINE2'))).toEqual(['NO_STOCK']);
  });
});

describe('an order with typed codes', () => {
  it('is promised what they would become, and has it once it is held', async () => {
    const templateId = await publishWithCodes(platform, { stock: 5 });
    await publicly(templateId, 'CHECKOUT');
    const unique = await publishWithCodes(platform);
    const [code = ''] = await generated(platform, unique, 1);
    const codes = ['checkout', code];
    const facts = await factsOfCodes(platform, 'kim', codes);
    expect(facts.coupons).toMatchObject([
      { templateId, state: 'AVAILABLE' },
      { templateId: unique, state: 'AVAILABLE' },
    ]);
    expect(facts.typedCodes.map((typed) => typed.code)).toEqual(codes);
    const couponIds = facts.typedCodes.map(({ couponId }) => couponId);
    const order = orderOf('kim', codes, couponIds);
    const locked = await lockWithCodes(platform, order);
    expect(locked).toMatchObject({ isDone: true, refusals: [] });
    expect(locked.taken.map(({ promisedId }) => promisedId).sort()).toEqual([...couponIds].sort());
    expect(await lockWithCodes(platform, order)).toEqual(locked); // the answer was lost, the order asks again
    for (const { couponId } of locked.taken)
      expect(await couponOf(platform, 'kim', couponId)).toMatchObject({
        state: 'LOCKED',
        order: { id: order.orderId },
      });
    await hold(platform, 'redeemCoupons', heldBy(order));
    const after = await factsOfCodes(platform, 'kim', [code]);
    expect(after.coupons).toMatchObject([{ state: 'REDEEMED' }]);
  });

  it('gets nothing for the name of a promise without the code', async () => {
    const templateId = await publishWithCodes(platform);
    const [code = ''] = await generated(platform, templateId, 1);
    const { typedCodes } = await factsOfCodes(platform, 'lea', [code]);
    const promised = typedCodes.map(({ couponId }) => couponId);
    expect(await lockWithCodes(platform, orderOf('lea', [], promised))).toMatchObject({
      isDone: false,
      refusals: [{ code: 'NOT_FOUND' }],
    });
  });

  it('that was called off leaves the coupon with its shopper, who uses it when the code is typed again', async () => {
    const templateId = await publishWithCodes(platform, { stock: 1 });
    await publicly(templateId, 'ONCEONLY');
    const first = await factsOfCodes(platform, 'max', ['ONCEONLY']);
    const order = orderOf(
      'max',
      ['ONCEONLY'],
      first.typedCodes.map(({ couponId }) => couponId),
    );
    const { taken } = await lockWithCodes(platform, order);
    await hold(platform, 'releaseCoupons', heldBy(order));
    const again = await factsOfCodes(platform, 'max', ['ONCEONLY']);
    expect(again.typedCodes).toEqual([{ code: 'ONCEONLY', couponId: taken[0]?.couponId }]);
    expect((await factsOfCodes(platform, 'ned', ['ONCEONLY'])).refusedCodes).toMatchObject([{ reason: 'SOLD_OUT' }]);
  });

  it('is held whole or not at all, and the place of a public code comes back', async () => {
    const templateId = await publishWithCodes(platform, { stock: 1 });
    await publicly(templateId, 'ALLORNONE');
    const { typedCodes } = await factsOfCodes(platform, 'oda', ['ALLORNONE']);
    const couponIds = [...typedCodes.map(({ couponId }) => couponId), 'cpn_no-such-coupon'];
    expect(await lockWithCodes(platform, orderOf('oda', ['ALLORNONE'], couponIds))).toMatchObject({ isDone: false });
    expect((await claimByCode(platform, 'oda', 'ALLORNONE')).coupon).not.toBeNull();
  });
});

describe('guessing', () => {
  it('ends for a person long before it is worth while, and a slip typed again and again is one guess', async () => {
    const [code = ''] = await generated(platform, await publishWithCodes(platform), 1);
    for (let i = 0; i < 100; i += 1) await factsOfCodes(platform, 'pat', ['SAMESLIP']);
    const reasons: string[] = [];
    for (let i = 0; i < 100; i += 1) {
      const { refusedCodes } = await factsOfCodes(platform, 'pat', [`GUESS${i}`]);
      reasons.push(refusedCodes[0]?.reason ?? 'NONE');
      if (reasons.at(-1) === 'RATE_LIMITED') expect(refusedCodes[0]?.retryAt).not.toBeNull();
    }
    expect(reasons.indexOf('RATE_LIMITED')).toBe(39);
    expect(new Set(reasons.slice(39))).toEqual(new Set(['RATE_LIMITED']));
    expect((await claimByCode(platform, 'pat', code)).userErrors).toMatchObject([{ code: 'RATE_LIMITED' }]);
    expect((await claimByCode(platform, 'somebody-else', code)).coupon).not.toBeNull();
  });

  it('ends for an address, whoever asks from there', async () => {
    const asked = isFullCount ? 10_000 : 1000;
    let limited = 0;
    for (let i = 0; i < asked / 20; i += 1) {
      const codes = Array.from({ length: 20 }, (_, n) => `FROM${i}X${n}`);
      const { refusedCodes } = await factsOfCodes(platform, `bot-${i}`, codes, '203.0.113.7');
      limited += refusedCodes.filter(({ reason }) => reason === 'RATE_LIMITED').length;
    }
    expect(limited).toBe(asked - 200);
    expect((await factsOfCodes(platform, 'bot-x', ['OTHER1'], '203.0.113.8')).refusedCodes).toMatchObject([
      { reason: 'UNKNOWN' },
    ]);
  });
});

describe('a job that generates codes', () => {
  it('tells how far it is, is stopped and goes on, and makes as many as were asked for', async () => {
    const count = isFullCount ? 60_000 : 15_000;
    const templateId = await publishWithCodes(platform);
    const ask = { templateId, count, idempotencyKey: 'job-1' };
    const { job } = await aboutCodes<JobAnswer>(platform, 'generateCodes', ask);
    expect(job).toMatchObject({ count, state: 'RUNNING' });
    expect((await aboutCodes<JobAnswer>(platform, 'generateCodes', ask)).job?.id).toBe(job?.id);
    const id = job?.id ?? '';
    const stopped = await aboutCodes<JobAnswer>(platform, 'stopCodeJob', { id });
    expect(stopped.job?.state).toBe('STOPPED');
    expect((await aboutCodes<JobAnswer>(platform, 'stopCodeJob', { id })).job?.state).toBe('STOPPED');
    expect(await jobOf(platform, id, merchant('m-2'))).toBeNull();
    expect((await aboutCodes<JobAnswer>(platform, 'resumeCodeJob', { id })).job?.state).toBe('RUNNING');
    const { job: whole } = { job: await done(id) };
    expect(whole).toMatchObject({ doneCount: count, state: 'DONE' });
    const codes = await storedCodes(platform, templateId);
    expect([codes.length, new Set(codes).size]).toEqual([count, count]);
    expect((await aboutCodes<JobAnswer>(platform, 'stopCodeJob', { id })).userErrors).toMatchObject([
      { code: 'JOB_NOT_RUNNING' },
    ]);
  }, 300_000);

  it('takes numbers within reason and keys once', async () => {
    const templateId = await publishWithCodes(platform);
    const ask = async (count: number, idempotencyKey = newId('key')) =>
      (await aboutCodes<JobAnswer>(platform, 'generateCodes', { templateId, count, idempotencyKey })).userErrors;
    for (const count of [0, -1, 10_000_001]) expect(await ask(count)).toMatchObject([{ code: 'COUNT_OUT_OF_RANGE' }]);
    expect(await ask(1, 'once')).toEqual([]);
    expect(await ask(2, 'once')).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  async function done(id: string): Promise<SeenJob | null> {
    const deadline = Date.now() + 100_000;
    for (;;) {
      const job = await jobOf(platform, id);
      if (job?.state === 'DONE' || Date.now() > deadline) return job;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
