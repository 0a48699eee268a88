import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { claimed, couponOf, dataOf, hold, noonClock, publish } from '../support/coupons';
import { merchant, operator, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { until } from '../support/until';

const hour = 3_600_000;
const day = 24 * hour;

interface Change {
  id: string;
  state: string;
  totalCount: number | null;
  lookedAtCount: number;
  changedCount: number;
  waitingCount: number;
}

describe('what a shop rules of coupons it has issued', () => {
  let platform: Platform;
  let counter = 0;

  beforeAll(async () => {
    platform = await startPlatform({ names: ['user-coupon', 'notification'], clock: noonClock() });
  });
  afterAll(async () => {
    await platform.stop();
  });

  async function ask<T>(query: string, who: Identity, variables: Record<string, unknown> = {}): Promise<T> {
    return dataOf<T>(await platform.execute('user-coupon', { query, variables }, who));
  }
  const key = () => `key-${counter++}`;
  async function rule(
    act: 'freezeCoupon' | 'unfreezeCoupon' | 'revokeCoupon',
    couponId: string,
    { who = operator(), ...more }: { who?: Identity; note?: string; idempotencyKey?: string } = {},
  ) {
    const type = `${act.charAt(0).toUpperCase()}${act.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${act}(input: $input) { coupon { state stateReason { code note } } userErrors { code } } }`;
    const input = { couponId, idempotencyKey: key(), ...more };
    interface Ruled {
      coupon: { state: string; stateReason: { code: string; note: string | null } | null } | null;
      userErrors: { code: string }[];
    }
    const ruled = (await ask<Record<string, Ruled>>(query, who, { input }))[act];
    if (!ruled) throw new Error(`Expected an answer to ${act}`);
    return ruled.userErrors[0]?.code ?? ruled.coupon;
  }
  const changeFields = 'id state totalCount lookedAtCount changedCount waitingCount';
  async function ruleAll(
    act: 'freezeCoupons' | 'unfreezeCoupons' | 'revokeCoupons',
    templateId: string,
    { who = operator(), idempotencyKey = key() }: { who?: Identity; idempotencyKey?: string } = {},
  ): Promise<Change> {
    const type = `${act.charAt(0).toUpperCase()}${act.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${act}(input: $input) { bulkCouponChange { ${changeFields} } userErrors { code } } }`;
    const answer = await ask<Record<string, { bulkCouponChange: Change | null; userErrors: { code: string }[] }>>(
      query,
      who,
      { input: { templateId, idempotencyKey } },
    );
    const change = answer[act]?.bulkCouponChange;
    if (!change) throw new Error(answer[act]?.userErrors[0]?.code);
    return change;
  }
  const progressOf = async (id: string, who: Identity = operator()) =>
    (
      await ask<{ bulkCouponChange: Change | null }>(
        `query ($id: ID!) { bulkCouponChange(id: $id) { ${changeFields} } }`,
        who,
        { id },
      )
    ).bulkCouponChange;
  const whenDone = async (id: string) => {
    await until(async () => (await progressOf(id))?.state === 'DONE');
    return progressOf(id);
  };
  const stateOf = async (owner: string, id: string) => (await couponOf(platform, owner, id))?.state;
  const inAnHour = () => new Date(platform.clock.now().getTime() + hour);
  const remindersOf = async (ownerId: string) => {
    await platform.settled();
    return platform.mongo
      .database('notification')
      .collection<{ ownerId: string; coupons: { id: string }[] }>('reminders')
      .countDocuments({ ownerId, 'coupons.0': { $exists: true } });
  };

  it('a frozen coupon is out of use until it is unfrozen, a revoked one for good; its owner sees why and is not reminded', async () => {
    const templateId = await publish(platform);
    const { id } = await claimed(platform, 'r-1', templateId);
    expect(await rule('freezeCoupon', id, { note: 'chargeback' })).toEqual({
      state: 'FROZEN',
      stateReason: { code: 'FROZEN_BY_SHOP', note: 'chargeback' },
    });
    const seen = `query ($id: ID!) { coupon(id: $id) { state stateReason { code note } } }`;
    expect(await ask(seen, shopper('r-1'), { id })).toEqual({
      coupon: { state: 'FROZEN', stateReason: { code: 'FROZEN_BY_SHOP', note: null } },
    });
    expect(await remindersOf('r-1')).toBe(0);
    const lock = { token: 'lck_r1', orderId: 'ord', ownerId: 'r-1', couponIds: [id], until: inAnHour() };
    expect((await hold(platform, 'lockCoupons', lock)).refusals).toEqual([
      { couponId: id, templateId: null, code: 'NOT_AVAILABLE' },
    ]);
    expect(await rule('unfreezeCoupon', id)).toMatchObject({ state: 'AVAILABLE', stateReason: null });
    expect(await remindersOf('r-1')).toBe(1);
    expect(await rule('revokeCoupon', id)).toMatchObject({ state: 'REVOKED' });
    expect(await rule('revokeCoupon', id)).toMatchObject({ state: 'REVOKED' });
    expect(await rule('unfreezeCoupon', id)).toBe('COUPON_OVER');
    expect(await remindersOf('r-1')).toBe(0);
  });

  it('waits while an order holds or has spent the coupon, and takes effect in the write that brings it back', async () => {
    const templateId = await publish(platform);
    const ids = [];
    for (const k of ['a', 'b']) ids.push((await claimed(platform, 'r-2', templateId, k)).id);
    const [released = '', returned = ''] = ids;
    for (const id of ids)
      await hold(platform, 'lockCoupons', {
        token: `lck_${id}`,
        orderId: 'ord',
        ownerId: 'r-2',
        couponIds: [id],
        until: inAnHour(),
      });
    for (const id of ids)
      expect(await rule('freezeCoupon', id, { note: 'under review' })).toEqual({
        state: 'LOCKED',
        stateReason: { code: 'FREEZE_WAITS', note: 'under review' },
      });
    expect(
      await ask(`query ($id: ID!) { coupon(id: $id) { stateReason { code } } }`, shopper('r-2'), { id: released }),
    ).toEqual({
      coupon: { stateReason: null },
    });
    const of = (id: string) => ({ token: `lck_${id}`, orderId: 'ord', ownerId: 'r-2' });
    await hold(platform, 'releaseCoupons', of(released));
    expect(await stateOf('r-2', released)).toBe('FROZEN');
    await hold(platform, 'redeemCoupons', of(returned));
    expect(await rule('revokeCoupon', returned)).toMatchObject({
      state: 'REDEEMED',
      stateReason: { code: 'REVOCATION_WAITS' },
    });
    await hold(platform, 'returnCoupons', { ...of(returned), couponIds: [returned] });
    expect(await stateOf('r-2', returned)).toBe('REVOKED');
    const query = `query ($id: ID!, $after: String) { issuedCoupon(id: $id) { history(first: 4, after: $after) { edges { node { act before after by person { id } order { id } } } pageInfo { hasNextPage endCursor } } } }`;
    interface History {
      issuedCoupon: {
        history: {
          edges: { node: { act: string; person: { id: string } | null; order: { id: string } | null } }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
    }
    const first = (await ask<History>(query, operator(), { id: returned })).issuedCoupon.history;
    const rest = (await ask<History>(query, operator(), { id: returned, after: first.pageInfo.endCursor })).issuedCoupon
      .history;
    expect([...first.edges, ...rest.edges].map(({ node }) => node.act)).toEqual([
      'CLAIM',
      'LOCK',
      'MARK',
      'REDEEM',
      'MARK',
      'RETURN',
      'REVOKE',
    ]);
    expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
    expect(first.edges[2]?.node).toMatchObject({
      before: 'LOCKED',
      after: 'LOCKED',
      by: 'PERSON',
      person: { id: 'operator' },
    });
    expect(first.edges[1]?.node).toMatchObject({ by: 'PLATFORM', order: { id: 'ord' } });
    // The owner sees what happened, and who only of their own acts.
    const mine = await ask<{ coupon: History['issuedCoupon'] }>(
      query.replace('issuedCoupon', 'coupon'),
      shopper('r-2'),
      { id: returned },
    );
    expect(mine.coupon.history.edges.map(({ node }) => node.person?.id ?? null)).toEqual(['r-2', null, null, null]);
  });

  it('gives days to a coupon that comes back where its terms say so, or keeps it spent', async () => {
    const short = { kind: 'DAYS_AFTER_CLAIM', days: 2 };
    const extended = await publish(platform, { document: { time: timeWith({ ...short, extraDaysOnReturn: 3 }) } });
    const final = await publish(platform, { document: { time: timeWith({ ...short, returnable: false }) } });
    const back = await claimed(platform, 'r-3', extended);
    const gone = await claimed(platform, 'r-3', final, 'k2');
    const of = { token: 'lck_r3', orderId: 'ord', ownerId: 'r-3' };
    const couponIds = [back.id, gone.id];
    await hold(platform, 'lockCoupons', { ...of, couponIds, until: inAnHour() });
    await hold(platform, 'redeemCoupons', of);
    platform.clock.advance(5 * day);
    const before = platform.clock.now().getTime();
    for (let i = 0; i < 2; i += 1)
      expect(await hold(platform, 'returnCoupons', { ...of, couponIds })).toMatchObject({ isDone: true });
    const coupon = await couponOf(platform, 'r-3', back.id);
    expect(coupon?.state).toBe('AVAILABLE');
    const left = Date.parse(coupon?.expiresAt ?? '') - before;
    expect(left).toBeGreaterThanOrEqual(3 * day);
    expect(left).toBeLessThan(3 * day + hour);
    expect(await stateOf('r-3', gone.id)).toBe('REDEEMED');
  });

  it('is a merchant’s to decide for own promotions alone, and nobody else’s', async () => {
    const templateId = await publish(platform);
    const { id } = await claimed(platform, 'r-4', templateId);
    expect(await rule('freezeCoupon', id, { who: merchant('m-2') })).toBe('COUPON_NOT_FOUND');
    expect(await rule('freezeCoupon', id, { who: operator('other-market') })).toBe('COUPON_NOT_FOUND');
    await expect(rule('freezeCoupon', id, { who: shopper('r-4') })).rejects.toThrow('FORBIDDEN');
    const issued = `query ($id: ID!) { issuedCoupon(id: $id) { id history { edges { cursor } } } }`;
    expect(await ask(issued, merchant('m-2'), { id })).toEqual({ issuedCoupon: null });
    await expect(ruleAll('revokeCoupons', templateId, { who: merchant('m-2') })).rejects.toThrow('TEMPLATE_NOT_FOUND');
    expect(await rule('freezeCoupon', id, { who: merchant('m-1'), note: 'x'.repeat(501) })).toBe('NOTE_TOO_LONG');
    expect(await rule('freezeCoupon', id, { who: merchant('m-1'), idempotencyKey: 'k' })).toMatchObject({
      state: 'FROZEN',
    });
    expect(await rule('unfreezeCoupon', id)).toMatchObject({ state: 'AVAILABLE' });
    // A retry of the freeze answers what it did, and does not do it again.
    expect(await rule('freezeCoupon', id, { who: merchant('m-1'), idempotencyKey: 'k' })).toMatchObject({
      state: 'FROZEN',
    });
    expect(await stateOf('r-4', id)).toBe('AVAILABLE');
    expect(await rule('freezeCoupon', id, { who: merchant('m-1'), idempotencyKey: 'k', note: 'other' })).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  it('reaches every coupon of a promotion, those on offer and those an order holds, with exact progress', async () => {
    const templateId = await publish(platform, { stock: 1000 });
    const owners = Array.from({ length: 450 }, (_, i) => `bulk-${i}`);
    const coupons = await Promise.all(owners.map((owner) => claimed(platform, owner, templateId)));
    const [held, offered] = coupons;
    const of = { token: 'lck_bulk', orderId: 'ord', ownerId: 'bulk-0' };
    await hold(platform, 'lockCoupons', { ...of, couponIds: [held?.id ?? ''], until: inAnHour() });
    await ask(
      `mutation ($input: GiftCouponInput!) { giftCoupon(input: $input) { userErrors { code } } }`,
      shopper('bulk-1'),
      { input: { couponId: offered?.id, receiverId: 'friend', idempotencyKey: key() } },
    );
    const begun = await ruleAll('freezeCoupons', templateId, { idempotencyKey: 'bulk' });
    expect((await ruleAll('freezeCoupons', templateId, { idempotencyKey: 'bulk' })).id).toBe(begun.id);
    expect(await whenDone(begun.id)).toEqual({
      ...{ id: begun.id, state: 'DONE' },
      ...{ totalCount: 450, lookedAtCount: 450, changedCount: 450, waitingCount: 1 },
    });
    expect(await progressOf(begun.id, merchant('m-2'))).toBeNull();
    expect(await stateOf('bulk-0', held?.id ?? '')).toBe('LOCKED');
    expect(await stateOf('bulk-1', offered?.id ?? '')).toBe('FROZEN');
    await hold(platform, 'releaseCoupons', of);
    const states = await platform.mongo
      .database('user-coupon')
      .collection<{ templateId: string; state: string }>('coupons')
      .distinct('state', { templateId });
    expect(states).toEqual(['FROZEN']);
    const again = await ruleAll('freezeCoupons', templateId);
    expect(await whenDone(again.id)).toMatchObject({ lookedAtCount: 450, changedCount: 0 });
    const undone = await ruleAll('unfreezeCoupons', templateId);
    expect(await whenDone(undone.id)).toMatchObject({ changedCount: 450 });
  });

  it('goes on where it stood when its process was killed, changes nothing twice, and stops when it is cancelled', async () => {
    const templateId = await publish(platform, { stock: 1000 });
    for (let i = 0; i < 9; i += 1) await claimed(platform, `slow-${i}`, templateId);
    const database = platform.mongo.database('user-coupon');
    const ids = (
      await database
        .collection<{ _id: string; templateId: string }>('coupons')
        .find({ templateId })
        .sort({ _id: 1 })
        .toArray()
    ).map(({ _id }) => _id);
    const changes = database.collection<{ _id: string; state: string; position: string | null; lookedAtCount: number }>(
      'bulk_changes',
    );
    // As a killed worker leaves it: four looked at and revoked, the rest not yet.
    const begun = await ruleAll('revokeCoupons', templateId);
    await whenDone(begun.id);
    const done = await changes.findOne({ _id: begun.id });
    const half = await publish(platform, { stock: 1000 });
    for (let i = 0; i < 9; i += 1) await claimed(platform, `half-${i}`, half);
    const later = ids.map((id) => id.replace(templateId.slice(4), half.slice(4)));
    for (const id of later.slice(0, 4)) await rule('revokeCoupon', id);
    const stood = { templateId: half, state: 'RUNNING', position: later[3] ?? null, totalCount: 9 };
    const counts = { lookedAtCount: 4, changedCount: 4, waitingCount: 0, endedAt: null };
    if (!done) throw new Error('Expected the change');
    await changes.insertOne({ ...done, _id: 'blk_half', ...stood, ...counts });
    platform.clock.advance(1);
    expect(await whenDone('blk_half')).toMatchObject({ lookedAtCount: 9, changedCount: 9 });
    await changes.insertOne({
      ...done,
      _id: 'blk_stopped',
      ...stood,
      ...counts,
      position: later.at(-1) ?? null,
      state: 'DONE',
    });
    const cancel = `mutation ($input: CancelBulkCouponChangeInput!) { cancelBulkCouponChange(input: $input) { bulkCouponChange { state } userErrors { code } } }`;
    const cancelled = (id: string) =>
      ask<{ cancelBulkCouponChange: unknown }>(cancel, operator(), { input: { bulkCouponChangeId: id } });
    // What is done stays done.
    expect(await cancelled('blk_stopped')).toEqual({
      cancelBulkCouponChange: { bulkCouponChange: { state: 'DONE' }, userErrors: [] },
    });
    expect(await cancelled('blk_none')).toMatchObject({
      cancelBulkCouponChange: { userErrors: [{ code: 'CHANGE_NOT_FOUND' }] },
    });
  });

  it('counts a wallet exactly through every move, for coupons claimed lately and long ago', async () => {
    const templateId = await publish(platform, { stock: 5000, validity: { kind: 'DAYS_AFTER_CLAIM', days: 100 } });
    const counts = async () =>
      (
        await ask<{ viewer: { couponCounts: Record<string, number> } }>(
          '{ viewer { couponCounts { usableCount lockedCount usedCount expiredCount } } }',
          shopper('counted'),
        )
      ).viewer.couponCounts;
    const ids: string[] = [];
    for (let i = 0; i < 260; i += 20)
      ids.push(
        ...(
          await Promise.all(Array.from({ length: 20 }, (_, k) => claimed(platform, 'counted', templateId, `k${i + k}`)))
        ).map(({ id }) => id),
      );
    expect(await counts()).toEqual({ usableCount: 260, lockedCount: 0, usedCount: 0, expiredCount: 0 });
    // Once they are claimed long enough ago they are kept, and every move keeps them right.
    platform.clock.advance(hour);
    for (let look = 0; look < 2; look += 1)
      expect(await counts()).toEqual({ usableCount: 260, lockedCount: 0, usedCount: 0, expiredCount: 0 });
    const kept = await platform.mongo
      .database('user-coupon')
      .collection<{ _id: string; states: Record<string, number> }>('wallet_counts')
      .findOne({ _id: 'festival/counted' });
    expect(kept?.states).toEqual({ AVAILABLE: 260 });
    const of = { token: 'lck_counted', orderId: 'ord', ownerId: 'counted' };
    await hold(platform, 'lockCoupons', { ...of, couponIds: ids.slice(0, 10), until: inAnHour() });
    await rule('freezeCoupon', ids[10] ?? '');
    await rule('revokeCoupon', ids[11] ?? '');
    await claimed(platform, 'counted', templateId, 'fresh');
    expect(await counts()).toEqual({ usableCount: 249, lockedCount: 11, usedCount: 0, expiredCount: 1 });
    await hold(platform, 'redeemCoupons', of);
    await hold(platform, 'returnCoupons', { ...of, couponIds: ids.slice(0, 1) });
    expect(await counts()).toEqual({ usableCount: 250, lockedCount: 1, usedCount: 9, expiredCount: 1 });
    platform.clock.advance(101 * day);
    expect(await counts()).toEqual({ usableCount: 0, lockedCount: 1, usedCount: 9, expiredCount: 251 });
  });

  function timeWith(validity: object) {
    const now = platform.clock.now().getTime();
    return { startsAt: new Date(now - day).toISOString(), endsAt: new Date(now + 30 * day).toISOString(), validity };
  }
});
