import type { TemplateId, TenantId } from '../../shared/kernel/identifiers';

/** A wish for many codes, and how far it is. */
export interface CodeJob {
  id: string;
  tenantId: TenantId;
  templateId: TemplateId;
  /** Codes that were asked for. */
  count: number;
  /** Where its codes begin in the permutation of the tenant; `count` of them are its own for ever. */
  firstCode: number;
  /** The number of its first code within the template. */
  firstNumber: number;
  /** Codes stored so far, by what was noted; a few more may be. */
  doneCount: number;
  /** STOPPED goes on when somebody says so, at the very next code. */
  state: 'RUNNING' | 'STOPPED' | 'DONE';
  /** Who asked for it. */
  by: string;
  /** Business time. */
  createdAt: Date;
}
