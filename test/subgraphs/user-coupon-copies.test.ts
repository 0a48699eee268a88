import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asTenantId } from '../../subgraphs/shared/kernel/identifiers';
import { defaultTenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { newId } from '../../subgraphs/shared/runtime/ids';
import { readUserCouponSettings } from '../../subgraphs/user-coupon/subgraph';
import { createTemplateCopies } from '../../subgraphs/user-coupon/template-copies';
import { claim, claimed, dataOf, noonClock, publish, tell } from '../support/coupons';
import { festival, operator } from '../support/people';
import { type Platform, startPlatform } from '../support/platform';

describe('what user-coupon keeps of templates and settings', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ names: ['user-coupon'], clock: noonClock() });
  });
  afterAll(async () => {
    await platform.stop();
  });

  it('lets a newer revision win, whatever the order of arrival, and keeps every version that coupons are pinned to', async () => {
    const templateId = await publish(platform, { revision: 2, version: 2, stock: 5 });
    await publish(platform, { id: templateId, revision: 1, version: 1, stock: 3, state: 'PAUSED' });
    expect((await claim(platform, 'c-1', templateId)).coupon).not.toBeNull();
    await publish(platform, { id: templateId, revision: 3, version: 3, stock: 5 });
    const copies = createTemplateCopies(platform.mongo.database('user-coupon'));
    const kept = await copies.template(asTenantId(festival), templateId);
    expect(kept).toMatchObject({ revision: 3, stock: 5, terms: { version: 3 } });
    const versions = await platform.mongo
      .database('user-coupon')
      .collection('template_versions')
      .find({ 'terms.templateId': templateId })
      .toArray();
    expect(versions.map(({ terms }) => terms.version).sort()).toEqual([1, 2, 3]);
    expect(await copies.template(asTenantId('other-market'), templateId)).toBeNull();
  });

  it("counts days where the tenant's settings say, from the moment they change", async () => {
    const market = 'honolulu-market';
    const templateId = await publish(platform, { tenant: market, perUser: { perDay: 1 } });
    const dayOfClaim = async (userId: string) => {
      const { coupon } = await claim(platform, userId, templateId, 'k', market);
      const [stored] = await platform.mongo
        .database('user-coupon')
        .collection<{ slots: string[] }>('coupons')
        .find({ code: coupon?.code })
        .toArray();
      return stored?.slots[0];
    };
    expect(await dayOfClaim('c-2')).toBe('D:2027-03-10:1');
    await tell(platform, 'template', 'tenant-settings.changed', market, market, {
      revision: 1,
      settings: { ...defaultTenantSettings, zone: 'Pacific/Honolulu' },
    });
    expect(await dayOfClaim('c-3')).toBe('D:2027-03-09:1');
    await tell(platform, 'template', 'tenant-settings.changed', market, market, {
      revision: 0,
      settings: defaultTenantSettings,
    });
    expect(await dayOfClaim('c-4')).toBe('D:2027-03-09:1');
  });

  it('parks an event it cannot apply, shows it to the operator of the tenant, and goes on with the others', async () => {
    const broken = newId('tpl');
    await tell(platform, 'template', 'template.changed', festival, broken, JSON.parse('{"templateId":"broken"}'));
    await claimed(platform, 'c-5', await publish(platform));
    const list = (tenant?: string) =>
      platform.execute(
        'user-coupon',
        { query: `{ couponDeadLetters { edges { node { id consumer eventType error attemptCount } } } }` },
        operator(tenant),
      );
    interface Listed {
      couponDeadLetters: { edges: { node: { id: string; consumer: string; eventType: string } }[] };
    }
    const [letter] = dataOf<Listed>(await list()).couponDeadLetters.edges;
    expect(letter?.node).toMatchObject({ consumer: 'user-coupon.templates', eventType: 'template.changed' });
    expect(dataOf<Listed>(await list('other-market')).couponDeadLetters.edges).toEqual([]);
    const replayed = await platform.execute(
      'user-coupon',
      {
        query: `mutation ($input: ReplayDeadLetterInput!) { replayCouponDeadLetter(input: $input) { replayedCount userErrors { code } } }`,
        variables: { input: { id: letter?.node.id } },
      },
      operator(),
    );
    expect(replayed.data?.replayCouponDeadLetter).toEqual({ replayedCount: 0, userErrors: [{ code: 'FAILED_AGAIN' }] });
  });

  it('keeps one code key for all processes in development, and wants a setting for it in production', async () => {
    const keys = await platform.mongo.database('user-coupon').collection('kept_secrets').find().toArray();
    expect(keys).toHaveLength(1);
    expect(() => readUserCouponSettings({ NODE_ENV: 'production' })).toThrow('CODE_KEY: expected 16 random bytes');
    expect(readUserCouponSettings({ NODE_ENV: 'production', CODE_KEY: 'A'.repeat(22) })).toEqual({
      CODE_KEY: 'A'.repeat(22),
      CLAIM_QUEUE_LIMIT: 5000,
    });
  });
});
