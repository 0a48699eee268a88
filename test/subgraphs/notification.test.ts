import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asCouponId,
  asTemplateId,
  asTenantId,
  asUserId,
  asVersionId,
  type CouponId,
} from '../../subgraphs/shared/kernel/identifiers';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { MovableClock } from '../../subgraphs/shared/runtime/clock';
import type { StoredEvent } from '../../subgraphs/shared/runtime/events';
import { anonymous, operator, shopper } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';
import { until } from '../support/until';

const hour = 60 * 60 * 1000;
const inboxQuery = `query ($id: ID!, $first: Int, $after: String, $locale: String) {
  _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { inbox(first: $first, after: $after) {
    edges { cursor node { id kind text(locale: $locale) deliveredAt readAt template { id } coupons { id } } } pageInfo { hasNextPage endCursor } } } } }`;

let platform: Platform;
let moves = 0;

beforeAll(async () => {
  platform = await startPlatform({ names: ['notification'], clock: new MovableClock() });
});
afterAll(() => platform.stop());

type Kind = 'coupon.claimed' | 'coupon.redeemed' | 'coupon.returned' | 'coupon.expired';

/** Publishes a coupon's move the way user-coupon does. */
async function publish(
  kind: Kind,
  owner: string,
  coupon: CouponId,
  options: { expiresIn?: number; tenant?: string } = {},
): Promise<void> {
  const now = platform.clock.now();
  moves += 1;
  const move: StoredEvent = {
    _id: `${coupon}:${moves}`,
    type: kind,
    tenantId: asTenantId(options.tenant ?? 'festival'),
    key: coupon,
    at: new Date(),
    payload: {
      couponId: coupon,
      ownerId: asUserId(owner),
      templateId: asTemplateId('tpl_tea'),
      versionId: asVersionId('tpv_1'),
      seq: moves,
      movedAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + (options.expiresIn ?? 48 * hour)).toISOString(),
      claimedAt: now.toISOString(),
      validFrom: now.toISOString(),
    },
  } as StoredEvent;
  await platform.mongo.database('user-coupon').collection<StoredEvent>('coupon_moves').insertOne(move);
  await platform.settled();
}

interface Message {
  id: string;
  text: string;
  readAt: string | null;
  coupons: { id: string }[];
}

async function inboxOf(owner: string, variables: object = {}, who = shopper(owner)) {
  const { data, errors } = await platform.execute(
    'notification',
    { query: inboxQuery, variables: { id: owner, ...variables } },
    who,
  );
  expect(errors).toBeUndefined();
  const [user] = (
    data as {
      _entities: {
        inbox: {
          edges: { cursor: string; node: Message }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        } | null;
      }[];
    }
  )._entities;
  return user?.inbox ?? null;
}

const messages = async (owner: string): Promise<Message[]> =>
  (await inboxOf(owner))?.edges.map((edge) => edge.node) ?? [];

/** The due reminders of everybody; zero once the worker has been through. */
async function waiting(): Promise<number> {
  return platform.mongo
    .database('notification')
    .collection('reminders')
    .countDocuments({ state: 'PLANNED', dueAt: { $lte: platform.clock.now() } });
}

async function delivered(): Promise<void> {
  await until(async () => (await waiting()) === 0);
}

describe('expiry reminders', () => {
  it('arrive in the inbox when the lead time begins, once, and not before', async () => {
    await publish('coupon.claimed', 'ann', asCouponId('cpn_ann'));
    platform.clock.advance(23 * hour);
    await delivered();
    expect(await messages('ann')).toEqual([]);
    platform.clock.advance(2 * hour);
    await delivered();
    expect((await messages('ann')).map((message) => message.coupons)).toEqual([[{ id: 'cpn_ann' }]]);
    platform.clock.advance(10 * hour);
    await delivered();
    expect(await messages('ann')).toHaveLength(1);
  });

  it('are not sent for a coupon that was used', async () => {
    await publish('coupon.claimed', 'bob', asCouponId('cpn_bob'));
    await publish('coupon.redeemed', 'bob', asCouponId('cpn_bob'));
    platform.clock.advance(25 * hour);
    await delivered();
    expect(await messages('bob')).toEqual([]);
  });

  it('are sent for a coupon that came back', async () => {
    await publish('coupon.claimed', 'cai', asCouponId('cpn_cai'));
    await publish('coupon.redeemed', 'cai', asCouponId('cpn_cai'));
    await publish('coupon.returned', 'cai', asCouponId('cpn_cai'));
    platform.clock.advance(25 * hour);
    await delivered();
    expect(await messages('cai')).toHaveLength(1);
  });

  it('make one message of several coupons of one template and day', async () => {
    await publish('coupon.claimed', 'dan', asCouponId('cpn_dan1'));
    await publish('coupon.claimed', 'dan', asCouponId('cpn_dan2'));
    platform.clock.advance(25 * hour);
    await delivered();
    const [message, ...others] = await messages('dan');
    expect(others).toEqual([]);
    expect(message?.coupons).toHaveLength(2);
  });

  it('tell everybody who follows that they are due, in the same transaction as the message', async () => {
    await publish('coupon.claimed', 'eve', asCouponId('cpn_eve'));
    platform.clock.advance(25 * hour);
    await delivered();
    const events = await platform.mongo
      .database('notification')
      .collection('events')
      .find({ 'payload.ownerId': 'eve' })
      .toArray();
    expect(events.map((event) => [event.type, event.payload.couponIds])).toEqual([['reminder.due', ['cpn_eve']]]);
  });

  it('speak of a coupon claimed on the day after an earlier one of that day ran out', async () => {
    // Both run out on one day of the shop's zone: the first is reminded of and gone before the second is claimed.
    const day = new Date(platform.clock.now().getTime() + 72 * hour).toISOString().slice(0, 10);
    const firstEnds = new Date(`${day}T02:00:00Z`).getTime();
    const inMs = (instant: number): number => instant - platform.clock.now().getTime();
    await publish('coupon.claimed', 'mia', asCouponId('cpn_mia1'), { expiresIn: inMs(firstEnds) });
    platform.clock.advance(inMs(firstEnds) - hour);
    await delivered();
    platform.clock.advance(2 * hour);
    await publish('coupon.claimed', 'mia', asCouponId('cpn_mia2'), { expiresIn: 8 * hour });
    platform.clock.advance(5 * hour);
    await delivered();
    expect((await messages('mia')).map((message) => message.coupons)).toEqual([
      [{ id: 'cpn_mia2' }],
      [{ id: 'cpn_mia1' }],
    ]);
  });

  it('name the end of what is left when an earlier coupon of the day was used', async () => {
    const day = new Date(platform.clock.now().getTime() + 72 * hour).toISOString().slice(0, 10);
    const until = (time: string): number => new Date(`${day}T${time}Z`).getTime() - platform.clock.now().getTime();
    await publish('coupon.claimed', 'nan', asCouponId('cpn_nan1'), { expiresIn: until('02:00:00') });
    await publish('coupon.claimed', 'nan', asCouponId('cpn_nan2'), { expiresIn: until('14:00:00') });
    await publish('coupon.redeemed', 'nan', asCouponId('cpn_nan1'));
    platform.clock.advance(until('14:00:00') - 23 * hour);
    await delivered();
    const [message] = await messages('nan');
    expect(message?.coupons).toEqual([{ id: 'cpn_nan2' }]);
    expect(message?.text).toContain('22:00');
  });

  it('are one message when several lead times have passed before the worker came', async () => {
    const now = platform.clock.now();
    await platform.mongo
      .database('template')
      .collection<StoredEvent>('events')
      .insertOne({
        _id: 'evt_settings',
        type: 'tenant-settings.changed',
        tenantId: asTenantId('festival'),
        key: 'festival',
        at: new Date(),
        payload: { revision: 1, settings: { ...defaultTenantSettings, reminderLeadHours: [72, 24] } },
      });
    await platform.settled();
    await publish('coupon.claimed', 'lea', asCouponId('cpn_lea'), { expiresIn: 96 * hour });
    platform.clock.advance(80 * hour);
    await delivered();
    expect((await messages('lea')).map((message) => message.coupons)).toEqual([[{ id: 'cpn_lea' }]]);
    expect(platform.clock.now().getTime() - now.getTime()).toBeGreaterThan(72 * hour);
  });

  it('stay silent when the coupon ran out before the worker came', async () => {
    await publish('coupon.claimed', 'fay', asCouponId('cpn_fay'));
    platform.clock.advance(60 * hour);
    await delivered();
    expect(await messages('fay')).toEqual([]);
  });
});

describe('the inbox', () => {
  it('is seen by its owner alone', async () => {
    await publish('coupon.claimed', 'gil', asCouponId('cpn_gil'));
    platform.clock.advance(25 * hour);
    await delivered();
    expect(await messages('gil')).toHaveLength(1);
    expect(await inboxOf('gil', {}, shopper('hal'))).toBeNull();
    expect((await inboxOf('gil', {}, shopper('gil', 'other-shop')))?.edges).toEqual([]);
    const refused = await platform.execute(
      'notification',
      { query: inboxQuery, variables: { id: 'gil' } },
      anonymous(),
    );
    expect(refused.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('comes in pages, newest first, without a gap or a repeat', async () => {
    for (let day = 0; day < 3; day += 1) {
      await publish('coupon.claimed', 'ida', asCouponId(`cpn_ida${day}`));
      platform.clock.advance(25 * hour);
      await delivered();
    }
    const first = await inboxOf('ida', { first: 2 });
    expect(first?.pageInfo.hasNextPage).toBe(true);
    const second = await inboxOf('ida', { first: 2, after: first?.pageInfo.endCursor });
    const all = [...(first?.edges ?? []), ...(second?.edges ?? [])].flatMap((edge) =>
      edge.node.coupons.map((coupon) => coupon.id),
    );
    expect(all).toEqual(['cpn_ida2', 'cpn_ida1', 'cpn_ida0']);
  });

  it('remembers the first reading of a message, and knows nobody else’s', async () => {
    await publish('coupon.claimed', 'jon', asCouponId('cpn_jon'));
    platform.clock.advance(25 * hour);
    await delivered();
    const [message] = await messages('jon');
    const mark = `mutation ($id: ID!) { markNotificationRead(input: { notificationId: $id }) { notification { readAt } userErrors { code } } }`;
    const run = async (who = shopper('jon')) =>
      (await platform.execute('notification', { query: mark, variables: { id: message?.id ?? '' } }, who)).data
        ?.markNotificationRead;
    const first = await run();
    platform.clock.advance(hour);
    expect(await run()).toEqual(first);
    expect(await run(shopper('kim'))).toEqual({ notification: null, userErrors: [{ code: 'NOTIFICATION_NOT_FOUND' }] });
  });

  it('shows an operator no parked events when nothing failed', async () => {
    const { data } = await platform.execute(
      'notification',
      { query: '{ notificationDeadLetters { edges { node { id } } } }' },
      operator(),
    );
    expect(data).toEqual({ notificationDeadLetters: { edges: [] } });
  });
});
