import type { Identity } from '../../shared/contracts/identity';
import { asSkuId, asTemplateId, asVersionId, type TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { type CartLine, readCart } from '../../shared/kernel/pricing/cart';
import { type PromotionTerms, parseTemplateDocument, type TemplateDocument } from '../../shared/kernel/promotion-terms';
import type { Truth } from '../../shared/kernel/rules/compile';
import { eligibilityOf } from '../../shared/kernel/rules/eligibility';
import { explainRule, type Failure } from '../../shared/kernel/rules/explain';
import type { Change } from '../../shared/kernel/rules/fact-change';
import { cartFacts, clockFacts, joinedFacts, noFacts, recordedFacts } from '../../shared/kernel/rules/fact-sources';
import { type Facts, type FactValue, factDefinition } from '../../shared/kernel/rules/facts';
import { workingDocument } from '../domain/template';
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

/** A condition that does not hold, placed in the document. */
export interface Unmet extends Failure {
  /** The path of the leaf in the document: `rule.condition.all[1].any[0]`, or the field it comes from. */
  place: string;
}

/** Whether a promotion applies, and what is missing. */
export interface PromotionExplanation {
  verdict: Truth;
  unmet: Unmet[];
  /** Null when nothing that can be done makes it apply. */
  cure: readonly Change[] | null;
}

/** Whose promotion it is. */
type Owner = Pick<PromotionTerms, 'tenantId' | 'merchantId'>;

/**
 * Tries a promotion of the caller's, saved or not, on a shopper, a cart and a moment: every module of its document counts
 * as for one that applies by itself. Null when the caller has no such template. Prices and stacking are not looked at.
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
  const cart = trial.cart ? await cartOf(deps, who, trial.cart) : accepted(noFacts);
  if (!told.ok || !cart.ok) return refused([...(told.ok ? [] : told.refusal), ...(cart.ok ? [] : cart.refusal)]);
  const facts = joinedFacts(clockFacts(trial.at ?? deps.now()), cart.value, told.value);
  return accepted(explanationOf(document, owner, facts));
}

function explanationOf(document: TemplateDocument, owner: Owner, facts: Facts): PromotionExplanation {
  const about = { templateId: asTemplateId('tried'), versionId: asVersionId('tried'), version: 0 };
  const parts = eligibilityOf({ ...about, ...owner, document });
  const explained = parts.map((part) => ({ part, ...explainRule(part.condition, facts, document.time.zone) }));
  const failing = explained.filter(({ verdict }) => verdict !== 'TRUE');
  const isFalse = failing.some(({ verdict }) => verdict === 'FALSE');
  return {
    verdict: failing.length === 0 ? true : isFalse ? false : null,
    unmet: failing.flatMap(({ part, failures }) =>
      failures.map((failure) => ({
        ...failure,
        // Outside the rule the document holds lists and not conditions: there the field itself is the place.
        place: part.path === 'rule.condition' && failure.path !== '' ? `${part.path}.${failure.path}` : part.path,
      })),
    ),
    cure: failing.every(({ cure }) => cure !== null) ? failing.flatMap(({ cure }) => cure ?? []) : null,
  };
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
): Promise<Outcome<Facts, TrialFault[]>> {
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
  if (faults.length === 0 && cart.ok) return accepted(cartFacts(cart.value));
  const ofCart = cart.ok ? [] : cart.refusal;
  return refused([
    ...faults,
    ...ofCart.map(({ path, found, allowed, cure }) => ({
      path: ['cart', path],
      message: `cart.${path}: expected ${allowed}, found ${found}; ${cure}.`,
    })),
  ]);
}
