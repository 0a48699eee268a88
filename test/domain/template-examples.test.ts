import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { asMerchantId, asTemplateId, asTenantId, asVersionId } from '../../subgraphs/shared/kernel/identifiers';
import { parseTemplateDocument, templateDocumentJsonSchema } from '../../subgraphs/shared/kernel/promotion-terms';
import { defaultTenantSettings, type TenantSettings } from '../../subgraphs/shared/kernel/tenant-settings';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { checkExamples } from '../../subgraphs/template/domain/check-examples';
import { documentLine, readDocumentLine } from '../../subgraphs/template/domain/document-lines';
import { sheetRow } from '../../subgraphs/template/domain/sheet';
import { isPublished, newTemplate, publish, termsOf } from '../../subgraphs/template/domain/template';
import { document, rawDocument, terms } from '../support/promotions';

const cart = (...prices: number[]) => ({ currency: 'CNY', lines: prices.map((unitPrice) => ({ unitPrice })) });
const automatic = {
  trigger: 'AUTOMATIC',
  time: { startsAt: '2026-11-01T00:00:00+08:00', endsAt: '2026-11-12T00:00:00+08:00' },
};

/** What is found of one example in a document with these modules. */
function found(
  example: Record<string, unknown>,
  modules: Record<string, unknown> = {},
  settings: TenantSettings = defaultTenantSettings,
  merchantId: string | null = 'lumen',
): string | null {
  const about = terms('t-1', { ...modules, examples: [{ name: 'Shown', ...example }] }, merchantId);
  const findings = checkExamples(about, settings);
  expect(findings.length).toBeLessThanOrEqual(1);
  for (const { severity, code, path } of findings)
    expect([severity, code, path]).toEqual(['ERROR', 'EXAMPLE_FAILS', 'examples[0].expect']);
  return findings[0]?.reason ?? null;
}

describe('an example of ¥40 off over ¥300', () => {
  it.each<[string, Record<string, unknown>]>([
    ['the threshold just reached', { cart: cart(30_000), expect: { discount: 4000, payable: 26_000 } }],
    ['two lines together', { cart: cart(20_000, 10_000), expect: { discount: 4000 } }],
    ['one fen below', { cart: cart(29_999), expect: { refusal: 'BELOW_THRESHOLD' } }],
    ['nothing off, said as an amount', { cart: cart(29_999), expect: { discount: 0, payable: 29_999 } }],
    ['another currency', { cart: { ...cart(9000), currency: 'JPY' }, expect: { refusal: 'NO_VALUE_FOR_CURRENCY' } }],
    [
      'goods of another shop',
      {
        cart: { currency: 'CNY', lines: [{ unitPrice: 30_000, merchantId: 'terra' }] },
        expect: { refusal: 'OUT_OF_SCOPE' },
      },
    ],
    [
      'two coupons in hand, of which one counts on a line',
      { cart: cart(60_000), coupons: 2, expect: { discount: 4000 } },
    ],
    [
      'a day before any coupon is valid',
      { cart: cart(30_000), at: '2026-10-31T00:00:00+08:00', expect: { refusal: 'COUPON_NOT_YET_VALID' } },
    ],
    [
      'the last day of the coupons claimed last',
      { cart: cart(30_000), at: '2026-11-18T23:00:00+08:00', expect: { discount: 4000 } },
    ],
    ['the day after', { cart: cart(30_000), at: '2026-11-19T00:00:00+08:00', expect: { refusal: 'COUPON_EXPIRED' } }],
    [
      'shipping, which is not touched',
      {
        cart: { ...cart(30_000), shipping: { method: 'POST', amount: 800 } },
        expect: { discount: 4000, payable: 26_800 },
      },
    ],
  ])('comes out as it says: %s', (_what, example) => {
    expect(found(example)).toBeNull();
  });

  it.each<[Record<string, unknown>, string]>([
    [
      { cart: cart(29_999), expect: { discount: 4000 } },
      'Shown: Expected ¥40.00 off, found BELOW_THRESHOLD: It asks for ¥300.00 of what is in scope and finds ¥299.99; ¥0.01 more would do.',
    ],
    [{ cart: cart(30_000), expect: { discount: 4001 } }, 'Shown: Expected ¥40.01 off, found ¥40.00 off.'],
    [
      { cart: cart(30_000), expect: { discount: 4000, payable: 25_000 } },
      'Shown: Expected ¥250.00 to pay, found ¥260.00 after ¥40.00 off.',
    ],
    [
      { cart: cart(30_000), expect: { refusal: 'BELOW_THRESHOLD' } },
      'Shown: Expected BELOW_THRESHOLD, found ¥40.00 off.',
    ],
    [
      { cart: { ...cart(30_000), currency: 'JPY' }, expect: { refusal: 'BELOW_THRESHOLD' } },
      "Shown: Expected BELOW_THRESHOLD, found NO_VALUE_FOR_CURRENCY: It has no value in the cart's currency.",
    ],
  ])('is told with what was found where it does not: %j', (example, reason) => {
    expect(found(example)).toBe(reason);
  });
});

describe('an example', () => {
  it('asks the rule about the shopper it tells of, and a coupon as its owner', () => {
    const modules = {
      user: { audience: { kind: 'NEW_USERS' } },
      rule: {
        stackingGroup: 'MERCHANT_COUPON',
        condition: 'user.tier == "GOLD" && user.registeredAt.withinLast(duration("24h")) && context.channel == "APP"',
      },
    };
    const fitting = { 'user.tier': 'GOLD', 'user.registeredAt': '2026-10-31T12:00:00Z', 'context.channel': 'APP' };
    const at = '2026-11-01T00:00:00Z';
    expect(found({ cart: cart(30_000), facts: fitting, at, expect: { discount: 4000 } }, modules)).toBeNull();
    for (const change of [
      { 'user.tier': 'SILVER' },
      { 'user.registeredAt': '2026-10-30T12:00:00Z' },
      { 'context.channel': 'WEB' },
    ]) {
      const facts = { ...fitting, ...change };
      expect(found({ cart: cart(30_000), facts, at, expect: { refusal: 'NOT_ELIGIBLE' } }, modules)).toBeNull();
    }
    expect(found({ cart: cart(30_000), at, expect: { discount: 4000 } }, modules)).toContain('found NOT_ELIGIBLE');
  });

  it('asks of what applies by itself its audience too', () => {
    const forNew = { ...automatic, user: { audience: { kind: 'NEW_USERS' } } };
    const example = { cart: cart(30_000), expect: { discount: 4000 } };
    expect(found({ ...example, facts: { 'user.isNew': true } }, forNew)).toBeNull();
    expect(found({ ...example, facts: { 'user.isNew': false } }, forNew)).toContain('NOT_ELIGIBLE');
  });

  it('is priced when the promotion first opens, unless it says when', () => {
    const evenings = { ...automatic, time: { ...automatic.time, hoursOfDay: [{ from: '20:00', until: '22:00' }] } };
    const example = { cart: cart(30_000), expect: { discount: 4000 } };
    expect(found(example, evenings)).toBeNull();
    expect(found({ ...example, at: '2026-11-02T12:00:00+08:00' }, evenings)).toContain('NOT_STARTED');
    expect(found({ ...example, at: '2026-11-12T20:30:00+08:00' }, evenings)).toContain('ENDED');
  });

  it('of the platform counts the goods of several shops together', () => {
    const lines = [
      { unitPrice: 20_000, merchantId: 'lumen' },
      { unitPrice: 10_000, merchantId: 'terra' },
    ];
    const example = { cart: { currency: 'CNY', lines }, expect: { discount: 4000 } };
    expect(found(example, {}, defaultTenantSettings, null)).toBeNull();
    expect(found(example)).toContain('BELOW_THRESHOLD');
    expect(found({ cart: cart(30_000), expect: { discount: 4000 } }, {}, defaultTenantSettings, null)).toBeNull();
  });

  it('says what each of several benefits did', () => {
    const benefit = [
      { kind: 'FIXED', off: { CNY: 3000 }, threshold: { CNY: 9900 } },
      { kind: 'FREE_SHIPPING', maxAmount: { CNY: 1500 } },
    ];
    const of = { ...cart(9900), shipping: { method: 'POST', amount: 2000 } };
    expect(found({ cart: of, expect: { discount: 4500, payable: 7400 } }, { benefit })).toBeNull();
    expect(found({ cart: of, expect: { discount: 5000 } }, { benefit })).toBe(
      'Shown: Expected ¥50.00 off, found ¥45.00 off (benefit[0] ¥30.00, benefit[1] ¥15.00).',
    );
  });

  it('keeps to the floors of the marketplace, as every order will', () => {
    const half = { benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 5000 }] };
    const capped = { ...defaultTenantSettings, floors: { maxDiscountShareBasisPoints: 3000 } };
    const example = { cart: cart(10_000), expect: { discount: 5000 } };
    expect(found(example, half)).toBeNull();
    expect(found(example, half, capped)).toBe('Shown: Expected ¥50.00 off, found ¥30.00 off.');
  });

  it('whose amounts make no cart is told so', () => {
    const about = terms('t-1', {
      examples: [{ name: 'Too much', cart: cart(Number.MAX_SAFE_INTEGER, 1), expect: { discount: 0 } }],
    });
    expect(checkExamples(about, defaultTenantSettings)).toMatchObject([
      { code: 'EXAMPLE_FAILS', path: 'examples[0].cart.lines' },
    ]);
  });
});

describe('the examples of a document', () => {
  const sound = [{ name: 'Shown', cart: cart(30_000), expect: { discount: 4000 } }];
  const parse = (examples: unknown) => parseTemplateDocument(rawDocument({ examples }));

  it('are parsed with everything that is wrong with them at once', () => {
    const faults = parse([
      {
        name: '',
        cart: { currency: 'cny', lines: [{ unitPrice: -1, quantity: 0 }] },
        facts: { 'user.level': 1, 'user.payTimes': 'many', 'cart.subtotal': 5 },
        expect: { refusal: 'GROUP_LIMIT' },
      },
    ]);
    expect(faults.ok ? [] : faults.refusal.map(({ path }) => path)).toEqual([
      'examples[0].name',
      'examples[0].cart.currency',
      'examples[0].cart.lines[0].unitPrice',
      'examples[0].cart.lines[0].quantity',
      'examples[0].facts.user.level',
      'examples[0].facts.user.payTimes',
      'examples[0].facts.cart.subtotal',
      'examples[0].expect',
    ]);
    expect(faults.ok ? [] : faults.refusal.at(-1)?.allowed).toContain('either {"discount": minor units}');
  });

  it('are at most twenty of at most twenty lines', () => {
    const many = (count: number, lines: number) =>
      Array.from({ length: count }, () => ({
        ...sound[0],
        cart: cart(...Array.from({ length: lines }, () => 30_000)),
      }));
    expect(parse(many(20, 20)).ok).toBe(true);
    expect(parse(many(21, 1)).ok).toBe(false);
    expect(parse(many(1, 21)).ok).toBe(false);
  });

  it('stay as they are when the document is read again, and are in its JSON Schema', () => {
    const once = document({ examples: sound });
    expect(parseTemplateDocument(JSON.parse(JSON.stringify(once)))).toEqual({ ok: true, value: once });
    expect(templateDocumentJsonSchema()).toMatchObject({
      properties: {
        examples: { maxItems: 20, items: { properties: { cart: { properties: { lines: { maxItems: 20 } } } } } },
      },
    });
  });

  const now = new Date('2026-11-01T00:00:00Z');
  const owner = { id: asTemplateId('t-1'), tenantId: asTenantId('festival'), merchantId: asMerchantId('lumen') };
  const draft = newTemplate(owner, document({ examples: sound }), { kind: 'user', subject: 'ann' }, now);

  it('leave and come back with a line of an export', () => {
    const read = readDocumentLine(1, JSON.stringify(documentLine(draft, now)));
    expect(read.ok && read.value.document).toEqual(document({ examples: sound }));
  });

  it('are named by the sheet, which has no column for them', () => {
    const about = { id: asTemplateId('t-1'), revision: 1, state: 'DRAFT' as const };
    const row = sheetRow({ ...about, document: document({ examples: sound }) });
    expect(row.at(-1)).toBe('examples');
  });

  it('are for authors: what followers are told of a version is without them', () => {
    const published = publish(draft, asVersionId('v-1'), now, ['MERCHANT_COUPON']);
    if (!published.ok || !isPublished(published.value)) throw new Error('Expected a published template.');
    expect(published.value.published.document.examples).toHaveLength(1);
    expect(termsOf(published.value).document).toEqual(document());
  });

  it('of the documentation and of the festival come out as they say', () => {
    const flashSale: unknown = JSON.parse(readFileSync(projectFile('clients/demo/flash-sale.json'), 'utf8'));
    const festival: { author: string; document: unknown }[] = JSON.parse(
      readFileSync(projectFile('clients/demo/promotions.json'), 'utf8'),
    );
    const all = [{ author: 'lumen', document: flashSale }, ...festival];
    const shown = all.map(({ author, document: raw }) => {
      const parsed = parseTemplateDocument(raw);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
      const merchantId = author === 'platform' ? null : asMerchantId(author);
      const about = { ...terms('t-1'), merchantId, document: parsed.value };
      return { count: parsed.value.examples?.length ?? 0, findings: checkExamples(about, defaultTenantSettings) };
    });
    expect(shown.flatMap(({ findings }) => findings)).toEqual([]);
    expect(shown.reduce((sum, { count }) => sum + count, 0)).toBe(7);
  });
});
