import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { operator } from '../support/people';
import { until } from '../support/until';
import { ann, codes, done, patienceMs, staff, startTemplateStage, type TemplateStage } from './template-stage';

let stage: TemplateStage;
beforeAll(async () => {
  stage = await startTemplateStage();
  await stage.ask(
    'mutation ($input: UpsertSkusInput!) { upsertSkus(input: $input) { changedCount userErrors { message } } }',
    {
      input: {
        skus: [
          sku('bulb', 1500),
          sku('lamp', 10_000, { minUnitPrices: [{ minorUnits: 4500, currency: 'CNY' }] }),
          { ...sku('tea', 800), merchantId: 'yunhai', category: '/food/tea' },
        ],
        idempotencyKey: 'catalogue',
      },
    },
    operator(),
  );
}, patienceMs);
afterAll(() => stage.platform.stop());

function sku(id: string, minorUnits: number, more: Record<string, unknown> = {}) {
  const listPrices = [{ minorUnits, currency: 'CNY' }];
  return { id, name: id, category: '/home/lamps', merchantId: 'lumen', listPrices, ...more };
}

const amount = 'minorUnits currency';
const query = `query ($input: TemplateCheckInput!) { templateCheck(input: $input) { canPublish hasWarnings
  findings { severity code path reason cart { at facts lines { skuId quantity unitPrice { ${amount} } }
    promotions { templateId name amount { ${amount} } }
    listTotal { ${amount} } discount { ${amount} } payable { ${amount} } payableWithFloors { ${amount} } } }
  search { cartCount isExhaustive } } }`;
interface Check {
  canPublish: boolean;
  hasWarnings: boolean;
  findings: { severity: string; code: string; path: string; reason: string; cart: Record<string, unknown> | null }[];
  search: { cartCount: number; isExhaustive: boolean } | null;
}
/** The check after a whole search; a busy machine may need more than one to have the time. */
async function check(input: Record<string, unknown>, who: Identity = ann): Promise<Check> {
  let found: Check | null = null;
  await until(async () => {
    found = (await stage.insist<{ templateCheck: Check | null }>(query, { input }, who)).templateCheck;
    return found?.search?.isExhaustive === true;
  }, patienceMs);
  if (!found) throw new Error('Expected a check, found none.');
  return found;
}
const yuan = (minorUnits: number) => ({ minorUnits, currency: 'CNY' });
const half = { benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 5000 }] };
const settings = (input: Record<string, unknown>) =>
  stage.ask(
    'mutation ($input: UpdateTenantSettingsInput!) { updateTenantSettings(input: $input) { userErrors { message } } }',
    { input: { ...input, idempotencyKey: stage.newKey() } },
    operator(),
  );

describe('a check beside what is live', () => {
  it(
    'tells which others it stacks with, on which cart, and asks for a yes; without the others there is nothing to tell',
    async () => {
      const document = stage.coupon({ ...half, name: { default: '再半价' } });
      expect(await check({ document })).toMatchObject({ canPublish: true, hasWarnings: false, findings: [] });

      const other = await stage.publish(stage.automatic({ ...half, name: { default: '半价' } }), operator());
      const draft = await stage.create(document);
      const checked = await check({ templateId: draft.id });
      expect(checked).toMatchObject({ canPublish: true, hasWarnings: true });
      expect(checked.search?.cartCount).toBeGreaterThan(5);
      expect(checked.findings).toEqual([
        {
          severity: 'WARNING',
          code: 'STACKS_TOO_DEEP',
          path: 'benefit',
          reason:
            '1 × bulb: ¥3.75 is left of ¥15.00 with it and “半价” together, 75 % off; the marketplace asks above 70 %.',
          cart: {
            at: expect.any(String),
            facts: {},
            lines: [{ skuId: 'bulb', quantity: 1, unitPrice: yuan(1500) }],
            promotions: [
              { templateId: other.id, name: '半价', amount: yuan(750) },
              { templateId: draft.id, name: '再半价', amount: yuan(375) },
            ],
            listTotal: yuan(1500),
            discount: yuan(1125),
            payable: yuan(375),
            payableWithFloors: null,
          },
        },
        expect.objectContaining({ code: 'BELOW_FLOOR' }),
      ]);
      const unsaved = await check({ document });
      expect(unsaved.findings[0]?.cart?.promotions).toMatchObject([{ templateId: other.id }, { templateId: null }]);

      const refused = await stage.mutate('publishTemplate', { templateId: draft.id });
      expect(new Set(codes(refused))).toEqual(new Set(['WARNING']));
      expect(refused.userErrors[0]?.message).toMatch(/STACKS_TOO_DEEP.*1 × bulb.*acceptWarnings/);
      const published = await stage.mutate('publishTemplate', { templateId: draft.id, acceptWarnings: true });
      expect(done(published).state).toBe('LIVE');

      await stage.mutate('endTemplate', { templateId: draft.id });
      await stage.mutate('pauseTemplate', { templateId: other.id }, operator());
      expect((await check({ document })).findings).toEqual([]);
    },
    2 * patienceMs,
  );

  it(
    'looks at promotions of the owner and of the platform, and never at those of another shop',
    async () => {
      const eve = staff('eve', 'yunhai');
      await stage.publish(stage.automatic(half), eve);
      expect((await check({ document: stage.coupon(half) })).findings).toEqual([]);
      expect((await check({ document: stage.coupon(half) }, eve)).findings).toMatchObject([
        { code: 'STACKS_TOO_DEEP' },
      ]);
    },
    patienceMs,
  );

  it(
    'tells the floors and least prices that stop it, and asks as early as the marketplace wants',
    async () => {
      const deep = stage.coupon({ benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 6000 }] });
      const { findings } = await check({ document: deep });
      expect(findings).toMatchObject([
        {
          code: 'BELOW_FLOOR',
          cart: { lines: [{ skuId: 'lamp' }], payable: yuan(4000), payableWithFloors: yuan(4500) },
        },
      ]);
      await settings({ warnAboveDiscountBasisPoints: 3000, floors: { maxDiscountShareBasisPoints: 4000 } });
      const found = (await check({ document: deep })).findings.map(({ code, cart }) => [code, cart?.payable]);
      expect(found).toEqual([
        ['STACKS_TOO_DEEP', yuan(900)],
        ['BELOW_FLOOR', yuan(600)],
      ]);
      await settings({ warnAboveDiscountBasisPoints: null, floors: null });
    },
    patienceMs,
  );

  it('says nothing of carts about what is no document', async () => {
    const { templateCheck } = await stage.ask<{ templateCheck: Check }>(query, { input: { document: {} } }, ann);
    expect(templateCheck).toMatchObject({ canPublish: false, search: null });
  });
});
