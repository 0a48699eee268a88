import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { claimed, couponOf, dataOf, hold, noonClock, publish, tell } from '../support/coupons';
import { festival, merchant, operator, service, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { until } from '../support/until';

const hour = 3_600_000;
const day = 24 * hour;

interface Answer {
  coupon?: { id: string; state: string; expiresAt: string; code: string; owner: { id: string } } | null;
  isDeclined?: boolean;
  userErrors: { code: string; field: string[] }[];
}

describe('a coupon that is given away', () => {
  let platform: Platform;
  let counter = 0;

  beforeAll(async () => {
    platform = await startPlatform({ names: ['user-coupon', 'notification'], clock: noonClock() });
  });
  afterAll(async () => {
    await platform.stop();
  });

  async function act(name: string, input: Record<string, unknown>, who: Identity): Promise<Answer> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const what = name === 'declineGift' ? 'isDeclined' : 'coupon { id state expiresAt code owner { id } }';
    counter += 1;
    const result = await platform.execute(
      'user-coupon',
      {
        query: `mutation ($input: ${type}!) { ${name}(input: $input) { ${what} userErrors { code field } } }`,
        variables: { input: { idempotencyKey: `key-${counter}`, ...input } },
      },
      who,
    );
    const answer = dataOf<Record<string, Answer>>(result)[name];
    if (!answer) throw new Error(`Expected an answer to ${name}`);
    return answer;
  }
  const give = (couponId: string, giver: string, receiverId: string, more: object = {}) =>
    act('giftCoupon', { couponId, receiverId, ...more }, shopper(giver));
  const codeOf = ({ userErrors }: Answer) => userErrors.map(({ code }) => code).join();
  async function ask<T>(query: string, who: Identity, variables: Record<string, unknown> = {}): Promise<T> {
    return dataOf<T>(await platform.execute('user-coupon', { query, variables }, who));
  }
  const offersTo = async (userId: string) => {
    const query = '{ viewer { couponOffers { edges { node { id giver { id } offeredAt lapsesAt } } } } }';
    const seen = await ask<{
      viewer: {
        couponOffers: { edges: { node: { id: string; giver: { id: string }; offeredAt: string; lapsesAt: string } }[] };
      };
    }>(query, shopper(userId));
    return seen.viewer.couponOffers.edges.map(({ node }) => node);
  };
  const newsOf = async (userId: string) => {
    await platform.settled();
    const query = '{ couponEventsSince(seq: 0) { kind } }';
    const seen = await ask<{ couponEventsSince: { kind: string }[] }>(query, shopper(userId));
    return seen.couponEventsSince.map(({ kind }) => kind);
  };
  const remindedCoupons = async (userId: string) => {
    await platform.settled();
    const records = await platform.mongo
      .database('notification')
      .collection<{ ownerId: string; state: string; coupons: { id: string }[] }>('reminders')
      .find({ ownerId: userId })
      .toArray();
    return records.flatMap(({ coupons }) => coupons.map(({ id }) => id));
  };

  it('is the receiver’s own when accepted: same terms and expiry, no use of their limit, and the reminder with it', async () => {
    const templateId = await publish(platform, { perUser: { lifetime: 1 } });
    const given = await claimed(platform, 'giver', templateId);
    expect((await give(given.id, 'giver', 'friend')).coupon).toMatchObject({ state: 'TRANSFER_PENDING' });
    expect(await remindedCoupons('giver')).toEqual([]);
    const [offer] = await offersTo('friend');
    expect(offer).toMatchObject({ id: given.id, giver: { id: 'giver' } });
    // While it is on offer nobody spends it.
    const lock = { token: 'lck_gift', orderId: 'ord', ownerId: 'giver', couponIds: [given.id] };
    const soon = new Date(platform.clock.now().getTime() + hour);
    expect(await hold(platform, 'lockCoupons', { ...lock, until: soon })).toMatchObject({ isDone: false });
    const key = { idempotencyKey: 'accept-1' };
    const mine = (await act('acceptGift', { offerId: given.id, ...key }, shopper('friend'))).coupon;
    expect(mine).toMatchObject({ state: 'AVAILABLE', expiresAt: given.expiresAt, owner: { id: 'friend' } });
    expect(mine?.code).not.toBe(given.code);
    expect((await act('acceptGift', { offerId: given.id, ...key }, shopper('friend'))).coupon).toEqual(mine);
    expect(await couponOf(platform, 'giver', given.id)).toMatchObject({ state: 'TRANSFERRED' });
    expect(await offersTo('friend')).toEqual([]);
    // The receiver's limit of one is still theirs to use, and the giver's is used.
    expect((await claimed(platform, 'friend', templateId)).id).not.toBe(mine?.id);
    const standing = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on PromotionTemplate { viewerClaim { claimedCount reason } } } }`;
    const of = [{ __typename: 'PromotionTemplate', id: templateId }];
    expect(await ask(standing, shopper('friend'), { of })).toEqual({
      _entities: [{ viewerClaim: { claimedCount: 1, reason: 'LIMIT_REACHED' } }],
    });
    expect(await newsOf('giver')).toEqual(['RECEIVED', 'TRANSFERRED']);
    expect(await newsOf('friend')).toEqual(['OFFERED', 'RECEIVED', 'RECEIVED']);
    expect(await remindedCoupons('giver')).toEqual([]);
    expect(await remindedCoupons('friend')).toContain(mine?.id);
    // And it can be given on.
    await give(mine?.id ?? '', 'friend', 'third');
    const third = (await act('acceptGift', { offerId: mine?.id }, shopper('third'))).coupon;
    expect(third).toMatchObject({ state: 'AVAILABLE', owner: { id: 'third' }, expiresAt: given.expiresAt });
  });

  it('comes back when it is declined, taken back, or not answered in the tenant’s time', async () => {
    const market = { ...defaultTenantSettings, giftHours: 5 };
    await tell(platform, 'template', 'tenant-settings.changed', festival, festival, { revision: 1, settings: market });
    const templateId = await publish(platform);
    const { id } = await claimed(platform, 'g-2', templateId);
    const state = async () => (await couponOf(platform, 'g-2', id))?.state;
    await give(id, 'g-2', 'f-2');
    expect((await act('declineGift', { offerId: id }, shopper('f-2'))).isDeclined).toBe(true);
    expect(await state()).toBe('AVAILABLE');
    await give(id, 'g-2', 'f-2');
    expect((await act('takeBackGift', { couponId: id }, shopper('g-2'))).coupon?.state).toBe('AVAILABLE');
    expect(codeOf(await act('acceptGift', { offerId: id }, shopper('f-2')))).toBe('OFFER_NOT_FOUND');
    await give(id, 'g-2', 'f-2');
    const [offer] = await offersTo('f-2');
    expect(Date.parse(offer?.lapsesAt ?? '') - Date.parse(offer?.offeredAt ?? '')).toBe(5 * hour);
    platform.clock.advance(5 * hour + 1000);
    // At read time, worker or not: it is its owner's and can be used.
    expect(await state()).toBe('AVAILABLE');
    expect(await offersTo('f-2')).toEqual([]);
    const lock = { token: 'lck_lapsed', orderId: 'ord', ownerId: 'g-2', couponIds: [id] };
    const soon = new Date(platform.clock.now().getTime() + hour);
    expect(await hold(platform, 'lockCoupons', { ...lock, until: soon })).toMatchObject({ isDone: true });
    const { id: idle } = await claimed(platform, 'g-2', templateId, 'k2');
    await give(idle, 'g-2', 'f-2');
    platform.clock.advance(6 * hour);
    await until(async () => (await newsOf('g-2')).filter((kind) => kind === 'OFFER_ENDED').length === 4);
    expect(await remindedCoupons('g-2')).toContain(idle);
  });

  it('never outlives itself: an offer ends at the coupon’s own expiry', async () => {
    const templateId = await publish(platform, { validity: { kind: 'DAYS_AFTER_CLAIM', days: 1 } });
    await tell(platform, 'template', 'tenant-settings.changed', festival, festival, {
      revision: 2,
      settings: { ...defaultTenantSettings, giftHours: 100 },
    });
    const { id } = await claimed(platform, 'g-3', templateId, 'last');
    await give(id, 'g-3', 'f-3');
    expect((await offersTo('f-3'))[0]?.lapsesAt).toBe((await couponOf(platform, 'g-3', id))?.expiresAt);
    platform.clock.advance(day + 1000);
    expect((await couponOf(platform, 'g-3', id))?.state).toBe('EXPIRED');
    expect(['OFFER_OVER', 'OFFER_NOT_FOUND']).toContain(
      codeOf(await act('acceptGift', { offerId: id }, shopper('f-3'))),
    );
  });

  it('goes to exactly one of accepting, declining and taking back, all at once and twice each', async () => {
    const templateId = await publish(platform);
    for (let round = 0; round < 5; round += 1) {
      const { id } = await claimed(platform, 'g-4', templateId, `k${round}`);
      await give(id, 'g-4', 'f-4');
      const answers = await Promise.all(
        [0, 1].flatMap((twice) => [
          act('acceptGift', { offerId: id, idempotencyKey: `a${round}${twice}` }, shopper('f-4')),
          act('declineGift', { offerId: id, idempotencyKey: `d${round}${twice}` }, shopper('f-4')),
          act('takeBackGift', { couponId: id, idempotencyKey: `t${round}${twice}` }, shopper('g-4')),
        ]),
      );
      expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    }
  });

  it('is refused where there is nothing to give, to nobody, to oneself, or by somebody else', async () => {
    const templateId = await publish(platform);
    const { id } = await claimed(platform, 'g-5', templateId);
    expect(codeOf(await give('cpn_none-000001-0', 'g-5', 'f-5'))).toBe('COUPON_NOT_FOUND');
    expect(codeOf(await give(id, 'stranger', 'f-5'))).toBe('COUPON_NOT_FOUND');
    expect(codeOf(await give(id, 'g-5', 'g-5'))).toBe('OWN_COUPON');
    expect(codeOf(await give(id, 'g-5', ' '))).toBe('INVALID_RECEIVER');
    await give(id, 'g-5', 'f-5', { idempotencyKey: 'same' });
    expect(codeOf(await give(id, 'g-5', 'other', { idempotencyKey: 'same' }))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await give(id, 'g-5', 'f-5', { idempotencyKey: 'same' })).userErrors).toEqual([]);
    expect(codeOf(await give(id, 'g-5', 'f-5'))).toBe('NOT_AVAILABLE');
    for (const who of [shopper('stranger'), shopper('f-5', 'other-market')]) {
      expect(codeOf(await act('acceptGift', { offerId: id }, who))).toBe('OFFER_NOT_FOUND');
      expect(codeOf(await act('declineGift', { offerId: id }, who))).toBe('OFFER_NOT_FOUND');
      expect(codeOf(await act('takeBackGift', { couponId: id }, who))).toBe('OFFER_NOT_FOUND');
    }
    for (const who of [operator(), merchant('m-1'), service()])
      await expect(act('giftCoupon', { couponId: id, receiverId: 'x' }, who)).rejects.toThrow('FORBIDDEN');
    // Another person's wallet and offers read as absent.
    const of = [{ __typename: 'User', id: 'f-5' }];
    const others = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { couponOffers { edges { cursor } } couponCounts { usableCount } promotionsToClaim { edges { cursor } } } } }`;
    expect(await ask(others, shopper('stranger'), { of })).toEqual({
      _entities: [{ couponOffers: null, couponCounts: null, promotionsToClaim: null }],
    });
  });
});
