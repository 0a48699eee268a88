import type { Identity } from '../../subgraphs/shared/contracts/identity';
import { asMerchantId, asTenantId, asUserId } from '../../subgraphs/shared/kernel/identifiers';

/** The tenant that tests use unless they say otherwise. */
export const festival = 'festival';

/** A shopper with the rights a shopper's token carries. */
export function shopper(userId: string, tenant = festival): Identity {
  return {
    kind: 'user',
    tenant: asTenantId(tenant),
    subject: asUserId(userId),
    roles: ['shopper'],
    scopes: ['coupon:claim', 'coupon:read', 'order:read', 'order:write', 'inbox:read', 'inbox:write'],
    merchant: null,
  };
}

/** A merchant's employee. */
export function merchant(merchantId: string, tenant = festival): Identity {
  return {
    kind: 'user',
    tenant: asTenantId(tenant),
    subject: asUserId(`staff-of-${merchantId}`),
    roles: ['merchant'],
    scopes: ['template:read', 'template:write', 'catalogue:write'],
    merchant: asMerchantId(merchantId),
  };
}

/** The tenant's operator, who authors the platform's own promotions. */
export function operator(tenant = festival): Identity {
  return {
    kind: 'user',
    tenant: asTenantId(tenant),
    subject: asUserId('operator'),
    roles: ['operator'],
    scopes: [
      'template:read',
      'template:write',
      'tenant:write',
      'catalogue:write',
      'operations:read',
      'operations:write',
    ],
    merchant: null,
  };
}

/** The shop's own backend. */
export function service(tenant = festival): Identity {
  return {
    kind: 'service',
    tenant: asTenantId(tenant),
    subject: 'shop-backend',
    scopes: ['catalogue:write', 'payment:confirm', 'price:assert', 'profile:read', 'profile:write'],
  };
}

/** Nobody in particular. */
export function anonymous(tenant = festival): Identity {
  return { kind: 'anonymous', tenant: asTenantId(tenant) };
}
