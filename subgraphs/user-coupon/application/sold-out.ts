import type { TemplateId } from '../../shared/kernel/identifiers';

/** Promotions of which this process heard a moment ago that every coupon is taken for good. */
export interface SoldOut {
  /** The gate said so, for this much stock. */
  remember(templateId: TemplateId, stock: number): void;
  /** Whether nobody needs to ask the gate now; more stock than was sold out makes it false at once. */
  isKnown(templateId: TemplateId, stock: number): boolean;
}

/** How long a process relies on it, in milliseconds of real time: stock that comes back is seen within a second. */
const reliedOnMs = 500;
/** Promotions that are remembered at once; more than end together anywhere. */
const most = 1000;

/** After the last coupon is gone most of a crowd is still to come: those are refused without asking Redis for each. */
export function createSoldOut(): SoldOut {
  const known = new Map<TemplateId, { stock: number; until: number }>();
  return {
    remember(templateId, stock) {
      if (known.size >= most) known.clear();
      known.set(templateId, { stock, until: Date.now() + reliedOnMs });
    },
    isKnown(templateId, stock) {
      const entry = known.get(templateId);
      if (!entry) return false;
      if (stock <= entry.stock && Date.now() < entry.until) return true;
      known.delete(templateId);
      return false;
    },
  };
}
