import type { Identity } from '../../shared/contracts/identity';
import { asSkuId, type TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { type Cart, type CartLine, readCart } from '../../shared/kernel/pricing/cart';
import { type PromotionTerms, parseTemplateDocument, type TemplateDocument } from '../../shared/kernel/promotion-terms';
import { recordedFacts } from '../../shared/kernel/rules/fact-sources';
import { type Facts, type FactValue, factDefinition } from '../../shared/kernel/rules/facts';
import { workingDocument } from '../domain/template';
import { type PromotionExplanation, tryPromotion } from '../domain/trial';
import type { TemplateStore } from '../store';
import { authorshipOf, isAuthorOf } from './authorship';

export interface ExplainDeps {
  store: Pick<TemplateStore, 'templatesByIds' | 'skusByIds'>;
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
  const told = readFacts(trial.facts);
  const cart = trial.cart ? await cartOf(deps, who, trial.cart) : accepted(null);
  if (!told.ok || !cart.ok) return refused([...(told.ok ? [] : told.refusal), ...(cart.ok ? [] : cart.refusal)]);
  return accepted(tryPromotion({ document, ...owner }, cart.value, told.value, trial.at ?? deps.now()));
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

/** Facts as somebody writes them down: of the catalogue, of their types, instants as texts. */
function readFacts(written: unknown): Outcome<Facts, TrialFault[]> {
  const faults: TrialFault[] = [];
  const record: Record<string, FactValue> = {};
  for (const [name, value] of Object.entries(typeof written === 'object' && written !== null ? written : {})) {
    if (value === null) continue;
    const owner = decidedElsewhere.find(({ prefix }) => name.startsWith(prefix));
    if (owner) {
      faults.push({
        path: ['facts', name],
        message: `facts.${name}: expected nothing here, since ${owner.by} tells it; leave it out.`,
      });
      continue;
    }
    const definition = factDefinition(name);
    const read = definition && factValueOf(definition.type, value);
    if (read != null) record[name] = read;
    else
      faults.push({
        path: ['facts', name],
        message: definition
          ? `facts.${name}: expected ${wordsOf[definition.type]}, found ${JSON.stringify(value)}; correct it or leave it out.`
          : `facts.${name}: expected a fact of ruleFacts, found none of this name; correct it.`,
      });
  }
  return faults.length > 0 ? refused(faults) : accepted(recordedFacts(record));
}

/** Facts that another part of the question tells. */
const decidedElsewhere = [
  { prefix: 'cart.', by: 'the cart' },
  { prefix: 'line.', by: 'the cart' },
  { prefix: 'time.', by: 'the moment `at`' },
] as const;

const wordsOf = {
  BOOLEAN: 'true or false',
  INTEGER: 'a whole number',
  TEXT: 'a text',
  TEXTS: 'a list of texts',
  INSTANT: 'an ISO 8601 instant',
} as const;

function factValueOf(type: keyof typeof wordsOf, value: unknown): FactValue | null {
  switch (type) {
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : null;
    case 'INTEGER':
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
    case 'TEXT':
      return typeof value === 'string' ? value : null;
    case 'TEXTS':
      return Array.isArray(value) && value.every((one): one is string => typeof one === 'string') ? value : null;
    case 'INSTANT': {
      const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
      return Number.isNaN(instant) ? null : instant;
    }
  }
}

/** The cart at the list prices of the catalogue copy. */
async function cartOf(
  deps: ExplainDeps,
  who: Identity,
  { lines, currency }: NonNullable<TrialInput['cart']>,
): Promise<Outcome<Cart, TrialFault[]>> {
  const known = await deps.store.skusByIds(
    who.tenant,
    lines.map(({ skuId }) => asSkuId(skuId)),
  );
  const faults: TrialFault[] = [];
  const priced = lines.flatMap(({ skuId, quantity }, index): Omit<CartLine, 'lineId'>[] => {
    const sku = known.get(asSkuId(skuId));
    const unitPrice = sku?.prices[currency];
    if (sku && unitPrice !== undefined) {
      const { merchantId, category, brand, itemType, attributes } = sku;
      return [{ skuId: sku.skuId, quantity, unitPrice, merchantId, category, brand, itemType, attributes }];
    }
    faults.push({
      path: ['cart', 'lines', String(index), 'skuId'],
      message: `cart.lines[${index}].skuId: expected a SKU of the catalogue with a price in ${currency}, found ${JSON.stringify(skuId)}.`,
    });
    return [];
  });
  const cart = readCart(currency, priced);
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
