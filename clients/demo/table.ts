/** Prints rows under a heading, columns as wide as their content; Chinese characters count as two. */
export function table(title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  const numeric = head.map((_, column) =>
    rows.every((row) => /^[−-]?[¥￥$]?[−-]?[\d.,]*( %)?$/.test(String(row[column] ?? ''))),
  );
  console.log(`\n${title}`);
  cells.forEach((row, index) => {
    const line = row.map((cell, column) => {
      const fill = ' '.repeat((widths[column] ?? 0) - width(cell));
      return numeric[column] ? fill + cell : cell + fill;
    });
    console.log(`  ${line.join('  ').trimEnd()}`);
    if (index === 0) console.log(`  ${widths.map((wide) => '─'.repeat(wide)).join('──')}`);
  });
}

/** An amount as a person reads it: `money({ minorUnits: 1230, currency: 'CNY' })` → `¥12.30`. */
export function money(amount: { minorUnits: number; currency: string }): string {
  const format = new Intl.NumberFormat('zh-CN', {
    style: 'currency',
    currency: amount.currency,
    currencyDisplay: 'symbol',
  });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount.minorUnits / 10 ** digits);
}

/** A bar of 24 characters on one line that is drawn over; only where somebody looks. */
export function progress(label: string, done: number, total: number): void {
  if (!process.stdout.isTTY) return;
  const filled = Math.round((24 * done) / Math.max(1, total));
  process.stdout.write(`\r  ${label} ${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${done}/${total}`);
  if (done === total) process.stdout.write('\r\u001b[2K');
}

function width(text: string): number {
  let columns = 0;
  for (const character of text)
    columns +=
      /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1;
  return columns;
}
