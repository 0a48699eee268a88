import type { InputMaybe } from '../../schema/generated/template';
import { stepsOf } from '../shared/kernel/document-faults';
import { assertNever } from '../shared/kernel/outcome';
import type { DocumentFault } from '../shared/kernel/promotion-terms';
import type { AdvanceClockRefusal } from './application/advance-clock';
import type { ApproveTemplateFault } from './application/approve-template';
import type { CreateTemplateFault, ReviseTemplateFault } from './application/author-template';
import type { UpsertSkusFault } from './application/catalogue';
import type { CopyTemplateFault } from './application/copy-template';
import type { IncreaseTemplateStockFault } from './application/increase-template-stock';
import type { PublishTemplateFault } from './application/publish-template';
import { maxTemplatesPerCall, type PublishTemplatesFault } from './application/publish-templates';
import { longestReason, type RejectTemplateFault } from './application/reject-template';
import type { RollbackTemplateFault } from './application/rollback-template';
import type { SubmitTemplateForReviewFault } from './application/submit-template-for-review';
import type { TemplateMoveFault } from './application/template-lifecycle';
import type { UpdateTenantSettingsFault } from './application/tenant-settings';
import type { WithdrawTemplateFromReviewFault } from './application/withdraw-template-from-review';
import type { Finding } from './domain/finding';
import { type DocumentRefusal, maxStock } from './domain/template';

/** One user error: its code, what to tell a developer, and where in the input. */
interface Told<Code extends string> {
  code: Code;
  message: string;
  field: InputMaybe<string[]>;
}

export function createTemplateError(fault: CreateTemplateFault): Told<CreateTemplateFault['code']> {
  switch (fault.code) {
    case 'INVALID_DOCUMENT':
      return documentError(fault.code, fault.fault, ['input', 'document']);
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

export function reviseTemplateError(fault: ReviseTemplateFault): Told<ReviseTemplateFault['code']> {
  switch (fault.code) {
    case 'INVALID_DOCUMENT':
      return documentError(fault.code, fault.fault, ['input', 'document']);
    case 'TEMPLATE_NOT_FOUND':
      return templateNotFound;
    case 'VERSION_CONFLICT':
      return {
        code: fault.code,
        message: `revision: expected the current one, ${fault.current.revision}, found another; read the template again and repeat the change on it.`,
        field: ['input', 'revision'],
      };
    case 'ENDED':
      return ended;
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

export function publishTemplateError(fault: PublishTemplateFault): Told<PublishTemplateFault['code']> {
  switch (fault.code) {
    case 'TEMPLATE_NOT_FOUND':
      return templateNotFound;
    case 'NOTHING_TO_PUBLISH':
      return { code: fault.code, ...noDraft };
    case 'CHECK_FAILED':
    case 'WARNING':
      return checkError(fault);
    case 'APPROVAL_REQUIRED':
      return {
        code: fault.code,
        message:
          'Expected a draft that a second person approved as it is, found none; submit it for review and publish it once it is approved.',
        field: ['input', 'templateId'],
      };
    case 'NOT_PUBLISHABLE':
    case 'STOCK_LOWERED':
    case 'ENDED':
      return nextVersionError(fault);
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

export function publishTemplatesError(fault: PublishTemplatesFault): Told<PublishTemplatesFault['code']> {
  switch (fault.code) {
    case 'TOO_MANY':
      return {
        code: fault.code,
        message: `templateIds: expected at most ${maxTemplatesPerCall}, found ${fault.found}; send them in several calls.`,
        field: ['input', 'templateIds'],
      };
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

export function submitTemplateForReviewError(
  fault: SubmitTemplateForReviewFault,
): Told<SubmitTemplateForReviewFault['code']> {
  switch (fault.code) {
    case 'TEMPLATE_NOT_FOUND':
      return templateNotFound;
    case 'NOTHING_TO_REVIEW':
      return { code: fault.code, ...noDraft };
    case 'CHECK_FAILED':
      return checkError(fault);
    case 'NOT_PUBLISHABLE':
    case 'STOCK_LOWERED':
    case 'ENDED':
      return nextVersionError(fault);
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

export function withdrawTemplateFromReviewError(
  fault: WithdrawTemplateFromReviewFault,
): Told<WithdrawTemplateFromReviewFault['code']> {
  switch (fault.code) {
    case 'TEMPLATE_NOT_FOUND':
      return templateNotFound;
    case 'NOT_IN_REVIEW':
      return notInReview;
    case 'ENDED':
      return ended;
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

export function approveTemplateError(fault: ApproveTemplateFault): Told<ApproveTemplateFault['code']> {
  switch (fault.code) {
    case 'TEMPLATE_NOT_FOUND':
      return templateNotFound;
    case 'NOT_IN_REVIEW':
      return notInReview;
    case 'DRAFT_CHANGED':
      return {
        code: fault.code,
        message:
          'draftFingerprint: expected that of the draft under review, found another; read the draft again and decide about that one.',
        field: ['input', 'draftFingerprint'],
      };
    case 'SAME_PERSON':
      return {
        code: fault.code,
        message:
          'Expected a second person, found the one who submitted the draft or last changed it; let somebody else decide.',
        field: null,
      };
    case 'ENDED':
      return ended;
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

export function rejectTemplateError(fault: RejectTemplateFault): Told<RejectTemplateFault['code']> {
  if (fault.code !== 'INVALID_REASON') return approveTemplateError(fault);
  return {
    code: fault.code,
    message: `reason: expected 1 to ${longestReason} characters, found ${fault.length}; say in short what its authors should change.`,
    field: ['input', 'reason'],
  };
}

export function rollbackTemplateError(fault: RollbackTemplateFault): Told<RollbackTemplateFault['code']> {
  switch (fault.code) {
    case 'TEMPLATE_NOT_FOUND':
      return templateNotFound;
    case 'VERSION_NOT_FOUND':
      return {
        code: fault.code,
        message: 'version: expected the number of a published version, found another; choose one of its versions.',
        field: ['input', 'version'],
      };
    case 'NOT_PUBLISHABLE':
    case 'ENDED':
      return nextVersionError(fault);
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

export function increaseTemplateStockError(
  fault: IncreaseTemplateStockFault,
): Told<IncreaseTemplateStockFault['code']> {
  const field = ['input', 'stockCount'];
  switch (fault.code) {
    case 'NO_COUPONS':
      return {
        code: fault.code,
        message: 'Expected a promotion with coupons, found one that needs none; it applies to everybody already.',
        field: ['input', 'templateId'],
      };
    case 'STOCK_LOWERED':
      return {
        code: fault.code,
        message: `stockCount: expected ${fault.from} or more, found ${fault.to}; stock may only rise, end the template to stop it.`,
        field,
      };
    case 'STOCK_OUT_OF_RANGE':
      return {
        code: fault.code,
        message: `stockCount: expected at most ${maxStock}, found ${fault.found}; lower it.`,
        field,
      };
    case 'TEMPLATE_NOT_FOUND':
    case 'NOT_PUBLISHED':
    case 'ENDED':
    case 'IDEMPOTENCY_KEY_REUSED':
      return templateMoveError(fault);
    default:
      return assertNever(fault);
  }
}

export function copyTemplateError(fault: CopyTemplateFault): Told<CopyTemplateFault['code']> {
  return fault.code === 'TEMPLATE_NOT_FOUND' ? templateNotFound : keyReused;
}

export function templateMoveError(fault: TemplateMoveFault): Told<TemplateMoveFault['code']> {
  switch (fault.code) {
    case 'TEMPLATE_NOT_FOUND':
      return templateNotFound;
    case 'NOT_PUBLISHED':
      return {
        code: fault.code,
        message: 'Expected a published template, found a draft; publish it first.',
        field: ['input', 'templateId'],
      };
    case 'ENDED':
      return ended;
    case 'IDEMPOTENCY_KEY_REUSED':
      return keyReused;
    default:
      return assertNever(fault);
  }
}

export function upsertSkusError(fault: UpsertSkusFault): Told<UpsertSkusFault['code']> {
  if (fault.code === 'IDEMPOTENCY_KEY_REUSED') return keyReused;
  return { code: fault.code, message: fault.message, field: ['input', 'skus', ...fault.path] };
}

export function updateTenantSettingsError(fault: UpdateTenantSettingsFault): Told<UpdateTenantSettingsFault['code']> {
  return fault.code === 'IDEMPOTENCY_KEY_REUSED' ? keyReused : documentError(fault.code, fault.fault, ['input']);
}

export function advanceClockError(refusal: AdvanceClockRefusal): Told<'NOT_MOVABLE' | 'NEGATIVE'> {
  const field = ['input', 'milliseconds'];
  switch (refusal.code) {
    case 'NOT_MOVABLE':
      return {
        code: 'NOT_MOVABLE',
        message: 'Expected the standalone development process, found one whose clock is real time; it cannot be moved.',
        field: null,
      };
    case 'TOO_FAR':
      return {
        code: 'NOT_MOVABLE',
        message: 'milliseconds: expected at most ten years; move in smaller steps.',
        field,
      };
    case 'NEGATIVE':
      return {
        code: 'NEGATIVE',
        message: `milliseconds: expected zero or more, found ${refusal.milliseconds}; business time never goes back.`,
        field,
      };
    default:
      return assertNever(refusal);
  }
}

const keyReused: Told<'IDEMPOTENCY_KEY_REUSED'> = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  message: 'idempotencyKey: expected the input that the key was first used with, found another; use a new key.',
  field: ['input', 'idempotencyKey'],
};
const templateNotFound: Told<'TEMPLATE_NOT_FOUND'> = {
  code: 'TEMPLATE_NOT_FOUND',
  message: 'templateId: expected a template of your own, found none; check the id.',
  field: ['input', 'templateId'],
};
const ended: Told<'ENDED'> = {
  code: 'ENDED',
  message: 'Expected a template that goes on, found one that has ended; write a new one.',
  field: ['input', 'templateId'],
};

const notInReview: Told<'NOT_IN_REVIEW'> = {
  code: 'NOT_IN_REVIEW',
  message: 'Expected a draft under review, found none; let an author submit it first.',
  field: ['input', 'templateId'],
};
const noDraft = {
  message: 'Expected a draft that differs from what is published, found none; revise the template first.',
  field: ['input', 'templateId'],
};

/** Why a document cannot be the next version; the path is the place in the document. */
function nextVersionError<Fault extends DocumentRefusal>(fault: Fault): Told<Fault['code']>;
function nextVersionError(fault: DocumentRefusal): Told<DocumentRefusal['code']> {
  switch (fault.code) {
    case 'NOT_PUBLISHABLE':
      return documentError(fault.code, fault.fault, ['document']);
    case 'STOCK_LOWERED':
      return {
        code: fault.code,
        message: `limit.stock: expected ${fault.from} or more, found ${fault.to}; stock may only rise, end the template to stop it.`,
        field: ['document', 'limit', 'stock'],
      };
    case 'ENDED':
      return {
        code: fault.code,
        message: `time.endsAt: expected a time to come, found ${fault.endedAt} or an earlier end; write a new template.`,
        field: ['document', 'time', 'endsAt'],
      };
    default:
      return assertNever(fault);
  }
}

function documentError<Code extends string>(code: Code, fault: DocumentFault, root: string[]): Told<Code> {
  const steps = fault.path.replace(/\[(\d+)\]/g, '.$1').split('.');
  return {
    code,
    message: `${fault.path || 'document'}: expected ${fault.allowed}, found ${fault.found}; ${fault.cure}.`,
    field: [...root, ...steps.filter((step) => step !== '')],
  };
}

function checkError<Code extends 'CHECK_FAILED' | 'WARNING'>(fault: { code: Code; finding: Finding }): Told<Code> {
  const { code, path, reason, cure } = fault.finding;
  const consent = fault.code === 'WARNING' ? ', or publish with acceptWarnings' : '';
  return {
    code: fault.code,
    message: `${path || 'document'}: ${code}: ${reason} To mend it, ${cure}${consent}.`,
    field: ['document', ...stepsOf(path).map(String)],
  };
}
