import type { Money, QueryResolvers, TemplateFinding } from '../../schema/generated/template';
import { asTemplateId } from '../shared/kernel/identifiers';
import { operatorsOf } from '../shared/kernel/rules/condition';
import { type FactValue, factCatalogue, factDefinition } from '../shared/kernel/rules/facts';
import { badUserInput, type RequestContext } from '../shared/runtime/server';
import { type CheckDeps, checkTemplate, unsavedId } from './application/check-template';
import { type ExplainDeps, explainPromotion } from './application/explain-promotion';
import { type Finding, isError } from './domain/finding';

/** What can be told about a promotion before it is published: what is wrong with it, and to whom it would apply. */
export function checkResolvers(deps: CheckDeps & ExplainDeps) {
  return {
    Query: {
      templateCheck: async (_parent, { input }, { who }) => {
        const check = await checkTemplate(deps, who, subjectOf(input));
        if (!check) return null;
        const faults = check.faults.map(({ path, found, allowed, cure }) => ({
          severity: 'ERROR' as const,
          code: 'INVALID_DOCUMENT' as const,
          path,
          reason: `Expected ${allowed}, found ${found}.`,
          cure,
        }));
        const findings = [...faults, ...check.findings.map(toFinding)];
        return {
          canPublish: faults.length === 0 && !check.findings.some(isError),
          hasWarnings: check.findings.some((finding) => !isError(finding)),
          findings,
          search: check.search,
        };
      },
      promotionExplanation: async (_parent, { input }, { who }) => {
        const { facts = null, cart = null, at = null } = input;
        const explained = await explainPromotion(deps, who, subjectOf(input), { facts, cart, at });
        if (explained === null) return null;
        if (!explained.ok) {
          const [first] = explained.refusal;
          throw badUserInput(explained.refusal.map(({ message }) => message).join(' '), [
            'input',
            ...(first?.path ?? []),
          ]);
        }
        const { verdict, unmet, cure } = explained.value;
        return {
          verdict: verdict === true ? 'APPLIES' : verdict === false ? 'DOES_NOT_APPLY' : 'UNKNOWN',
          unmet,
          isCurable: cure !== null,
          cure: cure ?? [],
        };
      },
      ruleFacts: () =>
        Object.entries(factCatalogue).map(([name, { type, about, values }]) => ({
          name,
          type,
          about,
          operators: [...operatorsOf[type]],
          values: [...(values ?? [])],
        })),
    },
  } satisfies { Query: Pick<QueryResolvers<RequestContext>, 'templateCheck' | 'promotionExplanation' | 'ruleFacts'> };
}

/** A finding as its author reads it; a document that nobody saved has no id. */
function toFinding({ cart, ...found }: Finding): TemplateFinding {
  if (!cart) return { ...found, cart: null };
  const amount = (minorUnits: number): Money => ({ minorUnits, currency: cart.currency });
  return {
    ...found,
    cart: {
      at: new Date(cart.at), // what was copied from a thread may be of its realm
      facts: writtenFacts(cart.told),
      lines: cart.lines.map(({ skuId, quantity, unitPrice }) => ({ skuId, quantity, unitPrice: amount(unitPrice) })),
      promotions: cart.promotions.map(({ templateId, name, amount: off }) => ({
        templateId: templateId === unsavedId ? null : templateId,
        name,
        amount: amount(off),
      })),
      listTotal: amount(cart.listTotal),
      discount: amount(cart.discount),
      payable: amount(cart.payable),
      payableWithFloors: cart.payableWithFloors === null ? null : amount(cart.payableWithFloors),
    },
  };
}

/** Facts as `promotionExplanation` takes them: instants as texts. */
function writtenFacts(told: Readonly<Record<string, FactValue>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => [
      name,
      factDefinition(name)?.type === 'INSTANT' && typeof value === 'number' ? new Date(value).toISOString() : value,
    ]),
  );
}

/** One of the two that an input may name. */
function subjectOf({ templateId, document }: { templateId?: string | null; document?: unknown }) {
  if (templateId != null && document == null) return { templateId: asTemplateId(templateId) };
  if (templateId == null && document != null) return { document };
  throw badUserInput('input: expected one of templateId and document, found both or none; name one.', ['input']);
}
