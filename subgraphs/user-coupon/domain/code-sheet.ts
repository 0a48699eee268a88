import { asUserId, type UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import {
  type Columns,
  type RowFault,
  readCells,
  readHeader,
  shown,
  type TableRow,
  writeCell,
} from '../../shared/kernel/table';
import { codeKeyOf, faultOfChosenCode, type PromotionCode, printedCode } from './promotion-code';

/** The columns of a file of codes. An import needs `code` alone and takes no notice of the last two. */
export const codeColumns = ['code', 'recipient', 'kind', 'state'] as const;

/** The most codes a file may have; what it says of each is in memory while it is checked. */
export const maxCodesPerFile = 200_000;
/** The longest id of a recipient, in characters. */
const longestId = 128;

/** A row that asks for a code, or for a recipient of one there is. */
export interface CodeRow {
  row: number;
  key: string;
  text: string;
  recipient: UserId | null;
}

/** The columns that a header names, or everything that is wrong with it. */
export function readCodeHeader(row: TableRow): Outcome<Columns, RowFault[]> {
  return readHeader(row, {
    isKnown: (name) => codeColumns.some((known) => known === name),
    described: `one of ${codeColumns.join(', ')}`,
    required: ['code'],
  });
}

/** What a row asks for; null for a public code, which an exported file may have and an import leaves alone. */
export function readCodeRow(columns: Columns, row: TableRow): Outcome<CodeRow | null, RowFault[]> {
  const cells = readCells(columns, row);
  if (!cells.ok) return cells;
  if (cells.value.get('kind') === 'PUBLIC') return accepted(null);
  const text = (cells.value.get('code') ?? '').trim();
  const recipient = cells.value.get('recipient')?.trim() ?? '';
  const faults: RowFault[] = [];
  const wrong = faultOfChosenCode(text);
  if (wrong) faults.push({ row: row.row, ...columns.place('code'), ...wrong });
  if (recipient.length > longestId)
    faults.push({
      row: row.row,
      ...columns.place('recipient'),
      found: shown(recipient),
      allowed: `at most ${longestId} characters`,
      cure: "use the marketplace's own id",
    });
  if (faults.length > 0) return refused(faults);
  return accepted({ row: row.row, key: codeKeyOf(text), text, recipient: recipient ? asUserId(recipient) : null });
}

/** Why a row cannot have the code it asks for; null when it can, be it a new one or one of the same template. */
export function faultOfKnownCode(
  asked: CodeRow,
  known: PromotionCode | undefined,
  templateId: PromotionCode['templateId'],
  columns: Columns,
): RowFault | null {
  const fault = (column: string, found: string, allowed: string, cure: string): RowFault => ({
    row: asked.row,
    ...columns.place(column),
    found,
    allowed,
    cure,
  });
  if (!known) return null;
  if (known.kind === 'PUBLIC' || known.templateId !== templateId)
    return fault('code', shown(asked.text), 'a code that nothing else in the marketplace has', 'choose another code');
  if (known.recipient !== null && known.recipient !== asked.recipient)
    return fault(
      'recipient',
      asked.recipient === null ? 'nobody' : shown(asked.recipient),
      'the person it is reserved for already, since somebody may have been told',
      'leave the recipient as it is, or give the other person another code',
    );
  return null;
}

/** A code as a row of a file. @param isUsed whether it became a coupon */
export function codeRow(code: PromotionCode, isUsed: boolean): string[] {
  if (code.kind === 'PUBLIC') return [writeCell(code.text), '', code.kind, code.isClosed ? 'CLOSED' : 'OPEN'];
  const { key, text, recipient } = code;
  return [
    writeCell(text ?? printedCode(key)),
    recipient === null ? '' : writeCell(recipient),
    text === null ? 'GENERATED' : 'CHOSEN',
    isUsed ? 'USED' : 'OPEN',
  ];
}
