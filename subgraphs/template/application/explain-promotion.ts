import type { Identity } from '../../shared/contracts/identity';
import { asSkuId, type TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { type Cart, type CartLine, readCart } from '../../shared/kernel/pricing/cart';
import { lineOf, shippingOf } from '../../shared/kernel/pricing/catalogue-cart';
import { type PromotionTerms, parseTemplateDocument, type TemplateDocument } from '../../shared/kernel/promotion-terms';
import { recordedFacts } from '../../shared/kernel/rules/fact-sources';
import type { Facts } from '../../shared/kernel/rules/facts';
import { readWrittenFacts } from '../../shared/kernel/rules/written-facts';
import { workingDocument } from '../domain/template';
import { type PromotionExplanation, tryPromotion } from '../domain/trial';
import type { TemplateStore } from '../store';
import { authorshipOf, isAuthorOf } from './authorship';

export interface ExplainDeps {
  store: Pick<TemplateStore, 'templatesByIds' | 'skusByIds' | 'settingsOf'>;
  now(): Date;
}

/** What a promotion is tried on. What is left out is unknown. */
export interface TrialInput {
  facts: unknown;
  cart: { lines: readonly { skuId: string; quantity: number }[]; currency: string } | null;
  at: Date | null;
}

/** One thing wrong with the question, with its path in the input. */
export interface TrialFault {
  path: string[];
  message: string;
}

/** Whose promotion it is. */
type Owner = Pick<PromotionTerms, 'tenantId' | 'merchantId'>;

/**
 * Tries a promotion of the caller's, saved or not, on a shopper, a cart and a moment. Null when the caller has no such
 * template. Prices after discounts and other promotions are not looked at.
 */
export async function explainPromotion(
  deps: ExplainDeps,
  who: Identity,
  subject: { templateId: TemplateId } | { document: unknown },
  trial: TrialInput,
): Promise<Outcome<PromotionExplanation, TrialFault[]> | null> {
  const found = await documentOf(deps, who, subject);
  if (found === null || !found.ok) return found;
  const { document, owner } = found.value;
  const read = readWrittenFacts(trial.facts);
  const told = recordedFacts(read.ok ? read.value : {});
  const cart = trial.cart ? await cartOf(deps, who, trial.cart, told) : accepted(null);
  if (!read.ok || !cart.ok) return refused([...(read.ok ? [] : read.refusal), ...(cart.ok ? [] : cart.refusal)]);
  return accepted(tryPromotion({ document, ...owner }, cart.value, told, trial.at ?? deps.now()));
}

async function documentOf(
  deps: ExplainDeps,
  who: Identity,
  subject: { templateId: TemplateId } | { document: unknown },
): Promise<Outcome<{ document: TemplateDocument; owner: Owner }, TrialFault[]> | null> {
  if ('templateId' in subject) {
    const template = (await deps.store.templatesByIds(who.tenant, [subject.templateId])).get(subject.templateId);
    if (!template || !isAuthorOf(who, template)) return null;
    const { tenantId, merchantId } = template;
    return accepted({ document: workingDocument(template), owner: { tenantId, merchantId } });
  }
  const parsed = parseTemplateDocument(subject.document);
  const owner = { tenantId: who.tenant, merchantId: authorshipOf(who)?.merchantId ?? null };
  if (parsed.ok) return accepted({ document: parsed.value, owner });
  return refused(
    parsed.refusal.map(({ path, found, allowed, cure }) => ({
      path: ['document', path],
      message: `document.${path}: expected ${allowed}, found ${found}; ${cure}.`,
    })),
  );
}

/** The cart as catalogue and tenant price it for a shopper of whom this is told. */
async function cartOf(
  deps: ExplainDeps,
  who: Identity,
  { lines, currency }: NonNullable<TrialInput['cart']>,
  told: Facts,
): Promise<Outcome<Cart, TrialFault[]>> {
  const [known, { settings }] = await Promise.all([
    deps.store.skusByIds(
      who.tenant,
      lines.map(({ skuId }) => asSkuId(skuId)),
    ),
    deps.store.settingsOf(who.tenant),
  ]);
  const tier = told.get('user.tier');
  const faults: TrialFault[] = [];
  const priced = lines.flatMap(({ skuId, quantity }, index): Omit<CartLine, 'lineId'>[] => {
    const sku = known.get(asSkuId(skuId));
    const line = sku && lineOf(sku, { quantity, currency, tier }, settings);
    if (line) return [line];
    faults.push({
      path: ['cart', 'lines', String(index), 'skuId'],
      message: `cart.lines[${index}].skuId: expected a SKU of the catalogue with a price in ${currency}, found ${JSON.stringify(skuId)}.`,
    });
    return [];
  });
  const method = told.get('order.shippingMethod');
  const shipping = shippingOf(typeof method === 'string' ? method : null, currency, settings);
  if (!shipping.ok)
    faults.push({
      path: ['facts', 'order.shippingMethod'],
      message: `facts.order.shippingMethod: expected one of the tenant's shipping methods (${shipping.refusal.join(', ') || `none with a price in ${currency}`}), found ${JSON.stringify(method)}; choose one of them or leave it out.`,
    });
  const cart = readCart(currency, priced, { shipping: shipping.ok ? shipping.value : null, taxMode: settings.taxMode });
  if (faults.length === 0 && cart.ok) return accepted(cart.value);
  const ofCart = cart.ok ? [] : cart.refusal;
  return refused([
    ...faults,
    ...ofCart.map(({ path, found, allowed, cure }) => ({
      path: ['cart', path],
      message: `cart.${path}: expected ${allowed}, found ${found}; ${cure}.`,
    })),
  ]);
}
