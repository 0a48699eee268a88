import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { anonymous, operator, shopper } from '../support/people';
import { ann, ben, codes, done, staff, startTemplateStage, type TemplateStage } from './template-stage';

let stage: TemplateStage;
beforeAll(async () => {
  stage = await startTemplateStage();
  await stage.ask(
    'mutation ($input: UpsertSkusInput!) { upsertSkus(input: $input) { changedCount userErrors { message } } }',
    {
      input: {
        skus: [
          {
            id: 'lm-001',
            name: 'Earphones',
            category: '/electronics/audio/earphones',
            brand: 'Lumen',
            merchantId: 'lumen',
            listPrices: [{ minorUnits: 29_900, currency: 'CNY' }],
          },
          {
            id: 'lm-002',
            name: 'Lamp',
            category: '/home/lamps',
            brand: 'Voltip',
            merchantId: 'lumen',
            listPrices: [{ minorUnits: 9900, currency: 'CNY' }],
          },
          {
            id: 'yh-001',
            name: 'Tea',
            category: '/food/tea',
            brand: null,
            merchantId: 'yunhai',
            listPrices: [{ minorUnits: 5000, currency: 'CNY' }],
          },
        ],
        idempotencyKey: 'catalogue',
      },
    },
    operator(),
  );
});
afterAll(() => stage.platform.stop());

interface Check {
  canPublish: boolean;
  hasWarnings: boolean;
  findings: { severity: string; code: string; path: string; reason: string; cure: string }[];
}
const check = async (input: Record<string, unknown>, who: Identity = ann) =>
  (
    await stage.ask<{ templateCheck: Check | null }>(
      'query ($input: TemplateCheckInput!) { templateCheck(input: $input) { canPublish hasWarnings findings { severity code path reason cure } } }',
      { input },
      who,
    )
  ).templateCheck;
const found = (answer: Check | null) => answer?.findings.map(({ code, path }) => [code, path]);

describe('a check before publishing', () => {
  const unknownGoods = { product: { scope: { kind: 'SKUS', skuIds: ['lm-001', 'lm-404'] } } };

  it('finds nothing in a sound draft and every fault of one that is no document', async () => {
    const sound = await stage.create(stage.coupon());
    expect(await check({ templateId: sound.id })).toEqual({ canPublish: true, hasWarnings: false, findings: [] });
    const broken = await check({ document: stage.coupon({ limit: { stock: 0 }, rule: { stackingGroup: 'x' } }) });
    expect(broken).toMatchObject({ canPublish: false, hasWarnings: false });
    expect(found(broken)).toEqual([
      ['INVALID_DOCUMENT', 'limit.stock'],
      ['INVALID_DOCUMENT', 'rule.stackingGroup'],
    ]);
  });

  it('looks goods up in the catalogue: SKUs, categories with all below them, brands and who sells them', async () => {
    const named = await check({
      document: stage.coupon({
        product: {
          scope: {
            kind: 'ANY_OF',
            scopes: [
              { kind: 'SKUS', skuIds: ['lm-001', 'yh-001', 'lm-404'] },
              { kind: 'CATEGORIES', categories: ['/electronics', '/electronics/audio', '/electronic', '/garden'] },
              { kind: 'BRANDS', brands: ['Lumen', 'Lumenn'] },
            ],
          },
        },
      }),
    });
    expect(named).toMatchObject({ canPublish: true, hasWarnings: true });
    expect(named?.findings.map(({ code, reason }) => `${code}: ${reason}`)).toEqual([
      'UNKNOWN_SKU: The catalogue has no such SKU: lm-404.',
      'UNKNOWN_CATEGORY: The catalogue has no goods in the category: /electronic, /garden.',
      'UNKNOWN_BRAND: The catalogue has no goods of the brand: Lumenn.',
      "FOREIGN_SKU: Another merchant sells yh-001; a merchant's promotion never reaches them.",
    ]);
  });

  it('compares a limit on units with the dearest goods of the scope', async () => {
    const limited = (itemCount: number) =>
      check({
        document: stage.coupon({
          product: { scope: { kind: 'CATEGORIES', categories: ['/electronics'] } },
          rule: { stackingGroup: 'MERCHANT_COUPON', condition: `cart.itemCount <= ${itemCount}` },
        }),
      });
    // The threshold is ¥300 and the earphones cost ¥299.
    expect(found(await limited(1))).toEqual([['UNREACHABLE_THRESHOLD', 'benefit[0]']]);
    expect(found(await limited(2))).toEqual([]);
  });

  it('asks for a yes about a warning: nothing is published without it, and everything with it', async () => {
    const draft = await stage.create(stage.coupon(unknownGoods));
    const refused = await stage.mutate('publishTemplate', { templateId: draft.id });
    expect(codes(refused)).toEqual(['WARNING']);
    expect(refused.userErrors[0]?.message).toMatch(/UNKNOWN_SKU.*lm-404.*acceptWarnings/);
    expect((await stage.read(draft.id))?.state).toBe('DRAFT');
    expect(await stage.eventsOf(draft.id)).toEqual([]);
    const published = done(await stage.mutate('publishTemplate', { templateId: draft.id, acceptWarnings: true }));
    expect(published).toMatchObject({ state: 'LIVE', version: 1 });
  });

  it('refuses what could never do what it promises, whatever somebody accepts, also before a review', async () => {
    const never = stage.coupon({
      user: { audience: { kind: 'NEW_USERS' } },
      rule: { stackingGroup: 'MERCHANT_COUPON', condition: 'user.payTimes >= 3' },
    });
    const draft = await stage.create(never);
    const accepted = await stage.mutate('publishTemplate', { templateId: draft.id, acceptWarnings: true });
    expect(codes(accepted)).toEqual(['CHECK_FAILED']);
    expect(accepted.userErrors[0]?.field).toEqual(['document', 'rule', 'condition']);
    expect(codes(await stage.mutate('submitTemplateForReview', { templateId: draft.id }))).toEqual(['CHECK_FAILED']);
  });

  it('refuses a draft whose own example comes out otherwise, and publishes it once it does not', async () => {
    const example = (discount: number) => ({
      examples: [
        {
          name: 'Two lamps',
          cart: { currency: 'CNY', lines: [{ unitPrice: 15_000, quantity: 2 }] },
          expect: { discount },
        },
      ],
    });
    const wrong = await stage.create(stage.coupon(example(5000)));
    expect(await check({ templateId: wrong.id })).toEqual({
      canPublish: false,
      hasWarnings: false,
      findings: [
        {
          severity: 'ERROR',
          code: 'EXAMPLE_FAILS',
          path: 'examples[0].expect',
          reason: 'Two lamps: Expected ¥50.00 off, found ¥40.00 off.',
          cure: 'correct the promotion, or what the example expects',
        },
      ],
    });
    const refused = await stage.mutate('publishTemplate', { templateId: wrong.id, acceptWarnings: true });
    expect(codes(refused)).toEqual(['CHECK_FAILED']);
    expect(refused.userErrors[0]).toMatchObject({
      message: expect.stringContaining('Expected ¥50.00 off, found ¥40.00 off.'),
      field: ['document', 'examples', '0', 'expect'],
    });
    expect(codes(await stage.mutate('submitTemplateForReview', { templateId: wrong.id }))).toEqual(['CHECK_FAILED']);
    const document = stage.coupon(example(4000));
    await stage.mutate('reviseTemplate', { templateId: wrong.id, revision: 1, document });
    const published = done(await stage.mutate('publishTemplate', { templateId: wrong.id }));
    expect(published).toMatchObject({ state: 'LIVE', document: { examples: [{ name: 'Two lamps' }] } });
    const [told] = await stage.eventsOf(wrong.id);
    expect(told?.payload.terms?.document).not.toHaveProperty('examples');
  });

  it('tells of many drafts which of them waits for a yes', async () => {
    const [sound, doubtful] = [await stage.create(stage.coupon()), await stage.create(stage.coupon(unknownGoods))];
    const publishAll = async (input: Record<string, unknown>) =>
      (
        await stage.ask<{ publishTemplates: { results: { templateId: string; userErrors: { code: string }[] }[] } }>(
          'mutation ($input: PublishTemplatesInput!) { publishTemplates(input: $input) { results { templateId userErrors { code } } } }',
          { input: { templateIds: [sound.id, doubtful.id], idempotencyKey: stage.newKey(), ...input } },
          ann,
        )
      ).publishTemplates.results.map(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(await publishAll({})).toEqual([[], ['WARNING']]);
    expect(await publishAll({ acceptWarnings: true })).toEqual([['NOTHING_TO_PUBLISH'], []]);
  });

  it('knows of a promotion of the platform that stands alone and takes every cart', async () => {
    const tenant = 'crowded';
    const platform = operator(tenant);
    const alone = await stage.publish(
      stage.automatic({
        rule: { stackingGroup: 'ITEM', exclusive: true, always: true },
        time: { startsAt: stage.fromNow(-86_400_000), endsAt: stage.fromNow(30 * 86_400_000) },
      }),
      platform,
    );
    const of = staff('ann', 'lumen', tenant);
    const hidden = await check({ document: stage.coupon() }, of);
    expect(hidden).toMatchObject({ canPublish: false, findings: [{ code: 'HIDDEN_BY_EXCLUSIVE' }] });
    expect(hidden?.findings[0]?.reason).toContain(alone.id);
    await stage.mutate('endTemplate', { templateId: alone.id }, platform);
    expect(found(await check({ document: stage.coupon() }, of))).toEqual([]);
  });

  it('is for authors: to another merchant the template is not there, to shoppers the question is not', async () => {
    const draft = await stage.create(stage.coupon());
    expect(await check({ templateId: draft.id }, ben)).toMatchObject({ canPublish: true });
    expect(await check({ templateId: draft.id }, staff('eve', 'yunhai'))).toBeNull();
    expect(await check({ templateId: draft.id }, staff('ann', 'lumen', 'elsewhere'))).toBeNull();
    const query = 'query ($input: TemplateCheckInput!) { templateCheck(input: $input) { canPublish } }';
    expect(await stage.failure(query, { input: { templateId: draft.id } }, shopper('sam'))).toBe('FORBIDDEN');
    expect(await stage.failure(query, { input: {} }, ann)).toBe('BAD_USER_INPUT');
    expect(await stage.failure(query, { input: { templateId: draft.id, document: {} } }, ann)).toBe('BAD_USER_INPUT');
  });
});

describe('trying a promotion before it is published', () => {
  const flashSale: unknown = JSON.parse(readFileSync(projectFile('clients/demo/flash-sale.json'), 'utf8'));
  interface Explanation {
    verdict: string;
    unmet: { path: string; fact: string; required: string; observed: string | null; message: string }[];
    isCurable: boolean;
    cure: { fact: string; message: string }[];
  }
  const query =
    'query ($input: PromotionExplanationInput!) { promotionExplanation(input: $input) { verdict unmet { path fact required observed message } isCurable cure { fact message } } }';
  const explain = async (input: Record<string, unknown>, who: Identity = ann) =>
    (await stage.ask<{ promotionExplanation: Explanation | null }>(query, { input }, who)).promotionExplanation;
  const open = '2027-11-11T20:30:00+08:00';
  const cart = { lines: [{ skuId: 'lm-001', quantity: 1 }], currency: 'CNY' };
  const fitting = {
    'user.tags': ['new-user'],
    'user.payTimes': 0,
    'user.tier': 'GOLD',
    'user.registeredAt': '2027-11-01T00:00:00Z',
  };

  it('says that it applies to a fitting shopper, cart and moment', async () => {
    const all = await explain({ document: flashSale, facts: fitting, cart, at: open });
    expect(all).toEqual({ verdict: 'APPLIES', unmet: [], isCurable: true, cure: [] });
  });

  it('names each condition that does not hold by its place in the document, and the least that would mend it', async () => {
    const facts = {
      ...fitting,
      'user.tags': ['employee'],
      'user.tier': 'NONE',
      'user.registeredAt': '2020-01-01T00:00:00Z',
    };
    const answer = await explain({ document: flashSale, facts, cart, at: open });
    expect(answer?.verdict).toBe('DOES_NOT_APPLY');
    expect(answer?.unmet.map(({ path, observed }) => [path, observed])).toEqual([
      ['user.audience.tags', '["employee"]'],
      ['user.excludes.tags', '["employee"]'],
      ['rule.condition.all[1].any[0]', 'NONE'],
      ['rule.condition.all[1].any[1]', '2020-01-01T00:00:00.000Z'],
    ]);
    expect(answer?.isCurable).toBe(true);
    expect(answer?.cure.map(({ fact }) => fact)).toEqual(['user.tags', 'user.tags', 'user.tier']);
  });

  it('tells what nobody knows from what is wrong, and a window that is over from one that is to come', async () => {
    const { 'user.tier': _, 'user.registeredAt': __, ...known } = fitting;
    const unknown = await explain({ document: flashSale, facts: known, cart, at: open });
    expect(unknown).toMatchObject({ verdict: 'UNKNOWN' });
    expect(unknown?.unmet.map(({ observed }) => observed)).toEqual([null, null]);
    const late = await explain({ document: flashSale, facts: fitting, cart, at: '2027-12-01T20:30:00+08:00' });
    expect(late).toMatchObject({ verdict: 'DOES_NOT_APPLY', isCurable: false, cure: [] });
    expect(late?.unmet.map(({ path }) => path)).toEqual(['time.validity.until']);
    const early = await explain({ document: flashSale, facts: fitting, cart, at: '2027-11-11T12:00:00+08:00' });
    expect(early?.unmet.map(({ path }) => path)).toEqual(['time.validity.from']);
    expect(early?.cure).toEqual([{ fact: 'time.now', message: 'wait until 2027-11-11T12:00:00.000Z' }]);
  });

  it('asks goods line by line: a brand on one line and a category on another are not enough', async () => {
    const lamp = { lines: [{ skuId: 'lm-002', quantity: 1 }], currency: 'CNY' };
    expect(await explain({ document: flashSale, facts: fitting, cart: lamp, at: open })).toEqual({
      verdict: 'DOES_NOT_APPLY',
      unmet: [expect.objectContaining({ path: 'product', fact: 'cart.skus', observed: 'none' })],
      isCurable: true,
      cure: [{ fact: 'cart.skus', message: 'add goods of product.scope to the cart' }],
    });
  });

  it('looks at what members pay, at which no coupon is taken', async () => {
    await stage.ask(
      'mutation ($input: UpsertSkusInput!) { upsertSkus(input: $input) { changedCount userErrors { message } } }',
      {
        input: {
          skus: [
            {
              id: 'lm-vip',
              name: 'Lamp',
              merchantId: 'lumen',
              category: '/home',
              listPrices: [{ minorUnits: 50_000, currency: 'CNY' }],
              memberPrices: [{ minorUnits: 45_000, currency: 'CNY' }],
            },
          ],
          idempotencyKey: stage.newKey(),
        },
      },
      operator(),
    );
    const vip = { lines: [{ skuId: 'lm-vip', quantity: 1 }], currency: 'CNY' };
    const document = stage.coupon();
    expect(await explain({ document, facts: {}, cart: vip })).toMatchObject({ verdict: 'APPLIES' });
    expect(await explain({ document, facts: { 'user.tier': 'GOLD' }, cart: vip })).toMatchObject({
      verdict: 'DOES_NOT_APPLY',
      unmet: [{ path: 'product', observed: 'MEMBER' }],
    });
  });

  it('refuses facts that are none, of another type, and goods that are not there, with their places', async () => {
    const ask = (input: Record<string, unknown>) =>
      stage.platform.execute('template', { query, variables: { input: { document: flashSale, ...input } } }, ann);
    const faulty = await ask({
      facts: { 'user.payTime': 1, 'user.payTimes': 'many', 'cart.subtotal': 5, 'time.month': 3 },
      cart: { lines: [{ skuId: 'x', quantity: 1 }], currency: 'CNY' },
    });
    expect(faulty.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['input', 'facts', 'user.payTime'],
    });
    expect(faulty.errors?.[0]?.message).toMatch(
      /user\.payTime.*user\.payTimes.*whole number.*cart\.subtotal.*the cart tells it.*time\.month.*cart\.lines\[0\]/s,
    );
    expect(
      (await ask({ cart: { lines: [{ skuId: 'lm-001', quantity: 0 }], currency: 'CNY' } })).errors?.[0]?.extensions
        ?.code,
    ).toBe('BAD_USER_INPUT');
    expect((await ask({ document: { name: 1 } })).errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it("is not there for another merchant's template, and works for a saved one", async () => {
    const { id } = await stage.create(
      stage.automatic({ rule: { stackingGroup: 'ITEM', condition: 'user.payTimes > 2' } }),
    );
    expect(await explain({ templateId: id }, staff('eve', 'yunhai'))).toBeNull();
    expect(await explain({ templateId: id, facts: { 'user.payTimes': 2 }, cart })).toMatchObject({
      verdict: 'DOES_NOT_APPLY',
      unmet: [{ path: 'rule.condition', fact: 'user.payTimes', required: 'gt 2', observed: '2' }],
      cure: [{ fact: 'user.payTimes', message: 'raise user.payTimes to 3' }],
    });
  });

  it('lists every fact a rule may ask for, and shows a rule as text', async () => {
    const { ruleFacts } = await stage.ask<{ ruleFacts: { name: string; type: string; operators: string[] }[] }>(
      '{ ruleFacts { name type about operators values } }',
      {},
      anonymous(),
    );
    expect(ruleFacts).toContainEqual(
      expect.objectContaining({
        name: 'user.tags',
        type: 'TEXTS',
        operators: ['containsAny', 'containsAll', 'containsNone', 'exists'],
      }),
    );
    const { id } = await stage.create(
      stage.automatic({
        rule: {
          stackingGroup: 'ITEM',
          condition: {
            any: [
              { fact: 'user.payTimes', op: 'gt', value: 5 },
              { fact: 'cart.itemCount', op: 'gte', value: 2 },
            ],
          },
        },
      }),
    );
    const { template } = await stage.ask<{ template: { conditionText: string } }>(
      'query ($id: ID!) { template(id: $id) { conditionText } }',
      { id },
      ann,
    );
    expect(template.conditionText).toBe('user.payTimes > 5 || cart.itemCount >= 2');
  });
});
